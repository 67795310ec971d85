"""The ways out of the house: the print vendor's folder, e-mail pointers, the portal.

A print file is named by its key, written beside its place, synced and renamed, so repeating is
harmless. An e-mail only points to the portal: no name of a service, no diagnosis, no case number.
"""

import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

from casework.config import Settings
from casework.errors import NotReady
from casework.storage import write_whole

SUBJECT = "You have a new letter"
POINTER = (
    "You have a new letter from your health plan.\n\n"
    "Please sign in to read it: {url}\n\n"
    "This message says nothing about your health on purpose. If you need help, call the number on"
    " your member card (TTY 711).\n"
)


def hand_to_printer(settings: Settings, key: str, pdf: bytes) -> str:
    """Put a letter into the print vendor's folder; returns the proof (the file's name)."""
    path = settings.print_dir / f"{key}.pdf"
    write_whole(path, pdf)
    return f"print folder: {path.name}"


def send_pointer(settings: Settings, key: str, address: str) -> str:
    """Send an e-mail that points to the portal; returns the proof. Raises OSError or NotReady."""
    message = EmailMessage()
    message["Subject"] = SUBJECT
    message["From"] = settings.mail_from
    message["To"] = _one_line(address)
    message["Message-ID"] = f"<{key}@{_host(settings)}>"
    message.set_content(POINTER.format(url=settings.public_url or "the member portal"))
    if not settings.smtp_url:
        write_whole(settings.mail_dir / f"{key}.eml", message.as_bytes())
        return "mail folder"
    _submit(settings, message)
    return f"accepted by {_host(settings)}"


def _submit(settings: Settings, message: EmailMessage) -> None:
    url = urlsplit(settings.smtp_url)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise NotReady("SMTP_URL must look like smtp://host:25 or smtps://user:password@host:465.")
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname, url.port or 0, timeout=20) as server:
        if url.username:
            server.login(url.username, url.password or "")
        server.send_message(message)


def _host(settings: Settings) -> str:
    return urlsplit(settings.smtp_url).hostname or "localhost"


def _one_line(address: str) -> str:
    """Nothing that ends a header line may stand in an address."""
    if any(character in address for character in "\r\n\0"):
        raise OSError("The e-mail address has a line break in it.")
    return address
