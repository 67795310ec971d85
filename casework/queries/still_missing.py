"""What a complaint or an appeal still lacks, as a list to tick off: how often it was asked for,
what the rule wants, which step brings it. It reads the case as its page has it and decides nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import select

from casework.context import Context
from casework.models import CaseEvent, Contact
from casework.queries.case_file import CaseFile
from casework.records import issues
from statemachines import engine

State = Literal["done", "waiting", "missing"]
KINDS: Final = ("grievance", "appeal")
# What a missing consent or form takes before the case may end for it.
ATTEMPTS: Final = 3
LEFT: Final = ("sent", "returned")
MOST_CONTACTS: Final = 40


@dataclass(frozen=True)
class Item:
    """One thing. `at` is when it was done or is due; `step` is the step that brings it, empty for
    what comes by itself."""

    code: str
    state: State
    words: str
    detail: str = ""
    at: datetime | None = None
    step: str = ""
    citation: str = ""


@dataclass(frozen=True)
class Talk:
    """One contact about the case."""

    ref: str
    inward: bool
    channel: str
    with_whom: str
    purpose: str
    outcome: str
    at: datetime
    by: str
    verified: tuple[str, ...]
    spoken: str
    interpreter: str


def contacts_of(cx: Context, case_id: int) -> tuple[Talk, ...]:
    """The contacts about this case, the newest first."""
    rows = cx.db.execute(
        select(Contact)
        .where(Contact.case_id == case_id)
        .order_by(Contact.at.desc(), Contact.id.desc())
        .limit(MOST_CONTACTS)
    ).scalars()
    return tuple(
        Talk(
            ref=row.ref,
            inward=row.direction == "in",
            channel=row.channel,
            with_whom=row.with_whom,
            purpose=row.purpose,
            outcome=row.outcome,
            at=row.at,
            by=row.by_name,
            verified=tuple(row.verified),
            spoken=row.spoken,
            interpreter=row.interpreter,
        )
        for row in rows
    )


def items_of(cx: Context, file: CaseFile, talks: Sequence[Talk]) -> tuple[Item, ...]:
    """What this complaint or appeal needs, what is missing first. Empty for other kinds."""
    if file.case.kind not in KINDS:
        return ()
    found = [*_receipt(file, talks), *_of_kind(cx, file, talks), *_answer(file)]
    order = {"missing": 0, "waiting": 1, "done": 2}
    return tuple(sorted(found, key=lambda each: order[each.state]))


def _receipt(file: CaseFile, talks: Sequence[Talk]) -> Iterator[Item]:
    letter = next((row for row in file.letters if row.code == f"{file.case.kind}_received"), None)
    clock = next((row for row in file.clocks if row.name == "acknowledgement"), None)
    due = clock.due_at if clock is not None else None
    if letter is not None and letter.state in LEFT:
        yield Item("acknowledged", "done", "Acknowledged by letter", at=letter.sent_at)
    elif letter is not None or clock is not None:
        yield Item("acknowledged", "waiting", "The acknowledgement has not left yet", at=due)
    if file.case.channel == "phone":
        checked = next((talk for talk in talks if talk.inward and talk.verified), None)
        if checked is not None:
            said = f"{checked.with_whom}: {', '.join(checked.verified)}"
            yield Item("caller", "done", "The caller was verified", said, checked.at)
        else:
            yield Item("caller", "missing", "Who called was not verified", step="log_contact")
    if file.question is not None:
        whom = file.question.from_whom
        yield Item(
            "question", "waiting", f"An answer of the {whom} is awaited", at=file.question.due_at
        )


def _of_kind(cx: Context, file: CaseFile, talks: Sequence[Talk]) -> Iterator[Item]:
    if file.case.state in engine.open_states(file.case.kind):
        yield from _appeal(file, talks) if file.case.kind == "appeal" else _grievance(cx, file)


def _appeal(file: CaseFile, talks: Sequence[Talk]) -> Iterator[Item]:
    detail = file.detail
    if detail.consent == "on_file":
        yield Item("consent", "done", "The form or consent is on file")
    elif detail.consent == "missing":
        tries = [talk for talk in talks if not talk.inward]
        told = f"{len(tries)} of {ATTEMPTS} attempts to get it"
        last = tries[0].at if tries else None
        what = "the representative’s form"
        if file.case.filed_by in ("provider", "physician"):
            what = "the member’s written consent"
        yield Item("consent", "missing", f"Missing: {what}", told, last, "record_consent")
        if len(tries) < ATTEMPTS:
            yield Item(
                "attempts",
                "missing",
                "Try to get it: who, when, how, and how it ended",
                step="log_contact",
            )
    if detail.late and not detail.late_decided:
        words = "It came late: decide whether there was good cause"
        yield Item("late", "missing", words, step="accept_late")
    if detail.reviewer_id is None and file.case.state == "received":
        yield Item("reviewer", "missing", "Nobody reviews it yet", step="assign_reviewer")
    elif detail.reviewer_id is not None:
        yield Item("reviewer", "done", "A reviewer who took no part before is assigned")


def _grievance(cx: Context, file: CaseFile) -> Iterator[Item]:
    detail = file.detail
    yield _dispute(detail.disputes)
    standing = issues.standing(cx, file.case.id)
    for number in standing.open:
        yield Item(f"issue-{number}", "missing", f"A finding of issue {number}", step="find_issue")
    if standing.count > 1 and not standing.open:
        yield Item("issues", "done", "Each issue has its finding")
    if detail.quality_of_care:
        yield from _quality(cx, file)
    elif not detail.in_writing and file.line == "medicare":
        yield Item(
            "oral",
            "waiting",
            "It came orally and may be answered by telephone; log it",
            "The letter goes all the same",
            step="oral_notice",
            citation="42 CFR 422.564(e)(3)",
        )


def _dispute(answer: str) -> Item:
    if answer == "no":
        return Item("dispute", "done", "It disputes no decision: asked and answered")
    if answer == "filed":
        return Item("dispute", "done", "The appeal that it holds was opened")
    if answer == "yes":
        return Item(
            "dispute", "missing", "It also disputes a decision: open the appeal",
            step="answer_dispute", citation="42 CFR 438.400(b); 42 CFR 422.564(b)",
        )  # fmt: skip
    words = "Not asked yet: does it also dispute a decision?"
    return Item("dispute", "missing", words, step="answer_dispute")


def _quality(cx: Context, file: CaseFile) -> Iterator[Item]:
    found = set(
        cx.db.execute(
            select(CaseEvent.event).where(
                CaseEvent.case_id == file.case.id,
                CaseEvent.event.in_(("quality_of_care_referred", "clinical_finding_recorded")),
            )
        ).scalars()
    )
    if "clinical_finding_recorded" in found:
        yield Item("quality", "done", "A clinician looked at the quality of care")
    elif "quality_of_care_referred" in found:
        yield Item("quality", "waiting", "A clinician is asked about the quality of care")
    else:
        words = "Quality of care: ask a clinician"
        yield Item("quality", "missing", words, step="refer_quality_of_care")


def _answer(file: CaseFile) -> Iterator[Item]:
    kept = [row for row in file.letters if row.state not in LEFT and not _is_receipt(row)]
    for row in kept:
        if row.state in ("refused", "parked", "held"):
            yield Item(f"letter-{row.id}", "missing", f"A letter cannot leave: {row.title}")


def _is_receipt(row: Any) -> bool:
    return str(row.code).endswith("_received")
