"""Where a redirect may lead: to a page of ours that exists, and nowhere else.

Browsers take `/\\host`, `//host` and worse for other hosts, so nothing but plain paths that match a
route of ours passes. It knows no person.
"""

import re
from typing import Final

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from casework.context import Principal
from casework.web import access

LONGEST: Final = 500
_PLAIN: Final = re.compile(r"/[A-Za-z0-9_.~@=&?:,+%/-]*", re.ASCII)
HOMES: Final = (
    (access.STAFF, "staff.home"),
    (access.OFFICES, "provider.home"),
    (access.MEMBERS, "member.home"),
)


def local(path: str) -> str:
    """The same path when it is a page of ours that GET shows; else an empty string."""
    if len(path) > LONGEST or not _PLAIN.fullmatch(path) or "//" in path or "/." in path:
        return ""
    plain = path.partition("?")[0]
    if access.is_other_door(plain):
        return ""
    try:
        current_app.url_map.bind("localhost").match(plain, method="GET")
    except HTTPException:
        return ""
    return path


def home_of(who: Principal) -> str:
    """The page on which this person's day begins; the sign-in page for a stranger."""
    for roles, endpoint in HOMES:
        if who.roles & roles:
            return url_for(endpoint)
    return url_for("account.show") if who.kind == "user" else url_for("front.sign_in_page")
