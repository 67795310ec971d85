"""A member's first page: what is new, what is to do, and every request, appeal and complaint."""

from typing import Any, Final

from flask import redirect, render_template, url_for

from casework import observations
from casework.queries import drafts, member_home, member_letters
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import doors, sight, welcome
from casework.web.member.blueprint import member, place

PAGE: Final = 15


@member.get("/")
@entry(*MEMBERS)
def home() -> Any:
    """How everything stands, what can be disputed first; what was begun; letters not opened yet."""
    if welcome.is_due():
        return redirect(url_for("member.welcome_tell"))
    before = place()
    with edge.reading() as cx:
        people = member_home.known_members(cx)
        cases = member_home.own_list(cx, before=before, limit=PAGE)
        begun = drafts.unsent(cx) if before is None else ()
        new_letters = member_letters.unopened(cx)
    for each in people:
        observations.look(edge.cx(), member_id=each.id, what="home")
    cards = [sight.card(case, now=cx.now) for case in cases]
    return render_template(
        "member/home.html",
        # What the member can still dispute stands first; the rest stays newest first.
        cards=sorted(cards, key=lambda card: not card.can_appeal or card.past),
        several=len(people) > 1 or "representative" in edge.principal().roles,
        begun=[doors.shown_draft(draft) for draft in begun],
        new_letters=new_letters,
        first=before is None,
        after=cases[-1].id if len(cases) == PAGE else None,
    )
