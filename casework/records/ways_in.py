"""Requests of people who want in: throttled, written down sealed, and left to the post room.

The page that takes a request looks nothing up: it counts a try and writes one row, whoever typed
whatever. Who is meant is found out later, by the post room, and only an e-mail tells. So nothing on
the page, in its status or in its time can say who is a member. It knows no page and no mail.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select

from casework import outbox, seal
from casework.context import Context
from casework.models import Member, WayIn
from casework.records import tries

TOPIC: Final = "way_in"
DAY: Final = timedelta(days=1)
# How long a request and its link live.
LIVES: Final[dict[str, timedelta]] = {
    "register": timedelta(hours=24),
    "password": timedelta(hours=1),
    "spouse": timedelta(days=7),
    "form": timedelta(days=7),
    "sign": timedelta(days=14),
    "staff": timedelta(days=7),
}
# What only tells somebody that something was done: no link that opens anything.
TOLD: Final = frozenset({"told", "new_pass", "helper_on", "helper_off", "helper_end"})
LIVES.update(dict.fromkeys(TOLD, timedelta(days=7)))


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So many tries within a window, for what stands behind `kind`."""

    kind: str
    most: int
    window: timedelta = tries.WINDOW


PER_NUMBER: Final = Limit(kind="register", most=5)
PER_NUMBER_A_DAY: Final = Limit(kind="register-day", most=15, window=DAY)
PER_EMAIL: Final = Limit(kind="forgot", most=3)
PER_ADDRESS: Final = Limit(kind="register-from", most=20)
IN_ALL: Final = Limit(kind="register-all", most=600)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody typed, as it came: the card's number, the birth date, the ZIP, the address to
    write to. Empty where it was not asked."""

    number: str = ""
    born: str = ""
    zip_code: str = ""
    email: str = ""


def full_until(cx: Context, asked: dict[Limit, str]) -> datetime | None:
    """When the next try is taken again, if one of these limits is reached now; else None, and the
    try is counted under each. Known and unknown numbers are counted alike, and a right try is never
    forgiven: the count says nothing. `cx.now` is the wall clock."""
    keys = {limit: tries.key_of(limit.kind, said) for limit, said in asked.items()}
    waits = [
        tries.full_until(cx, key, limit.most, window=limit.window) for limit, key in keys.items()
    ]
    until = max((wait for wait in waits if wait is not None), default=None)
    if until is None:
        for limit, key in keys.items():
            tries.count(cx, key, kind=limit.kind)
    return until


def normal_number(number: str) -> str:
    """The number of a card without what people put between its digits."""
    return "".join(c for c in number.upper() if c.isalnum())


def write(cx: Context, purpose: str, typed: Typed, **known: Any) -> int:
    """Write the request down, sealed, with the work that answers it; its id."""
    # Whoever asks may write a request and read none: its number comes first.
    of_table = func.pg_get_serial_sequence(WayIn.__tablename__, "id")
    number = int(cx.db.execute(select(func.nextval(of_table))).scalar_one())
    cx.db.execute(
        insert(WayIn).values(
            id=number,
            purpose=purpose,
            stage="asked",
            typed=seal.seal_text(_key(cx), json.dumps(asdict(typed)), _place(number)),
            asked_at=cx.now,
            expires_at=cx.now + LIVES[purpose],
            **{"mail": "", "email": "", "language": "en", "base": "", "wrong": 0, **known},
        )
    )
    outbox.enqueue(cx, [outbox.Posting(TOPIC, f"{TOPIC}:{number}", object_id=number)])
    return number


def typed_of(cx: Context, row: WayIn) -> Typed:
    """What was typed for this request, opened."""
    return Typed(**json.loads(seal.unseal_text(_key(cx), row.typed, _place(row.id)) or "{}"))


def named(cx: Context, typed: Typed) -> Member | None:
    """The member whom number, birth date and ZIP name together; only the system may ask this."""
    try:
        born = date.fromisoformat(typed.born)
    except ValueError:
        return None
    found = cx.db.execute(
        select(Member).where(
            Member.number == normal_number(typed.number), Member.birth_date == born
        )
    ).scalar()
    if found is None or found.zip_code[:5] != typed.zip_code[:5]:
        return None
    return found


def new_link(row: WayIn) -> str:
    """A fresh secret for the link of this request; the row keeps its hash alone."""
    token = secrets.token_urlsafe(32)
    row.token_sha256 = hash_of(token)
    return token


def hash_of(token: str) -> bytes:
    """What the table keeps of a link."""
    return hashlib.sha256(token.encode()).digest()


def _key(cx: Context) -> bytes:
    return seal.wrapping_key(cx.database.settings.keys["documents"])


def _place(number: int) -> str:
    return f"way_in:{number}"
