"""The criteria that a decision used stand in the member's file, in the member's language, with what
the records showed; a paper of which a part is withheld is not named there."""

import pytest
from sqlalchemy import create_engine, update

from casework.models import CaseFileRequest
from casework.records import case_file_contents
from casework.records.determinations import LineRuling
from casework.services import determinations
from tests.casefiles.conftest import Desk, paper
from tests.casefiles.papers_made import pdf, saved, text_of
from tests.services import planted_policies as planted
from tests.services.stages import REASON, WORDS, with_physician

UNMET = dict.fromkeys(("B1b", "B1c", "B1d", "B2b", "B3"), "not_met")
NOTES = paper("exam.pdf", saved(pdf("Exam of the back", "Second page")))


@pytest.fixture(scope="module")
def denied(desk: Desk, settings) -> str:
    """A denied request with a paper, and one mark that rests on the second page of it."""
    house = desk.house
    planted.plant(settings, house.town.users)
    ref = with_physician(house, papers=(NOTES,))
    shown = {"mark": "not_met", "paper_id": planted.paper_of(house.town, ref), "page": 2}
    planted.mark(house.town, ref, "physician", B1a=shown, **UNMET)
    ruling = LineRuling(number=1, result="denied", reason=REASON, criterion="MP-021, part B.")
    decision = determinations.Ruling(
        lines=(ruling,), words=WORDS, criterion="MP-021", attested=True
    )
    determinations.deny(house.cx("physician"), ref, None, decision)
    desk.hush()
    return ref


def _rules(desk: Desk, number: int) -> dict:
    with desk.reading() as cx:
        return {
            rule.name: rule for rule in case_file_contents.of_request(cx, desk.row(number)).rules
        }


def test_each_criterion_and_its_mark_stands_in_the_file(desk: Desk, denied) -> None:
    number = desk.ask(denied, cx=desk.house.town.cx("member of OH-MCD"))
    rules = _rules(desk, number)
    [name] = [each for each in rules if each.startswith("MP-021, ") and "part" not in each]
    facts = dict(rules[name].facts)
    marked = {key.partition(".")[0]: value for key, value in facts.items()}
    assert marked["B1a"] == "The records do not show it (exam.pdf, page 2)"
    assert marked["B1b"] == "The records do not show it"
    assert marked["B2a"] == "Not judged"
    assert "portal.plan.example" in " ".join(facts.values()) or "MP-021" in name
    desk.make()
    text = " ".join(" ".join(text_of(desk.bytes_of(number))).split())
    assert "The records do not show it (exam.pdf, page 2)" in text


def test_the_file_of_a_spanish_reader_has_the_criteria_in_spanish(
    desk: Desk, denied, settings
) -> None:
    number = desk.ask(denied, cx=desk.house.town.cx("member of OH-MCD"), scope="case")
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(
            update(CaseFileRequest).where(CaseFileRequest.id == number).values(language="es")
        )
    engine.dispose()
    [rule] = [
        each
        for name, each in _rules(desk, number).items()
        if name.startswith("MP-021, ") and each.language == "es"
    ]
    assert "Los documentos no lo muestran (exam.pdf, página 2)" in dict(rule.facts).values()
    english = planted.checklist(desk.house.town, denied).criteria
    said = " ".join(name for name, _value in rule.facts)
    assert all(one.says_es in said for one in english)
