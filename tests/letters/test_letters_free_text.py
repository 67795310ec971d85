"""The check of one typed text: what the letter may not leave with, and what makes it better."""

import pytest

from letters.free_text import findings, refusals, slot

GOOD = {
    "en": "Your records show that you can walk and climb stairs. You do not need more visits now.",
    "es": "Su historia clínica muestra que ya puede caminar. Ahora no necesita más visitas.",
}


def kinds(text, language="en", field="reason", limit=6.0):
    return [each.kind for each in findings(text, language=language, field=field, limit=limit)]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_plain_reason_needs_no_word(language):
    assert findings(GOOD[language], language=language, field="reason", limit=6) == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  \n",
            "TBD",
            "tbd.",
            "N/A",
            "n/a",
            "see attached",
            "See notes.",
            "none",
            "...",
            "-",
        ),
        *(
            "[insert reason]",
            "Because [fill in] of this.",
            "xxx",
            "XXXX",
            "The reason is ____ here.",
        ),
        *("Lorem ipsum dolor sit amet.", "It is {{ reason }}.", "TODO write this", "Why???"),
        *("ver adjunto", "Pendiente", "no aplica", "[escriba la razón]", "You are w\x07ell."),
        "a" * 20_001,
    ],
)
def test_what_stands_for_a_text_still_to_be_written_is_refused(text):
    [first, *_] = findings(text, language="en", field="reason", limit=6)
    assert first.kind == "refuse"
    assert first.sentence.endswith(".")
    assert first.fix.endswith(".")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You can send us the notes within 30 days.", "en"),
        ("Please call within ten business days.", "en"),
        ("You must reply no later than 14 days.", "en"),
        ("Envíe las notas dentro de 30 días.", "es"),
        ("Debe apelar en un plazo de diez días hábiles.", "es"),
    ],
)
def test_a_deadline_without_its_day_is_refused(text, language):
    [found, *_] = findings(text, language=language, field="reason", limit=9)
    assert (found.kind, "calendar date" in found.fix) == ("refuse", True)
    assert found.excerpt in text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You can send us the notes within 30 days, by March 5, 2027.", "en"),
        ("You walked without help within 3 days of your surgery.", "en"),
        ("The pain went away within two weeks.", "en"),
        ("Envíe las notas dentro de 30 días, antes del 5 de marzo de 2027.", "es"),
        ("El dolor pasó en dos semanas.", "es"),
    ],
)
def test_a_span_that_is_no_deadline_or_names_its_day_stands(text, language):
    assert "refuse" not in kinds(text, language)


@pytest.mark.parametrize(
    ("text", "language", "word", "instead"),
    [
        ("Your MRI shows no stenosis of any kind.", "en", "stenosis", "narrowing"),
        ("You take the pills BID with your food.", "en", "BID", "twice a day"),
        ("Pt walks well and needs no more help.", "en", "Pt", "you"),
        ("You can ambulate without any help now.", "en", "ambulate", "walk"),
        ("The enrollee does not need this now.", "en", "enrollee", "you, or the member"),
        ("No tiene disnea cuando camina en casa.", "es", "disnea", "falta de aire"),
        ("Su presión es HTA y está bien tratada.", "es", "HTA", "presión alta"),
    ],
)
def test_a_hard_word_is_advised_against_with_the_plain_one(text, language, word, instead):
    found = findings(text, language=language, field="reason", limit=12)
    assert [(f.kind, f.excerpt) for f in found] == [("advise", word)]
    assert instead in found[0].fix


def test_words_that_only_look_like_an_abbreviation_are_left_alone():
    assert kinds("You bid for a bed that is as good as the first.") == []


def test_capitals_and_hard_sentences_and_thin_reasons_are_advice():
    assert kinds("YOU DO NOT NEED THIS CARE NOW") == ["advise"]
    assert kinds("Not needed.") == ["advise"]
    hard = "Insufficient documentation precludes authorization of additional rehabilitation care. "
    [found] = findings(hard * 2, language="en", field="reason", limit=6)
    assert "aim at 6" in found.sentence


def test_what_others_published_is_quoted_as_it_stands():
    text = "MP-021: SEVERE STENOSIS WITH RADICULOPATHY, BILATERAL"
    assert kinds(text, field="criterion") == []
    assert kinds("TBD", field="criterion") == ["refuse"]


def test_refusals_come_first_and_alone_where_only_they_are_asked():
    text = "BID [insert dose]"
    assert kinds(text)[0] == "refuse"
    assert {f.kind for f in refusals(text, language="en", field="reason")} == {"refuse"}


@pytest.mark.parametrize("text", ["None of the records show it.", "{{ 7*7 }}", "x", "---", "=1+1"])
def test_the_gate_takes_no_strange_text_for_one_still_to_be_written(text):
    assert slot(text) == ""
