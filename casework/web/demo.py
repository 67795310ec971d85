"""One click for each person of the demo town; it exists only where the settings say demo."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext

from casework.queries import accounts
from casework.queries.accounts import DemoPerson
from casework.web import access, edge

# What people do, in the order in which a request meets them.
GROUPS: Final[tuple[tuple[Any, frozenset[str]], ...]] = (
    (lazy_gettext("Providers' offices"), access.OFFICES),
    (lazy_gettext("Intake"), frozenset({"intake"})),
    (lazy_gettext("Review of requests"), frozenset({"nurse", "physician", "supervisor"})),
    (lazy_gettext("Appeals and grievances"), frozenset({"ag_specialist", "ag_clinician"})),
    (lazy_gettext("Members and those who speak for them"), access.MEMBERS),
    (lazy_gettext("Compliance and administration"), frozenset({"compliance", "admin"})),
)


@dataclass(frozen=True, slots=True)
class Group:
    """People who do the same kind of work."""

    title: Any
    people: tuple[DemoPerson, ...]


def groups() -> tuple[Group, ...]:
    """The demo people by what they do; empty outside the demo."""
    if not edge.settings().demo:
        return ()
    with edge.reading() as cx:
        people = accounts.demo_people(cx)
    found = []
    for title, roles in GROUPS:
        here = tuple(person for person in people if set(person.roles) & roles)
        people = tuple(person for person in people if person not in here)
        if here:
            found.append(Group(title, here))
    return tuple(found)
