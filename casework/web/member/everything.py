"""Everything that was said and sent about one case, on one page to print; the file says even more.

It adds nothing to what the page of the case shows: the same reach, the same words.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext

from casework.queries import conversation
from casework.queries.conversation import Said
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import case_page, letters, sight, story, words
from casework.web.member.blueprint import member
from casework.web.member.case_page import Seen


@dataclass(frozen=True)
class Line:
    """One thing that was said: when, with which step, by whom (empty: the plan), the words."""

    at: datetime
    what: str
    who: str
    texts: tuple[str, ...]
    answer: bool = False


@member.get("/cases/<ref>/everything")
@entry(*MEMBERS)
def everything(ref: str) -> Any:
    """What you said, what we answered, letters, papers, and what happened, to print and to keep."""
    seen = case_page.see(ref, what="everything")
    case = seen.file.case
    with edge.reading() as cx:
        said = conversation.said_by_members(cx, case)
    state, sign = words.standing(
        case.kind, case.state, reversed_=seen.reversed_, in_part=seen.in_part
    )
    patient = seen.file.member
    return render_template(
        "member/everything.html",
        seen=seen,
        case=case,
        kind=str(words.KINDS[case.kind]),
        name=sight.name_of(case.title),
        member_name=f"{patient.given_name} {patient.family_name}",
        state=state,
        sign=sign,
        zone=seen.file.zone,
        terms=seen.plan,
        said=_in_order(said, seen),
        letters=[letters.shown(each) for each in seen.letters],
        story=story.story(seen.entries, edge.principal()),
    )


def _in_order(said: tuple[Said, ...], seen: Seen) -> list[Line]:
    """What members said with their steps, and our answers, as they followed each other."""
    lines = [
        Line(each.at, story.words_of(each.event, each.facts), each.who, each.texts)
        for each in said
        if each.texts
    ]
    lines += [
        Line(each.at, str(gettext("Our answer")), "", (each.text,), answer=True)
        for each in seen.talk
        if each.answer
    ]
    return sorted(lines, key=lambda line: line.at)
