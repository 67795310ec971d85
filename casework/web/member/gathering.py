"""Papers for a case are gathered before they are sent: each look at them keeps what is there.

What was added and typed lies in a draft of this act and this case, so that neither a doubtful photo
nor another day loses anything; sent once, it is empty again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import request

from casework.context import Context, Idempotency
from casework.queries import drafts as known
from casework.records.drafts import Draft
from casework.services import drafts
from casework.submission import PaperAsSent
from casework.web import edge
from casework.web.member import evidence
from casework.web.member.act_forms import ACTS, Act
from casework.web.member.case_page import Seen

_MOST: Final = 12
_OURS: Final = frozenset(
    {"csrf_token", "version", "once", "draft", "act", "remove", "sure", "earlier", "one"}
    | {"one-shown", "papers", "photo"}
)
_DATES: Final = ("year", "month", "day")


@dataclass(frozen=True)
class Gathered:
    """What is there after this press of a button. `stay`: the person looks at the page once more;
    `sent_before`: this very form was sent, and nothing is to do."""

    draft: Draft | None
    papers: tuple[PaperAsSent, ...] = ()
    faults: tuple[str, ...] = ()
    stay: bool = False
    sent_before: bool = False


def draft_of(seen: Seen, act: Act) -> Draft | None:
    """What was gathered for this act on this case and not sent."""
    with edge.reading() as cx:
        found = known.draft_of(cx, kind=act.name, about=seen.file.case.ref)
    return found if found is not None and not found.sent_ref else None


def typed(draft: Draft | None) -> Mapping[str, str]:
    """What was typed into the form before, by field; the parts of a day by their own names."""
    if draft is None:
        return {}
    parts = {part: draft.answers.get(f"signed-{part}", "") for part in _DATES}
    return {**draft.answers, **parts}


def gather(seen: Seen, act: Act) -> Gathered:
    """Keep what the form holds and do to its papers what it says."""
    case = seen.file.case
    with edge.reading() as cx:
        before = known.draft_of(cx, kind=act.name, about=case.ref)
    if before is not None and before.sent_ref and edge.form("draft", limit=40) == before.token:
        return Gathered(None, sent_before=True)
    draft = drafts.begin(edge.cx(), kind=act.name, about=case.ref, member_id=case.member_id)
    draft = drafts.answer(edge.cx(), draft.id, _said())
    taken = evidence.take(draft)
    if taken.faults or taken.stay:
        return Gathered(taken.draft, faults=taken.faults, stay=taken.stay)
    return Gathered(taken.draft, papers=evidence.sent_papers(edge.cx(), taken.draft))


def once(draft: Draft, act: Act, said: str) -> Context:
    """The context under which what was gathered is sent once, however often somebody presses."""
    key = Idempotency(route=f"member.act.{act.name}", key=draft.token, body_sha256=said)
    return edge.cx().but(idempotency=key)


def is_worth_showing(draft: Draft) -> bool:
    """Whether something was added or typed that is not sent; a filing that was begun always is."""
    if draft.kind not in ACTS:
        return True
    said = any(value for name, value in draft.answers.items() if name != evidence.ONE_PAPER)
    return bool(draft.papers) or said


def _said() -> dict[str, str]:
    """What was typed into the form, at most a dozen fields."""
    fields = [name for name in request.form if name not in _OURS][:_MOST]
    return {name: request.form[name].replace("\x00", "")[:8000] for name in fields}
