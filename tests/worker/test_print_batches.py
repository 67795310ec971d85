"""Letters go to the print vendor in whole batches, once, and count by the proof of mailing."""

import csv
import hashlib
import json
from datetime import timedelta

import pytest

from casework.carriers.printing import total_hash
from casework.services import mailing
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, a_town
from tests.worker.printing import Post, add_cutoffs, days


@pytest.fixture(scope="module")
def post(database, settings):
    town = a_town(database, settings)
    contract_id, _version = town.contracts["OH-QHP"]
    add_cutoffs(settings, contract_id, ["16:00"], most=3)
    move_time(database.context(), MONDAY)
    worker = Worker(database)
    yield Post(town, settings, worker)
    worker.close()


def _the_batch_of(post: Post, ref: str) -> dict:
    key = post.denial_copy(ref).external_key
    [found] = [
        manifest
        for manifest in post.manifests()
        if key in {sheet["key"] for sheet in manifest["files"]}
    ]
    return found


def test_a_batch_is_whole_and_names_neither_member_nor_case_nor_service(post) -> None:
    ref = post.denial()
    post.worker.relay()
    manifest = _the_batch_of(post, ref)
    folder = post.folder / manifest["batch"]
    pdfs = sorted(path.name for path in folder.glob("*.pdf"))
    assert pdfs == sorted(sheet["file"] for sheet in manifest["files"])
    assert len(pdfs) == manifest["count"] >= 1
    for sheet in manifest["files"]:
        data = (folder / sheet["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sheet["sha256"]
        assert len(data) == sheet["bytes"]
        assert sheet["pages"] > 0
        assert len(sheet["address_sha256"]) == 64
        assert (sheet["language"], sheet["format"]) == ("en", "standard")
        assert sheet["mail_class"] == "first_class"
    pairs = [(sheet["key"], sheet["sha256"]) for sheet in manifest["files"]]
    assert manifest["sha256"] == total_hash(pairs)
    table = (folder / "manifest.csv").read_text()
    assert [row["key"] for row in csv.DictReader(table.splitlines())] == [k for k, _ in pairs]
    for secret in (ref, "Alex", "Example", "Elm", "MRI", "70551", "denial", "M54", "1010101"):
        assert secret not in table + json.dumps(manifest)


def test_handed_over_it_counts_and_the_proof_puts_the_day_of_mailing_in_its_place(post) -> None:
    ref = post.denial()
    post.worker.relay()
    handed = post.denial_copy(ref)
    assert (post.letter(ref).state, handed.state, handed.mailed_at) == ("sent", "confirmed", None)
    assert post.clock(ref).satisfied_at == handed.confirmed_at
    name = _the_batch_of(post, ref)["batch"]
    keys = [sheet["key"] for sheet in _the_batch_of(post, ref)["files"]]
    later = handed.confirmed_at + timedelta(hours=30)
    move_time(post.town.database.context(), later + timedelta(hours=1))
    post.answer(
        name,
        batch=name,
        count=len(keys),
        sha256=_the_batch_of(post, ref)["sha256"],
        accepted=keys,
        mailed=[{"key": key, "mailed_at": later.isoformat(), "proof": "USPS-1"} for key in keys],
    )
    post.worker.relay()
    proved = post.denial_copy(ref)
    assert (proved.mailed_at, proved.mail_proof) == (later, "USPS-1")
    assert post.clock(ref).satisfied_at == later
    assert post.clock(ref).state == "met"
    window = post.clock(ref, "filing_window").due_at
    assert (window.date() - later.date()).days in (60, 61), "it counts from the day of mailing"
    assert [b.state for b in post.batches() if b.name == name] == ["mailed"]
    assert (post.folder / "acks" / "done" / f"{name}.json").exists()


def test_the_vendors_own_program_closes_the_loop_and_twice_changes_nothing(post) -> None:
    ref = post.denial()
    post.worker.relay()
    assert "batches answered" in post.vendor()
    post.worker.relay()
    first = post.denial_copy(ref)
    assert first.mailed_at is not None
    assert first.mail_proof.startswith("V-")
    done = post.folder / "acks" / "done" / f"{_the_batch_of(post, ref)['batch']}.json"
    post.answer(done.stem, **json.loads(done.read_text()))
    post.worker.relay()
    assert post.denial_copy(ref).mailed_at == first.mailed_at
    assert not post.tasks(ref)


def test_what_the_vendor_refuses_never_left_its_clock_runs_again_and_it_is_a_task(post) -> None:
    ref = post.denial()
    post.worker.relay()
    assert post.clock(ref).state == "met"
    post.vendor("--refuse", post.denial_copy(ref).external_key)
    post.worker.relay()
    copy = post.denial_copy(ref)
    assert copy.state == "refused"
    assert "refused by the print vendor" in copy.proof
    assert post.letter(ref).state == "deposited"
    assert post.clock(ref).state == "open"
    assert post.clock(ref).satisfied_at is None
    task = post.tasks(ref)["vendor_refused"]
    assert task.owner_role == "supervisor"
    assert task.due_at <= post.town.database.case_now()
    name = _the_batch_of(post, ref)["batch"]
    assert [b.state for b in post.batches() if b.name == name] == ["refused"]


@pytest.fixture(scope="module")
def unanswered(post):
    """A denial whose batch the vendor has not answered."""
    ref = post.denial()
    post.worker.relay()
    return ref


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"count": 99}, "counted 99 files"),
        ({"sha256": "0" * 64}, "hash of the batch is not ours"),
        ({"accepted": []}, "It says nothing of"),
        ({"accepted": ["L0-print-strange"]}, "keys that were not in the batch"),
        ({"mailed_at": "2031-01-01T00:00:00+00:00"}, "has not come yet"),
        ({"mailed_at": "2020-01-01T00:00:00+00:00"}, "before we handed it over"),
        ({"mailed_at": "soon"}, "no moment of mailing"),
    ],
)
def test_an_answer_that_does_not_fit_is_not_believed(post, unanswered, change, says) -> None:
    ref = unanswered
    manifest = _the_batch_of(post, ref)
    keys = [sheet["key"] for sheet in manifest["files"]]
    at = change.pop("mailed_at", post.town.database.case_now().isoformat())
    good = {
        "batch": manifest["batch"],
        "count": len(keys),
        "sha256": manifest["sha256"],
        "accepted": keys,
        "mailed": [{"key": key, "mailed_at": at, "proof": "P"} for key in keys],
    }
    if change.get("accepted") == []:
        change["refused"] = [{"key": keys[0], "reason": "torn"}]
    path = post.answer(manifest["batch"], **good | change)
    post.worker.relay()
    [batch] = [b for b in post.batches() if b.name == manifest["batch"]]
    assert says in batch.problem
    assert post.denial_copy(ref).mailed_at is None
    assert (path.parent / "rejected" / path.name).exists()
    good["mailed"] = []
    post.answer(manifest["batch"], **good)
    post.worker.relay()
    [batch] = [b for b in post.batches() if b.name == manifest["batch"]]
    assert (batch.problem, batch.state) == ("", "acknowledged")


def test_without_a_proof_in_time_it_is_a_task_and_never_mailed_means_never_sent(post) -> None:
    told = {word: post.denial() for word in ("mailed", "never_mailed")}
    post.worker.relay()
    start = post.town.database.case_now()
    post.worker.relay()
    assert "ask_vendor" not in post.tasks(told["mailed"])
    move_time(post.town.database.context(), start + timedelta(days=5))
    post.worker.relay()
    supervisor = post.town.cx("supervisor", post.town.database.case_now())
    for word, ref in told.items():
        assert "no proof of mailing came" in post.tasks(ref)["ask_vendor"].says
        form = mailing.MailingWord(
            delivery_id=post.denial_copy(ref).id,
            answer=word,
            mailed_on=start.date() + timedelta(days=1) if word == "mailed" else None,
            how="Ms. Vendor, receipt 17",
        )
        mailing.record_mailing(supervisor, ref, None, form)
    kept, lost = told["mailed"], told["never_mailed"]
    assert post.clock(kept).state == "met"
    assert post.denial_copy(kept).mail_proof == "Ms. Vendor, receipt 17"
    assert post.clock(lost).satisfied_at is None
    assert post.letter(lost).state == "deposited"
    assert "vendor_refused" in post.tasks(lost)
    chased = [task for task in post.tasks(kept) if task == "ask_vendor"]
    assert len(chased) <= 1, "the other letter of the case keeps its own task"


def test_a_letter_waits_for_the_cutoff_unless_its_clock_is_near(post) -> None:
    morning = _next_morning(post)
    slow = post.denial("OH-QHP", at=morning)
    post.worker.relay()
    assert post.letter(slow).state == "deposited"
    assert post.clock(slow).satisfied_at is None
    near = post.denial("OH-QHP", at=morning - timedelta(days=29, hours=20))
    post.worker.relay()
    assert (post.letter(slow).state, post.letter(near).state) == ("deposited", "sent")
    assert {s["mail_class"] for s in _the_batch_of(post, near)["files"]} == {"express"}
    move_time(post.town.database.context(), morning + timedelta(hours=6, minutes=1))
    post.worker.relay()
    assert post.letter(slow).state == "sent"
    assert post.denial_copy(slow).confirmed_at >= morning + timedelta(hours=6)


def test_as_many_as_the_contract_says_make_a_batch_before_the_cutoff(post) -> None:
    morning = _next_morning(post)
    refs = [post.denial("OH-QHP", at=morning) for _ in range(3)]
    post.worker.relay()
    assert {post.letter(ref).state for ref in refs} == {"sent"}
    assert len({post.denial_copy(ref).batch_id for ref in refs}) == 1


@pytest.mark.parametrize(
    "point", ["before the rename", "after the rename", "after the batch is written down"]
)
def test_a_worker_killed_at_any_point_loses_no_letter_and_sends_none_twice(post, point) -> None:
    ref = post.denial()
    before = len(post.manifests())
    post.killed(point)
    key = post.denial_copy(ref).external_key
    there = [m for m in post.manifests() if key in {sheet["key"] for sheet in m["files"]}]
    assert len(there) == (0 if point == "before the rename" else 1)
    assert post.letter(ref).state == "deposited"
    post.worker.relay()
    assert post.letter(ref).state == "sent"
    assert len(post.manifests()) == before + 1
    assert not [path for path in post.folder.iterdir() if path.name.startswith(".")]
    manifest = _the_batch_of(post, ref)
    handed = post.denial_copy(ref).confirmed_at
    assert manifest["written_at"] == handed.isoformat()
    events = [
        row for row in post.copies(ref) if row.external_key == key and row.state == "confirmed"
    ]
    assert len(events) == 1


def _next_morning(post: Post):
    """Ten in the morning, Ohio, of the next working day, as the house's time."""
    now = post.town.database.case_now()
    day = next(
        days(number) for number in range(400) if days(number) > now and days(number).weekday() < 4
    )
    summer = day.month in (4, 5, 6, 7, 8, 9, 10)
    morning = day - timedelta(hours=1) if summer else day
    move_time(post.town.database.context(), morning)
    return morning
