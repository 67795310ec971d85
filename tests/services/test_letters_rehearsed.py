"""A rehearsed step shows the letters that it would owe, and leaves nothing at all behind."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from casework import now
from casework.context import SYSTEM
from casework.db import rehearse
from casework.errors import NotAllowed, Stale, StateRefused
from casework.models import Member
from casework.records.determinations import LineRuling
from casework.services import determinations, rehearsals
from casework.services.actions import action
from casework.services.operations import move_time
from casework.services.sign_in import TooManyTries
from tests.builders import MONDAY
from tests.web.staff.scene import Desk, a_denial, a_town


@pytest.fixture(scope="module")
def desk(database, settings):
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return Desk(town, settings)


def _whole_house(database) -> dict[str, object]:
    """Every row of every table as one hash, and the last number of every series people read."""
    with database.session(database.context(SYSTEM)) as session:
        tables = session.execute(
            text("select tablename from pg_tables where schemaname = 'public' order by 1")
        ).scalars()
        whole = "select count(*), md5(string_agg(t::text, '|' order by t::text)) from \"{}\" t"
        found: dict[str, object] = {
            table: session.execute(text(whole.format(table))).one() for table in tables
        }
        serials = "select sequencename, last_value from pg_sequences where sequencename like :name"
        numbers = session.execute(text(serials), {"name": "%serial"})
        return found | {row.sequencename: row.last_value for row in numbers}


def test_a_rehearsed_denial_shows_its_letters_and_leaves_nothing(desk, database) -> None:
    ref = desk.with_physician("rehearsed", "OH-MCD")
    before = _whole_house(database)
    assert len(before) > 40
    found = rehearsals.letters_to_come(
        desk.cx("physician"), action("prior_auth", "deny"), ref, None, a_denial()
    )
    assert [(each.code, each.recipient) for each in found] == [
        ("denial", "member"),
        ("provider_denial", "provider"),
    ]
    assert all(each.draft.fine for each in found), [each.draft for each in found]
    assert "no warning sign" in found[0].draft.html
    assert _whole_house(database) == before


def test_the_comparison_sees_what_a_real_step_leaves(desk, database) -> None:
    ref = desk.with_physician("really", "OH-MCD")
    before = _whole_house(database)
    determinations.deny(desk.cx("physician"), ref, None, a_denial())
    after = _whole_house(database)
    changed = {name for name in before if before[name] != after[name]}
    assert {"cases", "case_event", "determination", "letter", "outbox"} <= changed


def test_a_rehearsed_approval_uses_up_no_number(desk, database) -> None:
    ref = desk.in_review("approved in thought", "OH-QHP")
    ruling = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    before = _whole_house(database)
    found = rehearsals.letters_to_come(
        desk.cx("nurse"), action("prior_auth", "approve"), ref, None, ruling
    )
    assert "AUTH-2027-000000-" in found[0].draft.html
    assert _whole_house(database) == before
    determinations.approve(desk.cx("nurse"), ref, None, ruling)
    assert before["authorization_serial"] != _whole_house(database)["authorization_serial"]


def test_what_is_missing_is_named_and_the_page_is_shown_all_the_same(desk) -> None:
    ref = desk.with_physician("gap", "OH-QHP")
    full = a_denial()
    gap = replace(full, words=replace(full.words, provision="", perfect=()))
    [member, _provider] = rehearsals.letters_to_come(
        desk.cx("physician"), action("prior_auth", "deny"), ref, None, gap
    )
    assert not member.draft.fine
    assert {"plan_provision", "information_to_perfect"} <= member.draft.gaps
    named = {point.element: point for point in member.draft.points}
    assert named["plan_provision"].wrong
    assert named["plan_provision"].citation
    assert named["specific_reason"].fine
    assert "<h1>" in member.draft.html


def test_a_letter_in_spanish_can_be_read_along_in_english(desk, database) -> None:
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).values(language="es"))
        session.commit()
    ref = desk.with_physician("spanish", "OH-MCD")
    [member, provider] = rehearsals.letters_to_come(
        desk.cx("physician"), action("prior_auth", "deny"), ref, None, a_denial()
    )
    assert (member.language, provider.language) == ("es", "en")
    assert member.english is not None
    assert 'lang="en"' in member.english.html
    assert 'lang="es"' in member.draft.html
    assert provider.english is None
    with database.session(database.context(SYSTEM)) as session:
        session.execute(update(Member).values(language="en"))
        session.commit()


def test_whoever_may_not_take_the_step_sees_no_letter_of_it(desk) -> None:
    ref = desk.with_physician("not for nurses", "OH-MCD")
    deny = action("prior_auth", "deny")
    with pytest.raises((NotAllowed, StateRefused)):
        rehearsals.letters_to_come(desk.cx("nurse"), deny, ref, None, a_denial())
    with pytest.raises(Stale):
        rehearsals.letters_to_come(desk.cx("physician"), deny, ref, 1, a_denial())


def test_a_rehearsal_is_no_part_of_a_command(desk) -> None:
    cx = desk.cx("physician")
    with cx.database.reading(cx) as inside, pytest.raises(RuntimeError):
        rehearse(determinations.deny, inside, "", None, a_denial(), look=lambda *_: None)


def test_eleven_looks_in_a_minute_are_one_too_many_and_a_minute_later_is_not(desk) -> None:
    wall = replace(desk.cx("physician2"), now=now.wall())
    for _ in range(rehearsals.A_MINUTE):
        rehearsals.count_rehearsal(wall)
    with pytest.raises(TooManyTries) as refused:
        rehearsals.count_rehearsal(wall)
    assert 0 < refused.value.retry_after <= 61
    rehearsals.count_rehearsal(replace(desk.cx("physician"), now=now.wall()))
    rehearsals.count_rehearsal(replace(wall, now=wall.now + timedelta(seconds=61)))


def test_the_steps_that_call_for_letters_are_known_from_the_catalogue() -> None:
    assert rehearsals.calls_for_letters("prior_auth", "deny", "medicaid")
    assert rehearsals.calls_for_letters("prior_auth", "extend", "medicare")
    assert rehearsals.calls_for_letters("grievance", "resolve", "medicaid")
    assert not rehearsals.calls_for_letters("prior_auth", "start_review", "medicaid")
    assert not rehearsals.calls_for_letters("external_review", "assign_iro", "medicaid")
