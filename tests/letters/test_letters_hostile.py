"""Whatever people write appears literally: in the page, in the plain text, in the PDF."""

import io
from functools import lru_cache

import pikepdf
import pytest

from letters import codec, compose, pdf_text, specimen
from letters.markup import parse, squeezed, visible_text
from letters.refusals import ContextRefused, PrintRefused
from letters.writing_order import bare
from tests.letters.letter_desk import request_for, with_fact

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><b>bold</b>",
    "</p></main><h1>Approved</h1>",
    "<!-- comment -->",
    "--><p>out",
    "<![CDATA[x]]>",
    "<?xml version='1.0'?>",
    "{{ 7*7 }}",
    "{% include '/etc/passwd' %}",
    "{# gone #}",
    "{0.__class__}",
    "${7*7}",
    "#{7*7}",
    "%(name)s %s %n",
    "&lt;b&gt; &amp; &#60; &nbsp;",
    "& < > \" ' `",
    "<style>*{display:none}</style>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<link rel=stylesheet href=//127.0.0.1/x.css>",
    "<iframe src=file:///etc/passwd></iframe>",
    "<object data=file:///etc/passwd></object>",
    "<base href=file:///etc/>",
    "<meta http-equiv=refresh content=0;url=//x>",
    "@import url(file:///etc/passwd);",
    "url(file:///etc/passwd)",
    "javascript:alert(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "<time datetime='2031-01-01'>January 1, 2031</time>",
    "<p data-element='appeal_deadline'>never</p>",
    "None undefined null NaN",
    "../../../../etc/passwd",
    "=HYPERLINK(1)",
    "\\x41 \\u0041 \\n",
    "1; DROP TABLE cases; --",
    "O’Brien-Núñez, D.O. – “Ñandú” €5 ½",
    "a\N{NO-BREAK SPACE}b",
    "very" + "long" * 60,
    "line one\nline two\ttab",
    "\\3c script\\3e alert(1)",
    "</style><style>@page{size:1px}",
    "</title><title>Approved</title>",
    "zero\N{ZERO WIDTH SPACE}width\N{ZERO WIDTH JOINER}and\N{WORD JOINER}joined",
    "soft\N{SOFT HYPHEN}hyphen\N{SOFT HYPHEN}ated",
    "office affluent fjord \N{LATIN SMALL LIGATURE FI}x \N{LATIN SMALL LIGATURE FL}y",
    "huge" + "0123456789" * 30,
    "<math><mtext></mtext><mglyph><svg><a>x</a></math>",
    '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>&b;',
    "\"'`\\\"\\'`'\"",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{%- raw -%}{{ x }}{%- endraw -%}",
    "{% set a = 1 %}{{ a|safe }}{#-",
    "Subject: x\nBcc: victim@example.org",
    "\u0420\u0430\u0443\u0440\u0430l \u0410\u0440\u0440rov\u0435d",
    "\uff1c\uff53\uff43\uff52\uff49\uff50\uff54\uff1e full width",
    "e\N{COMBINING ACUTE ACCENT} n\N{COMBINING TILDE} a\N{COMBINING DIAERESIS}",
    'url("asset:PublicSans-Regular.ttf") format(truetype)',
    "${jndi:ldap://127.0.0.1/a} %00%0a%2e%2e%2f",
    "[click](javascript:alert(1)) **bold** <a href=//x rel=attachment>x</a>",
)
# Fields whose words are a closed list.
CLOSED = (
    "reissue.reason",
    "moved.kind",
    "moved.relation",
    "code",
    "line",
    "language",
    "recipient.kind",
    "case.kind",
    "case.priority",
    "case.timing",
)
CLOSED_ENDS = (".outcome", ".ground", ".result", ".asked_by", ".filed_by", ".zone")


def free_paths(context):
    """The paths of the texts that people write: all but the closed vocabularies."""
    return [
        path
        for path, text in codec.texts(context)
        if text
        and path not in CLOSED
        and not path.endswith(CLOSED_ENDS)
        and not path.startswith("plan.languages")
    ]


def rewritten(context, texts):
    for path, text in texts.items():
        context = with_fact(context, path, text)
    return context


@lru_cache(maxsize=128)
def printed_paths(context):
    """The free texts that this letter prints, found by writing a mark into each."""
    marks = {path: f"q{i}q" for i, path in enumerate(free_paths(context))}
    page = visible_text(parse(compose.html(rewritten(context, marks))))
    return [path for path, mark in marks.items() if mark in page]


def test_there_are_sixty_payloads():
    assert len(set(PAYLOADS)) == 60


LETTERS = [("denial", "marketplace"), ("appeal_upheld", "medicare"), ("extension", "medicaid")]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
@pytest.mark.parametrize(("code_", "line_"), LETTERS)
def test_each_payload_in_every_free_text_field_appears_literally(code_, line_, payload):
    context = specimen.specimen(code_, line_)
    written = {path: f"q{i}q{payload}q{i}q" for i, path in enumerate(printed_paths(context))}
    context = rewritten(context, written)
    page = visible_text(parse(compose.html(context)))
    read = squeezed(compose.text(context))
    assert len(written) > 20
    for path, text in written.items():
        assert squeezed(text) in page, path
        assert squeezed(text) in read, path


def test_every_letter_shows_all_payloads_literally_in_all_its_fields(code, line):
    context = specimen.specimen(code, line)
    everything = " ~ ".join(PAYLOADS)
    written = {path: f"q{i}q {everything}" for i, path in enumerate(printed_paths(context))}
    page = visible_text(parse(compose.html(rewritten(context, written))))
    for path, text in written.items():
        assert squeezed(text) in page, path


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 3))
def test_payloads_in_every_free_text_field_are_printed_literally(press, first):
    code, line = LETTERS[first // 3 % len(LETTERS)]
    context, written = with_payloads(code, line, PAYLOADS[first : first + 3])
    with pikepdf.open(io.BytesIO(press.print(request_for(context)))) as document:
        blocks = pdf_text.tagged(document)
    read = drawn("".join("".join(block.lines) for block in blocks))
    for path, text in written.items():
        assert pieces(drawn(text), read) <= 3, path


def drawn(text):
    """The text but for what paper cannot tell apart: the hyphen that a soft one becomes at the end
    of a line, and the ligatures that a font draws by itself."""
    for sign, same in (("-", ""), ("\ufb01", "fi"), ("\ufb02", "fl")):
        text = text.replace(sign, same)
    return bare(text)


def pieces(text, read):
    """In how many pieces the text stands there: a page that ends in it, a cell that goes on, cut it
    in two or three; 99 where a part of it is not there at all."""
    count = 0
    while text:
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if text[:middle] in read else (low, middle - 1)
        if low < min(12, len(text)):
            return 99
        text, count = text[low:], count + 1
    return count


def test_a_text_of_which_a_part_is_gone_is_not_there():
    assert pieces("oneandtwoandthreeandfour", "xx oneandtwoandthreeandfour") == 1
    assert pieces("oneandtwoandthreeandfour", "oneandtwoand footer threeandfour") == 2
    assert pieces("oneandtwoandthreeandfour", "oneandtwoand footer three&four") == 99


def with_payloads(code_, line_, payloads):
    """A letter with all these payloads in each of its free texts, and what was written where."""
    context = specimen.specimen(code_, line_)
    everything = " ~ ".join(payloads)
    written = {path: f"q{i}q {everything} q{i}q" for i, path in enumerate(printed_paths(context))}
    return rewritten(context, written), written


@pytest.mark.parametrize(
    "text",
    [
        "\u202eevil\u202c",
        "\u2066isolated\u2069",
        "lone \ud800 surrogate",
        "nul \x00",
        "bell \x07",
        "escape \x1b[31m",
        "return\rBcc: x",
        "\ufeffmark",
        "no character \uffff",
    ],
)
@pytest.mark.parametrize("path", ["member.name", "services.0.reason", "recipient.lines.0"])
def test_what_reads_as_something_else_is_refused_by_its_field(path, text):
    context = with_fact(specimen.specimen("denial", "medicaid"), path, text)
    with pytest.raises(ContextRefused, match=rf"{path}: has the unprintable character U\+"):
        compose.html(context)


@pytest.mark.parametrize("text", ["\U0001f600", "\U0001f468\u200d\U0001f469", "\U00012000"])
def test_what_we_have_no_shape_for_is_refused_or_printed_but_never_a_box(press, text):
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.reason", text)
    try:
        pdf = press.print(request_for(context))
    except PrintRefused as refused:
        if refused.kind != "glyphs":
            raise
        return
    assert bare(text) in bare("".join(pdf_text.read(pdf)))


def test_a_text_from_right_to_left_between_ours_is_printed_word_by_word(press):
    text = "مرحبا <b>x</b> بالعالم 12"
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.reason", text)
    read = bare("".join(pdf_text.read(press.print(request_for(context)))))
    assert all(bare(word) in read for word in text.split())
