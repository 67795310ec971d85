"""Facts as JSON and back, and what cannot be printed refused with its field."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters import codec, compose, specimen
from letters.context import Deadline
from letters.refusals import CatalogueError, ContextRefused
from tests.letters.letter_desk import with_fact


def test_every_sample_survives_json(code, line):
    context = specimen.specimen(code, line)
    assert codec.from_dict(json.loads(json.dumps(codec.to_dict(context)))) == context


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"line": "tricare"}, "line: 'tricare' is not one of medicaid, medicare, marketplace"),
        ({"language": "fr"}, "language: 'fr' is not one of en, es"),
        ({"issued_on": "January 4"}, "issued_on: 'January 4' is no ISO 8601 date"),
        ({"issued_on": 20270104}, "issued_on: must be an ISO 8601 text"),
        ({"color": "red"}, "color: is no field of LetterContext"),
        ({"member": {"name": "A"}}, "member.member_id: is missing"),
        ({"member": "A"}, "member: must be a JSON object"),
        ({"large_print": "yes"}, "large_print: must be true or false, not str"),
        ({"services": {}}, "services: must be a list"),
        ({"recipient": {"kind": "cat", "name": "A", "lines": []}}, "recipient.kind: 'cat'"),
        ({"dates": {"appeal_by": {"on": "2027-02-30"}}}, "dates.appeal_by.on: '2027-02-30'"),
        (
            {"dates": {"appeal_by": {"on": "2027-03-04", "instant": "2027-03-04T10:00:00"}}},
            "dates.appeal_by.instant: needs an offset",
        ),
        (
            {
                "dates": {
                    "appeal_by": {
                        "on": "2027-03-04",
                        "instant": "2027-03-06T10:00:00+00:00",
                        "zone": "America/New_York",
                    }
                }
            },
            "dates.appeal_by.on: 2027-03-04 is not the day of",
        ),
    ],
)
def test_bad_facts_are_refused_with_the_field_and_the_fix(change, says):
    data = {**specimen.specimen_dict("denial", "medicaid"), **change}
    with pytest.raises(ContextRefused) as refused:
        codec.from_dict(data)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "missing", ["code", "line", "issued_on", "plan", "member", "recipient", "case"]
)
def test_a_missing_field_raises_and_names_it(missing):
    data = specimen.specimen_dict("denial", "medicaid")
    del data[missing]
    with pytest.raises(ContextRefused, match=f"^{missing}: is missing"):
        codec.from_dict(data)


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x85", "\u202e", "\u2066", "\ufeff", "\ud800"])
def test_a_character_that_cannot_be_printed_is_refused_with_its_place(char):
    context = with_fact(specimen.specimen("denial", "medicaid"), "member.name", f"Ann{char}a")
    with pytest.raises(ContextRefused, match=rf"^member\.name: .*U\+{ord(char):04X} at 3"):
        compose.html(context)


def test_a_text_longer_than_a_letter_can_be_is_refused():
    context = with_fact(specimen.specimen("denial", "medicaid"), "services.0.reason", "x" * 20_001)
    with pytest.raises(ContextRefused, match=r"services\.0\.reason: is 20001 characters long"):
        compose.html(context)


def test_a_language_that_nobody_has_a_notice_for_is_refused():
    context = with_fact(specimen.specimen("denial", "medicaid"), "plan.languages", ("es", "tlh"))
    with pytest.raises(ContextRefused, match=r"plan\.languages: has no notice for tlh"):
        compose.html(context)


def test_a_state_names_its_own_languages_and_english_stays():
    context = with_fact(specimen.specimen("denial", "medicaid"), "plan.languages", ("de", "zh"))
    html = compose.html(context)
    assert "Deutsch" in html
    assert "ATTENTION" in html
    assert "Tagalog" not in html


def test_a_state_that_still_says_chinese_gets_it():
    context = with_fact(specimen.specimen("denial", "medicaid"), "plan.languages", ("zh", "ar"))
    html = compose.html(context)
    assert '<p lang="zh-Hans">' in html
    assert '<p lang="ar" dir="rtl">' in html


def test_a_sample_that_is_not_there_is_refused_with_what_is():
    with pytest.raises(CatalogueError, match="Known: lines medicaid, medicare; languages en, es"):
        specimen.specimen("deemed_denial", "marketplace")


@given(st.integers(1_600_000_000, 2_080_000_000).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_a_moment_has_the_day_of_its_own_zone(instant):
    deadline = Deadline.moment(instant, "America/New_York")
    assert abs((deadline.on - instant.date()).days) <= 1
    assert Deadline(on=deadline.on, instant=instant, zone="America/New_York") == deadline


def test_the_denied_and_the_approved_lines_are_told_apart():
    context = specimen.specimen("partial_approval", "medicaid")
    assert [s.result for s in context.denied] == ["denied"]
    assert [s.result for s in context.approved] == ["approved"]
    assert context.issued_on == date(2027, 1, 4)
