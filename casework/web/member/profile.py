"""What the plan knows of a member's standing needs: language, print, how to reach, where to write.

Each is changed on a page of its own (`casework.web.member.needs`); the language of these pages is
changed with the switch at the top.
"""

from flask import render_template

from casework import observations
from casework.queries import member_home
from casework.queries.standing_needs import needs_of
from casework.services import standing_needs
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member.blueprint import member
from casework.web.member.needs import FORMATS, WAYS, language_name


@member.get("/profile")
@entry(*MEMBERS)
def profile() -> str:
    """How the plan writes to each member of this account, and how to change it."""
    with edge.reading() as cx:
        people = [needs_of(cx, each.id) for each in member_home.known_members(cx)]
    for each in people:
        observations.look(edge.cx(), member_id=each.id, what="profile")
    who = edge.principal()
    own = {each.id for each in people if standing_needs.may(who, each, "change_address")}
    return render_template(
        "member/profile.html",
        people=[
            {
                "member": each,
                "language": language_name(each.language),
                "format": FORMATS.get(each.letter_format, each.letter_format),
                "way": WAYS.get(each.contact_preference, each.contact_preference),
                "own": each.id in own,
                "changes": standing_needs.may(who, each, "change_needs"),
                "hidden": each.confidential_since is not None and each.id not in own,
            }
            for each in people
        ],
    )
