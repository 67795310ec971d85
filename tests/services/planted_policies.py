"""The plan's medical policies in a house of the tests, all of the demo's file, in force since 2024;
and checklists filled in through the real command."""

from datetime import date

from sqlalchemy import create_engine, insert, select

from casework.config import Settings
from casework.models import CaseDocument, MedicalPolicy
from casework.queries import case_file
from casework.records import checklists
from casework.records.checklists import Checklist
from casework.seed import policies
from casework.services import criteria
from casework.services.criteria import Answers, CriterionAnswer
from tests.builders import MONDAY

SINCE = date(2024, 1, 1)


def plant(settings: Settings, users: dict[str, int]) -> None:
    """The newest version of each policy of the file as version 1."""
    engine = create_engine(settings.database_owner_url)
    signed = {
        "written_by_id": users["physician2"],
        "written_by": "Paul Physician, MD",
        "approved_by_id": users["admin"],
        "approved_by": "Adam Admin",
    }
    rows = [
        policies.row_of(each | {"versions": each["versions"][-1:]}, 1, first=SINCE) | signed
        for each in policies.told()
    ]
    with engine.begin() as connection:
        connection.execute(insert(MedicalPolicy), rows)
    engine.dispose()


def checklist(town, ref: str, *, who: str = "nurse") -> Checklist:
    """The one checklist of this request."""
    with town.database.reading(town.cx(who)) as cx:
        [found] = checklists.of_case(cx, case_file.case_by_ref(cx, ref))
    return found


def paper_of(town, ref: str) -> int:
    """The number of the first paper on the case."""
    with town.database.reading(town.cx("nurse")) as cx:
        case = case_file.case_by_ref(cx, ref)
        found = select(CaseDocument.id).where(CaseDocument.case_id == case.id)
        return int(cx.db.execute(found.order_by(CaseDocument.id).limit(1)).scalar_one())


def mark(town, ref: str, who: str = "nurse", *, now=MONDAY, policy: str = "MP-021", **marks):
    """Mark criteria by name (`B1a="not_met"`, or a dict of a whole answer)."""
    answers = tuple(
        CriterionAnswer(criterion=name, **(said if isinstance(said, dict) else {"mark": said}))
        for name, said in marks.items()
    )
    form = Answers(policy=policy, answers=answers)
    return criteria.mark_criteria(town.cx(who, now), ref, None, 1, form)
