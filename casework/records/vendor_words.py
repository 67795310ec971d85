"""What a print vendor answers, read into values: nothing of it is believed as it is.

Pure: a mapping in, values or a sentence out. It knows no table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sla.calendars import end_of_day

AHEAD: Final = timedelta(minutes=5)
EARLIER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mailing:
    """One piece of mail: its key, when it was mailed, the vendor's proof number."""

    key: str
    at: datetime
    proof: str


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """An answer to one batch. `judged`: it says of every key whether it was taken."""

    batch: str
    count: int | None
    sha256: str
    accepted: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    mailings: tuple[Mapping[str, Any], ...] = ()
    returned: tuple[Mapping[str, Any], ...] = ()

    @property
    def judged(self) -> bool:
        """Whether it accepts or refuses at all."""
        return bool(self.accepted or self.refused)


def batch_answer(said: Mapping[str, Any]) -> BatchAnswer | None:
    """The answer in this file; None where it is none, or malformed anywhere."""
    refused = _tables(said.get("refused", []))
    mailings, returned = _tables(said.get("mailed", [])), _tables(said.get("returned", []))
    accepted = said.get("accepted", [])
    name, count = said.get("batch"), said.get("count")
    good = (
        isinstance(name, str)
        and (count is None or isinstance(count, int))
        and isinstance(accepted, list)
        and all(isinstance(key, str) for key in accepted)
    )
    if not good or refused is None or mailings is None or returned is None:
        return None
    return BatchAnswer(
        batch=str(name),
        count=count,
        sha256=str(said.get("sha256", "")),
        accepted=tuple(accepted),
        refused={row["key"]: str(row.get("reason", ""))[:120] for row in refused},
        mailings=mailings,
        returned=returned,
    )


def mismatch(answer: BatchAnswer, *, keys: Sequence[str], sha256: str) -> str:
    """Why this answer does not fit the batch that we handed over: a sentence, or empty."""
    known = set(keys)
    named = {*answer.accepted, *answer.refused}
    told = {row["key"] for row in (*answer.mailings, *answer.returned)}
    if strange := (named | told) - known:
        return f"It names {len(strange)} keys that were not in the batch."
    if not answer.judged:
        return ""
    if answer.count != len(known):
        return f"The vendor counted {answer.count} files; we handed over {len(known)}."
    if answer.sha256 != sha256:
        return "The vendor's hash of the batch is not ours."
    if missing := known - named:
        return f"It says nothing of {len(missing)} of {len(known)} files."
    if both := set(answer.accepted) & set(answer.refused):
        return f"It accepts and refuses {len(both)} files at once."
    return ""


def mailing(
    row: Mapping[str, Any], *, handed: datetime, now: datetime, where: Any
) -> Mailing | str:
    """When this piece was mailed. `mailed_at` is an instant with its offset; with a plain day
    (`mailed_on`) it counts as mailed at the end of it, which never favours the plan. A sentence
    where it cannot be believed."""
    at = _instant(row.get("mailed_at")) or _end_of(row.get("mailed_on"), where, now)
    if at is None:
        return "It gives no moment of mailing (mailed_at with its offset, or mailed_on)."
    if at > now + AHEAD:
        return "It says that mail left at a moment that has not come yet."
    if at < handed - EARLIER:
        return "It says that mail left before we handed it over."
    return Mailing(str(row["key"]), min(max(at, handed), now), str(row.get("proof", ""))[:80])


def _tables(said: Any) -> tuple[Mapping[str, Any], ...] | None:
    if not isinstance(said, list):
        return None
    fits = all(isinstance(row, Mapping) and isinstance(row.get("key"), str) for row in said)
    return tuple(said) if fits else None


def _instant(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None else None


def _end_of(said: Any, where: Any, now: datetime) -> datetime | None:
    try:
        day = date.fromisoformat(str(said))
    except ValueError:
        return None
    if day == now.astimezone(where).date():
        return now
    return end_of_day(day, where).astimezone(UTC)
