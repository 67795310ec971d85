"""One request, appeal, complaint or outside review, as its member sees it.

What was asked, what was decided and why, what is next and by when, what can be done now, the rights
in words, the letters, and the story.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, make_response, render_template
from flask_babel import lazy_gettext

from casework import observations
from casework.bridge.letter_plan import plan_now
from casework.context import Context
from casework.queries import (
    case_file,
    conversation,
    member_case,
    member_letters,
    papers,
    remedies,
    timeline,
)
from casework.queries.case_file import CaseFile
from casework.queries.choices import choices
from casework.queries.conversation import Written
from casework.queries.member_case import Told
from casework.queries.member_letters import OwnLetter
from casework.queries.remedies import Remedy
from casework.queries.timeline import Entry
from casework.records import joins, keeping
from casework.records.joins import Linked
from casework.services.actions import ACTIONS
from casework.storage import Storage
from casework.web import edge, language
from casework.web.access import MEMBERS, entry
from casework.web.member import act_forms, letters, sight, story, words
from casework.web.member.blueprint import member

MOST_OF_THE_STORY: Final = 60
CHANGES: Final = ("appeal", "external_review")  # kinds of case that can change an answer
RESULTS: Final[dict[str, tuple[Any, str]]] = {
    "": (lazy_gettext("Not decided yet"), "neutral"),
    "approved": (lazy_gettext("We said yes"), "good"),
    "approved_other": (lazy_gettext("We said yes, but not to all of it"), "soon"),
    "denied": (lazy_gettext("We said no"), "neutral"),
}


@dataclass(frozen=True)
class Seen:
    """One case with all that its page shows."""

    file: CaseFile
    told: Told
    open: frozenset[str]
    remedy: Remedy
    letters: tuple[OwnLetter, ...]
    entries: tuple[Entry, ...]
    talk: tuple[Written, ...]
    plan: Mapping[str, Any]
    now: datetime
    links: tuple[Linked, ...] = ()

    @property
    def care_goes_on(self) -> bool:
        """Whether care that was cut goes on now, by this open appeal or one of this request."""
        return bool(keeping.appeal_that_keeps([self.file.case]) or self.file.kept_during)

    @property
    def due_at(self) -> datetime | None:
        """When the decision is due, while it is owed."""
        return next(
            (
                clock.due_at
                for clock in self.file.clocks
                if clock.name == "decision"
                and clock.state in {"open", "missed"}
                and clock.satisfied_at is None
            ),
            None,
        )

    @property
    def expected(self) -> sight.Expected | None:
        """By when the answer is to be there, in words."""
        case = self.file.case
        return sight.expected(
            self.due_at, now=self.now, zone=self.file.zone, stands=(case.kind, case.state)
        )

    @property
    def reversed_(self) -> bool:
        """Whether a no was changed to a yes: the denied request holds an authorization."""
        holds = any(one.ended_on is None for one in self.file.authorizations)
        return holds and self.file.case.state == "denied"

    @property
    def in_part(self) -> bool:
        """Whether whoever changed it gave a part only."""
        given = {each.outcome for each in self.file.series if each.kind in CHANGES}
        return "partial" in given and "overturned" not in given

    @property
    def escalation(self) -> str:
        """The number under which a supervisor looks at it; empty for none."""
        return next((each.ref for each in self.file.escalations if each.ref), "")

    @property
    def asked_faster(self) -> bool:
        """Whether somebody asked for a faster answer and waits to hear."""
        pace = ("expedite_requested", "expedite_granted", "expedite_refused")
        newest = next((each.event for each in self.entries if each.event in pace), "")
        return newest == "expedite_requested"


def see(ref: str, *, what: str = "case") -> Seen:
    """The case of this number, with the look written down before it is shown. Raises NotFound."""
    with edge.reading() as cx:
        seen = _read(cx, ref)
    case = seen.file.case
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what=what)
    return seen


@member.get("/cases/<ref>")
@entry(*MEMBERS)
def case(ref: str) -> str:
    """The page of one case."""
    seen = see(ref)
    shown = seen.file.case
    state, sign = words.standing(
        shown.kind, shown.state, reversed_=seen.reversed_, in_part=seen.in_part
    )
    return render_template(
        "member/case.html",
        seen=seen,
        case=shown,
        told=seen.told,
        remedy=seen.remedy,
        zone=seen.file.zone,
        line=seen.file.line,
        terms=seen.plan,
        kind=str(words.KINDS[shown.kind]),
        name=sight.name_of(shown.title),
        name_of=sight.name_of,
        for_whom=_for_whom(seen.file.member),
        state=state,
        sign=sign,
        results=RESULTS,
        expected=seen.expected,
        next=_next(seen),
        acts=act_forms.offered(seen),
        talk=seen.talk,
        letters=[letters.shown(each) for each in seen.letters],
        story=story.story(seen.entries, edge.principal()),
        series=[
            {
                "case": each,
                "kind": words.KINDS[each.kind],
                "state": words.state(each.kind, each.state),
            }
            for each in seen.file.series
            if each.ref != shown.ref
        ],
    )


def _next(seen: Seen) -> str:
    if seen.reversed_:
        return words.in_part() if seen.in_part else words.what_next("appeal", "effectuated")
    return words.what_next(seen.file.case.kind, seen.file.case.state)


@member.get("/papers/<int:number>")
@entry(*MEMBERS)
def paper(number: int) -> Response:
    """A paper of a case, as it came: saved, never shown in a page; anybody may have sent it."""
    with edge.reading() as cx:
        row = papers.paper_by_id(cx, number)
    observations.look(
        edge.cx(), case_id=row.case_id, member_id=row.member_id, what=f"document:{number}"
    )
    answer = make_response(Storage(edge.settings()).get(row.sha256))
    answer.headers["Content-Type"] = row.media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{letters.safe(row.name)}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _for_whom(patient: Any) -> str:
    """The name of the member, for whoever speaks for members or for several of them."""
    who = edge.principal()
    if len(who.ids) == 1 and "representative" not in who.roles:
        return ""
    return f"{patient.given_name} {patient.family_name}"


def _read(cx: Context, ref: str) -> Seen:
    file = case_file.case_file(cx, ref)
    offered = choices(cx, file.case, by_hand=ACTIONS[file.case.kind])
    return Seen(
        file=file,
        told=member_case.told(file, language=language.current()),
        open=frozenset(each.trigger for each in offered if each.open and each.by_hand),
        remedy=remedies.remedy_on(cx, file.case),
        letters=member_letters.own_letters(cx, case_id=file.case.id, limit=100),
        entries=timeline.timeline(cx, file.case, limit=MOST_OF_THE_STORY, outside=True),
        talk=conversation.conversation(cx, file.case),
        plan=plan_now(cx, file.case.contract_id),
        now=cx.now,
        links=joins.links_of(cx, file.case.id),
    )
