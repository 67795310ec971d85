"""Accounts of the town: roles, the plan's staff with licences, managers and contracts, demo people.

Only the demo people have a password, the documented one; everybody else cannot sign in.
"""

import re
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from casework import policy
from casework.context import Principal, Reach
from casework.models import Licence, ReportingLine, Role, SavedView, User, UserContract, user_role
from casework.seed.sheet import Sheet
from casework.seed.town import ContractHere, Person

STAFF_FILE = Path(__file__).with_name("staff.toml")
DEMO = "@demo.example"
_NOT_FOR_PEOPLE = frozenset({"system", "client"})


def write_roles(sheet: Sheet) -> dict[str, int]:
    """Every role that a person can have, by name."""
    return {
        name: sheet.add(Role, name=name, description=name.replace("_", " "))
        for name in sorted(policy.ROLES - _NOT_FOR_PEOPLE)
    }


def write_account(
    sheet: Sheet,
    roles: Mapping[str, int],
    *,
    name: str,
    role: str,
    kind: str,
    email: str,
    password: str = "",
    title: str = "",
    **more: Any,
) -> int:
    """An account with one role; without a password nobody can sign in to it."""
    user_id = sheet.add(
        User,
        email=email,
        password=password or None,
        fs_uniquifier=secrets.token_hex(16),
        name=name,
        title=title,
        kind=kind,
        **more,
    )
    sheet.put(user_role, user_id=user_id, role_id=roles[role])
    return user_id


def write_staff(
    sheet: Sheet,
    roles: Mapping[str, int],
    contracts: Mapping[str, ContractHere],
    *,
    since: date,
    password: str,
) -> dict[str, Person]:
    """The people of the plan by key, with licences, managers and the contracts they work for."""
    told = tomllib.loads(STAFF_FILE.read_text(encoding="utf-8"))["person"]
    ids = {person["key"]: _account_of(sheet, roles, person, password=password) for person in told}
    people = {}
    for person in told:
        user_id = ids[person["key"]]
        codes = frozenset(person.get("contracts", contracts))
        for code in sorted(codes):
            sheet.put(UserContract, user_id=user_id, contract_id=contracts[code].id)
        managers = _line_of(person, told)
        if managers:
            sheet.add(ReportingLine, user_id=user_id, manager_id=ids[managers[0]], starts_on=since)
        people[person["key"]] = Person(
            key=person["key"],
            id=user_id,
            name=person["name"],
            role=person["role"],
            principal=_principal(user_id, person, [contracts[code].id for code in sorted(codes)]),
            contracts=codes,
            licence_id=_licence_of(sheet, person, user_id, since),
            licence=person.get("licence", ""),
            specialty=person.get("specialty", ""),
            superiors=tuple(f"user:{ids[key]}" for key in managers),
        )
    for key, name, shared, filters in _VIEWS:
        saved = {"user_id": ids[key], "name": name, "shared": shared, "filters": filters}
        sheet.add(SavedView, **saved, saved_at=datetime.combine(since, time(12), UTC))
    return people


# Views of the work list that people of the demo keep, one of them for the team.
_VIEWS: Final = (
    ("supervisor", "Due today, nobody has it", True, {"tab": "unassigned", "due": "today"}),
    ("supervisor", "Late in my team", False, {"tab": "all", "due": "overdue", "who": "team"}),
    (
        "nurse",
        "Fast track, Medicare",
        False,
        {"tab": "all", "urgency": "expedited", "line": "medicare"},
    ),
)


def slug(text: str) -> str:
    """A name as the part of an address: lower case, letters and digits, dots between."""
    return re.sub(r"[^a-z0-9]+", ".", text.lower()).strip(".")


def _account_of(
    sheet: Sheet, roles: Mapping[str, int], person: Mapping[str, Any], *, password: str
) -> int:
    demo = person.get("demo", "")
    plain = person["name"].split(",")[0]
    return write_account(
        sheet,
        roles,
        name=person["name"],
        role=person["role"],
        kind="staff",
        email=f"{demo}{DEMO}" if demo else f"{slug(plain)}@lantern.example",
        password=password if demo else "",
        title=person["title"],
        sees_restricted=person.get("restricted", False),
    )


def _line_of(person: Mapping[str, Any], everybody: Sequence[Mapping[str, Any]]) -> list[str]:
    """The keys of the managers above a person, the nearest first."""
    by_key = {each["key"]: each for each in everybody}
    found = []
    key = person.get("manager")
    while key:
        found.append(key)
        key = by_key[key].get("manager")
    return found


def _licence_of(sheet: Sheet, person: Mapping[str, Any], user_id: int, since: date) -> int | None:
    if "licence" not in person:
        return None
    return sheet.add(
        Licence,
        user_id=user_id,
        kind=person["licence"],
        state="OH",
        number=f"OH-{person['licence']}-{35000 + user_id}",
        starts_on=since,
        specialty=person["specialty"],
    )


def _principal(user_id: int, person: Mapping[str, Any], ids: Sequence[int]) -> Principal:
    role = person["role"]
    reach: Reach = {"compliance": "all", "admin": "none"}.get(role, "contracts")  # type: ignore[assignment]
    return Principal(
        kind="user",
        id=user_id,
        name=person["name"],
        roles=frozenset({role}),
        reach=reach,
        ids=tuple(ids) if reach == "contracts" else (),
        restricted=person.get("restricted", False),
    )
