"""Bringing a request of Maple Clinic as far as a test needs it, by the plan's own commands."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from casework.models import Case
from casework.records.determinations import LineRuling, Wanted, Words
from casework.services import determinations, review
from casework.services.intake import submit_prior_auth
from tests.builders import Town, a_submission

WANTED = ("Notes of the neurological exam", "Results of earlier imaging")
REASON = "The records show no warning sign, so this test is not needed now."


def at(ref: str, *more: str) -> str:
    """The address of this case in the office's pages, or of something below it."""
    return "/".join((f"/provider/cases/{ref}", *more))


def state(town: Town, ref: str) -> str:
    """How the case stands."""
    with town.database.reading(town.cx("compliance")) as cx:
        return str(cx.db.execute(select(Case.state).where(Case.ref == ref)).scalar_one())


def a_request(town: Town, contract: str = "OH-MCD", **changes: object) -> str:
    """A request that was just received; returns its number."""
    return submit_prior_auth(town.cx("Maple"), a_submission(town, contract, **changes)).ref


def in_review(town: Town, contract: str = "OH-MCD", **changes: object) -> str:
    """A nurse has begun."""
    ref = a_request(town, contract, **changes)
    review.start_review(town.cx("nurse"), ref, None)
    return ref


def pended(town: Town, contract: str = "OH-MCD", *, source: str = "provider") -> str:
    """The nurse asked for papers."""
    ref = in_review(town, contract)
    ask = review.Ask(wanted=WANTED, source=source, hours=72, note="internal: call first")
    review.request_information(town.cx("nurse"), ref, None, ask)
    return ref


def with_physician(town: Town, contract: str = "OH-MCD") -> str:
    """The nurse referred it."""
    ref = in_review(town, contract)
    review.refer_to_physician(
        town.cx("nurse"), ref, None, review.Referral(summary="Secret summary.", criteria="Not met.")
    )
    return ref


def approved(town: Town, contract: str = "OH-MCD") -> str:
    """Approved by the nurse as it was asked."""
    ref = in_review(town, contract)
    ruling = determinations.Ruling(
        lines=(LineRuling(number=1, result="approved"),), criterion="MP-021"
    )
    determinations.approve(town.cx("nurse"), ref, None, ruling)
    return ref


def denied(town: Town, contract: str = "OH-MCD") -> str:
    """Denied by a physician, with all the words that the letter needs."""
    ref = with_physician(town, contract)
    words = Words(
        provision="Your plan book, chapter 4: imaging must be medically needed.",
        standard="We compared the records with each point of the policy.",
        rationale="A doctor read the notes. The nerve exam was normal.",
        perfect=(Wanted(what="Notes of the exam", why="They may show a warning sign."),),
    )
    line = LineRuling(
        number=1, result="denied", reason=REASON, criterion="Imaging policy MP-021, part 2."
    )
    ruling = determinations.Ruling(lines=(line,), words=words, criterion="MP-021", attested=True)
    determinations.deny(town.cx("physician"), ref, None, ruling)
    return ref


def old(town: Town, days: int, contract: str = "OH-MCD") -> str:
    """A request that came so many days ago and nobody looked at."""
    sent = a_submission(town, contract)
    when = sent.received_at - timedelta(days=days)
    return submit_prior_auth(town.cx("Maple"), replace(sent, received_at=when)).ref
