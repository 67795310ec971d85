"""A letter that waits for release: taken with its case, judged with the words of whoever reads it.

What may be put anew is the free text alone; the gate judges the whole letter each time. Who may
release is what the contract asks, within the rows of policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger, policy
from casework.bridge import letter_edits, letter_release
from casework.bridge.letter_edits import Part
from casework.bridge.letter_release import Release
from casework.context import Context, Principal
from casework.errors import Invalid, NotAllowed, NotFound, Problem, Stale
from casework.ledger import held
from casework.models import Case, CaseEvent, Letter, Obligation
from casework.records import letter_drafts
from casework.records.letter_drafts import Drafted
from letters import free_text

NO_FREE_TEXT: Final = "This is no free text of the letter: it cannot be put anew."


@dataclass(frozen=True)
class Waiting:
    """A held letter with its locked case, the rule of its contract, who decided, and the letters
    of the same step in the same language that wait with it (itself first)."""

    case: ledger.Head
    letter: Any
    copies: tuple[Any, ...]
    rule: Release
    writer_id: int | None
    writer_role: str
    before: Drafted


@dataclass(frozen=True)
class Changed:
    """One piece of free text: what it is called, what the decision says, what stands now."""

    label: str
    was: str
    now: str


def take(cx: Context, number: int, action: str, *, seen: int | None) -> Waiting:
    """The held letter with this number, its case locked, for somebody who may do this.

    Raises NotFound, NotAllowed (policy, then the contract), Stale when it waits no more or the
    case moved on since it was read.
    """
    ref = cx.db.execute(
        select(Case.ref).join(Letter, Letter.case_id == Case.id).where(Letter.id == number)
    ).scalar_one_or_none()
    if ref is None:
        raise NotFound("There is no such letter here.")
    case = ledger.take(cx, ref)
    policy.require(cx.principal, case.kind, action)
    letter = cx.db.execute(select(Letter).where(Letter.id == number)).scalar_one()
    if letter.state != "held":
        raise Stale(_no_more(letter))
    ledger.unchanged(case, seen)
    rule = letter_release.release_of(bridge.version_of(cx, case.contract_version_id).workflow)
    event = cause_of(cx, letter)
    refused = refusal(cx.principal, action, rule, writer_id=event.actor_id)
    if refused is not None:
        raise refused
    before = letter_drafts.drafted(cx, letter)
    return Waiting(
        case=case,
        letter=letter,
        copies=together(cx, letter, language=before.language),
        rule=rule,
        writer_id=event.actor_id if event.actor_kind == "user" else None,
        writer_role=event.actor_role,
        before=before,
    )


def cause_of(cx: Context, letter: Any) -> Any:
    """The event that called for the letter, and who did it."""
    return cx.db.execute(
        select(
            CaseEvent.actor_id, CaseEvent.actor_kind, CaseEvent.actor_role, CaseEvent.actor_name
        ).where(CaseEvent.case_id == letter.case_id, CaseEvent.seq == letter.cause_seq)
    ).one()


def refusal(
    principal: Principal, action: str, rule: Release, *, writer_id: int | None
) -> Problem | None:
    """Why the contract does not let this person do this with the letter; None where it does."""
    mine = writer_id is not None and principal.id == writer_id
    if action == "reword_letter":
        if mine or principal.roles & set(rule.roles):
            return None
        return NotAllowed(
            "Only who decided, or who may release the letter, puts its words anew.",
            source="letter-reword",
        )
    if not principal.roles & set(rule.roles):
        names = ", ".join(role.replace("_", " ") for role in rule.roles)
        return NotAllowed(
            f"This contract lets only these release its letters: {names}.", source="letter-release"
        )
    if mine and not rule.writer_may and action == "release_letter":
        return NotAllowed(
            "You decided it: this contract wants somebody else to read the letter first.",
            source="letter-release",
        )
    return None


def words_from(
    cx: Context, waiting: Waiting, given: Mapping[str, str], *, in_spanish: bool
) -> dict[str, str]:
    """The words that the letter is to hold: those that differ from the decision's own. Parts that
    are not `given` stay as they stand in the letter now.

    Raises Invalid for what is no free text of this letter, and for what free text may not say.
    """
    own = letter_drafts.own_parts(cx, waiting.letter)
    stood = letter_drafts.words_of(cx, waiting.letter)
    in_spanish = in_spanish or (not given and letter_edits.IN_SPANISH in stood)
    kept = {part.path: stood[part.path] for part in own if part.path in stood}
    language = waiting.before.language
    words, wrong = judged(own, {**kept, **given}, language=language, in_spanish=in_spanish)
    if wrong:
        raise Invalid("The words cannot stand so.", fields=wrong)
    return words


def judged(
    own: Sequence[Part], given: Mapping[str, str], *, language: str, in_spanish: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """What of these words differs from the decision's `own`, as the letter keeps it; and what
    keeps them from standing, by the part."""
    known = {part.path for part in own}
    wrong = {path: NO_FREE_TEXT for path in given if path not in known}
    spanish = language == "es" and in_spanish
    kept: dict[str, str] = {}
    for part in own:
        text = given.get(part.path, part.text).replace("\r\n", "\n").strip()
        if text == part.text.strip():
            continue
        kept[part.path] = text
        name = part.path.rpartition(".")[2]
        for found in free_text.refusals(text, language="es" if spanish else "en", field=name):
            wrong.setdefault(part.path, f"{found.sentence} {found.fix}")
    if kept:
        kept[letter_edits.LANGUAGE] = language
    if kept and spanish:
        kept[letter_edits.IN_SPANISH] = "yes"
    return kept, wrong


def require_whole(cx: Context, copies: Sequence[Any], words: Mapping[str, str]) -> None:
    """Raise Invalid, naming every element, unless the gate lets each of these copies leave."""
    for copy in copies:
        after = letter_drafts.drafted(cx, copy, words=words)
        if after.draft.fine:
            continue
        wrong = [
            f"{sentence} ({point.citation})"
            for point in after.draft.points
            for sentence in point.wrong
        ] + [f"{each.sentence} ({each.citation})" for each in after.draft.others]
        raise Invalid(
            f"The letter to the {copy.recipient} may not leave. {' '.join(wrong)}",
            fields={"letter": wrong[0]},
        )


def changes(cx: Context, waiting: Waiting, words: Mapping[str, str]) -> tuple[Changed, ...]:
    """What these words say otherwise than the decision."""
    return difference(letter_drafts.own_parts(cx, waiting.letter), words)


def difference(own: Sequence[Any], words: Mapping[str, str]) -> tuple[Changed, ...]:
    """The parts whose words are no longer the decision's own, with both."""
    return tuple(
        Changed(part.label, part.text, words[part.path])
        for part in own
        if part.path in words and words[part.path] != part.text
    )


def put_words(cx: Context, waiting: Waiting, words: Mapping[str, str], **values: Any) -> None:
    """Write the words, and these further columns, into the letter and the copies with it."""
    stood = letter_drafts.words_of(cx, waiting.letter)
    by = waiting.letter.worded_by if words == stood else cx.principal.name[:120]
    for copy in waiting.copies:
        cx.db.execute(
            update(Letter)
            .where(Letter.id == copy.id, Letter.state == "held")
            .values(
                words_ct=letter_drafts.sealed_words(cx, copy, words),
                worded_by=by if words else "",
                **values,
            )
            .execution_options(synchronize_session=False)
        )


def owe(
    cx: Context,
    waiting: Waiting,
    kind: str,
    says: str,
    *,
    cause_seq: int,
    to: tuple[int | None, str],
) -> None:
    """The next task with this letter: for `to` (a person, if known, and a role), in time."""
    answer = bridge.standing_answer(cx, waiting.case)
    cx.db.execute(
        insert(Obligation).values(
            case_id=waiting.case.id,
            kind=kind,
            says=says[:300],
            citation="Rule of the plan: release by a named person",
            cause_seq=cause_seq,
            owner_id=to[0],
            owner_role=to[1],
            due_at=letter_release.due_of(answer, at=cx.now),
            raised_at=cx.now,
        )
    )
    ledger.weigh(cx, [waiting.case.id])


def tasks_of(waiting: Waiting) -> list[str]:
    """The names of every task that waits with this letter and its copies."""
    return [name for copy in waiting.copies for name in names_of(copy.id)]


def names_of(letter_id: int) -> tuple[str, str]:
    """The tasks of releasing and of wording this letter anew."""
    return held.kind_of(letter_id), reword_kind(letter_id)


def reword_kind(letter_id: int) -> str:
    """The name of the task of putting this letter's words anew."""
    return f"reword_letter_{letter_id}"


def together(cx: Context, letter: Any, *, language: str) -> tuple[Any, ...]:
    """This letter and every other of the same step that waits in the same language: one decision
    is told in one wording, so they are read, worded and released together."""
    others = cx.db.execute(
        select(Letter)
        .where(
            Letter.case_id == letter.case_id,
            Letter.cause_seq == letter.cause_seq,
            Letter.state == "held",
            Letter.id != letter.id,
        )
        .order_by(Letter.id)
    ).scalars()
    same = [each for each in others if letter_drafts.language_of(cx, each) == language]
    return (letter, *same)


def _no_more(letter: Any) -> str:
    if letter.released_by:
        return f"{letter.released_by} released this letter already; nothing was changed."
    return "This letter does not wait for release; nothing was changed."
