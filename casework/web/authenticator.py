"""Authenticator apps and recovery codes: each code is good once.

The arithmetic and the sealing of the secrets are Flask-Security's; that a code cannot be shown
twice is ours. It knows no page.
"""

from typing import Any, Final

from flask import current_app
from flask_security.totp import Totp
from passlib.exc import UsedTokenError
from sqlalchemy import BigInteger, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from casework import now
from casework.context import SYSTEM, Context
from casework.models import User
from casework.web import edge

LAST_STEP: Final = "last_code_step"
DIGITS: Final = 6
# Seconds before and after now in which a code is taken, for a phone whose clock is a little off.
WINDOW: Final = 30


class OneTimeTotp(Totp):
    """Codes of an authenticator, each of which is good once (RFC 6238, 5.2)."""

    def get_last_counter(self, user: Any) -> int | None:
        """The time step of the last code that this account used."""
        step = user.preferences.get(LAST_STEP)
        return int(step) if step is not None else None

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note the step of this code, unless another request used it a moment ago.

        Raises UsedTokenError, which counts as a wrong code.
        """
        step = int(tmatch.counter)
        used = cast(User.preferences[LAST_STEP].astext, BigInteger)
        database = edge.database()
        cx = Context(now=now.wall(), principal=SYSTEM, database=database)
        with database.observe(cx) as session:
            taken = session.execute(
                update(User)
                .where(User.id == user.id, (used.is_(None)) | (used < step))
                .values(
                    preferences=func.coalesce(User.preferences, cast({}, JSONB)).op("||")(
                        cast({LAST_STEP: step}, JSONB)
                    )
                )
                .returning(User.id)
                .execution_options(synchronize_session=False)
            ).scalar()
        if taken is None:
            raise UsedTokenError


def new_secret() -> str:
    """A fresh secret, sealed, for setting up an app."""
    return str(_security().totp_factory.generate_totp_secret())


def setup_values(user: User, secret: str) -> dict[str, str]:
    """What the page of the set-up shows: `key` to type, `image` to scan, `username`, `issuer`."""
    values: dict[str, str] = _security().totp_factory.fetch_setup_values(secret, user)
    return values


def code_fits(user: User, secret: str, typed: str) -> bool:
    """True when this is the code of the app now, and it was not used before."""
    digits = "".join(typed.split())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return False
    return bool(_security().totp_factory.verify_totp(digits, secret, user, window=WINDOW))


def keep(user: User, secret: str) -> list[str]:
    """Make this app the second factor of the account; its ten recovery codes, shown once."""
    current_app.extensions[edge.ACCOUNTS].close()
    _security().datastore.tf_set(user, "authenticator", totp_secret=secret)
    return new_recovery_codes(user)


def new_recovery_codes(user: User) -> list[str]:
    """Ten new recovery codes in the place of the old ones."""
    accounts = current_app.extensions[edge.ACCOUNTS]
    if user not in accounts:
        accounts.close()
    codes: list[str] = _security()._mf_recovery_codes_util.create_recovery_codes(user)
    accounts.commit()
    accounts.close()
    return codes


def use_recovery_code(user: User, typed: str) -> bool:
    """True when this was one of the account's codes; it is used up, once, whoever else tries."""
    accounts = current_app.extensions[edge.ACCOUNTS]
    codes = _security()._mf_recovery_codes_util
    accounts.close()
    locked = accounts.execute(
        select(User).where(User.id == user.id).with_for_update(of=User)
    ).scalar_one()
    typed = typed.strip().lower()
    fits = bool(codes.check_recovery_code(locked, typed))
    if fits:
        codes.delete_recovery_code(locked, typed)
    accounts.commit()
    accounts.close()
    return fits


def _security() -> Any:
    return current_app.extensions["security"]
