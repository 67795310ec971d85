"""Prints the forms that members make: claimed, through the press, stored, kept. What dies in the
middle is begun again."""

import structlog

from casework import now
from casework.db import Database
from casework.services import form_printing
from casework.storage import Storage
from letters import appointment
from letters.press import Press
from letters.printjob import PrintRequest
from letters.refusals import LettersError, PrintRefused

log = structlog.get_logger("casework.form_maker")


def make_one(database: Database, press: Press) -> bool:
    """Print one form. False: none is asked for."""
    job = form_printing.claim_form(database.context(), now.wall())
    if job is None:
        return False
    if job.form is None:
        return True
    try:
        html = appointment.html(job.form, job.text, job.signed, cover=job.cover)
        request = PrintRequest(html=html, title=appointment.title(job.form), lang=job.form.language)
        kept = Storage(database.settings).put(press.print(request))
    except (PrintRefused, LettersError, OSError) as error:
        form_printing.retry_form(database.context(), job, type(error).__name__)
        log.warning("form_retry", error=type(error).__name__)
    else:
        form_printing.keep_form(database.context(), job, sha256=kept.sha256, size=kept.size)
    return True
