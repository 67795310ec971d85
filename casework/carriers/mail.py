"""E-mail that points to the portal, in the reader's language.

It says that there is a letter, never what it is about: no service, no diagnosis, no case number.
"""

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

from casework.config import Settings
from casework.errors import NotReady
from casework.storage import write_whole

MAIL_WAIT = 20
# One mailbox and nothing else: no sign that makes a header name several, or fold, or decode.
ADDRESS: Final = re.compile(
    r"(?!.*=\?)[^@\s\x00-\x1f\x7f()<>\[\]:;\\,\"]{1,64}"
    r"@(?=.{3,55}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)
SUBJECT: Final = {"en": "You have a new letter", "es": "Tiene una carta nueva"}
POINTER: Final = {
    "en": (
        "You have a new letter from your health plan.\n\n"
        "Please sign in to read it: {url}\n\n"
        "This message says nothing about your health on purpose. If you need help, call the number"
        " on your member card (TTY 711).\n"
    ),
    "es": (
        "Tiene una carta nueva de su plan de salud.\n\n"
        "Inicie sesión para leerla: {url}\n\n"
        "Este mensaje no dice nada sobre su salud a propósito. Si necesita ayuda, llame al número"
        " de su tarjeta de miembro (TTY 711).\n"
    ),
}
PORTAL: Final = {"en": "the member portal", "es": "el portal para miembros"}


class NotTaken(OSError):
    """The mail server certainly did not take a message; its answer, without any address."""


def send_pointer(settings: Settings, key: str, address: str, *, language: str = "en") -> str:
    """Send an e-mail that points to the portal; returns the proof.

    Raises NotTaken when it certainly did not leave, OSError when nobody knows.
    """
    tongue = language if language in POINTER else "en"
    text = POINTER[tongue].format(url=settings.public_url or PORTAL[tongue])
    return send_mail(settings, key, address, subject=SUBJECT[tongue], text=text, language=tongue)


def send_mail(
    settings: Settings, key: str, address: str, *, subject: str, text: str, language: str
) -> str:
    """Send one e-mail in plain text under this key; returns the proof. Raises as `send_pointer`."""
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = settings.mail_from
    message["To"] = _one_mailbox(address)
    message["Message-ID"] = f"<{key}@{_host(settings)}>"
    message.set_content(text)
    message["Content-Language"] = language
    if not settings.smtp_url:
        write_whole(settings.mail_dir / f"{key}.eml", message.as_bytes())
        return "mail folder"
    with _desk(settings) as server:
        _hand_over(server, message)
    return f"accepted by {_host(settings)}"


@contextmanager
def _desk(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A mail server that knows us; whatever fails until then, nothing was sent."""
    url = urlsplit(settings.smtp_url)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise NotReady("SMTP_URL must look like smtp://host:25 or smtps://user:password@host:465.")
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    try:
        server = kind(url.hostname, url.port or 0, timeout=MAIL_WAIT)
        if url.username:
            server.login(url.username, url.password or "")
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(f"no mail server: {type(error).__name__}") from error
    try:
        yield server
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """A refusal is an answer; a connection lost in the middle is none."""
    try:
        server.send_message(message)
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
        raise NotTaken(f"refused: {_code(error)}") from error


def _code(error: smtplib.SMTPException) -> str:
    """The codes of the refusal alone: the text of a server may repeat the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(str(code) for code, _text in error.recipients.values())
    return str(getattr(error, "smtp_code", ""))


def _host(settings: Settings) -> str:
    return urlsplit(settings.smtp_url).hostname or "localhost"


def _one_mailbox(address: str) -> str:
    """A header decodes and splits what stands in it: only a plain address may."""
    if not ADDRESS.fullmatch(address) or not address.isprintable():
        raise NotTaken("the address is not a plain one")
    return address
