"""Makes the editions that were asked for: the facts out of the store, through the press, proved.

An edition that would say something else than the letter is not kept. No transaction is open while
it is made; a kill anywhere loses nothing and doubles nothing.
"""

import io

import pikepdf
import structlog

from casework import letter_facts, now
from casework.config import Settings
from casework.db import Database
from casework.errors import Problem
from casework.seal import SealBroken
from casework.services import letter_editions
from casework.services.letter_editions import EditionJob
from casework.storage import Storage
from letters import extract, outputs, proof
from letters.press import Press
from letters.refusals import LettersError

log = structlog.get_logger("casework.editions")


class SaysOtherwise(Exception):
    """The edition would tell other facts than the letter that was sent."""


def make_one(database: Database, press: Press) -> bool:
    """Take one edition through making and deposit. False: none is asked for."""
    job = letter_editions.claim_edition(database.context(), now.wall())
    if job is None:
        return False
    try:
        pdf = _made(database.settings, press, job)
    except (LettersError, SealBroken, SaysOtherwise, OSError, Problem) as error:
        name = type(error).__name__
        letter_editions.retry_edition(database.context(), job, name)
        log.warning("edition_retry", edition_id=job.edition_id, error=name)
        return True
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
    stored = Storage(database.settings).put(pdf)
    letter_editions.deposit_edition(database.context(), job, stored, pages=pages)
    return True


def _made(settings: Settings, press: Press, job: EditionJob) -> bytes:
    context = letter_facts.kept(settings, job.facts_sha256)
    pdf = press.print(outputs.in_large_print(context))
    proof.require_pdf(pdf, context)
    if not letter_facts.same(settings, job.sha256, extract.from_pdf(pdf)):
        raise SaysOtherwise
    return pdf
