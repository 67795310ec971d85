"""Help with signing in: for a caller who is locked out, and for who speaks for a member.

What the caller says goes into the form, never into an address. An administrator sees locks only.
"""

from typing import Any, Final

from flask import render_template, request

from casework import observations
from casework.errors import Problem
from casework.queries import forms
from casework.services import asking_in
from casework.web import edge
from casework.web.access import entry
from casework.web.public.register import whence
from casework.web.staff.blueprint import staff

HELPERS: Final = frozenset({"intake", "ag_specialist", "supervisor", "admin"})
ABOUT: Final = {
    "register": "wrong or many tries to make an account with this number",
    "register-day": "many tries today to make an account with this number",
    "forgot": "many requests for a new password",
    "password": "wrong passwords",
}
ZONE: Final = "America/New_York"


@staff.get("/sign-in-help")
@entry(*HELPERS)
def sign_in_help() -> str:
    """The question."""
    return _page("")


@staff.post("/sign-in-help")
@entry(*HELPERS)
def look_for_locks() -> Any:
    """The locks on what the caller says, and the forms of that member."""
    said = edge.form("said", limit=120)
    if not said:
        return _page("", errors={"said": "Write a member number or an e-mail address."}), 422
    return _page(said)


@staff.post("/sign-in-help/lift")
@entry(*HELPERS)
def lift_locks() -> Any:
    """End the locks."""
    said = edge.form("said", limit=120)
    count = asking_in.lift_locks(edge.wall_cx(), said)
    return _page(said, done="The locks are lifted." if count else "There was no lock.")


@staff.post("/sign-in-help/proved/<int:number>")
@entry(*HELPERS - {"admin"})
def prove_account(number: int) -> Any:
    """Somebody spoke with the member: the account opens like any other."""
    said = edge.form("said", limit=120)
    proved = asking_in.prove_account(edge.wall_cx(), number)
    return _page(said, done="The account opens like any other now." if proved else "")


@staff.post("/sign-in-help/invite/<int:number>")
@entry(*HELPERS - {"admin"})
def invite(number: int) -> Any:
    """Send a link to who speaks for the member."""
    said, email = edge.form("said", limit=120), edge.form("email", limit=120)
    try:
        asking_in.invite(edge.wall_cx(), number, email=email, whence=whence())
    except Problem as refused:
        errors = dict(refused.fields) or {"email": refused.sentence}
        return _page(said, errors={"email": next(iter(errors.values()))}, at=number), 422
    return _page(said, done="The link is on its way. It is good for seven days.")


def _page(said: str, *, done: str = "", errors: dict[str, str] | None = None, at: int = 0) -> str:
    with edge.database().reading(edge.wall_cx()) as wall:
        locks = asking_in.locks(wall, said) if said else ()
    found = None
    if said and "@" not in said and "admin" not in edge.principal().roles:
        with edge.reading() as cx:
            found = forms.forms_of(cx, said)
        if found is not None:
            observations.look(edge.cx(), member_id=found.id, what="sign-in-help")
    return render_template(
        "staff/sign_in_help.html",
        said=said,
        locks=locks,
        about=ABOUT,
        found=found,
        done=done,
        errors=errors or {},
        at=at,
        zone=ZONE,
        email=request.form.get("email", "")[:120] if at else "",
        now=edge.wall_cx().now,
    )
