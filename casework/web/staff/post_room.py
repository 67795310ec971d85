"""The post room: what is on its way, what has no proof, what did not leave, what to do about it."""

from typing import Final

from flask import render_template

from casework.context import SYSTEM
from casework.queries import post_room as post
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import story, words
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff

STATES: Final = {
    "open": ("being made", "info"),
    "written": ("handed over, not answered", "soon"),
    "acknowledged": ("taken, being mailed", "info"),
    "mailed": ("mailed", "good"),
    "refused": ("refused in part", "late"),
}


@staff.get("/post-room")
@entry(*WATCHERS)
def post_room() -> str:
    """Batches, proofs and failures."""
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        batches, ended = post.batches(house), post.batches(house, ended=True)
        waiting, next_at = post.waiting(house)
        rejected = post.rejected(house)
    with edge.reading() as cx:
        sees_cases = bool(cx.principal.roles & CASEWORKERS)
        return render_template(
            "staff/post_room.html",
            batches=batches,
            ended=ended[:12],
            waiting=waiting,
            next_at=next_at,
            rejected=rejected,
            unproved=post.unproved(cx) if sees_cases else (),
            stuck=post.without_a_way(cx) if sees_cases else (),
            failed=post.failed(cx) if sees_cases else (),
            sees_cases=sees_cases,
            states=STATES,
            words=words,
            letter_title=story.letter_title,
            now=cx.now,
            zone="America/New_York",
        )
