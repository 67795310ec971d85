"""The reading grade: syllables as counted by hand, both indexes as worked examples, limits."""

import math

import pyphen
import pytest
import textstat

from letters import compose, proof, reading, specimen
from letters.markup import parse
from letters.syllables import count
from tests.letters.letter_desk import with_fact
from tests.letters.syllable_words import ENGLISH, SPANISH, counted

# Written as a decider might who thinks of colleagues, not of the member.
HARD = (
    "Notwithstanding conservative management, multilevel degenerative spondylosis without"
    " radiculopathy or myelopathy documented on contemporaneous magnetic resonance imaging fails"
    " to satisfy evidence-based criteria regarding interventional rehabilitation authorization."
)


@pytest.mark.parametrize(
    ("words", "language", "least"), [(ENGLISH, "en", 0.97), (SPANISH, "es", 0.99)]
)
def test_syllables_are_counted_as_by_hand(words, language, least):
    known = counted(words)
    right = sum(count(word, language) == number for word, number in known)
    assert len(known) > 130
    assert right / len(known) >= least
    # A hyphenation dictionary leaves short pieces together, so it counts worse.
    pieces = pyphen.Pyphen(lang="en_US" if language == "en" else "es", left=1, right=1)
    by_pieces = sum(len(pieces.positions(w.lower())) + 1 == n for w, n in known)
    assert by_pieces < right


def test_english_is_flesch_kincaid():
    # 11 words, 2 sentences, 14 syllables: 0.39 * 5.5 + 11.8 * 14/11 - 15.59 = 1.57
    text = "We denied your request. You can ask us to look again."
    told = reading.measure(text, "en")
    assert (told.sentences, told.words, told.syllables) == (2, 11, 14)
    assert told.grade == round(0.39 * 5.5 + 11.8 * 14 / 11 - 15.59, 1) == 1.6


def test_spanish_is_crawford():
    # ne-ga-mos su so-li-ci-tud; us-ted pue-de pe-dir u-na re-vi-sión: 8 words, 19 syllables
    text = "Negamos su solicitud. Usted puede pedir una revisión."
    told = reading.measure(text, "es")
    assert (told.sentences, told.words, told.syllables) == (2, 8, 19)
    by_hand = -0.205 * (2 * 100 / 8) + 0.049 * (19 * 100 / 8) - 3.407
    assert told.grade == round(by_hand, 1) == 3.1


def test_spanish_agrees_with_another_reckoning_of_the_same_index():
    textstat.set_lang("es")
    for code in ("denial", "extension", "appeal_upheld", "grievance_resolved"):
        context = specimen.specimen(code, "medicaid", language="es")
        said = " ".join(each.text for each in reading.free_facts.typed(context))
        assert math.isclose(reading.measure(said, "es").grade, textstat.crawford(said), abs_tol=1.0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Call us from 8 a.m. to 8 p.m. on any day.", 1),
        ("Dr. Lee saw you. She wrote 3.5 mg.", 2),
        ("Llame a EE. UU. de 8 a. m. a 8 p. m. cada día.", 1),
        ("¿Puede esperar? Llámenos.", 2),
        ("Take form No. 5 with you.", 1),
        ("", 0),
        ("12 – 34", 0),
    ],
)
def test_sentences_end_where_they_end(text, number):
    assert len(reading.sentences(text)) == number


def test_a_text_without_words_has_no_grade_and_endless_letters_are_no_word():
    assert reading.measure("97110 · 1-800-555-0101", "en").grade == 0
    assert reading.measure("a" * 400 + " dog.", "en").words == 1


def test_names_facts_and_typed_words_are_no_part_of_our_grade():
    context = specimen.specimen("denial", "medicaid")
    named = with_fact(context, "services.0.label", "immunohistochemical characterization")
    typed = with_fact(context, "services.0.reason", HARD)
    grades = {reading.ours(c, parse(compose.html(c))).grade for c in (context, named, typed)}
    assert len(grades) == 1


def test_typed_words_are_refused_only_above_the_ceiling_of_the_contract():
    context = specimen.specimen("denial", "medicaid")
    hard = with_fact(context, "services.0.reason", HARD)
    assert reading.measure(HARD, "en").grade > reading.ceiling(hard, "en")
    [missing] = proof.check(hard, compose.html(hard))
    assert missing.element == "reading_grade"
    assert "the reason of service 1 reads at grade" in missing.sentence
    assert missing.citation == "42 CFR 438.10(d)(6); State contract"
    looser = with_fact(hard, "plan.free_text_grade", 40)
    assert proof.check(looser, compose.html(looser)) == ()


def test_a_limit_of_the_contract_binds_in_both_languages():
    for language in ("en", "es"):
        context = specimen.specimen("denial", "marketplace", language=language)
        assert reading.limit(context) == 6
        strict = with_fact(context, "plan.reading_grade", 1)
        [missing] = proof.check(strict, compose.html(strict))
        grade = reading.ours(strict, parse(compose.html(strict))).grade
        assert f"reads at grade {grade:g}; the limit is 1" in missing.sentence
        assert missing.citation == "29 CFR 2560.503-1(g)(1)"


def test_a_letter_to_an_office_of_its_own_is_not_graded_and_a_copy_is():
    office = specimen.specimen("provider_denial", "medicaid")
    strict = with_fact(office, "plan.reading_grade", 1)
    assert proof.check(strict, compose.html(strict)) == ()
    copied = specimen.specimen("denial", "medicare", recipient="provider")
    strict = with_fact(copied, "plan.reading_grade", 1)
    assert [m.element for m in proof.check(strict, compose.html(strict))] == ["reading_grade"]
