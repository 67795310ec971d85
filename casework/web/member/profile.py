"""What the plan knows of a member's standing needs: language, print, how to reach.

It is read here; the language of these pages is changed with the switch at the top.
"""

from typing import Any, Final

from flask import render_template
from flask_babel import lazy_gettext

from casework import observations
from casework.queries import member_home
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member import words
from casework.web.member.blueprint import member

FORMATS: Final[dict[str, Any]] = {
    "standard": lazy_gettext("Usual print"),
    "large_print": lazy_gettext("Large print"),
    "braille": lazy_gettext("Braille"),
    "audio": lazy_gettext("Read aloud"),
}
WAYS: Final[dict[str, Any]] = {
    "mail": lazy_gettext("By mail"),
    "email": lazy_gettext("By e-mail that points here"),
    "text": lazy_gettext("By text message that points here"),
    "portal": lazy_gettext("Here, on these pages"),
}


@member.get("/profile")
@entry(*MEMBERS)
def profile() -> str:
    """How the plan writes to each member of this account, and how to change it."""
    with edge.reading() as cx:
        people = member_home.known_members(cx)
    for each in people:
        observations.look(edge.cx(), member_id=each.id, what="profile")
    return render_template(
        "member/profile.html",
        people=[
            {
                "member": each,
                "language": words.language(each.language),
                "format": FORMATS.get(each.letter_format, each.letter_format),
                "way": WAYS.get(each.contact_preference, each.contact_preference),
            }
            for each in people
        ],
    )
