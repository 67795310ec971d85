"""A letter that could not leave: what it lacks becomes a task, is mended, and it is tried again."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select, update

from casework.bridge import letter_context
from casework.cli import home
from casework.cli.letters import letters as letters_console
from casework.errors import Invalid, NotAllowed, NotFound, Stale, StateRefused
from casework.models import (
    Case,
    CaseEvent,
    ContractVersion,
    Letter,
    Obligation,
    OutboxItem,
)
from casework.records import letter_drafts
from casework.services import contracts, letter_retry, releases
from casework.services.letter_retry import Retry
from casework.services.operations import move_time
from casework.services.releases import NewWords, Wording
from casework.storage import Storage
from casework.worker import Worker
from letters import compose, pdf_text, proof
from letters.printjob import PrintRequest
from tests.builders import MONDAY
from tests.web.staff.scene import Desk, a_town

NEW_APPEALS = {"name": "Maple Hollow, New Appeals Desk", "lines": ["9 Orchard Way", "Dayton, OH"]}
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture(scope="module")
def scene(database, settings):
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return Desk(town, settings)


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


def _rows(scene, ref, model):
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        found = select(model).where(model.case_id == case.id).order_by(model.id)
        return list(cx.db.execute(found).scalars())


def _story(scene, ref):
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        case_id = cx.db.execute(select(Case.id).where(Case.ref == ref)).scalar_one()
        found = select(CaseEvent.event).where(CaseEvent.case_id == case_id)
        return list(cx.db.execute(found).scalars())


def _denial(scene, ref, recipient="member"):
    wanted = ("denial", recipient)
    return next(r for r in _rows(scene, ref, Letter) if (r.code, r.recipient) == wanted)


def _owed(scene, ref):
    return [row.kind for row in _rows(scene, ref, Obligation) if row.done_at is None]


def _publish(scene, plan, day=MONDAY):
    return contracts.publish_version(
        scene.cx("admin"),
        "OH-MCD",
        terms={},
        workflow={},
        plan=plan,
        reason="The appeals desk moved to another address.",
        effective_from=day.date(),
        knows_looser=True,
    )


@pytest.fixture
def console(scene, monkeypatch):
    """The console on the database of this module."""
    monkeypatch.setattr(home, "database_here", lambda: scene.town.database)
    return lambda *words: CliRunner().invoke(letters_console, list(words[1:]))


def _an_hour_later(scene):
    cx = scene.town.database.context()
    move_time(cx, cx.now + timedelta(hours=1))


def _text(scene, letter):
    storage = Storage(scene.town.database.settings)
    return " ".join(pdf_text.read(storage.get(letter.sha256)))


def _stamped(scene, ref):
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        return cx.db.execute(
            select(ContractVersion.version)
            .join(Case, Case.contract_version_id == ContractVersion.id)
            .where(Case.ref == ref)
        ).scalar_one()


def _context(scene, ref):
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        letter = cx.db.execute(select(Letter).where(Letter.id == _denial(scene, ref).id)).scalar()
        return letter_context.context_of(cx, letter, issued_on=MONDAY.date())


def test_a_letter_shows_the_address_of_the_version_in_force_on_its_day(scene, worker) -> None:
    ref = scene.denied("moved")
    before = _context(scene, ref)
    _publish(scene, {"appeals": {"phone": "1-800-555-0199"}}, MONDAY + timedelta(days=9))
    assert _context(scene, ref).plan == before.plan
    _publish(scene, {"appeals": {**NEW_APPEALS, "phone": before.plan.appeals.phone}})
    after = _context(scene, ref)
    assert after.plan.appeals.lines == ("9 Orchard Way", "Dayton, OH")
    assert after.plan.appeals.phone == before.plan.appeals.phone
    _refuses_the_old_page(worker, before, after)
    worker.relay()
    letter = _denial(scene, ref)
    assert letter.state == "sent", letter.missing
    said = _text(scene, letter).replace(" ", "")
    assert "9OrchardWay" in said
    assert before.plan.appeals.lines[0].replace(" ", "") not in said
    assert _stamped(scene, ref) == 1


def _refuses_the_old_page(worker, before, after):
    """The page with last year's address is not the letter of today's facts, on screen or paper."""
    page = compose.html(before)
    named = {m.element for m in proof.check(after, page)}
    assert "appeal_where" in named
    pdf = worker.press.print(
        PrintRequest(html=page, title=f"Denial {before.case.ref}", lang=before.language)
    )
    assert "appeal_where" in {m.element for m in proof.check_pdf(pdf, after)}
    assert proof.check_pdf(pdf, before) == ()


def test_what_a_refused_letter_lacks_is_mended_and_it_is_tried_again(
    scene, worker, console
) -> None:
    _publish(scene, {"appeals": {"fax": None}})
    ref = scene.denied("no-fax")
    worker.relay()
    letter = _denial(scene, ref)
    assert letter.state == "refused"
    assert [gap["element"] for gap in letter.missing] == ["appeal_where"]
    assert "438.404(b)(4)" in letter.missing[0]["citation"]
    [task] = [
        row for row in _rows(scene, ref, Obligation) if row.kind == f"mend_letter_{letter.id}"
    ]
    assert task.owner_role == "supervisor"
    assert "plan.appeals.fax is empty" in task.says
    assert "438.404(b)(4)" in task.citation
    answered = console("letters", "check", ref)
    assert answered.exit_code == 1
    assert "plan.appeals.fax is empty" in answered.output

    nurse = scene.cx("nurse", LATER)
    with pytest.raises(Invalid, match=r"where to appeal.*438\.404\(b\)\(4\)"):
        letter_retry.try_letter_again(nurse, ref, None, Retry(letter_id=letter.id))
    _publish(scene, {"appeals": {"fax": "1-614-555-0122"}})
    form = Retry(letter_id=letter.id, note="The fax number is published again.")
    done = letter_retry.try_letter_again(nurse, ref, None, form)
    assert done.event == "letter_tried_again"
    assert f"mend_letter_{letter.id}" not in _owed(scene, ref)
    with pytest.raises(StateRefused, match="not stopped"):
        letter_retry.try_letter_again(nurse, ref, None, form)
    _an_hour_later(scene)
    worker.relay()
    letter = _denial(scene, ref)
    assert (letter.state, letter.missing) == ("sent", [])
    assert console("letters", "check", ref).exit_code == 1  # the provider's own letter
    provider = next(r for r in _rows(scene, ref, Letter) if r.state == "refused")
    letter_retry.try_letter_again(nurse, ref, None, Retry(letter_id=provider.id))
    worker.relay()
    assert console("letters", "check", ref).exit_code == 0
    told = [event for event in _story(scene, ref) if event == "notice_sent"]
    assert len(told) == 1


def test_a_letter_that_says_nothing_is_worded_anew_and_released(scene, worker) -> None:
    ref = scene.denied("tbd")
    letter = _denial(scene, ref)
    _spoil(scene, letter, "services.0.reason", "[insert reason here]")
    worker.relay()
    assert [gap["element"] for gap in _denial(scene, ref).missing] == ["specific_reason"]
    supervisor = scene.cx("supervisor", LATER)
    form = Retry(letter_id=letter.id, how="new_words")
    letter_retry.try_letter_again(supervisor, ref, None, form)
    assert _denial(scene, ref).state == "held"
    assert _owed(scene, ref) == [f"release_letter_{letter.id}"]
    words = Wording(
        words=(
            NewWords(path="services.0.reason", text="You are well now. The scan is not needed."),
        )
    )
    releases.release_letter(supervisor, letter.id, None, words)
    _an_hour_later(scene)
    worker.relay()
    letter = _denial(scene, ref)
    assert letter.state == "sent", letter.missing
    assert "Thescanisnotneeded" in _text(scene, letter).replace(" ", "")
    assert not _owed(scene, ref)


def _spoil(scene, letter, path, text):
    """Words in the row of a letter that no form would take: as an import could leave them."""
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        sealed = letter_drafts.sealed_words(cx, letter, {path: text})
    _as_owner(scene, update(Letter).where(Letter.id == letter.id).values(words_ct=sealed))


def _as_owner(scene, statement):
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()


def test_a_letter_whose_facts_cannot_be_gathered_stops_no_other(scene, worker) -> None:
    stuck, fine = scene.denied("stuck"), scene.denied("fine")
    letter = _denial(scene, stuck)
    _as_owner(scene, update(Letter).where(Letter.id == letter.id).values(cause_seq=1))
    _as_owner(
        scene,
        update(OutboxItem)
        .where(OutboxItem.dedupe_key.like(f"letter:{letter.case_id}:%:denial:member"))
        .values(dedupe_key=f"letter:{letter.case_id}:1:denial:member", next_at=MONDAY),
    )
    for _ in range(6):
        _an_hour_later(scene)
        worker.relay()
    assert _denial(scene, fine).state == "sent"
    stopped = _denial(scene, stuck)
    assert stopped.state in {"parked", "refused"}
    assert f"mend_letter_{letter.id}" in _owed(scene, stuck)


def test_only_who_works_on_cases_tries_a_stopped_letter_of_the_case_again(scene, worker) -> None:
    ref, other = scene.denied("whose"), scene.denied("other")
    number = _denial(scene, ref).id
    with pytest.raises(NotAllowed):
        letter_retry.try_letter_again(scene.cx("intake"), ref, None, Retry(letter_id=number))
    with pytest.raises(NotFound):
        letter_retry.try_letter_again(scene.cx("nurse"), other, None, Retry(letter_id=number))
    with pytest.raises(StateRefused):
        letter_retry.try_letter_again(scene.cx("nurse"), ref, None, Retry(letter_id=number))
    with pytest.raises(Stale):
        letter_retry.try_letter_again(scene.cx("nurse"), ref, 1, Retry(letter_id=number))
