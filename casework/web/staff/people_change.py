"""The forms that change people: one page for each kind of change, and the page that adds somebody.

What is typed is judged below; these pages read fields and show what is wrong with them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for

from casework.context import Context
from casework.errors import Invalid, Problem
from casework.queries import people as questions
from casework.queries.directory import organization_named
from casework.services import people as commands
from casework.services.account_wishes import KINDS
from casework.services.new_account import ROLES_OF_KIND, NewAccount
from casework.web import edge, words
from casework.web.access import entry
from casework.web.staff.blueprint import staff
from casework.web.staff.people_words import CHANGES

FIELDS: Final = (
    "name", "title", "email", "kind", "office", "sees_restricted", "licence_kind", "state",
    "number", "specialty", "starts_on", "ends_on", "licence_id", "effective_on", "reason",
)  # fmt: skip
ZONE: Final = "America/New_York"
SAID: Final = {
    "waiting": "It waits for a second administrator: somebody else must confirm it.",
    "planned": "It is planned, and done by itself on its day.",
    "done": "It is done.",
}


@staff.get("/people/new")
@entry("admin")
def new_person() -> str:
    """Who is new?"""
    return _new_page({}, {})


@staff.post("/people/new")
@entry("admin")
def add_person() -> Any:
    """Add the person."""
    typed = _typed()
    try:
        asked = commands.add_person(
            edge.cx(),
            _new_account(typed),
            reason=typed["reason"],
            effective_on=_day(typed, "effective_on"),
            base=request.host_url.rstrip("/"),
        )
    except Problem as problem:
        return _new_page(typed, _errors(problem)), problem.status
    flash(SAID[asked.state], "success")
    return redirect(url_for("staff.person", number=asked.user_id))


@staff.get("/people/<int:number>/change/<what>")
@entry("admin")
def change_person(number: int, what: str) -> str:
    """The form of one change."""
    return _change_page(number, _known(what), {}, {})


@staff.post("/people/<int:number>/change/<what>")
@entry("admin")
def ask_for_change(number: int, what: str) -> Any:
    """Ask for it."""
    typed = _typed()
    try:
        asked = commands.ask_change(
            edge.cx(),
            number,
            _known(what),
            _WANTED[what](typed),
            reason=typed["reason"],
            effective_on=_day(typed, "effective_on"),
        )
    except Problem as problem:
        if problem.status == 404:
            raise
        return _change_page(number, what, typed, _errors(problem)), problem.status
    flash(SAID[asked.state], "success")
    return redirect(url_for("staff.person", number=number))


def _known(what: str) -> str:
    if what not in _WANTED:
        abort(404)
    return what


def _typed() -> dict[str, Any]:
    found: dict[str, Any] = {name: edge.form(name, limit=400) for name in FIELDS}
    found["roles"] = request.form.getlist("roles")[:20]
    found["contracts"] = request.form.getlist("contracts")[:200]
    return found


def _errors(problem: Problem) -> dict[str, str]:
    """By the names of the fields on these pages."""
    fields = dict(problem.fields) or {"form": problem.sentence}
    return {_ON_PAGE.get(name, name): sentence for name, sentence in fields.items()}


_ON_PAGE: Final = {"organization": "office"}


def _day(typed: Mapping[str, Any], name: str) -> date:
    if not typed[name]:
        return edge.cx().now.date()
    try:
        return date.fromisoformat(typed[name])
    except ValueError:
        raise Invalid("That is no day.", fields={name: "Enter a day."}) from None


def _numbers(texts: Any) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) < 16]


def _rights(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "roles": typed["roles"],
        "contracts": _numbers(typed["contracts"]),
        "sees_restricted": typed["sees_restricted"] == "yes",
    }


def _licence(typed: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: typed[name] for name in ("state", "number", "specialty", "starts_on", "ends_on")}
    return {"kind": typed["licence_kind"], **told}


def _licence_end(typed: Mapping[str, Any]) -> dict[str, Any]:
    numbers = _numbers([typed["licence_id"]])
    return {"licence_id": numbers[0] if numbers else 0, "ends_on": typed["ends_on"]}


def _nothing(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"base": request.host_url.rstrip("/")}


_WANTED: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "rights": _rights,
    "licence": _licence,
    "licence_end": _licence_end,
    **dict.fromkeys(("lock", "unlock", "end", "lift", "invite"), _nothing),
}


def _new_account(typed: Mapping[str, Any]) -> NewAccount:
    office = typed["kind"] == "provider"
    return NewAccount(
        email=typed["email"],
        name=typed["name"],
        title=typed["title"][:120],
        kind="provider" if office else "staff",
        roles=tuple(typed["roles"]),
        organization_id=_office(typed["office"]) if office else None,
        contract_ids=() if office else tuple(_numbers(typed["contracts"])),
        sees_restricted=typed["sees_restricted"] == "yes" and not office,
    )


def _office(said: str) -> int | None:
    with edge.reading() as cx:
        try:
            return organization_named(cx, said)
        except Problem as problem:
            raise Invalid("Which office?", fields={"office": problem.sentence}) from None


def _new_page(typed: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    with edge.reading() as cx:
        contracts = questions.contract_choices(cx)
    return render_template(
        "staff/person_new.html",
        typed=typed,
        errors=errors,
        contracts=contracts,
        roles=_role_choices("staff", "provider"),
        today=edge.cx().now.date(),
    )


def _change_page(
    number: int, what: str, typed: Mapping[str, Any], errors: Mapping[str, str]
) -> str:
    with edge.reading() as cx:
        person = questions.person(cx, number, wall=edge.wall_cx().now)
        held = questions.licences(cx, number)
        contracts = questions.contract_choices(cx)
        mine = [each for each, _ in questions.contracts_of(cx, [number]).get(number, [])]
    return render_template(
        "staff/person_change.html",
        person=person,
        what=what,
        heading=CHANGES[what][1],
        button=CHANGES[what][2],
        typed=typed or {"roles": person.roles, "contracts": mine},
        errors=errors,
        contracts=contracts,
        roles=_role_choices(person.kind),
        licences=[(row.id, _licence_words(row)) for row in held if not _over(cx, row)],
        kinds=tuple(KINDS.items()),
        dated=what not in commands.AT_ONCE,
        own=edge.principal().id == number,
        today=edge.cx().now.date(),
        zone=ZONE,
    )


def _over(cx: Context, row: Any) -> bool:
    return row.ends_on is not None and row.ends_on < cx.now.date()


def _licence_words(row: Any) -> str:
    return f"{row.kind}, {row.state} {row.number}"


def _role_choices(*kinds: str) -> list[tuple[str, Any]]:
    allowed = frozenset().union(*(ROLES_OF_KIND[kind] for kind in kinds))
    return [(name, said) for name, said in words.ROLES.items() if name in allowed]
