"""What stands beside a letter that came back, is in doubt, or was sent again, and what can be done.

Whether the member's time starts anew is said with the rule of the clock that judges it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from casework import policy
from casework.context import Context
from casework.queries import returned
from casework.queries.case_file import CaseFile
from casework.queries.letters import READABLE, is_unproved
from casework.records.returned_mail import BY_POST
from casework.services.letter_retry import STOPPED
from casework.web import moments
from casework.web.staff import words
from sla.calendars import local_day, zone

# From what the member's window counts, by line (the citation is the clock's own).
_COUNTS_FROM: Final = {
    "medicaid": "the date on the notice",
    "medicare": "the receipt, which is presumed five days after the date on the notice",
    "marketplace": "the receipt of the notice",
}
_OPENING: Final = frozenset({"adverse", "reduction", "dismissal"})
_WHY_COPY: Final = (
    "Sent as an exact copy: it opens no new time, for either a later decision stands or the cut"
    " would take effect too soon for a new notice. Services that were cut while mail came back are"
    " reinstated when the member is found in time (42 CFR 431.213(d), 431.231(d))."
)


@dataclass(frozen=True)
class Again:
    """Beside one letter: which it repeats, what came back, what it means, what can be done."""

    notes: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    citation: str = ""
    steps: tuple[tuple[str, str, int], ...] = ()  # label, trigger, number of its letter or copy


def beside(cx: Context, file: CaseFile, ways: Mapping[int, Sequence[Any]]) -> dict[int, Again]:
    """What stands beside each letter of this case, by the letter's id."""
    window, where = returned.window_of(cx, file.case), zone(file.zone)
    known = {row.id: row for row in file.letters}
    may = {
        name
        for name in (
            "record_return",
            "reissue_letter",
            "answer_doubt",
            "record_mailing",
            "try_letter_again",
        )
        if policy.refusal(cx.principal, file.case.kind, name) is None
    }
    again = {row.reissue_of for row in file.letters if row.reissue_of}
    return {
        row.id: _one(
            row, known, ways.get(row.id, ()), window, may, where, sent_again=row.id in again
        )
        for row in file.letters
    }


def _one(
    row: Any,
    known: Mapping[int, Any],
    ways: Sequence[Any],
    window: returned.Window | None,
    may: set[str],
    where: ZoneInfo,
    *,
    sent_again: bool,
) -> Again:
    came_back = [way for way in ways if way.state == "returned"]
    told = tuple(_came_back(way, where) for way in came_back)
    notes, citation = _meaning(
        row, known, window, where, back=bool(came_back), sent_again=sent_again
    )
    return Again(notes, told, citation, tuple(_steps(row, ways, may)))


def _came_back(way: Any, where: ZoneInfo) -> str:
    day = moments.day(local_day(way.returned_at, where))
    return f"Came back on {day}: {words.value(way.return_reason).lower()}."


def _meaning(
    row: Any,
    known: Mapping[int, Any],
    window: returned.Window | None,
    where: ZoneInfo,
    *,
    back: bool,
    sent_again: bool,
) -> tuple[tuple[str, ...], str]:
    first = _first_of(row, known)
    notes = []
    if first is not row:
        why = words.value(row.reissue_reason).lower()
        notes.append(f"Repeats the letter of {_day(first.printed_on)}: {why}.")
    if row.recipient != "member" or first.notice_kind not in _OPENING or window is None:
        return tuple(notes), ""
    counts = f"The member’s time counts from {_COUNTS_FROM[window.line]}"
    if first is not row and row.notice_kind:
        until = moments.day(local_day(window.due_at, where))
        notes.append(
            f"{counts}: this letter starts it anew, until {until}. Whether the plan told in time is"
            " judged by the first letter."
        )
    elif first is not row:
        notes.append(_WHY_COPY if row.reissue_reason != "second_copy" else "It opens no new time.")
    elif back and not sent_again:
        notes.append(f"{counts}: a new letter bears its own day and starts it anew.")
    else:
        return tuple(notes), ""
    return tuple(notes), window.citation


def _first_of(row: Any, known: Mapping[int, Any]) -> Any:
    found = row
    while found.reissue_of in known:
        found = known[found.reissue_of]
    return found


def _day(on: date | None) -> str:
    return moments.day(on) if on else "an earlier day"


def _steps(row: Any, ways: Sequence[Any], may: set[str]) -> Iterator[tuple[str, str, int]]:
    for way in ways:
        step = _step(way)
        if step and step[1] in may:
            yield step
        if is_unproved(way) and "record_mailing" in may:
            yield "Was it mailed?", "record_mailing", way.id
    if "try_letter_again" in may and row.state in STOPPED:
        yield "Try it again", "try_letter_again", row.id
    if "reissue_letter" in may and row.state in READABLE and row.sha256:
        yield "Send it again", "reissue_letter", row.id


def _step(way: Any) -> tuple[str, str, int] | None:
    """What can be said of one copy: whether a doubtful one left, that a mailed one came back."""
    if way.state == "in_doubt":
        channel = words.CHANNELS.get(way.channel, way.channel)
        return f"Did it leave ({channel})?", "answer_doubt", way.id
    if way.state == "confirmed" and way.channel in BY_POST:
        return "It came back", "record_return", way.id
    return None
