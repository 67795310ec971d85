"""Which cases a case file covers: one, or every case of the matter within reach."""

from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import Case


def cases_of(cx: Context, case: Any, scope: str) -> list[int]:
    """The ids of the cases in the file, oldest first.

    Whoever sees this case opens its file, so no restricted case of the matter stands in the file
    of one that is not: that is asked for on the restricted case.
    """
    if scope == "case":
        return [case.id]
    inside = select(Case.id).where(Case.series_id == case.series_id)
    if scope not in {"packet", "supplement"} and not case.restricted:
        inside = inside.where(Case.restricted.is_(False))
    return list(cx.db.execute(inside.order_by(Case.id)).scalars())
