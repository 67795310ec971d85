"""Every code that can reach a member has words, in both languages, that a sixth grader can read."""

import re
from collections.abc import Iterator

import pytest
import textstat
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

from casework.bridge import vocabulary
from casework.queries.next_step import next_step
from casework.queries.timeline import INTERNAL
from casework.web import language, site
from casework.web.member import story, words
from letters import catalogue
from statemachines import engine
from tests.letters import reading_grade

SOURCE = language.FOLDER.parent
OURS = ("member/", "public/")
# Above this many words a text is a sentence to be measured by itself, below it is a label.
SENTENCE = 8


def said() -> Iterator[str]:
    """Every text of the members' and the public pages."""
    found = extract_from_dir(
        SOURCE,
        method_map=[("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")],
        keywords={**DEFAULT_KEYWORDS, "lazy_gettext": None},
    )
    for path, _line, message, *_ in found:
        if any(part in path for part in OURS):
            yield from ([message] if isinstance(message, str) else message)


def spanish() -> dict[str, str]:
    """The Spanish of each text, singular and plural."""
    found = {}
    with (language.FOLDER / "es.po").open("rb") as source:
        for message in read_po(source):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            found |= dict(zip(ids, texts, strict=True))
    return found


def plain(text: str) -> str:
    """A text as it is read: a name or a number in each place."""
    read = re.sub(r"%\((\w+)\)s", lambda m: {"day": "May 4", "when": "May 4"}.get(m[1], "3"), text)
    read = read.replace("PA-2027-000123-7", "this").strip()
    return read if read[-1] in ".?!:" else f"{read}."


def english() -> list[str]:
    return sorted({plain(text) for text in said()})


def test_the_english_of_these_pages_is_of_grade_six_or_below() -> None:
    """Flesch-Kincaid with our own count of syllables, and two of textstat's measures, which count
    letters: its own count of syllables asks the network for a dictionary."""
    sentences = [each for text in english() for each in re.split(r"(?<=[.?!:])\s+", text)]
    assert reading_grade.grade(sentences) <= 6
    together = " ".join(english())
    textstat.set_lang("en")
    assert textstat.automated_readability_index(together) <= 6
    assert textstat.coleman_liau_index(together) <= 6


@pytest.mark.parametrize("text", [t for t in english() if len(t.split()) > SENTENCE])
def test_no_english_text_is_above_grade_eight(text: str) -> None:
    sentences = [each for each in re.split(r"(?<=[.?!:])\s+", text) if re.search("[A-Za-z]", each)]
    assert reading_grade.grade(sentences) <= 8, text


def test_the_spanish_of_these_pages_is_of_grade_six_or_below() -> None:
    """Fernández Huerta (70 and above is grade six or below) and Crawford's years of school."""
    known = spanish()
    texts = sorted({plain(known[text]) for text in said()})
    textstat.set_lang("es")
    together = " ".join(texts)
    assert textstat.fernandez_huerta(together) >= 80
    assert textstat.crawford(together) <= 6
    hard = [
        text
        for text in texts
        if len(text.split()) > SENTENCE and textstat.fernandez_huerta(text) < 60
    ]
    assert hard == []


def test_a_hard_text_is_found() -> None:
    hard = (
        "Pursuant to applicable regulations, enrollees dissatisfied with adverse benefit"
        " determinations may request reconsideration within the prescribed period."
    )
    assert reading_grade.grade([hard]) > 8
    textstat.set_lang("es")
    assert (
        textstat.fernandez_huerta(
            "De conformidad con la normatividad aplicable, los derechohabientes inconformes podrán"
            " interponer reconsideraciones administrativas dentro del plazo reglamentario."
        )
        < 60
    )


def test_every_state_of_every_kind_has_words() -> None:
    for kind in engine.KINDS:
        assert kind in words.KINDS
        for state in engine.states(kind):
            assert (kind, state) in words.STATES, (kind, state)


def test_what_happens_next_is_known_in_both_languages(app_of: Flask) -> None:
    listed = {str(each) for each in words.NEXT}
    for kind in engine.KINDS:
        for state in engine.states(kind):
            if (kind, state) not in words.ENDS:
                assert next_step(kind, state).member in listed, (kind, state)
            with app_of.test_request_context(), force_locale("es"):
                es = words.what_next(kind, state)
            with app_of.test_request_context(), force_locale("en"):
                assert es != words.what_next(kind, state), (kind, state)


def test_no_sentence_of_what_happens_next_is_left_over() -> None:
    used = {next_step(kind, state).member for kind in engine.KINDS for state in engine.states(kind)}
    assert {str(each) for each in words.NEXT} <= used


def test_every_letter_to_a_member_has_a_name() -> None:
    sent = {
        entry["code"]
        for entry in catalogue.letter_rows()
        if {"member", "representative"} & set(entry["recipients"])
    }
    assert sent == set(words.LETTERS)


def test_every_event_is_told_in_words_or_left_out_on_purpose() -> None:
    happens = {edge.event for kind in engine.KINDS for edge in engine.edges(kind)}
    happens |= set(vocabulary.OBSERVATIONS)
    told = set(story.EVENTS)
    assert happens - INTERNAL - told - story.LEFT_OUT == set()
    assert (told | story.LEFT_OUT) - happens == set()
    assert told & story.LEFT_OUT == set()


@pytest.fixture(scope="module")
def app_of() -> Flask:
    """Just the languages: no database."""
    app = Flask(site.__name__)
    language.install(app)
    return app
