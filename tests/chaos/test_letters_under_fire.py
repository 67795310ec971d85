"""Letters by two real workers, one of which is killed every few seconds: each is delivered once,
none is lost, what is stored is what was sent.

`CHAOS=year` (as `make chaos` sets it) sends 300 letters, every run of the suite a few dozen.
"""

import os
import random
import shutil
import time
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select, text, update

from casework.context import SYSTEM
from casework.models import Delivery, Letter, Member, OutboxItem
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from casework.worker import FONTS
from letters.press import Press
from tests.builders import MONDAY, a_submission, a_town
from tests.chaos import post_verdict, seams
from tests.chaos.crew import Crew, leases_run_out
from tests.worker import proofs
from tests.worker.processes import eventually

WHOLE = os.environ.get("CHAOS") == "year"
SEED = int(os.environ.get("SEED", "2026"))
# A second look would hide what this looks for.
only_once = pytest.mark.flaky(reruns=0)


@dataclass(frozen=True)
class Size:
    """How many cases (each owes the member and the office a letter), how many kills, how long
    between them, how many letters are printed once more to compare."""

    cases: int
    kills: int
    pause: tuple[float, float]
    again: int


SIZE = Size(150, 24, (2.0, 5.0), 60) if WHOLE else Size(30, 4, (1.2, 2.4), 6)


@pytest.fixture(scope="module")
def fired(database, settings) -> Crew:
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    _some_read_e_mail(database)
    for number in range(SIZE.cases):
        contract = ("OH-MCD", "OH-QHP", "OH-MA")[number % 3]
        submit_prior_auth(town.cx("Maple"), a_submission(town, contract))
    assert seams.die_everywhere(database) == seams.WHERE
    dice = random.Random(SEED)
    known = set(_claimed(database))
    with Crew(settings, lambda: _amid(database, known)) as crew:
        while crew.kills < SIZE.kills:
            time.sleep(dice.uniform(*SIZE.pause))
            _somebody_works(database, known, dice)
            crew.strike()
    shutil.rmtree(settings.broker_dir, ignore_errors=True)
    leases_run_out(settings)
    with Crew(settings, lambda: "") as last:
        eventually(lambda: _left(database) == 0, seconds=240, what="every letter has left")
        assert last.kills == 0
    return crew


def _some_read_e_mail(database) -> None:
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).where(Member.id % 2 == 0).values(contact_preference="email"))
        session.commit()


def _left(database) -> int:
    with database.reading(database.context(SYSTEM)) as cx:
        unsent = select(func.count()).select_from(Letter).where(Letter.state != "sent")
        undone = select(func.count()).select_from(Delivery).where(Delivery.state != "confirmed")
        rows = cx.db.execute(unsent).scalar_one() + cx.db.execute(undone).scalar_one()
        return proofs.owed(database) + rows


def _claimed(database) -> dict[int, str]:
    """Work in somebody's hands: its topic, or of a letter its state, by its number."""
    with database.reading(database.context(SYSTEM)) as cx:
        rows = cx.db.execute(
            select(OutboxItem.id, OutboxItem.topic, Letter.state)
            .join(
                Letter,
                (Letter.case_id == OutboxItem.case_id) & (Letter.cause_seq == OutboxItem.object_id),
                isouter=True,
            )
            .where(OutboxItem.state == "claimed")
        )
        return {row.id: row.state if row.topic == "letter" else row.topic for row in rows}


def _amid(database, known: set[int]) -> str:
    """What came into somebody's hands since the last kill and lies there now."""
    held = {number: what for number, what in _claimed(database).items() if number not in known}
    known |= held.keys()
    return ", ".join(sorted(set(held.values())))


def _somebody_works(database, known: set[int], dice: random.Random) -> None:
    """On a slow machine a worker takes a while to begin: a kill before that would hit nothing."""
    until = time.monotonic() + 15
    while time.monotonic() < until and not set(_claimed(database)) - known:
        if not _left(database):
            return
        time.sleep(dice.uniform(0.01, 0.2))


@pytest.mark.slow
@only_once
def test_each_letter_is_delivered_once_and_what_is_stored_is_what_was_sent(
    fired, database, settings
) -> None:
    found = post_verdict.judge(database, settings)
    told = (
        f"{found.letters} letters, {found.copies} copies, {fired.kills} kills, of which"
        f" {dict(fired.hits)} (seed {SEED})"
    )
    print(f"\n{told}")
    assert found.faults == (), told
    assert found.letters >= 2 * SIZE.cases, told
    assert fired.kills >= SIZE.kills, told
    assert fired.hits, f"no kill hit anything: it proves nothing. {told}"
    proofs.nothing_twice(database)
    proofs.chains_and_clocks_hold(database)


@pytest.mark.slow
@only_once
def test_the_same_facts_printed_once_more_say_the_same(fired, database, settings) -> None:
    press = Press(fonts=FONTS)
    try:
        differ = post_verdict.rendered_again(database, settings, press, SIZE.again)
    finally:
        press.close()
    assert differ == []


@pytest.mark.slow
@only_once
@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("a file doubled", "2 files"),
        ("a file gone", "0 files"),
        ("a byte changed", "other bytes"),
        ("a stray file", "a file of no letter"),
        ("a message gone", "mail"),
        ("a copy deleted", "no copy that counts"),
        ("a letter deleted", "lost"),
        ("a letter told twice", "told"),
    ],
)
def test_the_verdict_finds_what_is_planted(fired, database, settings, planted, fault) -> None:
    assert post_verdict.judge(database, settings).faults == ()
    undo = _PLANTS[planted](settings, database)
    try:
        faults = post_verdict.judge(database, settings).faults
        assert any(each.startswith(fault) for each in faults), faults
    finally:
        undo()
    assert post_verdict.judge(database, settings).faults == ()


def _printed(settings):
    return sorted(settings.print_dir.rglob("*.pdf"))[0]


def _double(settings, database):
    path = _printed(settings)
    twin = path.parent / "once-more" / path.name
    twin.parent.mkdir()
    shutil.copy(path, twin)
    return lambda: shutil.rmtree(twin.parent)


def _hide(path):
    away = path.with_suffix(".away")
    path.rename(away)
    return lambda: away.rename(path)


def _change(settings, database):
    path = _printed(settings)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"x")
    return lambda: path.write_bytes(whole)


def _stray(settings, database):
    path = settings.print_dir / "L99999999-print-000000000000.pdf"
    path.write_bytes(b"%PDF")
    return path.unlink


def _sql(plant, undo):
    def planting(settings, database):
        owner = proofs.owner_of(settings)

        def run(statements):
            with owner.begin() as connection:
                for statement in statements:
                    connection.execute(text(statement))

        run(plant)
        return lambda: run(undo)

    return planting


_WHICH = "counts and letter_id = (select min(letter_id) from delivery where channel = 'print')"
_FIRST_TOLD = "(select case_id from case_event where event = 'letter_sent' order by 1 limit 1)"
_NO_TRIGGER = "alter table case_event disable trigger history_stays"
_TRIGGER = "alter table case_event enable trigger history_stays"
_PLANTS = {
    "a file doubled": _double,
    "a file gone": lambda settings, database: _hide(_printed(settings)),
    "a byte changed": _change,
    "a stray file": _stray,
    "a message gone": lambda settings, database: _hide(sorted(settings.mail_dir.glob("*.eml"))[0]),
    "a copy deleted": _sql(
        (
            f"create table kept as select * from delivery where {_WHICH}",
            f"delete from delivery where {_WHICH}",
        ),
        (
            "insert into delivery overriding system value select * from kept",
            "drop table kept",
        ),
    ),
    "a letter deleted": _sql(
        ("update letter set cause_seq = 9000 where id = (select max(id) from letter)",),
        ("update letter set cause_seq = 1 where cause_seq = 9000",),
    ),
    "a letter told twice": _sql(
        (
            (
                "create table kept as select * from case_event where event = 'letter_sent'"
                f" and case_id = {_FIRST_TOLD} limit 1"
            ),
            "update kept set seq = 9000",
            "insert into case_event select * from kept",
        ),
        (
            _NO_TRIGGER,
            "delete from case_event where seq = 9000",
            _TRIGGER,
            "drop table kept",
        ),
    ),
}
