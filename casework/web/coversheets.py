"""What the pages of coversheets share: the sheets as they stand, and the sheet itself.

Whose case it is, the door looks up; it asks for nothing by itself.
"""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response

from casework.context import Context
from casework.errors import NotFound
from casework.queries import coversheets
from casework.queries.coversheets import Sheet
from casework.storage import Storage
from casework.web import edge
from letters.context import Office


@dataclass(frozen=True)
class Shown:
    """What a page shows: the sheets, the desk to which papers go, whether one is being made."""

    sheets: tuple[Sheet, ...]
    desk: Office | None

    @property
    def waits(self) -> bool:
        """Whether the page has to look again."""
        return any(sheet.state == "asked" for sheet in self.sheets)


def shown(cx: Context, case: Any) -> Shown:
    """The sheets of the acting person on this case."""
    desk = coversheets.where_to(cx, case.contract_id, case.kind)
    return Shown(coversheets.own_sheets(cx, case.id), desk)


def pdf(cx: Context, case: Any, number: str) -> Response:
    """The printed sheet of this number. Raises NotFound where there is none."""
    made = {sheet.number: sheet.sha256 for sheet in coversheets.own_sheets(cx, case.id)}
    if not made.get(number):
        raise NotFound("There is no such coversheet.")
    answer = make_response(Storage(edge.settings()).get(made[number]))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="coversheet-{number}.pdf"'
    return answer
