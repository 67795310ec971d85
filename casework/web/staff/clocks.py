"""The three clocks of a case as its page shows them: decide, tell, carry out; the rest below them.

They are read from the engine's own answer, which explains each; nothing is reckoned here but how
near a due is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from casework.queries.case_file import CaseFile
from casework.queries.clocks import Explained
from casework.queries.due import time_left
from casework.web import moments
from casework.web.staff import words
from statemachines import engine

TELLING: Final = frozenset(
    {
        "written_notice",
        "denial_notice",
        "acknowledgement",
        "extension_notice",
        "downgrade_notice",
        "eligibility_notice",
        "information_request",
    }
)
CARRYING_OUT: Final = frozenset({"effectuation", "provision", "forward_to_ire", "file_to_reviewer"})
# What stands on the page for each way in which a clock can stand.
SIGNS: Final = {"late": "error", "today": "alarm", "calm": "schedule", "good": "check_circle"}


@dataclass(frozen=True)
class Dial:
    """One of the three: its question, its answer in words, its sign, and the clocks behind it."""

    title: str
    sign: str
    words: str
    detail: str
    due: datetime | None
    clocks: tuple[Explained, ...]

    @property
    def icon(self) -> str:
        """The icon of the sign; none where nothing runs."""
        return SIGNS.get(self.sign, "remove")


def dials(
    file: CaseFile, explained: Sequence[Explained], now: datetime
) -> tuple[tuple[Dial, ...], tuple[Explained, ...]]:
    """The three dials, and every clock, the nearest first."""
    by_name = {clock.name: clock for clock in explained}
    decision = by_name.get("decision")
    decided = file.case.state in engine.decided_states(file.case.kind)
    telling = [clock for clock in explained if clock.name in TELLING]
    if decided and decision is not None:
        telling.insert(0, decision)
    carrying = [clock for clock in explained if clock.name in CARRYING_OUT]
    three = (
        _decide(file, decision, decided, now),
        _tell(file, telling, decided, now),
        _carry_out(file, carrying, now),
    )
    return three, tuple(sorted(explained, key=lambda clock: (clock.state != "open", clock.due)))


def _decide(file: CaseFile, clock: Explained | None, decided: bool, now: datetime) -> Dial:
    clocks = (clock,) if clock is not None else ()
    if decided and file.determinations:
        newest = file.determinations[0]
        when = moments.near(newest.decided_at, now=now, zone=file.zone)
        late = clock is not None and newest.decided_at > clock.due
        sign = "late" if late else "good"
        after = ", after its time had run out" if late else ""
        return Dial(
            "Decide", sign, f"Decided {when}{after}", f"by {newest.decided_by_name}", None, clocks
        )
    if clock is None or clock.state == "closed":
        ended = engine.words(file.case.kind, file.case.state)
        return Dial("Decide", "none", ended.capitalize(), "No decision is due", None, clocks)
    return _running("Decide", clock, clocks, now, file.zone)


def _tell(file: CaseFile, clocks: Sequence[Explained], decided: bool, now: datetime) -> Dial:
    shown = tuple(clocks)
    stuck = [row for row in file.letters if row.state in {"refused", "parked"}]
    running = [clock for clock in clocks if clock.state == "open"]
    if stuck:
        return Dial(
            "Tell",
            "late",
            f"{_letters(len(stuck))} cannot leave",
            "See the letters below",
            None,
            shown,
        )
    if running:
        return _running("Tell", min(running, key=lambda c: c.due), shown, now, file.zone)
    if not file.letters and decided and any(clock.state == "met" for clock in clocks):
        return Dial("Tell", "good", "Told", "", None, shown)
    waiting = sum(row.state in {"due", "deposited"} for row in file.letters)
    sent = sum(row.state == "sent" for row in file.letters)
    if waiting:
        return Dial("Tell", "calm", f"{_letters(waiting)} on the way", f"{sent} sent", None, shown)
    if sent and file.case.state in engine.open_states(file.case.kind):
        return Dial(
            "Tell", "none", "Nothing else to tell yet", f"{_letters(sent)} sent", None, shown
        )
    if sent:
        return Dial("Tell", "good", "All told", f"{_letters(sent)} sent", None, shown)
    return Dial("Tell", "none", "Nothing to tell yet", "", None, shown)


def _letters(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _carry_out(file: CaseFile, clocks: Sequence[Explained], now: datetime) -> Dial:
    shown = tuple(clocks)
    running = [clock for clock in clocks if clock.state == "open"]
    if running:
        return _running("Carry out", min(running, key=lambda c: c.due), shown, now, file.zone)
    owed = [
        row for row in file.obligations if row.done_at is None and row.kind == "carry_out_reversal"
    ]
    if owed:
        left = time_left(owed[0].due_at, now, file.zone)
        return Dial("Carry out", _sign(left.group), left.words, owed[0].says, owed[0].due_at, shown)
    if file.authorizations:
        numbers = ", ".join(row.number for row in file.authorizations)
        return Dial("Carry out", "good", "Authorized", numbers, None, shown)
    if any(clock.state == "met" for clock in clocks):
        return Dial("Carry out", "good", "Carried out", "", None, shown)
    return Dial("Carry out", "none", "Nothing to carry out", "", None, shown)


def _running(
    title: str, clock: Explained, clocks: tuple[Explained, ...], now: datetime, zone: str
) -> Dial:
    if clock.state == "met":
        return Dial(title, "good", "In time", clock.words, None, clocks)
    left = time_left(clock.due, now, zone)
    detail = f"{clock.words}: {clock.limit}"
    return Dial(title, _sign(left.group), left.words, detail, clock.due, clocks)


def _sign(group: str) -> str:
    return {"overdue": "late", "today": "today"}.get(group, "calm")


def state_words(clock: Any, now: datetime) -> tuple[str, str]:
    """How one clock stands, in a word, and its sign."""
    if clock.state == "open" and clock.due < now and clock.owner != "member":
        return "time ran out", "late"
    known = {
        "open": ("running", "info"),
        "met": ("kept", "good"),
        "missed": ("missed", "late"),
        "closed": ("over", "neutral"),
    }
    return known.get(clock.state, (words.plain(clock.state), "neutral"))
