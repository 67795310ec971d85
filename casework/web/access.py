"""Who may enter which page: every view says so, or the application does not start.

What a person may do with a case is `casework.policy`; which rows exist for him is his reach. This
module only stands at the doors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.errors import NotAllowed, NotReady, SignInNeeded
from casework.web import edge, metrics

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
STAFF: Final = policy.STAFF | {"admin"}
OFFICES: Final = frozenset({"provider", "provider_admin"})
MEMBERS: Final = policy.MEMBERS
ROLES: Final = STAFF | OFFICES | MEMBERS
# Doors that have their own guard, their own errors, and no use for cookies.
OTHER_DOORS: Final = ("/api/", "/fhir/", "/edi/", "/oauth/")
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_MARK: Final = "casework_entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may enter a view: everybody, everybody who is signed in, or these roles.

    `passive` marks what a page asks for by itself: it does not keep a session alive.
    """

    roles: frozenset[str] = frozenset()
    public: bool = False
    passive: bool = False

    @property
    def words(self) -> list[str]:
        """The same as a list for the table of routes."""
        if self.public:
            return [PUBLIC]
        return sorted(self.roles) if self.roles != ROLES else [SIGNED_IN]


def entry(*who: str, passive: bool = False) -> Callable[[View], View]:
    """Declare who may enter a view: `"public"`, `"signed_in"`, or names of roles.

    Raises ValueError for a role that does not exist.
    """
    if PUBLIC in who:
        declared = Entry(public=True, passive=passive)
    else:
        declared = Entry(ROLES if SIGNED_IN in who else frozenset(who), passive=passive)
    strange = declared.roles - ROLES
    if strange or not (declared.roles or declared.public):
        raise ValueError(f"No such role: {sorted(strange) or 'none given'}")

    def mark(view: View) -> View:
        setattr(view, _MARK, declared)
        return view

    return mark


def is_other_door(path: str) -> bool:
    """True for the paths of the API, FHIR, X12 and OAuth doors."""
    return path.startswith(OTHER_DOORS) or path.rstrip("/") + "/" in OTHER_DOORS


def entry_of(app: Flask, endpoint: str | None) -> Entry | None:
    """What the view of this endpoint declares, or None."""
    view = app.view_functions.get(endpoint or "")
    found: Entry | None = getattr(view, _MARK, None)
    return found


def undeclared(app: Flask) -> list[str]:
    """The endpoints of pages that do not say who may enter them."""
    return sorted(
        {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if not is_other_door(rule.rule) and entry_of(app, rule.endpoint) is None
        }
    )


def refuse_undeclared(app: Flask) -> None:
    """Raises NotReady naming every page without a declared policy."""
    open_doors = undeclared(app)
    if open_doors:
        raise NotReady(
            f"These views do not say who may enter: {', '.join(open_doors)}."
            " Put @entry(...) on each."
        )


def routes_table(app: Flask) -> list[dict[str, Any]]:
    """Every route as data: path, methods, endpoint, door and roles (for `routes --json`).

    Routes of the other doors declare scopes with their own guard; their roles are as they say.
    """
    rows = []
    for rule in app.url_map.iter_rules():
        declared = entry_of(app, rule.endpoint)
        rows.append(
            {
                "path": rule.rule,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "endpoint": rule.endpoint,
                "door": _door(rule.rule),
                "roles": declared.words if declared else [],
            }
        )
    return sorted(rows, key=lambda row: (row["path"], row["methods"]))


def admit() -> Response | None:
    """Before each request: let the caller in, send a stranger to sign in, refuse the rest."""
    if request.url_rule is None or is_other_door(request.path):
        return None
    declared = entry_of(current_app._get_current_object(), request.endpoint)  # type: ignore[attr-defined]
    if declared is None:
        raise NotAllowed("This page does not say who may enter it, so nobody may.")
    g.passive = declared.passive
    if declared.public:
        return None
    who = edge.principal()
    if who.kind == "anonymous":
        return _send_to_sign_in()
    if not who.roles & declared.roles:
        metrics.REFUSED.labels(request.url_rule.rule, who.role).inc()
        raise NotAllowed("Your account may not open this page.", source=request.endpoint or "")
    return None


def _send_to_sign_in() -> Response:
    """A page waits behind the sign-in; a form or a part of a page must be told plainly."""
    if request.headers.get("HX-Request"):
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("front.sign_in_page")
        return answer
    if request.method != "GET":
        raise SignInNeeded("Your sign-in has ended. Sign in again, then send the form once more.")
    there = request.full_path.rstrip("?")
    return redirect(url_for("front.sign_in_page", next=there))


def _door(path: str) -> str:
    for prefix in OTHER_DOORS:
        if (path + "/").startswith(prefix):
            return prefix.strip("/")
    first = path.strip("/").split("/")[0]
    return first if first in {"staff", "provider", "member"} else "web"
