"""The letters of a member: the list with what is new, and the exact bytes of each.

Opening a letter is written into the history first; without that entry it is not shown.
"""

import re
from typing import Final

from flask import Response, make_response, render_template
from werkzeug.wrappers import Response as Answer

from casework import observations
from casework.queries import member_letters
from casework.queries.member_letters import OwnLetter
from casework.storage import Storage
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import sight, words
from casework.web.member.blueprint import member, place

PAGE: Final = 20


@member.get("/letters")
@entry(*MEMBERS)
def letters() -> str:
    """All letters, newest first, those that were not opened yet marked."""
    before = place()
    with edge.reading() as cx:
        found = member_letters.own_letters(cx, before=before, limit=PAGE)
        new = member_letters.unopened(cx)
    return render_template(
        "member/letters.html",
        letters=[shown(each) for each in found],
        several=len({each.member_id for each in found}) > 1,
        new=new,
        after=found[-1].id if len(found) == PAGE else None,
    )


@member.get("/letters/<int:number>")
@entry(*MEMBERS)
def letter(number: int) -> Answer:
    """The letter itself, exactly as it was sent."""
    with edge.reading() as cx:
        found = member_letters.own_letter(cx, number)
    observations.look(
        edge.cx(), case_id=found.case_id, member_id=found.member_id, what=f"letter:{number}"
    )
    return inline(Storage(edge.settings()).get(found.sha256), f"{found.ref}-{found.code}.pdf")


def inline(body: bytes, name: str, media_type: str = "application/pdf") -> Response:
    """Bytes that the browser may show, under a plain name."""
    answer = make_response(body)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'inline; filename="{safe(name)}"'
    return answer


def safe(name: str) -> str:
    """A file name that a header may carry."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[:80] or "file"


def shown(found: OwnLetter) -> dict[str, object]:
    """A letter as a list shows it."""
    return {
        "letter": found,
        "name": words.letter(found.code, found.title),
        "about": sight.name_of(found.case_title),
        "kind": str(words.KINDS[found.kind]),
        "language": words.language(found.language),
        "new": found.opened_at is None,
    }
