"""From the answers of a draft to the filing command: sent once, however often somebody presses.

The key of the draft is the key of the filing, so the second try gets the answer of the first.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from casework.context import Context, Idempotency
from casework.records.drafts import Draft
from casework.services import appeals, drafts, external_reviews, grievances
from casework.web import edge
from casework.web.member import appeal_questions as q
from casework.web.member import evidence, path
from casework.web.member.complaint_questions import DENIAL
from casework.web.member.complaint_words import leaves
from casework.web.member.doors import APPEAL, COMPLAINT, OUTSIDE, Situation
from casework.web.member.question import NONE, YES

# What the people who read the case see above the member's own words; they read English.
_HARM: Final = "Why waiting could do harm"
_LATE: Final = "Why it comes late"
_HELPS: Final = "Somebody helps the member with this"
_DOCTOR: Final = "The member's doctor helps; the plan may talk with the doctor about it"


def send(situation: Situation) -> Any:
    """File what the draft says, then note the number with the draft; the answer of the command.

    Raises what the filing commands raise.
    """
    draft = situation.draft
    assert draft is not None
    filed = _BY_DOOR[situation.door](_once(draft, situation.door), situation, draft)
    drafts.was_sent(edge.cx(), draft.id, filed.ref)
    return filed


def reason(situation: Situation) -> str:
    """Everything that was said in words, with a heading where it is not the reason itself."""
    answers = situation.answers
    asked = {each.name for each in path.asked(situation)}
    helps = _DOCTOR if answers.get("who") == q.DOCTOR else _HELPS
    parts = [answers.get("why", "")]
    for name, heading in (("harm", _HARM), ("late", _LATE), ("helper", helps)):
        if name in asked and answers.get(name):
            parts.append(f"{heading}: {answers[name]}")
    return "\n\n".join(part for part in parts if part)


def _appeal(cx: Context, situation: Situation, draft: Draft) -> appeals.Filed:
    answers = situation.answers
    papers = evidence.sent_papers(cx, draft)
    filed: appeals.Filed = appeals.file_appeal(
        cx,
        appeals.AppealFiling(
            about=situation.ref,
            reason=reason(situation),
            priority="expedited" if answers.get("danger") == YES else "standard",
            continue_benefits=q.KEEP.asked(situation) and answers.get("keep") == YES,
            consent=answers.get("form") == q.ATTACHED and bool(papers),
            filed_by="member" if situation.own else "representative",
            papers=papers,
        ),
    )
    return filed


def _review(cx: Context, situation: Situation, draft: Draft) -> external_reviews.Filed:
    filed: external_reviews.Filed = external_reviews.request_review(
        cx,
        external_reviews.ReviewFiling(
            about=situation.ref,
            reason=reason(situation),
            urgent=situation.answers.get("danger") == YES,
            filed_by="member" if situation.own else "representative",
            papers=evidence.sent_papers(cx, draft),
        ),
    )
    return filed


def _complaint(cx: Context, situation: Situation, draft: Draft) -> grievances.Filed:
    answers = situation.answers
    about = answers.get("case", NONE)
    when = answers.get("when", "")
    filed: grievances.Filed = grievances.file_grievance(
        cx,
        grievances.GrievanceFiling(
            told=answers["told"],
            category=_category(situation),
            about="" if about == NONE else about,
            member_number=_number(situation),
            incident_on=date.fromisoformat(when) if when else None,
            severity="high" if answers.get("urgent") == YES else "normal",
            filed_by="member" if situation.own else "representative",
            papers=evidence.sent_papers(cx, draft),
        ),
    )
    return filed


def _category(situation: Situation) -> str:
    """What fits best, else the group; a complaint about a denial that stays one is about
    something else."""
    about = situation.answers["about"]
    if about == DENIAL:
        return "other"
    best = situation.answers.get("fits", NONE)
    return best if best in leaves(about) else about


def _number(situation: Situation) -> str:
    """The number of the member whom it is about, where the account has several."""
    if len(situation.members) < 2:
        return ""
    return next(each.number for each in situation.members if each.id == situation.member_id)


def _once(draft: Draft, door: str) -> Context:
    """The context of this request under the key of the draft."""
    same = hashlib.sha256(draft.token.encode()).hexdigest()
    key = Idempotency(route=f"member.{door}", key=draft.token, body_sha256=same)
    return edge.cx().but(idempotency=key)


_BY_DOOR: Final[dict[str, Callable[[Context, Situation, Draft], Any]]] = {
    APPEAL: _appeal,
    OUTSIDE: _review,
    COMPLAINT: _complaint,
}
