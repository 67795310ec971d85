"""Prints coversheets and the forms of members: claimed, through the press, stored, kept. What dies
in the middle is begun again, and a sheet is kept once."""

import structlog

from casework import form_maker, now
from casework.db import Database
from casework.services import coversheets
from casework.storage import Storage
from letters import coversheet
from letters.press import Press
from letters.printjob import PrintRequest
from letters.refusals import LettersError, PrintRefused

log = structlog.get_logger("casework.cover_maker")


def make_one(database: Database, press: Press) -> bool:
    """Print one coversheet, or one form of a member. False: none is asked for."""
    job = coversheets.claim_coversheet(database.context(), now.wall())
    if job is None:
        return form_maker.make_one(database, press)
    if job.sheet is None:
        return True
    try:
        pdf = press.print(
            PrintRequest(
                html=coversheet.html(job.sheet),
                title=coversheet.title(job.sheet),
                lang=job.sheet.language,
            )
        )
        kept = Storage(database.settings).put(pdf)
    except (PrintRefused, LettersError, OSError) as error:
        coversheets.retry_coversheet(database.context(), job, type(error).__name__)
        log.warning("coversheet_retry", error=type(error).__name__)
    else:
        coversheets.keep_coversheet(database.context(), job, kept.sha256)
    return True
