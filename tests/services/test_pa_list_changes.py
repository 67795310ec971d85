"""The PA list as a time machine: a change waits for its notice, a past answer is the same for ever,
what differs between two days, and a file with its dry run."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError

from casework.errors import Invalid, NotAllowed, Stale
from casework.queries import pa_list
from casework.queries import pa_list_history as questions
from casework.records import pa_list_changes as changes
from casework.records.pa_list_changes import Row
from casework.services import pa_list as commands
from casework.services.pa_list import Change
from tests.builders import MONDAY, Town, a_town

TODAY = date(2027, 3, 1)
SOON = date(2027, 3, 31)  # 30 days after
MRI = Row(code="70551", label="MRI of the brain", required=True, policy="MP-021")
CT = Row(code="70450", label="CT scan of the head", required=True, policy="MP-021")


@pytest.fixture(scope="module")
def town(database, settings) -> Town:
    return a_town(database, settings)


def change(**said) -> Change:
    plain = Change(contract="OH-MCD", rows=(CT,), effective_from=SOON, reason="Too many scans.")
    return replace(plain, **said)


def answer(town: Town, code: str, on: date, contract: str = "OH-MCD") -> str:
    with town.database.reading(town.cx("compliance")) as cx:
        one = pa_list.contract_by_code(cx, contract)
        return pa_list.is_required(cx, one, [code], on=on)[0].needed


def history(town: Town, code: str, contract: str, known: datetime | None = None):
    with town.database.reading(town.cx("compliance")) as cx:
        one = pa_list.contract_by_code(cx, contract)
        return questions.history(cx, one.id, code, known=known)


def stands(town: Town, code: str, contract: str, on: date, known: datetime | None = None):
    with town.database.reading(town.cx("compliance")) as cx:
        one = pa_list.contract_by_code(cx, contract)
        return questions.standing(cx, one.id, on, known=known).get(code)


@pytest.mark.parametrize(
    ("said", "early"),
    [
        ({}, False),  # a code that is needed
        ({"rows": (replace(CT, required=False),)}, True),  # that it is not needed
        ({"rows": (replace(MRI, required=False),)}, True),
        ({"rows": (replace(MRI, policy="MP-099"),)}, False),
        ({"rows": (replace(MRI, label="Brain MRI"),)}, True),
        ({"rows": (replace(MRI, auto_approve_units=1),)}, True),
        ({"rows": (_T := Row(code="97110", label="Therapeutic exercises", required=True,
                             policy="MP-033", auto_approve_units=6),)}, False),
        ({"rows": (replace(_T, auto_approve_units=None),)}, False),
        ({"rows": (replace(_T, auto_approve_units=20),)}, True),
        ({"rows": (MRI,), "whole": True}, True),  # codes that were needed are taken off
    ],
)  # fmt: skip
def test_what_asks_more_is_told_thirty_days_before(town, said, early) -> None:
    with town.database.reading(town.cx("admin")) as cx:
        tomorrow = TODAY + timedelta(days=1)
        at_once = commands.check(cx, change(effective_from=tomorrow, **said))
        day_before = commands.check(cx, change(effective_from=SOON - timedelta(days=1), **said))
        in_time = commands.check(cx, change(effective_from=SOON, **said))
        spared = commands.check(cx, change(effective_from=tomorrow, emergency="Recall.", **said))
        past = commands.check(cx, change(effective_from=TODAY - timedelta(days=1), **said))
    assert ("effective_from" not in at_once.errors) == early
    assert ("effective_from" not in day_before.errors) == early
    assert in_time.errors == spared.errors == {}
    assert "past day stays" in past.errors["effective_from"]
    assert at_once.differences
    assert at_once.earliest == SOON
    if not early:
        assert "March 31, 2027" in at_once.errors["effective_from"]


def test_only_an_administrator_publishes_and_with_a_reason(town) -> None:
    with pytest.raises(NotAllowed):
        commands.publish(town.cx("supervisor"), change())
    with pytest.raises(Invalid) as why:
        commands.publish(town.cx("admin"), change(reason=" "))
    assert set(why.value.fields) == {"reason"}
    with pytest.raises(Invalid) as nothing:
        commands.publish(town.cx("admin"), change(rows=(MRI,)))
    assert set(nothing.value.fields) == {"rows"}


def test_a_code_is_added_from_its_day_and_its_history_says_who_and_why(town) -> None:
    before = answer(town, "70450", SOON)
    commands.publish(town.cx("admin"), change())
    assert before == "indeterminate"
    assert answer(town, "70450", SOON - timedelta(days=1)) == "indeterminate"
    assert answer(town, "70450", SOON) == "auth-needed"
    (held,) = history(town, "70450", "OH-MCD")
    assert (held.since, held.until) == (SOON, None)
    assert (held.told_by, held.reason, held.told_at) == ("Adam Admin", "Too many scans.", MONDAY)


def test_a_past_answer_is_the_same_for_ever(town) -> None:
    """Made stricter, put off, then taken off: what was known on each day stays readable."""
    admin, contract = town.cx("admin"), "OH-QHP"
    first = commands.publish(admin, change(contract=contract))
    assert first
    later = town.cx("admin", MONDAY + timedelta(days=5))
    loose = replace(CT, required=False)
    commands.publish(later, change(contract=contract, rows=(loose,), reason="Put off."))
    last = town.cx("admin", MONDAY + timedelta(days=60))
    keep = (MRI, Row(code="E0601", label="CPAP device", required=True, policy="MP-014"),
            Row(code="97110", label="Therapeutic exercises", required=True, policy="MP-033",
                auto_approve_units=12))  # fmt: skip
    gone = date(2027, 6, 15)
    commands.publish(last, change(contract=contract, rows=keep, whole=True, effective_from=gone))
    known = {name: MONDAY + timedelta(days=days, hours=1) for name, days in
             (("first", 0), ("second", 5), ("third", 60))}  # fmt: skip
    day = date(2027, 7, 1)
    assert stands(town, "70450", contract, day, known["first"]).row.required
    assert not stands(town, "70450", contract, day, known["second"]).row.required
    assert stands(town, "70450", contract, day, known["third"]) is None
    assert stands(town, "70450", contract, day) is None
    assert not stands(town, "70450", contract, date(2027, 6, 14)).row.required
    assert stands(town, "70450", contract, date(2027, 6, 14), MONDAY - timedelta(days=1)) is None
    assert answer(town, "70450", date(2027, 6, 14), contract) == "no-auth"
    assert answer(town, "70450", gone, contract) == "indeterminate"
    newest, replaced = history(town, "70450", contract)
    assert (newest.until, newest.ended_why) == (date(2027, 6, 14), "Too many scans.")
    assert replaced.never
    assert stands(town, "70551", contract, gone).row.required


def test_what_differs_between_two_days(town) -> None:
    commands.publish(
        town.cx("admin"),
        change(contract="OH-MA", rows=(CT, replace(MRI, required=False))),
    )
    with town.database.reading(town.cx("compliance")) as cx:
        one = pa_list.contract_by_code(cx, "OH-MA")
        found = questions.differences(cx, one.id, TODAY, SOON)
        same = questions.differences(cx, one.id, TODAY, SOON - timedelta(days=1))
        back = questions.differences(cx, one.id, SOON, TODAY)
        told = questions.changes(cx, one.id)
    assert [(each.kind, each.code) for each in found] == [("added", "70450"), ("looser", "70551")]
    assert same == ()
    assert [(each.kind, each.code) for each in back] == [
        ("stricter", "70551"),
        ("removed", "70450"),
    ]
    assert told[0].counts == {"added": 1, "looser": 1}


def test_who_saw_another_list_is_asked_to_look_again(town) -> None:
    with town.database.reading(town.cx("admin")) as cx:
        seen = commands.check(cx, change(contract="MA-2026"))
    commands.publish(town.cx("admin"), change(contract="MA-2026", seen=seen.mark))
    with pytest.raises(Stale):
        commands.publish(town.cx("admin"), change(contract="MA-2026", seen=seen.mark))


def test_the_list_is_read_page_by_page_with_few_questions(town) -> None:
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        asked.append(statement)

    with town.database.reading(town.cx("compliance")) as cx:
        one = pa_list.contract_by_code(cx, "OH-MCD-2026")
        event.listen(town.database.engine, "before_cursor_execute", note)
        page = questions.list_on(cx, one.id, TODAY, limit=2)
        event.remove(town.database.engine, "before_cursor_execute", note)
        rest = questions.list_on(cx, one.id, TODAY, after=page[-1].row.code, limit=2)
        begins = questions.list_on(cx, one.id, TODAY, begins="e0")
    assert [each.row.code for each in (*page, *rest)] == ["70551", "97110", "E0601"]
    assert [each.row.code for each in begins] == ["E0601"]
    assert len(asked) <= 3


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("7055, MRI, , yes, , MP-1", "7055"),
        ("70551, , , yes, , MP-1", "label"),
        ("70551, MRI, , perhaps, , MP-1", "yes or no"),
        ("70551, MRI, , yes, many, MP-1", "whole number"),
        ("70551, MRI, , yes, 0, MP-1", "whole number"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, said) -> None:
    read = changes.read_csv(f"{', '.join(changes.HEADS)}\n70450, CT, , no, ,\n{line}\n")
    assert said in read.errors[3]
    assert len(read.rows) == 1


def test_a_file_is_read_as_it_is_written() -> None:
    rows = (CT, replace(MRI, label="A, with a comma", label_es="Niño", auto_approve_units=4))
    lines = [changes.HEADS, *changes.as_csv(rows)]
    written = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    assert changes.read_csv("\ufeff" + written).rows == rows
    assert "code" in changes.read_csv("label,required\nMRI,yes\n").errors[1]
    assert changes.read_csv(",".join(changes.HEADS)).errors
    twice = changes.read_csv(f"{','.join(changes.HEADS)}\n70450,CT,,no,,\n70450,CT,,no,,\n")
    assert "twice" in twice.errors[3]


@pytest.mark.parametrize(
    "statement",
    [
        "update pa_rule set required = false",
        "update pa_rule set effective_to = '2027-01-01' where effective_to is null",
        "update pa_rule set effective_from = '2020-01-01'",
        "delete from pa_rule",
    ],
)
def test_not_even_the_owner_changes_what_the_list_said(settings, town, statement) -> None:
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection, pytest.raises(DBAPIError, match="row of the list"):
        connection.execute(text(statement))
    owner.dispose()
