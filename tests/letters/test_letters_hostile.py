"""Whatever people write appears literally: in the page, in the plain text, in the PDF."""

from functools import lru_cache

import pytest

from letters import codec, compose, pdf_text, specimen
from letters.markup import parse, squeezed, visible_text
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
)
# Fields whose words are a closed list.
CLOSED = ("code", "line", "language", "recipient.kind", "case.kind", "case.priority", "case.timing")
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


def test_there_are_forty_payloads():
    assert len(set(PAYLOADS)) == 40


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
@pytest.mark.parametrize(
    ("code_", "line_"),
    [("denial", "marketplace"), ("appeal_upheld", "medicare"), ("extension", "medicaid")],
)
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


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 10))
def test_payloads_are_printed_literally_in_the_pdf(press, first):
    payloads = PAYLOADS[first : first + 10]
    reason = " ~ ".join(f"<<{payload}>>" for payload in payloads)
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.reason", reason)
    read = "".join("".join(pdf_text.read(press.print(request_for(context)))).split())
    for payload in payloads:
        assert "".join(f"<<{payload}>>".split()) in read
