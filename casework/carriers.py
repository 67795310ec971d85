"""The ways out of the house: the print vendor's folder, e-mail pointers, the portal.

A print file is named by its key, written beside its place, synced and renamed, so repeating is
harmless. An e-mail only points to the portal: no name of a service, no diagnosis, no case number.
"""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import urlsplit

from casework.config import Settings
from casework.errors import NotReady
from casework.storage import write_whole

MAIL_WAIT = 20
SUBJECT = "You have a new letter"
POINTER = (
    "You have a new letter from your health plan.\n\n"
    "Please sign in to read it: {url}\n\n"
    "This message says nothing about your health on purpose. If you need help, call the number on"
    " your member card (TTY 711).\n"
)


class NotTaken(OSError):
    """The mail server certainly did not take a message; its answer, without any address."""


def hand_to_printer(settings: Settings, key: str, pdf: bytes) -> str:
    """Put a letter into the print vendor's folder; returns the proof (the file's name)."""
    path = settings.print_dir / f"{key}.pdf"
    write_whole(path, pdf)
    return f"print folder: {path.name}"


def send_pointer(settings: Settings, key: str, address: str) -> str:
    """Send an e-mail that points to the portal; returns the proof.

    Raises NotTaken when it certainly did not leave, OSError when nobody knows.
    """
    message = EmailMessage()
    message["Subject"] = SUBJECT
    message["From"] = settings.mail_from
    message["To"] = _one_line(address)
    message["Message-ID"] = f"<{key}@{_host(settings)}>"
    message.set_content(POINTER.format(url=settings.public_url or "the member portal"))
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


def _one_line(address: str) -> str:
    """Nothing that ends a header line may stand in an address."""
    if any(character in address for character in "\r\n\0"):
        raise NotTaken("the address has a line break in it")
    return address
