"""Readings of the rules in words, resolved against the contracts that there are.

`stamped` (each case by its own version), `OH-MCD` (the version in force), `OH-MCD@2`, `rules.toml`
(the published rules and those of a draft), and changes after commas: `OH-MCD@2,+state:oh,
-owner,tolling=literal`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.errors import Invalid
from casework.models import Contract, ContractVersion
from sla import rules
from sla.reading import BadCase
from sla.rulefile import RuleError
from sla.supposing import Change, Reading, change_words, read_change

STAMPED: Final = "stamped"
_DRAFT: Final = ".toml"


@dataclass(frozen=True)
class Worded:
    """A reading with the words that name it; `contract_id` and `code` where it is about one."""

    words: str
    reading: Reading
    contract_id: int | None = None
    code: str = ""


def read(cx: Context, words: str, *, drafts: bool = False) -> Worded:
    """The reading that these words name; `drafts` allows the name of a rule file of this machine.

    Raises Invalid with what is wrong with which word.
    """
    base, *more = [word.strip() for word in words.split(",")]
    changes = [word for word in more if not word.endswith(_DRAFT)]
    files = [word for word in (base, *more) if word.endswith(_DRAFT)]
    if base.endswith(_DRAFT):
        base = STAMPED
    book = None
    if files:
        book = _draft(files, words, allowed=drafts)
    try:
        change = read_change(changes)
    except BadCase as error:
        raise _wrong(words, str(error)) from error
    if base == STAMPED:
        return Worded(words, Reading(change=change, book=book))
    contract_id, version_id = _version(cx, base, words)
    contract = bridge.contract_of(cx, version_id)
    reading = Reading(contract, change, book)
    try:
        reading.contract_for(contract)
    except BadCase as error:
        raise _wrong(words, str(error)) from error
    return Worded(words, reading, contract_id, base.partition("@")[0])


def worded(base: str, change: Change) -> str:
    """The words of a base with a change: what `read` reads back."""
    return ",".join((base, *change_words(change)))


def contract_id_of(cx: Context, code: str) -> int:
    """The id of the contract with this code. Raises Invalid naming those that there are."""
    found = cx.db.execute(select(Contract.id).where(Contract.code == code)).scalar()
    if found is None:
        codes = ", ".join(cx.db.execute(select(Contract.code).order_by(Contract.code)).scalars())
        raise Invalid(
            f"There is no contract {code!r}.", fields={"contract": f"Use one of {codes}."}
        )
    return found


def _version(cx: Context, base: str, words: str) -> tuple[int, int]:
    code, asks, number = base.partition("@")
    try:
        contract_id = contract_id_of(cx, code)
    except Invalid as error:
        raise _wrong(
            words,
            f"{code or '(nothing)'} is neither `{STAMPED}`, nor a contract, nor a rule file"
            f" (.toml). {error.fields['contract']}",
        ) from error
    if not asks:
        return contract_id, bridge.version_at(cx, contract_id, cx.now)
    versions = cx.db.execute(
        select(ContractVersion.version, ContractVersion.id).where(
            ContractVersion.contract_id == contract_id
        )
    ).all()
    by_number = {str(row.version): row.id for row in versions}
    if number not in by_number:
        raise _wrong(words, f"{code} has the versions {', '.join(sorted(by_number, key=int))}.")
    return contract_id, by_number[number]


def _draft(files: list[str], words: str, *, allowed: bool) -> rules.RuleBook:
    if not allowed:
        raise _wrong(words, "A rule file can be read on the console only.")
    if len(files) > 1:
        raise _wrong(words, "Name one rule file; it may hold any number of rules of one layer.")
    try:
        return rules.draft(Path(files[0]))
    except RuleError as error:
        raise _wrong(words, str(error)) from error


def _wrong(words: str, fix: str) -> Invalid:
    return Invalid(f"The reading {words!r} cannot be used.", fields={"reading": fix})
