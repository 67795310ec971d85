"""Parked work is tried again with a note, once, and never where it may have left."""

import threading

import pytest
from sqlalchemy import create_engine, insert, select, text

from casework import account_days, now, outbox
from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed, NotFound, Problem, StateRefused
from casework.models import JobRetry, OutboxItem, WayIn
from casework.queries import jobs
from casework.services import job_retries
from casework.services.operations import move_time
from tests.builders import MONDAY, a_town


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture
def parked(town, settings):
    """Make one piece of parked work: its number."""
    engine = create_engine(settings.database_owner_url)

    def park(topic: str = "form", object_id: int | None = None) -> int:
        with engine.begin() as owner:
            owner.execute(text("delete from job_retry"))
            owner.execute(text("delete from outbox"))
            return owner.execute(
                insert(OutboxItem)
                .values(
                    topic=topic,
                    object_id=object_id,
                    dedupe_key=f"{topic}:{object_id}",
                    state="parked",
                    attempts=5,
                    error="OSError",
                    next_at=MONDAY,
                    created_at=MONDAY,
                )
                .returning(OutboxItem.id)
            ).scalar_one()

    yield park
    engine.dispose()


def item(town, number: int) -> OutboxItem:
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(OutboxItem).where(OutboxItem.id == number)).scalar_one()


def retry(town, number: int, who: str = "admin", note: str = "The disk is mended.") -> str:
    asked = job_retries.ask_retry(town.cx(who), number, note=note)
    return job_retries.carry_out_retry(town.cx("system"), asked)


@pytest.mark.parametrize("who", ["admin", "supervisor"])
def test_parked_work_waits_again_with_its_tries_counted_anew(town, parked, who) -> None:
    number = parked()
    assert "waits again" in retry(town, number, who)
    row = item(town, number)
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "")
    with town.database.session(town.cx("system")) as session:
        [mine] = outbox.claim(town.cx("system").on(session), ["form"], wall=now.wall())
        assert mine.id == number
    with town.database.reading(town.cx("system")) as cx:
        one = cx.db.execute(select(JobRetry)).scalar_one()
    assert (one.note, one.error, one.by_name) == (
        "The disk is mended.",
        "OSError",
        "Adam Admin" if who == "admin" else "Sam Supervisor",
    )


@pytest.mark.parametrize("who", ["nurse", "physician", "compliance", "intake"])
def test_nobody_else_lets_work_be_tried_again(town, parked, who) -> None:
    with pytest.raises(NotAllowed):
        retry(town, parked(), who)


def test_a_note_is_asked_for_and_the_work_must_be_there_and_parked(town, parked) -> None:
    number = parked()
    with pytest.raises(Invalid):
        retry(town, number, note="  ")
    with pytest.raises(NotFound):
        retry(town, number + 1)
    retry(town, number)
    with pytest.raises(StateRefused):
        retry(town, number)


def test_a_double_click_asks_once(town, parked) -> None:
    number, found = parked(), []

    def click() -> None:
        try:
            found.append(job_retries.ask_retry(town.cx("admin"), number, note="Mended."))
        except Problem as problem:
            found.append(type(problem))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len({one for one in found if isinstance(one, int)}) == 1
    with town.database.reading(town.cx("system")) as cx:
        assert len(cx.db.scalars(select(JobRetry)).all()) == 1


def test_who_dies_between_asking_and_doing_leaves_it_to_the_sweep(town, parked) -> None:
    number = parked()
    asked = job_retries.ask_retry(town.cx("admin"), number, note="Mended.")
    assert item(town, number).state == "parked"
    account_days.look_after(town.database)
    account_days.look_after(town.database)
    assert item(town, number).state == "waiting"
    assert "waits again" in job_retries.carry_out_retry(town.cx("system"), asked)


@pytest.mark.parametrize(
    ("stage", "said", "then"),
    [
        ("failed", "waits again", "again"),
        ("in_doubt", "may have left", "in_doubt"),
        ("sending", "may have left", "sending"),
        ("used", "done already", "used"),
        ("mailed", "done already", "mailed"),
    ],
)
def test_what_may_have_left_is_never_sent_again(town, parked, stage, said, then) -> None:
    with town.database.session(town.cx("system")) as session:
        number = session.execute(
            insert(WayIn)
            .values(
                purpose="register",
                stage=stage,
                typed=b"",
                mail="join",
                email="a@people.example",
                language="en",
                base="",
                wrong=0,
                asked_at=MONDAY,
                expires_at=MONDAY,
            )
            .returning(WayIn.id)
        ).scalar_one()
        session.commit()
    work = parked("way_in", number)
    assert said in retry(town, work)
    with town.database.reading(town.cx("system")) as cx:
        assert cx.db.execute(select(WayIn.stage).where(WayIn.id == number)).scalar_one() == then
    assert item(town, work).state == ("waiting" if stage == "failed" else "parked")


@pytest.mark.parametrize("topic", sorted(job_retries.ELSEWHERE))
def test_what_has_its_own_way_back_says_where(town, parked, topic) -> None:
    number = parked(topic)
    assert retry(town, number) == job_retries.ELSEWHERE[topic]
    assert item(town, number).state == "parked"


def test_the_page_counts_what_waits_is_in_hands_and_is_stuck(town, parked) -> None:
    number = parked("form")
    with town.database.reading(town.database.context(SYSTEM)) as cx:
        heaps = {heap.code: heap for heap in jobs.heaps(cx)}
        [dead] = jobs.dead(cx)
    assert (heaps["form"].waiting, heaps["form"].stuck, heaps["form"].stuck_since) == (0, 1, MONDAY)
    assert (dead.id, dead.error, dead.asked) == (number, "OSError", False)
    assert {"marks", "obligations", "letters", "copies", "packets", "studies", "alarms"} <= set(
        heaps
    )
