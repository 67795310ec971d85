"""A case is done only when nothing is owed any more: what is owed keeps it on somebody's list."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import ledger
from casework.db import command
from casework.models import Case
from casework.queries import worklist
from casework.records import obligations
from casework.services import endings
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from tests.builders import MONDAY, a_submission, a_town

KIND = "call_the_member"


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@command
def owe(cx, ref):
    case = ledger.take(cx, ref)
    due = cx.now + timedelta(days=1)
    obligations.owe(cx, case, KIND, "Call the member.", due_at=due, cause_seq=1)


@command
def settle(cx, ref):
    obligations.settle(cx, ledger.take(cx, ref), [KIND])


def _is_open(town, ref):
    with town.database.reading(town.cx("supervisor")) as cx:
        return cx.db.execute(select(Case.open).where(Case.ref == ref)).scalar_one()


def _listed(town, ref):
    with town.database.reading(town.cx("supervisor")) as cx:
        return ref in {row.ref for row in worklist.listed(cx, worklist.Wanted(tab="all")).rows}


def _withdraw(town, ref):
    endings.withdraw(town.cx("Maple"), ref, None, endings.Withdrawal(reason="Not needed now."))


def test_what_is_owed_after_the_end_brings_a_case_back_to_the_list(town) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    _withdraw(town, ref)
    assert not _is_open(town, ref)
    owe(town.cx("nurse"), ref)
    assert _is_open(town, ref)
    assert _listed(town, ref)
    settle(town.cx("nurse"), ref)
    assert not _is_open(town, ref)
    assert not _listed(town, ref)


def test_what_is_owed_at_the_end_keeps_a_case_on_the_list(town) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    owe(town.cx("nurse"), ref)
    _withdraw(town, ref)
    assert _is_open(town, ref)
    settle(town.cx("nurse"), ref)
    assert not _is_open(town, ref)


def test_settling_does_not_end_an_open_case(town) -> None:
    ref = submit_prior_auth(town.cx("Maple"), a_submission(town)).ref
    owe(town.cx("nurse"), ref)
    settle(town.cx("nurse"), ref)
    assert _is_open(town, ref)
