"""The page behind a link from an administrator: somebody of the plan or of an office chooses a
password. Looking at it uses nothing up; the second factor, where there is one, comes after it.
"""

from typing import Any

from flask import render_template, request

from casework.context import SYSTEM
from casework.errors import Invalid, NotFound
from casework.models import User
from casework.services import first_password as commands
from casework.services import new_account, passwords
from casework.web import edge, words
from casework.web.access import PUBLIC, entry
from casework.web.public import join
from casework.web.public.blueprint import public


@public.get("/welcome")
@entry(PUBLIC)
def first_password() -> Any:
    """Choose the password."""
    found = _owner()
    return _page(found) if found is not None else _gone()


@public.post("/welcome")
@entry(PUBLIC)
def choose_first_password() -> Any:
    """Keep it, and sign in."""
    found = _owner()
    if found is None:
        return _gone()
    typed = request.form.get("password", "")
    personal = new_account.personal(found.name, found.email)
    fault = passwords.fault(typed, kind=found.kind, personal=personal)
    if fault is not None:
        return _wrong(found, fault)
    try:
        number = commands.choose(edge.wall_cx(SYSTEM), join.key(), password=typed)
    except Invalid:
        return _wrong(found, "easy")
    except NotFound:
        return _gone()
    return join.arrive(number, "")


def _wrong(found: User, fault: str) -> Any:
    said = words.password_fault(
        fault, shortest=passwords.shortest(found.kind), longest=passwords.LONGEST
    )
    return _page(found, errors={"password": said}), 422


def _owner() -> User | None:
    """The link is the proof: what it opens is asked by the house itself, at the wall clock."""
    with edge.database().reading(edge.wall_cx(SYSTEM)) as cx:
        return commands.asked_of(cx, join.key())


def _page(found: User, *, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "public/first_password.html",
        email=found.email,
        key=join.key(),
        errors=errors or {},
        shortest=passwords.shortest(found.kind),
    )


def _gone() -> Any:
    page = render_template("public/first_password.html", email="", errors={})
    return page if request.method == "GET" else (page, 410)
