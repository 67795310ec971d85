"""What a change of an account must say, by kind: read, judged and put in the form that is kept.

Raises Invalid with a sentence for each field; it writes nothing.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from casework.addresses import PREFIXES
from casework.context import Context
from casework.errors import Invalid
from casework.models import Licence, User
from casework.services import new_account

KINDS: Final = {
    "MD": "Physician (MD)",
    "DO": "Physician (DO)",
    "RN": "Registered nurse (RN)",
    "LPN": "Practical nurse (LPN)",
    "PharmD": "Pharmacist (PharmD)",
    "PT": "Physical therapist (PT)",
    "PhD": "Psychologist (PhD)",
    "LCSW": "Clinical social worker (LCSW)",
}
_NUMBER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\- ]{1,29}", re.ASCII)
_NOT_YET: Final = "The change cannot be made so."


def require_sound(cx: Context, user: User, kind: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The change as it is kept. Raises Invalid naming each field, or the form as a whole."""
    judge = _JUDGES.get(kind)
    if judge is None:
        raise Invalid("There is no such change of an account.", fields={"form": "Choose one."})
    told, wrong = judge(cx, user, wanted)
    fields = {name: sentence for name, sentence in wrong.items() if sentence}
    if fields:
        raise Invalid(_NOT_YET, fields=fields)
    return dict(told)


def _rights(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    roles = tuple(sorted(set(wanted.get("roles", ()))))
    contracts = tuple(sorted(set(wanted.get("contracts", ()))))
    restricted = bool(wanted.get("sees_restricted", False))
    staff = user.kind == "staff"
    told = {"roles": list(roles), "contracts": list(contracts), "sees_restricted": restricted}
    wrong = {
        "roles": new_account.wrong_roles(user.kind, roles),
        "contracts": new_account.wrong_contracts(cx, contracts),
        "sees_restricted": None if staff or not restricted else "Only staff see restricted cases.",
    }
    if contracts and not staff:
        wrong["contracts"] = "Only staff work for contracts; an office has its own cases."
    return told, wrong


def _licence(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    starts, ends = _day(wanted.get("starts_on")), _day(wanted.get("ends_on"))
    told = {
        "kind": str(wanted.get("kind", "")),
        "state": str(wanted.get("state", "")).upper(),
        "number": " ".join(str(wanted.get("number", "")).split()),
        "specialty": " ".join(str(wanted.get("specialty", "")).split())[:80],
        "starts_on": starts.isoformat() if starts else "",
        "ends_on": ends.isoformat() if ends else "",
    }
    wrong = {
        "kind": None if told["kind"] in KINDS else "Choose what it is.",
        "state": None if told["state"] in PREFIXES else "Choose the State that gave it.",
        "number": None
        if _NUMBER.fullmatch(told["number"])
        else "Write its number, like 35.123456.",
        "starts_on": None if starts else "Enter the day from which it holds.",
        "ends_on": _wrong_end(starts, ends, typed=str(wanted.get("ends_on") or "")),
    }
    if user.kind != "staff":
        wrong["kind"] = "Licences are kept of the plan's own people."
    if not any(wrong.values()) and _has_already(cx, user, told):
        wrong["number"] = "This licence is recorded already: end it first, or choose other days."
    return told, wrong


def _end_licence(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    number, ends = wanted.get("licence_id"), _day(wanted.get("ends_on"))
    found = cx.db.execute(
        select(Licence.starts_on).where(Licence.id == number, Licence.user_id == user.id)
    ).scalar()
    wrong = {
        "licence_id": None if found else "Choose one of this person's licences.",
        "ends_on": _wrong_end(found, ends, typed="") if ends else "Enter its last day.",
    }
    return {"licence_id": number, "ends_on": ends.isoformat() if ends else ""}, wrong


def _open_account(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    return {}, {"form": None if user.active else "This account is closed already."}


def _closed_account(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    return {}, {"form": None if not user.active else "This account is open already."}


def _invitation(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    told = {"base": str(wanted.get("base", ""))[:200]}
    return told, {"form": None if user.active else "Open the account first."}


def _anything(cx: Context, user: User, wanted: Mapping[str, Any]) -> Any:
    return {}, {}


def _has_already(cx: Context, user: User, told: Mapping[str, Any]) -> bool:
    same = select(Licence.id).where(
        Licence.user_id == user.id,
        Licence.kind == told["kind"],
        Licence.state == told["state"],
        Licence.number == told["number"],
        Licence.ends_on.is_(None) | (Licence.ends_on >= date.fromisoformat(told["starts_on"])),
    )
    return cx.db.execute(same.limit(1)).scalar() is not None


def _wrong_end(starts: date | None, ends: date | None, *, typed: str) -> str | None:
    if typed and ends is None:
        return "Enter a day, or leave it empty."
    if starts and ends and ends < starts:
        return "It ends before it begins: enter a later day."
    return None


def _day(said: Any) -> date | None:
    if isinstance(said, date):
        return said
    try:
        return date.fromisoformat(str(said or ""))
    except ValueError:
        return None


_JUDGES: Final[Mapping[str, Any]] = {
    "rights": _rights,
    "licence": _licence,
    "licence_end": _end_licence,
    "lock": _open_account,
    "end": _open_account,
    "unlock": _closed_account,
    "invite": _invitation,
    "lift": _anything,
}
