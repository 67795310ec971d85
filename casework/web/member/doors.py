"""What a member can file or sign by questions, and what is known while the questions are answered.

A door is the kind of case that will be opened; a situation is the draft so far with the facts that
decide which questions are asked. It renders nothing and files nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, url_for

from casework.context import Context, Principal
from casework.queries import drafts, remedies
from casework.queries.member_home import Known, OwnCase, known_members, own_list
from casework.queries.remedies import Remedy
from casework.records.drafts import Draft
from casework.web import edge

APPEAL: Final = "appeal"
OUTSIDE: Final = "outside"
COMPLAINT: Final = "complaint"
HELPER: Final = "helper"
# What stands in the address, and the kind of case behind it.
KINDS: Final = {
    APPEAL: "appeal",
    OUTSIDE: "external_review",
    COMPLAINT: "grievance",
    HELPER: "appointment",
}
MOST_CASES: Final = 8


@dataclass(frozen=True)
class Situation:
    """What is known on a page of questions. `draft` None: nothing was begun; `remedy` None: it is
    about no case; `cases` and `members` only where nothing is named."""

    door: str
    ref: str
    who: Principal
    draft: Draft | None
    remedy: Remedy | None = None
    members: tuple[Known, ...] = ()
    cases: tuple[OwnCase, ...] = ()

    @property
    def answers(self) -> Mapping[str, str]:
        """The answers so far, by question."""
        return self.draft.answers if self.draft is not None else {}

    @property
    def own(self) -> bool:
        """Whether the one who files is the member; else a representative."""
        return "member" in self.who.roles

    @property
    def member_id(self) -> int:
        """Whose filing it is."""
        if self.remedy is not None:
            return self.remedy.member_id
        return int(self.answers.get("person") or self.who.ids[0])

    @property
    def line(self) -> str:
        """The line of business of the case that it is about; empty for a complaint."""
        return self.remedy.line if self.remedy is not None else ""


def situation(door: str, ref: str = "") -> Situation:
    """What is known now. Raises NotFound for a case that is not within reach; 404 for a door that
    this case does not have."""
    with edge.reading() as cx:
        if door in (COMPLAINT, HELPER):
            return _about_nothing(cx, door)
        return _about(cx, door, ref)


def address(door: str, ref: str, step: str = "") -> str:
    """The address of a page of this filing."""
    if door == COMPLAINT:
        return url_for("member.complaint_step", step=step) if step else url_for("member.complaint")
    if door == HELPER:
        return url_for("member.helper_step", step=step) if step else url_for("member.new_helper")
    if step:
        return url_for("member.filing_step", door=door, ref=ref, step=step)
    return url_for("member.filing", door=door, ref=ref)


def _about(cx: Context, door: str, ref: str) -> Situation:
    remedy = remedies.remedy_of(cx, ref)
    kind = KINDS[door]
    if remedy.kind and remedy.kind != kind:
        abort(404)
    return Situation(
        door=door,
        ref=remedy.ref,
        who=cx.principal,
        draft=drafts.draft_of(cx, kind=kind, about=remedy.ref),
        remedy=remedy,
    )


def _about_nothing(cx: Context, door: str) -> Situation:
    return Situation(
        door=door,
        ref="",
        who=cx.principal,
        draft=drafts.draft_of(cx, kind=KINDS[door], about=""),
        members=known_members(cx),
        cases=own_list(cx, limit=MOST_CASES),
    )


def shown_draft(draft: Draft) -> dict[str, Any]:
    """An unsent draft as the first page shows it: which door, where it goes on."""
    door = next((name for name, kind in KINDS.items() if kind == draft.kind), "")
    if not door:  # papers that were gathered for a case
        at = url_for("member.act_page", ref=draft.about, act=draft.kind)
        return {"door": draft.kind, "about": draft.about, "draft": draft, "at": at}
    return {"door": door, "about": draft.about, "draft": draft, "at": address(door, draft.about)}
