"""Is this the member? By the exact number and date of birth together, or not at all.

An office that knows both may see the name, so that it sees whom it asks for. Whoever knows one of
the two learns nothing. Looks are logged by the door that calls it.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ARRAY, Date, Text, cast, column, func, select

from casework.context import Context
from casework.queries.eligibility import Coverage, coverage_on


@dataclass(frozen=True)
class Named:
    """A member whom the asker named rightly."""

    id: int
    number: str
    name: str


@dataclass(frozen=True)
class Recognised(Named):
    """The same with the coverage on the day of service."""

    coverage: Coverage


def named(cx: Context, number: str, birth_date: date) -> Named | None:
    """The member with exactly this number and date of birth; else None."""
    wanted = cast([number.strip()], ARRAY(Text))
    found = func.directory_member(wanted).table_valued(
        column("id"),
        column("number", Text),
        column("family_name", Text),
        column("given_name", Text),
        column("birth_date", Date),
    )
    row = cx.db.execute(select(found)).one_or_none()
    if row is None or row.birth_date != birth_date:
        return None
    return Named(int(row.id), row.number, f"{row.given_name} {row.family_name}")


def recognised(cx: Context, number: str, birth_date: date, *, on: date) -> Recognised | None:
    """The member with this number and date of birth, with the coverage on that day; else None.

    Raises Invalid (field `date_of_service`) when the day lies more than 24 months back or ahead.
    """
    found = named(cx, number, birth_date)
    if found is None:
        return None
    return Recognised(found.id, found.number, found.name, coverage_on(cx, number, on=on))
