"""A letter that leaves between the due and the sweep is late, and silences no deadline: what the
simulated year found, in small."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework import clock_proof
from casework.models import Case, CaseEvent, Clock, ClockMark, Escalation, Obligation
from casework.services.clocks import sweep_batch
from casework.services.endings import Correction, correct_receipt
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission, a_town
from tests.chaos.people import tell_decisions


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


def _rows(town, model, case_id):
    with town.database.reading(town.cx("system")) as cx:
        return list(cx.db.execute(select(model).where(model.case_id == case_id)).scalars())


def _decision(town):
    """The decision clock of the case that came last."""
    with town.database.reading(town.cx("system")) as cx:
        newest = select(Clock).where(Clock.name == "decision").order_by(Clock.id.desc()).limit(1)
        return cx.db.execute(newest).scalar_one()


@pytest.mark.parametrize("contract", ["OH-MCD", "OH-MCD-2026", "OH-QHP", "MA-2026"])
def test_a_letter_a_second_too_late_does_not_silence_the_deadline(town, contract) -> None:
    submit_prior_auth(town.cx("Maple"), a_submission(town, contract))
    clock = _decision(town)
    late = clock.due_at + timedelta(seconds=1)
    assert tell_decisions(town.cx("system", late), [clock.case_id]) == 1

    swept = late + timedelta(seconds=1)
    while sweep_batch(town.cx("system", swept)).cases:
        pass

    [fired] = [e for e in _rows(town, Escalation, clock.case_id) if e.step == "100"]
    assert fired.ref.startswith("ESC-")
    assert fired.opened_at == swept
    assert "deadline_missed" in {e.event for e in _rows(town, CaseEvent, clock.case_id)}
    owed = [o.kind for o in _rows(town, Obligation, clock.case_id) if o.done_at is None]
    assert "decide_now" not in owed, "it is decided and told: nothing is left to decide"
    assert {m.state for m in _rows(town, ClockMark, clock.case_id)} <= {"done", "skipped"}


def test_a_letter_in_time_leaves_no_step_to_fire(town) -> None:
    submit_prior_auth(town.cx("Maple"), a_submission(town))
    clock = _decision(town)
    tell_decisions(town.cx("system", clock.due_at), [clock.case_id])
    while sweep_batch(town.cx("system", clock.due_at + timedelta(days=1))).cases:
        pass
    assert _rows(town, Escalation, clock.case_id) == []


def test_a_receipt_corrected_after_the_letter_left_rings_for_what_is_late_now(town) -> None:
    submit_prior_auth(town.cx("Maple"), a_submission(town))
    clock = _decision(town)
    told = clock.due_at - timedelta(days=1)
    tell_decisions(town.cx("system", told), [clock.case_id])
    for day in (60, 61):
        _correct(town, clock, told + timedelta(days=day - 60), back=timedelta(days=day))
        swept = told + timedelta(days=day - 60, hours=1)
        while sweep_batch(town.cx("system", swept)).cases:
            pass

    assert _decision(town).state == "missed"
    [fired] = _rows(town, Escalation, clock.case_id)
    assert (fired.step, fired.ref[:4]) == ("100", "ESC-"), "once, however often it is corrected"
    with town.database.reading(town.cx("system")) as cx:
        assert clock_proof.verify(cx).differ == ()


def _correct(town, clock, at, *, back) -> None:
    with town.database.reading(town.cx("system")) as cx:
        case = cx.db.execute(select(Case).where(Case.id == clock.case_id)).scalar_one()
    form = Correction(
        received_at=clock.anchor_at - back, reason="The fax came first.", evidence="Its header."
    )
    correct_receipt(town.cx("supervisor", at), case.ref, None, form)
