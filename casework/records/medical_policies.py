"""The plan's medical policies as rows: which version holds on a day, what changed between two.

A request is judged by the version in force on the local day of its receipt: that is what its office
could read when it asked. The newest version whose first day has come is the one in force.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import array

from casework.context import Context
from casework.models import MedicalPolicy, PolicyDraft
from casework.records.criteria_outline import outline
from casework.records.criteria_tree import Node, from_json, groups, leaves

CODE: Final = re.compile(r"[A-Z][A-Z0-9-]{1,23}", re.ASCII)
# What a version says, and over which its hash is taken; who wrote and approved it is beside.
SAID: Final = (
    "title",
    "title_es",
    "effective_from",
    "effective_to",
    "source",
    "address",
    "codes",
    "criteria",
    "reason",
)


@dataclass(frozen=True)
class Edition:
    """One published version as it is stored; none is ever changed."""

    id: int
    code: str
    version: int
    title: str
    title_es: str
    effective_from: date
    effective_to: date | None
    source: str
    address: str
    codes: tuple[str, ...]
    criteria: Mapping[str, Any]
    reason: str
    written_by: str
    approved_by: str
    published_at: datetime
    sha256: str

    @property
    def tree(self) -> Node:
        """Its criteria."""
        return from_json(self.criteria)

    @property
    def whole(self) -> bool:
        """Whether it still says what was published: its hash fits."""
        return self.sha256 == digest(self.code, self.version, vars(self))


@dataclass(frozen=True)
class Difference:
    """One thing that two versions say differently; empty where one of them does not have it."""

    what: str
    before: str
    after: str


_COLUMNS: Final = tuple(getattr(MedicalPolicy, name) for name in Edition.__dataclass_fields__)


def digest(code: str, version: int, said: Mapping[str, Any]) -> str:
    """SHA-256 over all that a version says, as canonical JSON."""
    values = {name: said[name] for name in SAID} | {"code": code, "version": version}
    values["codes"] = list(values["codes"])
    told = json.dumps(values, sort_keys=True, ensure_ascii=False, default=_iso)
    return hashlib.sha256(told.encode()).hexdigest()


def editions_of(cx: Context, code: str) -> tuple[Edition, ...]:
    """All published versions of a policy, the newest first."""
    rows = cx.db.execute(
        select(*_COLUMNS).where(MedicalPolicy.code == code).order_by(MedicalPolicy.version.desc())
    )
    return tuple(map(_edition, rows))


def every_edition(cx: Context) -> dict[str, tuple[Edition, ...]]:
    """All policies by their code, each with its versions, the newest first."""
    rows = cx.db.execute(
        select(*_COLUMNS).order_by(MedicalPolicy.code, MedicalPolicy.version.desc())
    )
    return _grouped(map(_edition, rows))


def editions_by_id(cx: Context, ids: Iterable[int]) -> dict[int, Edition]:
    """The versions with these row numbers."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = cx.db.execute(select(*_COLUMNS).where(MedicalPolicy.id.in_(wanted)))
    return {row.id: _edition(row) for row in rows}


def in_force(editions: Sequence[Edition], on: date) -> Edition | None:
    """The version that holds on this local day, of one policy's versions, the newest first."""
    begun = next((each for each in editions if each.effective_from <= on), None)
    if begun is None or (begun.effective_to is not None and begun.effective_to < on):
        return None
    return begun


def standing(edition: Edition, editions: Sequence[Edition], on: date) -> str:
    """Where one version stands on this day: in_force, planned, past, or replaced before its day."""
    if in_force(editions, on) is edition:
        return "in_force"
    newer = [each for each in editions if each.version > edition.version]
    if any(each.effective_from <= edition.effective_from for each in newer):
        return "replaced"
    return "planned" if edition.effective_from > on else "past"


def about(cx: Context, codes: Iterable[str], *, on: date) -> dict[str, tuple[Edition, ...]]:
    """For each code of service the policies in force on this day that are about it, by their code.

    Asked once for all lines of a case, with the index over the codes.
    """
    wanted = sorted({code for code in codes if code})
    if not wanted:
        return {}
    named = select(MedicalPolicy.code).where(MedicalPolicy.codes.has_any(array(wanted)))
    rows = cx.db.execute(
        select(*_COLUMNS)
        .where(MedicalPolicy.code.in_(named))
        .order_by(MedicalPolicy.code, MedicalPolicy.version.desc())
    )
    standing_now = [in_force(each, on) for each in _grouped(map(_edition, rows)).values()]
    return {
        code: tuple(each for each in standing_now if each is not None and code in each.codes)
        for code in wanted
    }


def draft_of(cx: Context, code: str, *, locked: bool = False) -> Any:
    """The draft of the next version of this policy, or None."""
    statement = select(PolicyDraft).where(PolicyDraft.code == code)
    return cx.db.execute(statement.with_for_update() if locked else statement).scalar_one_or_none()


def drafts(cx: Context) -> dict[str, Any]:
    """Every draft by the code of its policy."""
    rows = cx.db.execute(select(PolicyDraft).order_by(PolicyDraft.code)).scalars()
    return {row.code: row for row in rows}


def differences(before: Any, after: Any) -> tuple[Difference, ...]:
    """What two versions (or a version and a draft) say differently: titles, days, codes, criteria
    by their number."""
    found = [
        Difference(label, _shown(getattr(before, name)), _shown(getattr(after, name)))
        for name, label in _LABELS.items()
        if _shown(getattr(before, name)) != _shown(getattr(after, name))
    ]
    old, new = _nodes(before.criteria), _nodes(after.criteria)
    ids = [*new, *(number for number in old if number not in new)]
    found += [
        Difference(f"Criterion {number}", old.get(number, ""), new.get(number, ""))
        for number in ids
        if old.get(number) != new.get(number)
    ]
    return tuple(found)


_LABELS: Final = {
    "title": "Title",
    "title_es": "Title in Spanish",
    "effective_from": "First day",
    "effective_to": "Last day",
    "source": "Source",
    "address": "Where the public reads it",
    "codes": "Codes",
}


def _nodes(said: Mapping[str, Any]) -> dict[str, str]:
    tree = from_json(said)
    return {each.id: _head(each) for each in groups(tree)} | {
        each.id: outline(each) for each in leaves(tree)
    }


def _head(group: Any) -> str:
    below = ", ".join(each.id for each in group.of)
    return f"{group.id} {group.rule} {below}: {group.says}"


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%B} {value.day}, {value.year}"
    return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")


def _edition(row: Any) -> Edition:
    values = dict(row._mapping)
    return Edition(**values | {"codes": tuple(values["codes"])})


def _grouped(editions: Iterable[Edition]) -> dict[str, tuple[Edition, ...]]:
    found: dict[str, tuple[Edition, ...]] = {}
    for each in editions:
        found[each.code] = (*found.get(each.code, ()), each)
    return found


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
