"""A letter that waits for release, and a letter that left, as whoever looks at it needs them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge, policy
from casework.bridge import letter_release
from casework.bridge.letter_edits import IN_SPANISH, Part
from casework.bridge.letter_release import Release
from casework.context import Context
from casework.errors import Problem
from casework.ledger import held
from casework.models import Case, CaseEvent, Contract, Letter, Member, Obligation
from casework.queries import timeline
from casework.queries.letters import deliveries_of, letter_by_id
from casework.records import letter_drafts, letter_releases
from casework.records.letter_drafts import Drafted
from casework.records.letter_releases import Changed

ACTIONS: Final = ("release_letter", "reword_letter", "send_letter_back")
MOST: Final = 200


@dataclass(frozen=True)
class Reading:
    """A letter before its release. `own` are the decision's words, `changed` what stands
    otherwise now; `wrong` keeps words from standing; `refused` says by action why this person may
    not; `moved` what happened to the case since the decision; `due_at` when it is to be released.
    `others` are the letters of the same step that leave with it, `waits_alone` counts the rest.
    """

    letter: Any
    case: Any
    draft: Drafted
    own: tuple[Part, ...]
    now: Mapping[str, str]
    changed: tuple[Changed, ...]
    wrong: Mapping[str, str]
    in_spanish: bool
    rule: Release
    decided_by: str
    refused: Mapping[str, Problem | None]
    moved: tuple[str, ...]
    due_at: Any
    others: tuple[Drafted, ...]
    waits_alone: int

    @property
    def waits(self) -> bool:
        """Whether anything can still be done with it here."""
        return bool(self.letter.state == "held")


def reading(
    cx: Context, number: int, *, given: Mapping[str, str] | None = None, in_spanish: bool = False
) -> Reading:
    """The letter with this number, with the words that stand in it or those `given`.

    Raises NotFound.
    """
    letter = letter_by_id(cx, number).Letter
    language = letter_drafts.language_of(cx, letter)
    case = cx.db.execute(select(Case).where(Case.id == letter.case_id)).scalar_one()
    own = letter_drafts.own_parts(cx, letter)
    stored = letter_drafts.words_of(cx, letter)
    wrong: Mapping[str, str] = {}
    words: Mapping[str, str] = stored
    if given is not None:
        words, wrong = letter_releases.judged(own, given, language=language, in_spanish=in_spanish)
    with_it = letter_releases.together(cx, letter, language=language)[1:]
    cause = letter_releases.cause_of(cx, letter)
    rule = letter_release.release_of(bridge.version_of(cx, case.contract_version_id).workflow)
    return Reading(
        letter=letter,
        case=case,
        draft=letter_drafts.drafted(cx, letter, words=words),
        own=own,
        now={part.path: words.get(part.path, part.text) for part in own},
        changed=letter_releases.difference(own, words),
        wrong=wrong,
        in_spanish=in_spanish or bool(stored.get(IN_SPANISH)),
        rule=rule,
        decided_by=cause.actor_name,
        refused={
            action: policy.refusal(cx.principal, case.kind, action)
            or letter_releases.refusal(cx.principal, action, rule, writer_id=cause.actor_id)
            for action in ACTIONS
        },
        moved=_moved(cx, letter),
        due_at=_due_at(cx, letter),
        others=tuple(letter_drafts.drafted(cx, each, words=words) for each in with_it),
        waits_alone=_held(cx, letter) - 1 - len(with_it),
    )


@dataclass(frozen=True)
class About:
    """A letter as it is or was: its row and case, how each copy of it left, and what people did
    with it before."""

    letter: Any
    ref: str
    ways: tuple[Any, ...]
    told: tuple[timeline.Entry, ...]


def about(cx: Context, number: int) -> About:
    """The letter with this number, within reach. Raises NotFound."""
    row = letter_by_id(cx, number)
    case = cx.db.execute(select(Case).where(Case.ref == row.ref)).scalar_one()
    entries = timeline.timeline(cx, case, limit=timeline.MOST)
    told = tuple(entry for entry in entries if number in _named(json.loads(entry.facts or "{}")))
    return About(row.Letter, row.ref, tuple(deliveries_of(cx, [number]).get(number, ())), told)


def _named(facts: Mapping[str, Any]) -> set[Any]:
    """The letters that an event speaks of: one that left, or one that waited."""
    return {facts.get("letter"), facts.get("held_letter"), *facts.get("with_it", ())}


def waiting(cx: Context) -> tuple[Any, ...]:
    """The letters that wait for release within reach, the most urgent first, each with its case,
    member, contract and the task that is owed."""
    task = func.concat(held.kind_of(0).removesuffix("0"), Letter.id)
    rows = cx.db.execute(
        select(
            Letter.id,
            Letter.code,
            Letter.recipient,
            Letter.owed_at,
            Case.ref,
            Case.title,
            Member.given_name,
            Member.family_name,
            Contract.name.label("contract"),
            Obligation.due_at,
        )
        .join(Case, Case.id == Letter.case_id)
        .join(Member, Member.id == Letter.member_id)
        .join(Contract, Contract.id == Case.contract_id)
        .outerjoin(
            Obligation,
            (Obligation.case_id == Letter.case_id)
            & (Obligation.kind == task)
            & (Obligation.done_at.is_(None)),
        )
        .where(Letter.state == "held")
        .order_by(Obligation.due_at.nulls_first(), Letter.id)
        .limit(MOST)
    )
    return tuple(rows)


def _moved(cx: Context, letter: Any) -> tuple[str, ...]:
    """The steps that were taken on the case after the decision: it may stand no longer."""
    rows = cx.db.execute(
        select(CaseEvent.event)
        .where(
            CaseEvent.case_id == letter.case_id,
            CaseEvent.seq > letter.cause_seq,
            CaseEvent.trigger != "",
        )
        .order_by(CaseEvent.seq)
    ).scalars()
    return tuple(rows)


def _due_at(cx: Context, letter: Any) -> Any:
    return cx.db.execute(
        select(func.min(Obligation.due_at)).where(
            Obligation.case_id == letter.case_id,
            Obligation.kind.in_(letter_releases.names_of(letter.id)),
            Obligation.done_at.is_(None),
        )
    ).scalar()


def _held(cx: Context, letter: Any) -> int:
    """How many letters of the same step wait, in whatever language."""
    return int(
        cx.db.execute(
            select(func.count())
            .select_from(Letter)
            .where(
                Letter.case_id == letter.case_id,
                Letter.cause_seq == letter.cause_seq,
                Letter.state == "held",
            )
        ).scalar_one()
    )
