"""The loop that answers people who want in, one e-mail at a time; the worker calls it first, for
somebody waits at a screen."""

import structlog

from casework import now
from casework.carriers import NotTaken
from casework.carriers.mail import send_mail
from casework.db import Database
from casework.services import account_post

log = structlog.get_logger("casework.way_in_post")


def answer_one(database: Database) -> bool:
    """Answer one request. False: none waits."""
    errand = account_post.claim(database.context(), now.wall())
    if errand is None:
        return False
    if errand.mail is None:
        return True
    key = f"way-in-{errand.id}-{errand.item.attempts}"
    try:
        send_mail(
            database.settings,
            key,
            errand.address,
            subject=errand.mail.subject,
            text=errand.mail.text,
            language=errand.mail.language,
        )
    except NotTaken as error:
        account_post.not_sent(database.context(), errand, str(error))
    except OSError as error:
        account_post.in_doubt(database.context(), errand)
        log.warning("account_mail_in_doubt", error=type(error).__name__)
    else:
        account_post.sent(database.context(), errand)
    return True
