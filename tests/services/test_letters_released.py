"""A letter that the contract wants read waits for a named person, and leaves in his words."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casework.bridge import letter_release
from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed, NotFound, Stale, StateRefused
from casework.models import Case, Clock, Escalation, Letter, Member, Obligation, OutboxItem
from casework.queries import timeline
from casework.queries.case_file import case_by_ref
from casework.records.contract_terms import proposed
from casework.services import contracts, desk, determinations, releases
from casework.services.operations import move_time
from casework.services.releases import NewWords, SendingBack, Wording
from casework.storage import Storage
from casework.worker import Worker
from letters import pdf_text
from tests.builders import MONDAY
from tests.web.staff.scene import REASON, Desk, a_town

RULE = {"letters": ["adverse"], "roles": ["supervisor", "physician"], "writer_may": False}
PLAIN = "Your records do not show a warning sign. So you do not need this test now."


@pytest.fixture(scope="module")
def scene(database, settings):
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    contracts.publish_version(
        database.context(SYSTEM),
        "OH-MCD",
        terms={},
        workflow={"release": RULE},
        reason="Adverse letters are read first.",
        effective_from=MONDAY.date(),
        knows_looser=True,
    )
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


def _letter(scene, ref, recipient="member", code="denial"):
    return next(
        row for row in _rows(scene, ref, Letter) if (row.recipient, row.code) == (recipient, code)
    )


def _owed(scene, ref):
    return [row.kind for row in _rows(scene, ref, Obligation) if row.done_at is None]


def _reason(scene, ref, text=PLAIN):
    return Wording(words=(NewWords(path="services.0.reason", text=text),))


def test_the_letters_wait_with_a_task_each_and_nothing_is_enqueued_for_them(scene, worker) -> None:
    ref = scene.denied("waits")
    worker.relay()
    held = [row for row in _rows(scene, ref, Letter) if row.state == "held"]
    assert {(row.code, row.recipient) for row in held} == {
        ("denial", "member"),
        ("provider_denial", "provider"),
    }
    tasks = {row.kind: row for row in _rows(scene, ref, Obligation)}
    assert set(tasks) == {f"release_letter_{row.id}" for row in held}
    assert {row.owner_role for row in tasks.values()} == {"supervisor"}
    clocks = [row for row in _rows(scene, ref, Clock) if row.name == "decision"]
    assert [row.state for row in clocks] == ["open"]
    assert all(MONDAY < row.due_at < clocks[0].due_at for row in tasks.values())
    queued = [row.dedupe_key for row in _rows(scene, ref, OutboxItem)]
    assert not any("denial" in key for key in queued)


def test_a_supervisor_releases_it_in_other_words_and_just_those_are_printed(
    scene, worker, settings
) -> None:
    ref = scene.denied("released")
    letter = _letter(scene, ref)
    done = releases.release_letter(scene.cx("supervisor"), letter.id, None, _reason(scene, ref))
    assert done.event == "letter_released"
    worker.relay()
    sent = _letter(scene, ref)
    assert (sent.state, sent.worded_by, sent.released_by) == (
        "sent",
        "Sam Supervisor",
        "Sam Supervisor",
    )
    said = " ".join(" ".join(pdf_text.read(Storage(settings).get(sent.sha256))).split())
    assert PLAIN in said
    assert REASON not in said
    assert {row["element"] for row in sent.proved} >= {"specific_reason", "appeal_deadline"}
    provider = _letter(scene, ref, "provider", "provider_denial")
    assert provider.state == "sent"
    told = " ".join(" ".join(pdf_text.read(Storage(settings).get(provider.sha256))).split())
    assert PLAIN in told, "one decision is told in one wording"
    assert _owed(scene, ref) == []
    decision = next(row for row in _rows(scene, ref, Clock) if row.name == "decision")
    assert decision.state == "met"
    told = _story(scene, ref)
    assert told["letter_released"].actor == "Sam Supervisor"
    assert told["letter_released"].said["worded"] == [
        f"Specific reason: MRI of the brain: “{PLAIN}” in place of “{REASON}”"
    ]


def _story(scene, ref):
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        entries = timeline.timeline(cx, case_by_ref(cx, ref), limit=50)
    return {entry.event: entry for entry in reversed(entries)}


def test_whoever_decided_may_not_release_and_neither_may_a_nurse(scene) -> None:
    ref = scene.denied("four eyes")
    letter = _letter(scene, ref)
    with pytest.raises(NotAllowed, match="You decided it"):
        releases.release_letter(scene.cx("physician"), letter.id, None, Wording())
    with pytest.raises(NotAllowed, match="Only"):
        releases.release_letter(scene.cx("nurse"), letter.id, None, Wording())
    with pytest.raises(NotAllowed, match="contract"):
        releases.release_letter(scene.cx("ag_clinician"), letter.id, None, Wording())
    with pytest.raises(NotFound):
        releases.release_letter(scene.cx("supervisor"), 10**9, None, Wording())
    assert _letter(scene, ref).state == "held"
    assert releases.release_letter(scene.cx("physician2"), letter.id, None, Wording()).event


def test_only_free_text_can_be_put_anew(scene) -> None:
    ref = scene.denied("only words")
    letter = _letter(scene, ref)
    for path in ("services.0.code", "decision.outcome", "dates.appeal_by", "member.name", "x"):
        form = Wording(words=(NewWords(path=path, text="Something else"),))
        with pytest.raises(Invalid) as refused:
            releases.release_letter(scene.cx("supervisor"), letter.id, None, form)
        assert list(refused.value.fields) == [path]
    assert _letter(scene, ref).state == "held"


@pytest.mark.parametrize("text", ["", "TBD", "Please send it within 10 days."])
def test_words_that_the_gate_refuses_release_nothing(scene, text) -> None:
    ref = scene.denied(f"refused words {text}")
    letter = _letter(scene, ref)
    with pytest.raises(Invalid) as refused:
        releases.release_letter(scene.cx("supervisor"), letter.id, None, _reason(scene, ref, text))
    assert "services.0.reason" in refused.value.fields
    after = _letter(scene, ref)
    assert (after.state, bytes(after.words_ct)) == ("held", b"")


def test_a_second_reader_is_told_that_it_was_released_or_worded_meanwhile(scene) -> None:
    ref = scene.denied("two readers")
    letter = _letter(scene, ref)
    seen = _version(scene, ref)
    releases.reword_letter(scene.cx("physician"), letter.id, seen, _reason(scene, ref))
    with pytest.raises(Stale):
        releases.release_letter(scene.cx("supervisor"), letter.id, seen, Wording())
    again = _version(scene, ref)
    releases.release_letter(scene.cx("supervisor"), letter.id, again, _reason(scene, ref))
    with pytest.raises(Stale, match="Sam Supervisor released this letter already"):
        releases.release_letter(scene.cx("physician2"), letter.id, again, Wording())


def _version(scene, ref):
    with scene.town.database.reading(scene.cx("compliance")) as cx:
        return case_by_ref(cx, ref).version


def test_sent_back_it_is_the_deciders_task_until_he_hands_it_in(scene, worker) -> None:
    ref = scene.denied("sent back")
    letter = _letter(scene, ref)
    releases.send_letter_back(
        scene.cx("supervisor"), letter.id, None, SendingBack(reason="Say it in plain words.")
    )
    task = next(row for row in _rows(scene, ref, Obligation) if row.kind.startswith("reword"))
    assert task.owner_id == scene.town.users["physician"]
    assert f"release_letter_{letter.id}" not in _owed(scene, ref)
    with pytest.raises(NotAllowed):
        releases.reword_letter(scene.cx("ag_specialist"), letter.id, None, _reason(scene, ref))
    releases.reword_letter(scene.cx("physician"), letter.id, None, _reason(scene, ref))
    assert f"release_letter_{letter.id}" in _owed(scene, ref)
    releases.send_letter_back(
        scene.cx("supervisor"), letter.id, None, SendingBack(reason="Once more, please.")
    )
    releases.reword_letter(scene.cx("physician"), letter.id, None, _reason(scene, ref))
    releases.release_letter(scene.cx("supervisor"), letter.id, None, Wording())
    worker.relay()
    sent = _letter(scene, ref)
    assert (sent.state, sent.worded_by, sent.released_by) == (
        "sent",
        "Pia Physician, MD",
        "Sam Supervisor",
    )
    told = _story(scene, ref)
    assert told["letter_sent_back"].said["reason"] == "Once more, please."


def test_its_task_cannot_be_ticked_off_without_reading_it(scene) -> None:
    ref = scene.denied("ticked off")
    task = _rows(scene, ref, Obligation)[0]
    with pytest.raises(StateRefused, match="on its own page"):
        desk.settle_obligation(
            scene.cx("supervisor"), ref, None, desk.Settlement(obligation_id=task.id, how="Done.")
        )


def test_where_the_contract_asks_nothing_letters_leave_by_themselves(scene, worker) -> None:
    ref = scene.denied("nobody asks", "OH-QHP")
    worker.relay()
    assert {row.state for row in _rows(scene, ref, Letter)} == {"sent"}
    assert _owed(scene, ref) == []


def test_an_approval_does_not_wait_where_only_adverse_letters_do(scene) -> None:
    ref = scene.in_review("approved")
    ruling = determinations.Ruling(lines=(determinations.LineRuling(number=1, result="approved"),))
    determinations.approve(scene.cx("nurse"), ref, None, ruling)
    assert "held" not in {row.state for row in _rows(scene, ref, Letter)}


def test_a_rule_says_letters_that_exist_and_people_who_may() -> None:
    terms = {
        "id": "X",
        "line": "marketplace",
        "state": "OH",
        "time_zone": "America/New_York",
        "layers": ["owner"],
    }
    for rule, field in (
        ({"letters": ["no_such_letter"]}, "release.letters"),
        ({"letters": ["all"], "roles": ["intake"]}, "release.roles"),
        ({"letters": ["all"], "writer_may": "yes"}, "release.writer_may"),
        ({"letters": ["all"], "when": "now"}, "release.when"),
        ("all", "release"),
    ):
        with pytest.raises(Invalid) as refused:
            proposed(terms, {}, new_terms={}, new_workflow={"release": rule})
        assert list(refused.value.fields) == [field]
    stands = proposed(terms, {}, new_terms={}, new_workflow={"release": RULE})
    assert letter_release.release_of(stands.workflow).waits("denial", {"adverse"})
    assert not letter_release.release_of(stands.workflow).waits("approval", {"favorable"})


def test_the_task_is_due_within_a_day_or_at_half_of_what_is_left() -> None:
    class _Clock:
        owner, state = "plan", "open"

        def __init__(self, hours):
            self.due_utc = MONDAY + timedelta(hours=hours)

    class _Answer:
        def __init__(self, *hours):
            self.clocks = [_Clock(each) for each in hours]

    for hours, expected in (((240,), 24), ((20, 300), 10), ((-5,), 0), ((), 24)):
        due = letter_release.due_of(_Answer(*hours), at=MONDAY)
        assert due == MONDAY + timedelta(hours=expected)


def test_a_letter_in_another_language_is_read_on_its_own(scene, database, worker) -> None:
    """The provider's letter is in English beside a member's in Spanish: words of one language are
    never put into the other."""
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).values(language="es"))
        session.commit()
    ref = scene.denied("two languages")
    member = _letter(scene, ref)
    text = "Su expediente no muestra ninguna señal de alerta. No necesita este examen ahora."
    form = Wording(words=(NewWords(path="services.0.reason", text=text),), in_spanish=True)
    releases.release_letter(scene.cx("supervisor"), member.id, None, form)
    worker.relay()
    assert _letter(scene, ref).state == "sent"
    provider = _letter(scene, ref, "provider", "provider_denial")
    assert (provider.state, bytes(provider.words_ct)) == ("held", b"")
    releases.release_letter(scene.cx("supervisor"), provider.id, None, Wording())
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).values(language="en"))
        session.commit()


def test_a_letter_that_nobody_reads_rings_as_ever_and_is_not_released_by_time(
    scene, worker, database
) -> None:
    """A late notice has its ladder, up to compliance; one that was never read has nobody."""
    ref = scene.denied("nobody reads")
    move_time(database.context(), MONDAY + timedelta(days=20))
    worker.sweep()
    worker.relay()
    clock = next(row for row in _rows(scene, ref, Clock) if row.name == "decision")
    assert (clock.state, clock.satisfied_at) == ("missed", None)
    assert _rows(scene, ref, Escalation)
    assert _letter(scene, ref).state == "held"
    assert f"release_letter_{_letter(scene, ref).id}" in _owed(scene, ref)
