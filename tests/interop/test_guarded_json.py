"""120 and more nasty inputs to the one JSON reader: a sentence and a place, never a traceback."""

import json
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.errors import TooLarge, Unreadable
from casework.guarded_json import MAX_DEPTH, MAX_VALUES, BadJson, read

MAX = 1_000_000

# (bytes, words of the sentence, pointer)
SYNTAX: tuple[tuple[bytes, str, str], ...] = tuple(
    (body, "no JSON", "")
    for body in (
        *(
            b"{",
            b"[",
            b"}",
            b"]",
            b"{]",
            b"[}",
            b"[1",
            b"[1,",
            b"[1,]",
            b"[,1]",
            b"[1 2]",
            b"[1:2]",
        ),
        *(
            b'{"a"}',
            b'{"a":}',
            b'{"a":1,}',
            b'{,"a":1}',
            b"{a:1}",
            b"{'a':1}",
            b'{"a" 1}',
            b"{1:2}",
        ),
        *(b'"', b'"abc', b'"\\"', b'"\\', b'"\\x"', b'"\\u12"', b'"\\uZZZZ"', b'"a\nb"', b'"a\tb"'),
        *(b"01", b"-", b"+1", b".5", b"1.", b"1e", b"1e+", b"0x10", b"1_000", b"--1", b"1.2.3"),
        *(b"nul", b"NULL", b"True", b"tru", b"None", b"undefined", b"nan", b"inf", b"//c\n1"),
        *(b"{} {}", b"[] 1", b"1 2", b'{"a":1}}', b"[[1]", b'{"a":[}', b"/* c */ {}", b"\x0c1"),
        *(b"<xml/>", b"a=b&c=d", b"--boundary", b"%PDF-1.7", b"\x1f", b"PK\x03\x04", b"ISA*00*"),
        *(
            b"[" * 30,
            b'{"a":' * 30,
            b'"' * 99,
            b"\\" * 99,
            b",",
            b":",
            b"-Infinityx",
            b'{"a":\x00}',
        ),
    )
)
ENCODINGS: tuple[tuple[bytes, str, str], ...] = tuple(
    (body, "not UTF-8", "")
    for body in (
        *(
            b"\xff",
            b"\xfe{}",
            b'"\xe9"',
            b'"\xc0\xaf"',
            b'"\xed\xa0\x80"',
            b'"\xf8\x88\x80\x80\x80"',
        ),
        *('{"a":1}'.encode("utf-16"), '{"é":1}'.encode("latin-1"), b'"\xe2\x82"', b'"\x80"'),
    )
)
EMPTY: tuple[tuple[bytes, str, str], ...] = tuple(
    (body, "empty", "") for body in (b"", b" ", b"\n\t\r ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n")
)
VALUES: tuple[tuple[bytes, str, str], ...] = (
    (b"NaN", "NaN", ""),
    (b"Infinity", "NaN", ""),
    (b"-Infinity", "NaN", ""),
    (b"[1,NaN]", "NaN", "/1"),
    (b'{"a":{"b":[0,-Infinity]}}', "NaN", "/a/b/1"),
    (b'{"a":1,"a":1}', "twice", ""),
    (b'{"role":"user","role":"admin"}', "twice", ""),
    (b'{"a":1,"\\u0061":2}', "twice", ""),
    (b'[{"a":{"b":1,"c":2,"b":3}}]', "twice", "/0/a"),
    (b'{"a/b":{"~":{"x":1,"x":2}}}', "twice", "/a~1b/~0"),
    (b'{"":{"x":1,"x":2}}', "twice", "/"),
    (b'{"a":{"b":1,"b":1},"a":2}', "twice", ""),
    (b'"\\u0000"', "NUL", ""),
    (b'{"a":"x\\u0000y"}', "NUL", "/a"),
    (b'{"a\\u0000":1}', "NUL", ""),
    (b'[[["\\u0000"]]]', "NUL", "/0/0/0"),
    (b'"\\ud800"', "surrogate", ""),
    (b'"\\udfff"', "surrogate", ""),
    (b'["ok","\\ude00\\ud83d"]', "surrogate", "/1"),
    (b'{"a":{"\\ud800":1}}', "surrogate", "/a"),
    (b'"\\ud83d\\ud83d\\ude00"', "surrogate", ""),
    (b'"\\ud83dx\\ude00"', "surrogate", ""),
    (b"1" * 41, "more than 40 digits", ""),
    (b"-" + b"1" * 5_000, "more than 40 digits", ""),
    (b"[0," + b"9" * 400_000 + b"]", "more than 40 digits", "/1"),
    (b"0." + b"1" * 50, "more than 40 digits", ""),
    (b"1e251", "exponent over 250", ""),
    (b"1E-9999999999", "exponent over 250", ""),
    (b'{"n":[1e999]}', "exponent over 250", "/n/0"),
    (b"1e" + b"9" * 100, "more than 40 digits", ""),
)
DEEP: tuple[tuple[bytes, str, str], ...] = tuple(
    (body, "nested deeper than 64", "")
    for body in (
        b"[" * 65 + b"]" * 65,
        b"[" * 100_000,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'[{"a":' * 33 + b"1" + b"}]" * 33,
        b"[]" + b"[" * 66,
        b'"]]]]",' + b"[" * 65,
        b'"\\"",' + b"[" * 65,
    )
)
NASTY = (*SYNTAX, *ENCODINGS, *EMPTY, *VALUES, *DEEP)


def test_there_are_at_least_120_nasty_inputs() -> None:
    assert len({body for body, _, _ in NASTY}) == len(NASTY) >= 120


@pytest.mark.parametrize(("body", "words", "pointer"), NASTY, ids=lambda v: repr(v)[:30])
def test_each_nasty_input_is_refused_with_a_sentence_and_its_place(
    body: bytes, words: str, pointer: str
) -> None:
    with pytest.raises(BadJson) as refused:
        read(body, max_bytes=MAX)
    assert words in refused.value.sentence
    assert refused.value.sentence.endswith(".")
    assert refused.value.pointer == pointer
    assert refused.value.status == 400
    assert isinstance(refused.value, Unreadable)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 64 + b"]" * 64,
        b'{"a":"[[[[{{{{"}',
        b'"' + b"[" * 500 + b'"',
        b'"\\\\"',
        b'{"a":"\\\\","b":"]"}',
        b"\xef\xbb\xbf{}",
        b" null ",
        b'"\\ud83d\\ude00"',
        b'"\\u0001"',
        b'{"a":{"x":1},"b":{"x":1}}',
        b"1" * 40,
        b"-0.0",
        b"1e250",
        '["\u2028 \u00e9 \U0001f600"]'.encode(),
        b"\r\n[true,false]\t",
    ],
)
def test_what_is_legal_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    assert read(body, max_bytes=MAX) == json.loads(body.removeprefix(b"\xef\xbb\xbf"))


def test_more_bytes_than_allowed_are_too_large() -> None:
    assert read(b"[1]", max_bytes=3) == [1]
    with pytest.raises(TooLarge, match="more than 3 bytes") as refused:
        read(b"[12]", max_bytes=3)
    assert refused.value.status == 413


def test_more_values_than_allowed_are_too_large() -> None:
    for value in (b"{}", b"1", b'""', b"[]"):
        with pytest.raises(TooLarge, match="more than 300,000 values"):
            read(b"[" + (value + b",") * MAX_VALUES + value + b"]", max_bytes=2 * MAX)
    assert read(b'[[1],{"a":"x,[{"}]', max_bytes=MAX, max_values=4) == [[1], {"a": "x,[{"}]
    with pytest.raises(TooLarge):
        read(b'[[1],{"a":"x,[{"}]', max_bytes=MAX, max_values=3)


def test_the_depth_can_be_set() -> None:
    assert read(b"[" * 40 + b"]" * 40, max_bytes=MAX, max_depth=40)
    with pytest.raises(BadJson, match="deeper than 40"):
        read(b"[" * 41 + b"]" * 41, max_bytes=MAX, max_depth=40)
    assert MAX_DEPTH == 64


def test_fractions_are_floats_or_decimals_with_their_digits() -> None:
    assert read(b"[100.10,1]", max_bytes=MAX) == [100.1, 1]
    (value, whole) = read(b"[100.10,1]", max_bytes=MAX, decimals=True)  # type: ignore[misc]
    assert (str(value), type(value), type(whole)) == ("100.10", Decimal, int)


def test_the_pointer_is_bounded_and_no_value_is_repeated() -> None:
    secret = "Jane Doe 1961-02-03"
    body = json.dumps({"k" * 5_000: {"note": secret, "n": 1}}).replace('"n": 1', '"n": NaN')
    with pytest.raises(BadJson) as refused:
        read(body.encode(), max_bytes=MAX)
    assert len(refused.value.pointer) <= 300
    for broken in (f'{{"a": "{secret}" x}}', f'["{secret}', f'{{"a":"{secret}","a":2}}'):
        with pytest.raises(BadJson) as refused:
            read(broken.encode(), max_bytes=MAX)
        assert "Jane" not in f"{refused.value.sentence}{refused.value.pointer}"


@pytest.mark.parametrize(
    "unit", [b"[", b'"\\"', b'"', b"\\", b'"a",', b"{}", b"1,", b"\\u0000", b'{"a":', b"[]"]
)
def test_five_megabytes_of_the_worst_are_refused_while_one_waits(unit: bytes) -> None:
    """No clock is read: were a step quadratic, this would not end within the suite's budget."""
    with pytest.raises((BadJson, TooLarge)):
        read(unit * (5 * MAX // len(unit)), max_bytes=5 * MAX)


def test_memory_stays_within_a_few_times_the_bytes() -> None:
    body = b'["' + b'\\"' * 1_000_000 + b'"]'
    tracemalloc.start()
    read(body, max_bytes=3_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON)
@settings(max_examples=200, deadline=None)
def test_any_value_comes_back_as_it_was_written_unless_a_nul_is_in_it(value: object) -> None:
    for ascii_only in (True, False):
        body = json.dumps(value, ensure_ascii=ascii_only).encode()
        # json writes NUL as \\u0000 either way; a text with a backslash of its own is not one.
        if "\x00" in texts_of(value):
            with pytest.raises(BadJson, match="NUL"):
                read(body, max_bytes=MAX)
        else:
            assert read(body, max_bytes=MAX) == value


def texts_of(value: object) -> str:
    """All texts and keys of a value, one after the other."""
    if isinstance(value, dict):
        return "".join(key + texts_of(child) for key, child in value.items())
    if isinstance(value, list):
        return "".join(map(texts_of, value))
    return value if isinstance(value, str) else ""


@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0dNaIe-.1 ').map(str.encode))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = read(body, max_bytes=MAX)
    except BadJson:
        return
    assert json.loads(body.removeprefix(b"\xef\xbb\xbf")) == value
