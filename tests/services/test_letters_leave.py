"""Letters are produced by the worker, leave once, and stop the clock."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from casework import now
from casework.context import SYSTEM
from casework.models import Case, Clock, Letter, Member, Obligation, WebSession
from casework.records.determinations import LineRuling, Wanted, Words
from casework.services import determinations, review
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, a_submission, a_town


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


def _letters(town, ref):
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        rows = cx.db.execute(select(Letter).where(Letter.case_id == case.id)).scalars().all()
        owed = (
            cx.db.execute(select(Obligation).where(Obligation.case_id == case.id)).scalars().all()
        )
        clocks = cx.db.execute(select(Clock).where(Clock.case_id == case.id)).scalars().all()
        return rows, owed, clocks


@pytest.mark.parametrize("contract", ["OH-MCD", "OH-QHP", "OH-MA", "OH-MCD-2026", "MA-2026"])
def test_a_denial_is_told_and_the_clock_stops(town, worker, contract) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town, contract)).ref
    nurse, doctor = town.cx("nurse"), town.cx("physician")
    review.start_review(nurse, ref, None)
    review.refer_to_physician(
        nurse, ref, None, review.Referral(summary="Summary.", criteria="Not met.")
    )
    done = determinations.deny(
        doctor,
        ref,
        None,
        determinations.Ruling(
            lines=(
                LineRuling(
                    number=1,
                    result="denied",
                    reason="The records show no warning sign, so this test is not needed now.",
                    criterion="Imaging policy MP-021, part 2.",
                ),
            ),
            words=Words(
                provision="Your plan book, chapter 4: imaging must be medically needed.",
                standard="We compared the records with each point of the policy.",
                rationale="A doctor read the notes. The nerve exam was normal.",
                perfect=(Wanted(what="Notes of the exam", why="They may show a warning sign."),),
            ),
            criterion="MP-021",
            attested=True,
        ),
    )
    assert done.state == "denied"
    worker.relay()
    letters, owed, clocks = _letters(town, ref)
    problems = [(letter.code, letter.missing) for letter in letters if letter.state != "sent"]
    assert problems == []
    assert not owed
    decision = next(clock for clock in clocks if clock.name == "decision")
    assert decision.state == "met"
    assert any(clock.name == "filing_window" for clock in clocks)


def test_the_sweep_forgets_the_sessions_that_are_over(town, worker) -> None:
    """By the wall clock: a demonstration that moves case time signs nobody out."""
    database = town.database
    with database.session(database.context(SYSTEM)) as session:
        for number, hours in enumerate((-1, 1)):
            at = now.wall() + timedelta(hours=hours)
            session.execute(
                insert(WebSession).values(
                    token_sha256=bytes([number]) * 32, created_at=at, last_seen_at=at, expires_at=at
                )
            )
        session.commit()
    worker.sweep()
    with database.session(database.context(SYSTEM)) as session:
        left = session.execute(select(WebSession.token_sha256)).scalars().all()
        assert [token[0] for token in left] == [1]


def test_a_member_who_reads_large_print_gets_it(town, worker) -> None:
    database = town.database
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).values(letter_format="large_print"))
        session.commit()
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    worker.relay()
    letters, _, _ = _letters(town, ref)
    assert {letter.state for letter in letters} == {"sent"}
    assert [letter.large_print for letter in letters if letter.recipient == "member"] == [True]
    assert not any(letter.large_print for letter in letters if letter.recipient != "member")
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).values(letter_format="standard"))
        session.commit()
