"""What a browser proves with a passkey: the questions that we put, and the check of its answers.

The arithmetic is py_webauthn's. A question is good once and for five minutes; it is bound to the
session, to our host and to our address. It knows no page.
"""

import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from flask import request, session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from casework import now
from casework.models import User
from casework.queries.passkeys import Kept
from casework.web import edge

_ASKED: Final = "passkey_asked"
GOOD_FOR: Final = 300.0
LONGEST: Final = 20_000
_REQUIRED: Final = UserVerificationRequirement.REQUIRED


class NotProved(Exception):
    """The answer does not fit the question."""


@dataclass(frozen=True)
class Made:
    """A passkey that a browser made for us."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: tuple[str, ...]


def possible() -> bool:
    """Whether a passkey can be bound to the address of this request: a name, not a number."""
    try:
        ip_address(host())
    except ValueError:
        return True
    return False


def host() -> str:
    """The name of our host, to which passkeys are bound."""
    configured = urlsplit(edge.settings().public_url).hostname
    return configured or urlsplit(request.host_url).hostname or ""


def question_for_new(user: User, kept: tuple[Kept, ...]) -> str:
    """What to ask a browser so that it makes a passkey for this account, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=host(),
        rp_name="Casework",
        # The handle names nobody; it is the same for all passkeys of an account.
        user_id=f"casework-{user.id}".encode(),
        user_name=user.email,
        user_display_name=user.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in kept],
    )
    _remember("new", options.challenge)
    return webauthn.options_to_json(options)


def question_for_sign_in() -> str:
    """What to ask a browser so that it shows a passkey of ours; it names nobody."""
    options = webauthn.generate_authentication_options(rp_id=host(), user_verification=_REQUIRED)
    _remember("sign-in", options.challenge)
    return webauthn.options_to_json(options)


def made(answer: str) -> Made:
    """The passkey that the browser made. Raises NotProved."""
    said = _read(answer)
    try:
        found = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=_asked("new"),
            expected_rp_id=host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotProved from error
    told = said.get("response", {}).get("transports", [])
    return Made(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=tuple(str(each)[:20] for each in told) if isinstance(told, list) else (),
    )


def credential_of(answer: str) -> bytes:
    """Which passkey an answer names. Raises NotProved."""
    try:
        return base64url_to_bytes(str(_read(answer).get("id", "")))
    except ValueError as error:
        raise NotProved from error


def shown(answer: str, kept: Kept) -> int:
    """The new counter of this passkey, once its answer is right. Raises NotProved."""
    try:
        found = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=_asked("sign-in"),
            expected_rp_id=host(),
            expected_origin=_origin(),
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotProved from error
    return found.new_sign_count


def _origin() -> str:
    """The address that the browser must have seen."""
    return edge.settings().public_url or request.host_url.rstrip("/")


def _remember(purpose: str, challenge: bytes) -> None:
    session[_ASKED] = {
        "for": purpose,
        "challenge": bytes_to_base64url(challenge),
        "until": now.wall().timestamp() + GOOD_FOR,
    }


def _asked(purpose: str) -> bytes:
    """The question that stands, which is used up now. Raises NotProved."""
    asked: dict[str, Any] = session.pop(_ASKED, None) or {}
    if asked.get("for") != purpose or asked.get("until", 0) < now.wall().timestamp():
        raise NotProved
    return base64url_to_bytes(asked["challenge"])


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise NotProved
    try:
        said = json.loads(answer)
    except ValueError as error:
        raise NotProved from error
    if not isinstance(said, dict):
        raise NotProved
    return said
