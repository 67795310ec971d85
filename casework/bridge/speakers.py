"""When a form by which somebody speaks for a member counts, and which of them a letter goes to.

Conditions on the rows alone; who may act by one is asked in `casework.records.speaking`.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from casework.models import Representative


def in_force(on: date) -> ColumnElement[bool]:
    """Whether a form counts on this day: begun, not run out, ended by nobody."""
    return (
        (Representative.starts_on <= on)
        & (Representative.ends_on.is_(None) | (Representative.ends_on >= on))
        & Representative.ended_at.is_(None)
    )


def covers(series_id: Any) -> ColumnElement[bool]:
    """Whether a form is about everything, or about this series (a number, or a column)."""
    return or_(Representative.series_id.is_(None), Representative.series_id == series_id)


def gets_letters(series_id: Any, restricted: Any) -> ColumnElement[bool]:
    """Whether letters of a case of this series, confidential or not, go to the form's holder too
    (values, or columns of the case)."""
    private = Representative.sees_private | (restricted == False)  # noqa: E712 - a column
    return and_(covers(series_id), Representative.gets_letters, private)
