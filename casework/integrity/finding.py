"""What can be found, as one closed list: its code, its words, who owns it, and what mends it.

A finding holds codes, figures and ids, never a name of a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from casework.context import Context


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. `key` says which one of its code on its case it is; without
    `case_id` it is of the whole house."""

    code: str
    says: str
    case_id: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A code in words, the role that owns it, and what mends it."""

    title: str
    owner_role: str
    mends: str

    @property
    def owner(self) -> str:
        """The role in words."""
        return OWNERS[self.owner_role]


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """A look at some cases, by their ids; it can find these codes and no other."""

    codes: tuple[str, ...]
    look: Callable[[Context, Sequence[int]], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class HouseCheck:
    """A look at the house at this instant of the wall clock."""

    codes: tuple[str, ...]
    look: Callable[[Context, datetime], Iterable[Finding]]


# Who owns an alarm, in words.
OWNERS: Final = {
    "admin": "administrator",
    "compliance": "compliance officer",
    "supervisor": "supervisor",
}
_MEND: Final = "`casework integrity --mend` writes the step again, or ends it where it is over."
_REPLAY: Final = (
    "Nothing rewrites it by itself: compare `casework clocks explain` with the story, and restore"
    " the row from the backup. Any next event on the case computes its clocks anew."
)
KINDS: Final[dict[str, Kind]] = {
    # ── Timers ──────────────────────────────────────────────────────────────────────────────────
    "mark_missing": Kind("A step of a ladder is gone or was moved", "compliance", _MEND),
    "mark_stray": Kind("A step waits that no ladder has", "compliance", _MEND),
    "mark_overdue": Kind(
        "A step is due and was not fired",
        "admin",
        "The next sweep fires it. If it stays: `casework doctor` says why the sweep cannot.",
    ),
    "mark_failed": Kind(
        "A step failed five times",
        "compliance",
        "Look at the case now, as if the step had fired; the reason stands on the Operation page.",
    ),
    "effect_missing": Kind(
        "A step was fired and its escalation is gone",
        "compliance",
        "Escalate the clock by hand, and find out who removed the row.",
    ),
    "clock_differs": Kind("A stored clock is not what its events say", "compliance", _REPLAY),
    # ── Work that nobody does ───────────────────────────────────────────────────────────────────
    "no_obligation": Kind(
        "An open case on which nothing will happen",
        "supervisor",
        "Open the case and take its next step, or give it to somebody.",
    ),
    "openness_wrong": Kind(
        "A case is hidden from the lists, or stands there for nothing",
        "compliance",
        "Any next step on the case weighs it anew; a note is enough for the record.",
    ),
    "pended_without_timer": Kind(
        "A case waits for information and no time was given",
        "supervisor",
        "Resume the review, or ask again with a time.",
    ),
    "question_overdue": Kind(
        "The time to answer has passed and the case still waits",
        "admin",
        "The next sweep lets the question lapse. If it stays: `casework doctor`.",
    ),
    "talk_overdue": Kind(
        "The slot of a peer-to-peer talk has passed, and nobody recorded how it ended",
        "supervisor",
        "Record the talk as held, or close the offer.",
    ),
    "task_on_closed": Kind(
        "A closed case still has an open task",
        "supervisor",
        "Do what is owed, or record on the case that it was done.",
    ),
    "obligation_overdue": Kind(
        "What the case owes was not done in time",
        "supervisor",
        "Open the case: do what is owed, or record it as done; the alarm then ends by itself.",
    ),
    "correction_overdue": Kind(
        "A corrective action is overdue",
        "supervisor",
        "Let its owner record what proves it, or move it with a reason; the list shows them all.",
    ),
    "work_of_leavers": Kind(
        "Work lies with somebody who left",
        "supervisor",
        "Give it to a colleague; nothing is reassigned by itself.",
    ),
    "line_to_leaver": Kind(
        "Somebody reports to a person who left",
        "admin",
        "End the reporting line and name another manager: escalations climb by it.",
    ),
    "access_unreviewed": Kind(
        "A restricted case was opened with a reason, and nobody has settled it",
        "compliance",
        "Open Who looked: say that it was right, that you doubt it, or that it was not right.",
    ),
    # ── The review outside ──────────────────────────────────────────────────────────────────────
    "not_forwarded": Kind(
        "A Medicare appeal is owed to the review entity and did not go on",
        "compliance",
        "The next sweep forwards it. If it stays: open the appeal and take the step Forward.",
    ),
    "packet_unsent": Kind(
        "A body outside waits for the file and nothing is on its way",
        "supervisor",
        "Open the review: its page says what the packet lacks, or that nobody knows the body.",
    ),
    "packet_unproved": Kind(
        "A packet left and no body says that it has it",
        "supervisor",
        "Ask the body, and record its proof on the review.",
    ),
    # ── What must leave ─────────────────────────────────────────────────────────────────────────
    "letter_stuck": Kind(
        "A letter cannot leave",
        "supervisor",
        "Record what is missing on the case; the Operation page names it.",
    ),
    "letter_orphaned": Kind(
        "A letter is owed and no work produces it",
        "admin",
        "Write the notice by hand and record when it left; the row in the outbox is gone.",
    ),
    "letter_late": Kind(
        "A letter has been waiting for a quarter of an hour",
        "admin",
        "Look whether the post room runs: `casework doctor`.",
    ),
    "letter_lost": Kind(
        "A letter was called for and is gone",
        "compliance",
        "Write the notice by hand, record when it left, and find out who removed the row.",
    ),
    "letter_doubled": Kind(
        "A letter is recorded as sent twice",
        "compliance",
        "Ask the carrier what it mailed; tell the member which letter counts.",
    ),
    "letter_unproved": Kind(
        "A letter counts as sent without a proof",
        "compliance",
        "Ask the carrier by the key; if it never left, send it again with a reason.",
    ),
    "return_unattended": Kind(
        "A letter came back and nobody has the task",
        "supervisor",
        "Open the case, find the right address and send the letter again.",
    ),
    "held_unattended": Kind(
        "A letter waits for its release and nobody has the task",
        "supervisor",
        "Open the case, read the letter and release it.",
    ),
    "mailing_unproved": Kind(
        "The print vendor gave no proof that a copy was mailed",
        "supervisor",
        "Ask the vendor, and write on the case when it was mailed, or that it never was.",
    ),
    "letter_without_a_way": Kind(
        "A printed letter has no way out",
        "supervisor",
        "Put the address right, or what the print vendor refused, then send the letter again.",
    ),
    "batch_wrong": Kind(
        "A batch for the print vendor does not come to an end",
        "admin",
        "The post room shows it: ask the vendor for a right answer, or whether the folder is read.",
    ),
    "delivery_in_doubt": Kind(
        "A copy may or may not have left, for more than a day",
        "supervisor",
        "Ask the carrier by the key on the Operation page; nobody sends it again blindly.",
    ),
    "outbox_parked": Kind(
        "Work failed five times and is parked",
        "admin",
        "Mend what the last error names; the Operation page shows it.",
    ),
    "outbox_stale": Kind(
        "Work has been ready for a quarter of an hour and nobody takes it",
        "admin",
        "Start the worker, or `casework watch`, which needs no broker.",
    ),
    # ── The watch itself ────────────────────────────────────────────────────────────────────────
    "loop_stopped": Kind(
        "A loop does not run",
        "admin",
        "Start `casework worker` and `casework beat`, or `casework watch` alone.",
    ),
    "round_late": Kind(
        "A nightly check did not happen for 36 hours",
        "admin",
        "Run it by hand (`casework integrity`, `casework clocks verify`, `casework audit verify`)"
        " and look why the worker does not.",
    ),
    "history_broken": Kind(
        "The history of a case does not hold",
        "compliance",
        "Keep the database as it is, call whoever answers for security, compare with the backup.",
    ),
}
