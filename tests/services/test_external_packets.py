"""A packet for a body outside: made and sent by the house, proven by the body, supplemented."""

import io
import json
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import create_engine, select, update

from casework import file_maker
from casework.carriers import bodies
from casework.errors import Invalid, StateRefused
from casework.integrity import outside
from casework.models import Case, CaseFileRequest, OutboxItem, PacketSent, ReviewOrganization
from casework.now import wall
from casework.records.incoming import Came
from casework.services import (
    case_files,
    external_decisions,
    external_file,
    external_hearings,
    external_reviews,
    packets_asked,
    packets_leave,
)
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from casework.worker import Worker
from tests.builders import MONDAY
from tests.casefiles.papers_made import pdf, saved, text_of
from tests.services import stages
from tests.services.house import a_house

QHP, MCD = "OH-QHP", "OH-MCD"
NEW = PaperAsSent(
    name="new scan.pdf",
    media_type="application/pdf",
    content=saved(pdf("The new scan", "Page two")),
)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(update(ReviewOrganization).values(exchange="folder"))
        made.iros["hearings"] = connection.execute(
            ReviewOrganization.__table__.insert()
            .values(name="State Hearings", body="state_fair_hearing", exchange="portal", address=[],
                    phone="", accredited=True, conflicts=[])
            .returning(ReviewOrganization.id)
        ).scalar_one()  # fmt: skip
    owner.dispose()
    move_time(database.context(), MONDAY)
    for contract in (QHP, MCD):
        made.denials[contract] = stages.a_denial(made, contract)
        made.upheld[contract] = stages.decided(
            made, contract, "uphold", about=made.denials[contract]
        )
    return made


@pytest.fixture(scope="module")
def worker(database, house):
    one = Worker(database)
    one.relay()
    yield one
    one.close()


def ag(house):
    """The specialist, now: these tests let time pass."""
    return house.cx("ag_specialist", house.town.database.case_now())


def assigned(house, worker) -> str:
    """A review with its IRO."""
    now = house.town.database.case_now()
    ref = stages.a_review(house, QHP, house.upheld[QHP], now=now)
    external_reviews.start_preliminary_review(ag(house), ref, None)
    external_reviews.find_eligible(ag(house), ref, None)
    external_file.assign_iro(ag(house), ref, None, external_file.Giving())
    return ref


def rows(house, ref: str) -> list[PacketSent]:
    """What was bound for this review, oldest first."""
    with house.town.database.reading(house.cx("system")) as cx:
        wanted = select(PacketSent).join(Case, Case.id == PacketSent.case_id)
        found = wanted.where(Case.ref == ref).order_by(PacketSent.id)
        return list(cx.db.execute(found).scalars())


def folder(house):
    """The exchange."""
    return house.town.database.settings.bodies_dir


def answer(house, worker, **how) -> None:
    """The bodies answer, and the house reads it."""
    bodies.answer_all(folder(house), at=house.town.database.case_now(), **how)
    worker.packets.read_answers()


def pieces(house, worker) -> None:
    """Bind and hand over, and print no letter."""
    worker.packets.ask_for_all()
    while file_maker.make_one(house.town.database, worker.files) or worker.packets.carry_one():
        pass


# ── The main path: nobody asks for it, nobody sends it ──────────────────────────────────────────


@pytest.fixture(scope="module")
def path(house, worker) -> str:
    """A review whose packet the house bound and put into the exchange."""
    ref = assigned(house, worker)
    worker.relay()
    return ref


def test_the_house_binds_the_packet_and_hands_it_over_by_itself(house, worker, path) -> None:
    [row] = rows(house, path)
    assert (row.state, row.channel, row.number, row.first_page) == ("handed", "folder", 1, 1)
    there = folder(house) / row.external_key
    data = (there / "packet.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(data)) as document:
        assert len(document.pages) == row.pages > 3
    with pypdfium2.PdfDocument(data) as document:
        titles = {each.get_title() for each in document.get_toc()}
    assert {"What was asked and decided", "Letters, as they were sent"} <= titles
    assert "page 1 of" in text_of(data)[0]
    assert stages.look(house, path).case.state == "assigned", "handed over is not yet proven"
    assert stages.look(house, path).clocks["file_to_reviewer"].state == "open"


def test_the_manifest_names_no_person_and_no_case(house, worker, path) -> None:
    [row] = rows(house, path)
    said = (folder(house) / row.external_key / "manifest.json").read_text()
    manifest = json.loads(said)
    assert manifest["sha256"] == row.sha256
    assert manifest["to"] in house.iros
    for name in (path, house.upheld[QHP], "Example", "imaging", "70553", "10101010"):
        assert name not in said


def test_the_proof_of_the_body_meets_the_clock_and_starts_its_own(house, worker, path) -> None:
    worker.packets.read_answers()
    assert stages.look(house, path).case.state == "assigned"
    answer(house, worker)
    sight = stages.look(house, path)
    [row] = rows(house, path)
    assert (sight.case.state, row.state) == ("file_sent", "sent")
    assert row.proof.startswith("Receipt ")
    assert row.proved_by == "Casework"
    assert sight.clocks["file_to_reviewer"].state == "met"
    assert sight.clocks["file_to_reviewer"].satisfied_at == row.sent_at
    assert sight.happened.count("reviewer_received") == 1
    assert "decision" in sight.clocks, "the IRO's own time runs"
    answer(house, worker)
    assert stages.look(house, path).happened.count("file_sent") == 1
    worker.relay()
    assert stages.unsent(house, path) == [], "its cover with the index, and the member's letter"


def test_what_comes_later_goes_on_as_a_supplement_with_pages_that_go_on(
    house, worker, path
) -> None:
    [first] = rows(house, path)
    cx = house.member(QHP, house.town.database.case_now())
    external_file.add_information(cx, path, None, Came(papers=(NEW,), note="My diary of the pain."))
    owed = {each.kind for each in stages.look(house, path).owed if each.done_at is None}
    assert "forward_information" in owed
    pieces(house, worker)
    [_, more] = rows(house, path)
    assert (more.state, more.number, more.first_page) == ("handed", 2, first.pages + 1)
    said = text_of((folder(house) / more.external_key / "packet.pdf").read_bytes())
    assert "Supplement 1 to the case file" in said[0]
    assert f"page {first.pages + 1} of {first.pages + more.pages}" in said[0]
    assert sum("The new scan" in page for page in said) == 1
    assert any("My diary of the pain." in page for page in said)
    assert not any("The nerve exam was normal" in page for page in said), "nothing twice"
    answer(house, worker)
    sight = stages.look(house, path)
    assert [each.kind for each in sight.owed if each.done_at is None] == []
    assert sight.happened[-1] == "packet_proved"
    assert worker.packets.ask_for_all() == 0, "the body has everything"


def test_the_plan_reverses_itself_and_both_are_told(house, worker, path) -> None:
    form = external_decisions.OwnReversal(reason="The new scan shows the need.", whole=True)
    external_decisions.terminate_by_reversal(ag(house), path, None, form)
    letters = [row for row in stages.look(house, path).letters if row.code.endswith("ended")]
    assert {row.recipient for row in letters} >= {"member", "body"}


# ── Nothing leaves unproven, unbound or stale ───────────────────────────────────────────────────


def test_no_clock_is_met_by_a_word(house, worker) -> None:
    ref = assigned(house, worker)
    sent = external_file.Sending(proof="I sent it.")
    with pytest.raises(StateRefused, match="the bound file of"):
        external_file.send_file(ag(house), ref, None, sent)
    with pytest.raises(StateRefused, match="on its way"):
        external_file.prove_packet(ag(house), ref, None, sent)
    assert alarms(house, ref) == [], "not in the first days"
    assert alarms(house, ref, later=timedelta(days=3)) == ["packet_unsent"]


def alarms(house, ref: str, *, later: timedelta = timedelta()) -> list[str]:
    """What the integrity check says of this review."""
    cx = house.cx("system", house.town.database.case_now() + later)
    with house.town.database.reading(cx) as inside:
        wanted = select(Case.id).where(Case.ref == ref)
        ids = [inside.db.execute(wanted).scalar_one()]
        return [finding.code for finding in outside.packets(inside, ids)]


def test_what_comes_before_it_leaves_is_bound_into_it(house, worker) -> None:
    ref = assigned(house, worker)
    quiet(house)
    assert packets_asked.ask_packet(house.town.database.context(), ref) == "packet"
    redo(house)
    external_file.add_information(ag(house), ref, None, Came(papers=(NEW,)))
    sent = external_file.Sending(proof="Receipt 1")
    with pytest.raises(StateRefused, match="made anew"):
        external_file.send_file(ag(house), ref, None, sent)
    assert worker.packets.carry_one()
    assert [row.state for row in rows(house, ref)] == ["stale"]
    redo(house)
    assert worker.packets.carry_one()
    assert [row.state for row in rows(house, ref)] == ["stale", "handed"]
    answer(house, worker)
    assert [e.kind for e in stages.look(house, ref).owed if e.done_at is None] == []


def test_a_body_that_refuses_or_keeps_silent_is_somebodys_task(house, worker) -> None:
    ref = assigned(house, worker)
    quiet(house)
    stages.bound(house, ref, now=house.town.database.case_now())
    worker.packets.carry_one()
    [row] = rows(house, ref)
    answer(house, worker, refuse={row.external_key})
    [row] = rows(house, ref)
    assert (row.state, row.problem) == ("refused", "The file could not be opened.")
    owed = {each.kind for each in stages.look(house, ref).owed if each.done_at is None}
    assert owed == {f"packet_refused_{row.request_id}"}
    case_files.remake_case_file(ag(house), ref, None, row.request_id)
    redo(house)
    worker.packets.carry_one()
    assert [each.state for each in rows(house, ref)] == ["stale", "handed"]
    assert rows(house, ref)[1].external_key != row.external_key
    move_time(house.town.database.context(), house.town.database.case_now() + timedelta(days=4))
    worker.packets.read_answers()
    late = rows(house, ref)[1]
    owed = {each.kind for each in stages.look(house, ref).owed if each.done_at is None}
    assert f"ask_about_packet_{late.id}" in owed
    answer(house, worker)
    owed = {each.kind for each in stages.look(house, ref).owed if each.done_at is None}
    assert not any(kind.startswith(("ask_about", "packet_refused")) for kind in owed)


def test_whoever_dies_in_the_middle_loses_nothing_and_doubles_nothing(house, worker) -> None:
    ref = assigned(house, worker)
    quiet(house)
    stages.bound(house, ref, now=house.town.database.case_now())
    database = house.town.database
    job = packets_leave.claim_packet(database.context(), wall())
    assert job is not None
    slip = bodies.Slip(key=job.external_key, to=job.addressee, kind=job.kind, sha256=job.sha256,
                       bytes=1, pages=1, first_page=1)  # fmt: skip
    bodies.hand_over(folder(house), slip, b"%PDF", at=database.case_now())
    # Killed here, after the folder, before the commit: the lease runs out, another goes on.
    again = packets_leave.claim_packet(database.context(), wall() + timedelta(minutes=10))
    assert again is not None
    before = sorted(each.name for each in folder(house).iterdir())
    bodies.hand_over(folder(house), slip, b"%PDF", at=database.case_now())
    assert packets_leave.packet_handed_over(database.context(), again, database.case_now())
    assert not packets_leave.packet_handed_over(database.context(), job, database.case_now())
    assert sorted(each.name for each in folder(house).iterdir()) == before
    assert [row.state for row in rows(house, ref)] == ["handed"]


def test_a_doubt_is_resolved_by_asking_never_by_sending_again(house, worker) -> None:
    ref = assigned(house, worker)
    quiet(house)
    stages.bound(house, ref, now=house.town.database.case_now())
    database = house.town.database
    [row] = rows(house, ref)
    for there, state in ((False, "intent"), (True, "handed")):
        doubt(house, row.id)
        packets_leave.doubt_resolved(database.context(), row.id, there=there)
        assert [each.state for each in rows(house, ref)] == [state]
    assert not bodies.has(folder(house), row.external_key)


def doubt(house, number: int) -> None:
    """Nobody knows whether this one left."""
    owner = create_engine(house.town.database.settings.database_owner_url)
    with owner.begin() as connection:
        one = update(PacketSent).where(PacketSent.id == number)
        connection.execute(one.values(state="in_doubt", handed_at=MONDAY))
    owner.dispose()


def quiet(house) -> None:
    """What else waits in the outbox is not looked at."""
    owner = create_engine(house.town.database.settings.database_owner_url)
    with owner.begin() as connection:
        waiting = update(OutboxItem).where(OutboxItem.state == "waiting")
        connection.execute(waiting.values(state="done"))
        asked = update(CaseFileRequest).where(CaseFileRequest.state == "asked")
        connection.execute(asked.values(state="refused"))
    owner.dispose()


def redo(house) -> None:
    """Bind what was put back, with one page."""
    stages.bind_all(house, house.town.database.case_now())


def test_another_organization_gets_a_packet_of_its_own(house, worker) -> None:
    ref = assigned(house, worker)
    quiet(house)
    stages.bound(house, ref, now=house.town.database.case_now())
    worker.packets.carry_one()
    answer(house, worker)
    move_time(house.town.database.context(), house.town.database.case_now() + timedelta(hours=1))
    given = external_file.Giving(why="declined")
    external_file.assign_iro(ag(house), ref, None, given)
    assert stages.look(house, ref).case.state == "assigned"
    sent = external_file.Sending(proof="Receipt 2")
    with pytest.raises(StateRefused, match="the bound file of"):
        external_file.send_file(ag(house), ref, None, sent)
    assert packets_asked.ask_packet(house.town.database.context(), ref) == "packet"


# ── The State's hearing: a portal, a day, the member's copy ─────────────────────────────────────


def test_a_hearing_has_its_packet_before_its_day_and_a_copy_for_the_member(house, worker) -> None:
    now = house.town.database.case_now()
    ref = stages.a_review(house, MCD, house.upheld[MCD], now=now)
    at = now + timedelta(days=30)
    wrong = external_hearings.Hearing(at=at, place="By telephone", time_zone="Ohio")
    with pytest.raises(Invalid, match="time zone"):
        external_hearings.schedule_hearing(ag(house), ref, None, wrong)
    form = external_hearings.Hearing(
        at=at, place="By telephone", how="phone", interpreter="Spanish", time_zone="America/Chicago"
    )
    external_hearings.schedule_hearing(ag(house), ref, None, form)
    owed = {each.kind: each for each in stages.look(house, ref).owed if each.done_at is None}
    assert {"send_file", "tell_of_hearing", "case_file"} <= owed.keys()
    assert timedelta(days=6) < at - owed["send_file"].due_at < timedelta(days=8)
    later = at + timedelta(days=10)
    moved = external_hearings.Hearing(at=later, place="By telephone", reason="The State's wish.")
    external_hearings.schedule_hearing(ag(house), ref, None, moved)
    owed = [each for each in stages.look(house, ref).owed if each.done_at is None]
    assert [each.kind for each in owed].count("send_file") == 1
    assert [each.kind for each in owed].count("case_file") == 1
    stages.sent(house, ref, now=house.town.database.case_now())
    owed = {each.kind for each in stages.look(house, ref).owed if each.done_at is None}
    assert "send_file" not in owed
    [row] = rows(house, ref)
    assert (row.channel, row.state, row.proof) == ("portal", "sent", "Receipt 4711")
