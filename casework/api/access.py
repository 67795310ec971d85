"""Who may enter a view: declared beside the view, checked before it runs, demanded at start-up.

A view without a declaration stops the start: nothing is open by being forgotten.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask, current_app, g, request

from casework.api import edge
from casework.api.doors import door_of
from casework.api.refusals import ScopeMissing
from casework.api.versions import if_match
from casework.errors import NotAllowed, Problem, Unreadable
from casework.services.tokens import SCOPES

View = TypeVar("View", bound=Callable[..., Any])
MARK: Final = "api_entry"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a view declares: a client needs the scope, a person one of the roles.

    `creates` demands an Idempotency-Key of a POST, `changes` an If-Match; `body` is the most bytes,
    0 for what its door takes.
    """

    public: bool = False
    scope: str = ""
    roles: frozenset[str] = frozenset()
    creates: bool = False
    changes: bool = False
    body: int = 0


def entry(
    *,
    public: bool = False,
    scope: str = "",
    roles: Iterable[str] = (),
    creates: bool = False,
    changes: bool = False,
    body: int = 0,
) -> Callable[[View], View]:
    """Declare who may enter the view below. Either `public`, or a scope and roles (or one of both).

    Raises ValueError at import when neither is said, so that an empty declaration opens nothing,
    and for a scope that no token can have.
    """
    if scope and scope not in SCOPES:
        raise ValueError(f"No such scope: {scope}")
    declared = Entry(
        public=public,
        scope=scope,
        roles=frozenset(roles),
        creates=creates,
        changes=changes,
        body=body,
    )
    if public == bool(declared.scope or declared.roles):
        raise ValueError("Say public, or say which scope and roles: one of the two.")

    def mark(view: View) -> View:
        setattr(view, MARK, declared)
        return view

    return mark


def entry_of(app: Flask, endpoint: str) -> Entry | None:
    """The declaration of this endpoint, or None."""
    found: Entry | None = getattr(app.view_functions.get(endpoint), MARK, None)
    return found


def entries(app: Flask) -> dict[str, Entry]:
    """Every endpoint behind one of our doors that has a declaration, with it."""
    found = {endpoint: entry_of(app, endpoint) for endpoint in _ours(app)}
    return {endpoint: declared for endpoint, declared in found.items() if declared}


def undeclared(app: Flask) -> list[str]:
    """The endpoints behind our doors that declare nobody: start-up refuses when there are any."""
    return [endpoint for endpoint in _ours(app) if entry_of(app, endpoint) is None]


def current() -> Entry | None:
    """The declaration of the view that this request leads to."""
    return entry_of(current_app, request.endpoint) if request.endpoint else None


def admit(declared: Entry, refused: Problem | None) -> None:
    """Let the request in or raise: 401 without a living token, 403 without scope or role, 400
    without an Idempotency-Key, 428 without an If-Match.

    `refused` is what `identity.recognise` returned.
    """
    if not declared.public:
        if refused is not None:
            raise refused
        require_right(declared)
    if declared.creates and request.method == "POST":
        _require_key()
    if declared.changes:
        if_match(request)


def prepare(declared: Entry) -> None:
    """Set for this request what its view declared about bodies and keys."""
    door = door_of(request.path)
    request.max_content_length = declared.body or (door.body if door else None)
    g.api_creates = declared.creates and request.method == "POST"


def require_right(declared: Entry) -> None:
    """Raises NotAllowed when the client lacks the scope, or the person the role or the scope."""
    who = edge.principal()
    held = g.get("api_scopes", frozenset())
    if who.kind == "client":
        if not declared.scope:
            raise NotAllowed(
                "This address is for people: send a personal token instead of a client's.",
                source="people only",
            )
        if declared.scope not in held:
            raise ScopeMissing(declared.scope)
        return
    if not who.roles & declared.roles:
        raise NotAllowed(
            f"Only {_words(declared.roles)} may do this; your token is for {_words(who.roles)}.",
            source="roles",
        )
    if held and declared.scope and declared.scope not in held:
        raise ScopeMissing(declared.scope)


def _require_key() -> None:
    if not request.headers.get("Idempotency-Key", "").strip():
        fix = "Send a value of your own, such as a UUID; send the same one when you try again."
        raise Unreadable(
            "The header Idempotency-Key is missing: without it a repeated request would be stored"
            " twice.",
            fields={"Idempotency-Key": fix},
        )


def _words(roles: frozenset[str]) -> str:
    return ", ".join(sorted(role.replace("_", " ") for role in roles)) or "nobody by role"


def _ours(app: Flask) -> list[str]:
    found = {rule.endpoint for rule in app.url_map.iter_rules() if door_of(rule.rule)}
    return sorted(found)
