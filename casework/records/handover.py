"""When a printed copy goes to the vendor: at once, or with the batch of the next cut-off.

Pure. The contract says it in its workflow under `print`: `cutoffs` (local
times, none: at once), `most` (so many waiting copies make a batch), `proof_days` (business days for
the proof of mailing), `format_days` (business days for Braille, audio or a disc).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from casework.errors import Invalid
from sla.calendars import zone

MOST: Final = 200
PROOF_DAYS: Final = 2
FORMAT_DAYS: Final = 5
# A clock that falls due so soon after the cut-off does not wait for it.
MARGIN: Final = timedelta(hours=4)
NAMES: Final = ("cutoffs", "most", "proof_days", "format_days")


@dataclass(frozen=True, slots=True)
class PrintTerms:
    """What a contract says about printing."""

    cutoffs: tuple[time, ...] = ()
    most: int = MOST
    proof_days: int = PROOF_DAYS
    format_days: int = FORMAT_DAYS


def read(workflow: Mapping[str, Any]) -> PrintTerms:
    """The contract's terms of printing. Raises Invalid naming the field."""
    said = workflow.get("print") or {}
    if not isinstance(said, Mapping) or set(said) - set(NAMES):
        raise _wrong("print", f"Use a table with {', '.join(NAMES)}.")
    return PrintTerms(
        cutoffs=_times(said.get("cutoffs", [])),
        most=_whole(said, "most", MOST, 5000),
        proof_days=_whole(said, "proof_days", PROOF_DAYS, 30),
        format_days=_whole(said, "format_days", FORMAT_DAYS, 60),
    )


def faults(workflow: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the contract's terms of printing, by field."""
    try:
        read(workflow)
    except Invalid as refused:
        return refused.fields
    return {}


def next_cutoff(terms: PrintTerms, at: datetime, time_zone: str) -> datetime:
    """The first cut-off after this instant, in UTC; the instant itself where there are none."""
    if not terms.cutoffs:
        return at
    where = zone(time_zone)
    local = at.astimezone(where)
    for day in (local.date(), local.date() + timedelta(days=1)):
        for each in terms.cutoffs:
            instant = datetime.combine(day, each, where).astimezone(UTC)
            if instant > at:
                return instant
    raise AssertionError("Tomorrow has a cut-off, or there are none.")


def _times(said: Any) -> tuple[time, ...]:
    try:
        found = {time.fromisoformat(str(each)) for each in said}
    except (TypeError, ValueError):
        raise _wrong("print.cutoffs", "Write local times, like 11:00 and 16:30.") from None
    if any(each.tzinfo is not None for each in found):
        raise _wrong("print.cutoffs", "Write them without a zone: they are local times.")
    return tuple(sorted(found))


def _whole(said: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = said.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise _wrong(f"print.{name}", f"Write a whole number from 1 to {most}.")
    return value


def _wrong(place: str, sentence: str) -> Invalid:
    return Invalid("The terms of printing cannot be read.", fields={place: sentence})
