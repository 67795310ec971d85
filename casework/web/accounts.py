"""Accounts at the door: Flask-Security on account tables, with the settings that we rely on.

Of Flask-Security we use accounts, sign-in, second factor and recovery codes; its own pages, its
tokens, its remember-me cookie and Flask-Principal stay out. It knows no page.
"""

import base64
import hashlib
from datetime import timedelta
from threading import BoundedSemaphore
from typing import Any, Final

from flask import Flask, current_app
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.utils import verify_password
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from casework import now
from casework.config import Settings
from casework.db import Database
from casework.models import Role, User
from casework.services import passwords
from casework.web import edge
from casework.web.authenticator import OneTimeTotp

RECOVERY_CODES: Final = 10
# Each hash takes 46 MiB for a moment: two at a time are what two cores can use.
_HASHING: Final = BoundedSemaphore(2)


class _Accounts(Session):
    """The session of the account tables."""

    def give_back(self) -> None:
        """Let go of the connection. A read ends with COMMIT, as in `Database.looking_up`; what
        Flask-Security has not committed is dropped."""
        if not (self.new or self.dirty or self.deleted):
            self.commit()
        self.close()


def install(app: Flask, database: Database) -> None:
    """Wire Flask-Security to the account tables of this database."""
    app.config.update(_configuration(database.settings))
    session = scoped_session(
        sessionmaker(bind=database.engine, class_=_Accounts, expire_on_commit=False)
    )
    security = Security(
        app,
        SQLAlchemySessionUserDatastore(session, User, Role),
        register_blueprint=False,
        totp_cls=OneTimeTotp,
    )
    app.extensions[edge.ACCOUNTS] = session
    app.extensions["casework.nobody"] = passwords.hashed("nobody has this password")
    _leave_out(app, security)

    @app.teardown_appcontext
    def give_back(_error: BaseException | None) -> None:
        session.remove()


def find(email: str) -> User | None:
    """The account with this e-mail address, however it is written."""
    return _one(func.lower(User.email) == email.strip().lower())


def find_by_id(number: int) -> User | None:
    """The account with this id, as the database has it now."""
    return _one(User.id == number)


def find_by_session_name(name: str) -> User | None:
    """The account that sessions know by this name; the name changes when all of them end."""
    return _one(User.fs_uniquifier == name)


def commit() -> None:
    """Keep what Flask-Security changed on an account, such as a hash with newer parameters."""
    current_app.extensions[edge.ACCOUNTS].commit()


def password_fits(user: User | None, typed: str) -> bool:
    """True when the password is this account's. A hash is computed for nobody too, so that a
    known and an unknown address take equally long."""
    nobody = str(current_app.extensions["casework.nobody"])
    with _HASHING:
        if user is None or not user.password:
            verify_password(passwords.normal(typed), nobody)
            return False
        return bool(user.verify_and_update_password(passwords.normal(typed)))


def may_sign_in(user: User) -> bool:
    """True while the account is switched on and the person has not left."""
    return user.active and (user.left_on is None or user.left_on > now.wall().date())


def needs_second_factor(settings: Settings, user: User) -> bool:
    """Staff and providers' people show a second factor in production; others when they chose one.

    The demonstration has none (45 CFR 164.312(d) asks for it where the data are real).
    """
    if settings.demo:
        return False
    required = settings.production and user.kind in {"staff", "provider"}
    return required or bool(user.tf_primary_method)


def _one(where: ColumnElement[bool]) -> User | None:
    """The account as the database has it now, given back detached with its connection."""
    accounts = current_app.extensions[edge.ACCOUNTS]
    accounts.close()
    found: User | None = accounts.execute(select(User).where(where)).scalar()
    accounts.close()
    return found


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.keys["session"].decode(),
        "SECRET_KEY_FALLBACKS": list(settings.old_session_keys),
        "SESSION_PROTECTION": None,
        # Our own guard covers every form, those of the sign-in included (casework.web.csrf).
        "WTF_CSRF_ENABLED": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        # A pepper from a key that rotates would lock everybody out on the day it does.
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": passwords.MEMORY_KIB,
            "argon2__rounds": passwords.PASSES,
            "argon2__parallelism": passwords.LANES,
        },
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TOTP_SECRETS": {"1": settings.keys["totp"].decode()},
        "SECURITY_TOTP_ISSUER": "Casework",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [_recovery_key(settings)],
        "SECURITY_FRESHNESS": timedelta(minutes=5),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_DATETIME_FACTORY": now.wall,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }


def _recovery_key(settings: Settings) -> bytes:
    """Recovery codes lie sealed; their key is made from that of the authenticators."""
    digest = hashlib.sha256(b"casework:recovery:" + settings.keys["totp"]).digest()
    return base64.urlsafe_b64encode(digest)


def _leave_out(app: Flask, security: Security) -> None:
    """Take out what would ask for a user on every request, or read a body unguarded."""
    manager = security.login_manager
    find = manager._user_callback
    manager.user_loader(lambda name: _living(find(name)))
    manager._request_callback = None
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
    processors = app.template_context_processors[None]
    processors[:] = [p for p in processors if not p.__module__.startswith("flask_login")]


def _living(user: User | None) -> User | None:
    return user if user is not None and may_sign_in(user) else None
