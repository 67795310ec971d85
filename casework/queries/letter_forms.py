"""A letter that was sent, with what its other forms are made of; and its edition in large print."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, Letter, LetterEdition
from casework.queries.letters import READABLE

LARGE = "large_print"


@dataclass(frozen=True)
class Kept:
    """One letter that can be read: its bytes and its facts by hash, and how it is called."""

    id: int
    case_id: int
    member_id: int
    ref: str
    code: str
    title: str
    language: str
    large_print: bool
    printed_on: date | None
    sha256: str
    facts_sha256: str


@dataclass(frozen=True)
class Edition:
    """The letter in large print: `asked`, `made` or `failed`."""

    state: str
    sha256: str
    pages: int


def kept(cx: Context, letter_id: int, *, recipients: tuple[str, ...] = ()) -> Kept:
    """One letter within reach (addressed to one of `recipients`, if named). Raises NotFound."""
    statement: Any = (
        select(*(getattr(Letter, name) for name in _OF_THE_LETTER), Case.ref)
        .join(Case, Case.id == Letter.case_id)
        .where(Letter.id == letter_id, Letter.state.in_(READABLE), Letter.sha256 != "")
    )
    if recipients:
        statement = statement.where(Letter.recipient.in_(recipients))
    row = cx.db.execute(statement).one_or_none()
    if row is None:
        raise NotFound("There is no such letter here.")
    return Kept(**row._mapping)


_OF_THE_LETTER = tuple(name for name in Kept.__dataclass_fields__ if name != "ref")


def large_print(cx: Context, letter_id: int) -> Edition | None:
    """Its edition in large print; None where nobody asked for one."""
    row = cx.db.execute(
        select(LetterEdition).where(
            LetterEdition.letter_id == letter_id, LetterEdition.form == LARGE
        )
    ).scalar_one_or_none()
    return Edition(row.state, row.sha256, row.pages) if row else None
