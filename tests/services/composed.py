"""A letter of a case as the house would write it now, past the gate, without the printing press."""

from sqlalchemy import select

from casework.bridge import letter_context
from casework.models import Letter
from letters import compose, plaintext, proof
from tests.builders import MONDAY
from tests.services import stages


def written(
    house, ref: str, code: str, *, recipient: str = "member", language: str = "", on=MONDAY
):
    """The text of this letter; raises where none is owed or the gate finds something missing."""
    case = stages.look(house, ref).case
    with house.town.database.reading(house.cx("system")) as cx:
        row = cx.db.execute(
            select(Letter)
            .where(Letter.case_id == case.id, Letter.code == code, Letter.recipient == recipient)
            .order_by(Letter.id.desc())
            .limit(1)
        ).scalar_one()
        context = letter_context.context_of(cx, row, issued_on=on.date(), language=language)
    page = compose.html(context)
    missing = [each.sentence for each in proof.check(context, page)]
    assert not missing, missing
    return " ".join(plaintext.from_html(page).split())
