"""An office asks for what is unlike others: treatment underway, already given, a newborn."""

import pytest
from sqlalchemy import select

from casework.models import Case, PriorAuth
from casework.records import occasions
from tests.web.provider.filling import Portal
from tests.web.provider.writing import FORM, good, review, send

MOVED = {
    "occasion": "continuity",
    "occasion_why": "provider_left",
    "occasion_began": "12/1/2026",
    "occasion_changed": "2/20/2027",
    "occasion_previous": "Dr. Birch",
}


def kept(town, ref: str):
    with town.database.reading(town.cx("compliance")) as cx:
        found = select(PriorAuth).join(Case, Case.id == PriorAuth.case_id).where(Case.ref == ref)
        return occasions.of(cx.db.execute(found).scalar_one())


def test_what_was_said_of_a_treatment_is_reviewed_and_stands_on_the_case(mae: Portal, town) -> None:
    page = review(mae, good(town, **MOVED))
    assert "Treatment underway goes on (continuity of care)" in page.text
    assert "December 1, 2026" in page.text
    ref = send(mae, good(town, **MOVED))
    said = kept(town, ref)
    assert (said.kind, said.why, said.previous) == ("continuity", "provider_left", "Dr. Birch")
    assert said.changed_on.isoformat() == "2027-02-20"
    case = mae.get(f"/provider/cases/{ref}")
    assert "Treatment underway: the provider left the network" in case.text
    # A request like any other says nothing of it.
    plain = send(mae, good(town))
    assert kept(town, plain) is None
    assert "What kind of request" not in mae.get(f"/provider/cases/{plain}").text


def test_what_was_already_given_needs_no_second_word_for_it(mae: Portal, town) -> None:
    given = {
        "occasion": "after_the_fact",
        "occasion_why": "emergency",
        "occasion_began": "2/20/2027",
        "line-1-first": "2027-02-20",
        "line-1-last": "2027-02-20",
    }
    ref = send(mae, good(town, **given))
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
    assert (case.timing, case.about) == ("post_service", "after_the_fact")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"occasion_previous": ""}, "Name the plan or the provider before the change."),
        ({"occasion_changed": "soon"}, "Write the date as month/day/year"),
        ({"occasion": ""}, "Choose what kind of request it is, or empty the rest."),
        (
            {
                "occasion": "after_the_fact",
                "occasion_why": "emergency",
                "priority": "expedited",
                "priority_reason": "It hurts.",
            },
            "cannot be on the fast track",
        ),
        ({"occasion": "newborn", "occasion_why": ""}, "Say on which day the child was born"),
    ],
)
def test_what_decides_it_is_asked_at_its_field_and_nothing_typed_is_lost(
    mae: Portal, town, more, sentence
) -> None:
    mae.get(FORM)
    page = mae.send(FORM, good(town, **MOVED) | more | {"do": "review"}, status=422)
    assert sentence in page.text
    [began] = [e for e in page.all("input") if e.get("name") == "occasion_began"]
    assert began.get("value")
