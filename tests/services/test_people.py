"""People who sign in: two administrators where it matters, nobody for himself, never the last one,
each change on its day and in the history."""

import threading
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from casework import account_days
from casework.cli import home
from casework.cli.administration import users as console
from casework.context import Context, Principal
from casework.errors import Invalid, NotAllowed, NotFound, Problem, StateRefused
from casework.models import (
    AccountChange,
    ApiToken,
    HouseTask,
    Licence,
    SecurityEvent,
    User,
    UserContract,
    WayIn,
)
from casework.queries import people as questions
from casework.services import accounts, house_tasks, people
from casework.services.new_account import NewAccount
from casework.services.operations import move_time
from tests.builders import MONDAY, a_town

TODAY = MONDAY.date()
DAY = timedelta(days=1)
SECOND = NewAccount(
    email="bea.admin@lantern.example", name="Bea Admin", kind="staff", roles=("admin",)
)


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    made.users["bea"] = accounts.create_user(made.cx("system"), SECOND)
    return made


@pytest.fixture(autouse=True)
def as_it_was(town, settings):
    """Each test begins with two administrators, everybody open, and no change asked for."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(text("delete from account_change"))
        owner.execute(text("delete from house_task"))
        owner.execute(update(User).values(active=True, left_on=None))
    engine.dispose()
    for name in ("admin", "bea"):
        accounts.set_roles(town.cx("system"), town.users[name], roles=["admin"])


def bea(town) -> Context:
    who = Principal(kind="user", id=town.users["bea"], name="Bea Admin", roles=frozenset({"admin"}))
    return town.cx("admin").but(principal=who)


def ask(town, who: str, kind: str, /, *, on: date = TODAY, by=None, **wanted) -> people.Asked:
    cx = by or town.cx("admin")
    return people.ask_change(
        cx, town.users[who], kind, wanted, reason="The team asks for it.", effective_on=on
    )


def rights(town, who: str, *roles: str, restricted: bool = False, **more) -> people.Asked:
    contracts = [number for number, _ in town.contracts.values()]
    return ask(
        town, who, "rights", roles=roles, contracts=contracts, sees_restricted=restricted, **more
    )


def user(town, who: str) -> User:
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(User).where(User.id == town.users[who])).scalar_one()


def change(town, number: int) -> AccountChange:
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(AccountChange).where(AccountChange.id == number)).scalar_one()


def roles(town, who: str) -> set[str]:
    return {role.name for role in user(town, who).roles}


def a_licence(**changes):
    told = {"kind": "RN", "state": "oh", "number": "RN.1234", "specialty": ""}
    return {**told, "starts_on": "2026-01-01", "ends_on": "", **changes}


def test_a_change_that_one_may_make_alone_is_done_at_once_with_its_reason(town) -> None:
    asked = rights(town, "nurse", "nurse", "intake")
    assert asked.state == "done"
    assert roles(town, "nurse") == {"nurse", "intake"}
    row = change(town, asked.id)
    assert (row.reason, row.asked_by, row.effective_on) == (
        "The team asks for it.",
        "Adam Admin",
        TODAY,
    )
    assert row.was["roles"] == ["nurse"], "what was before is kept"
    with town.database.reading(town.cx("system")) as cx:
        said = cx.db.scalars(
            select(SecurityEvent.what).where(SecurityEvent.event == "account_rights")
        )
        assert f"user:{town.users['nurse']}:change:{asked.id}" in set(said)


@pytest.mark.parametrize("role", ["admin", "compliance"])
def test_a_strong_role_waits_for_a_second_administrator(town, role) -> None:
    asked = rights(town, "nurse2", role)
    assert asked.state == "waiting"
    assert role not in roles(town, "nurse2")
    with pytest.raises(NotAllowed, match="Another administrator must confirm"):
        people.confirm(town.cx("admin"), asked.id)
    assert people.confirm(bea(town), asked.id).state == "done"
    assert roles(town, "nurse2") == {role}
    with pytest.raises(StateRefused):
        people.confirm(bea(town), asked.id)
    accounts.set_roles(town.cx("system"), town.users["nurse2"], roles=["nurse"])


def test_restricted_cases_and_a_licence_to_deny_need_four_eyes_too(town) -> None:
    assert rights(town, "nurse", "nurse", restricted=True).state == "waiting"
    assert ask(town, "physician", "licence", **a_licence(kind="MD")).state == "waiting"
    assert ask(town, "nurse", "licence", **a_licence()).state == "done"


def test_who_has_a_strong_role_already_keeps_it_without_a_second_look(town) -> None:
    assert rights(town, "compliance", "compliance", "supervisor").state == "done"
    accounts.set_roles(town.cx("system"), town.users["compliance"], roles=["compliance"])


def test_nobody_changes_or_confirms_what_is_about_himself(town) -> None:
    with pytest.raises(NotAllowed, match="your own account"):
        rights(town, "admin", "admin", "compliance")
    asked = rights(town, "admin", "admin", "compliance", by=bea(town))
    with pytest.raises(NotAllowed, match="your own account"):
        people.confirm(town.cx("admin"), asked.id)
    with pytest.raises(NotAllowed, match="your own account"):
        people.withdraw(town.cx("admin"), asked.id)


@pytest.mark.parametrize("who", ["nurse", "supervisor", "compliance", "physician"])
def test_only_an_administrator_asks_or_confirms(town, who) -> None:
    asked = rights(town, "nurse2", "compliance")
    for step in (
        lambda: rights(town, "nurse2", "nurse", by=town.cx(who)),
        lambda: people.confirm(town.cx(who), asked.id),
        lambda: people.refuse(town.cx(who), asked.id, why="No."),
        lambda: people.withdraw(town.cx(who), asked.id),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_a_refusal_says_why_and_changes_nothing(town) -> None:
    asked = rights(town, "nurse2", "compliance")
    with pytest.raises(Invalid):
        people.refuse(bea(town), asked.id, why="  ")
    people.refuse(bea(town), asked.id, why="She reviews cases.")
    assert roles(town, "nurse2") == {"nurse"}
    row = change(town, asked.id)
    assert (row.state, row.decided_by, row.decided_why) == (
        "refused",
        "Bea Admin",
        "She reviews cases.",
    )


def test_the_database_itself_keeps_four_eyes(town, settings) -> None:
    asked = rights(town, "nurse2", "compliance")
    engine = create_engine(settings.database_owner_url)
    for sets in (
        "state = 'done'",
        f"state = 'done', decided_by_id = {town.users['admin']}",
        f"state = 'done', decided_by_id = {town.users['nurse2']}",
        "second_needed = false, state = 'done'",
        "wanted = '{}'",
    ):
        with pytest.raises(IntegrityError), engine.begin() as owner:
            owner.execute(text(f"update account_change set {sets} where id = {asked.id}"))
    engine.dispose()
    with pytest.raises(ProgrammingError), town.database.engine.begin() as plain:
        plain.execute(text("delete from account_change"))


def test_the_last_administrator_cannot_be_ended_locked_or_made_something_else(town) -> None:
    ask(town, "bea", "lock")
    for kind, wanted in (("lock", {}), ("end", {})):
        with pytest.raises(StateRefused, match="the last administrator"):
            ask(town, "admin", kind, by=bea(town), **wanted)
    with pytest.raises(StateRefused, match="the last administrator"):
        rights(town, "admin", "nurse", by=bea(town))
    assert user(town, "admin").active


def test_two_administrators_who_end_each_other_at_once_leave_one(town) -> None:
    said: list[str] = []

    def end(who: str, by: Context) -> None:
        try:
            said.append(ask(town, who, "end", by=by).state)
        except Problem as problem:
            said.append(type(problem).__name__)

    both = [
        threading.Thread(target=end, args=("bea", town.cx("admin"))),
        threading.Thread(target=end, args=("admin", bea(town))),
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(said) == ["StateRefused", "done"]


def test_what_is_planned_is_done_on_its_day_and_once(town) -> None:
    asked = ask(town, "nurse", "end", on=TODAY + 3 * DAY)
    assert (asked.state, user(town, "nurse").active) == ("planned", True)
    early = town.cx("system", MONDAY + 2 * DAY)
    assert people.carry_out_planned(early, asked.id) == "planned"
    late = town.cx("system", MONDAY + 3 * DAY)
    with town.database.reading(late) as cx:
        assert people.planned(cx) == [asked.id]
    assert people.carry_out_planned(late, asked.id) == "done"
    assert (user(town, "nurse").active, user(town, "nurse").left_on) == (False, TODAY + 3 * DAY)
    with pytest.raises(StateRefused):
        people.carry_out_planned(late, asked.id)


def test_a_plan_that_would_leave_nobody_fails_on_its_day_and_says_so(town) -> None:
    asked = ask(town, "bea", "end", on=TODAY + DAY)
    ask(town, "admin", "lock", by=bea(town))
    assert people.carry_out_planned(town.cx("system", MONDAY + DAY), asked.id) == "failed"
    assert user(town, "bea").active
    assert "last administrator" in change(town, asked.id).outcome


def test_a_plan_can_be_withdrawn(town) -> None:
    asked = ask(town, "nurse", "end", on=TODAY + DAY)
    people.withdraw(bea(town), asked.id)
    assert change(town, asked.id).outcome == "Withdrawn by Bea Admin"
    with town.database.reading(town.cx("system", MONDAY + DAY)) as cx:
        assert people.planned(cx) == []


def test_who_is_added_gets_a_link_and_nothing_before_the_confirmation(town) -> None:
    new = NewAccount(
        email="carl@lantern.example",
        name="Carl Compliance",
        kind="staff",
        roles=("compliance",),
        contract_ids=tuple(number for number, _ in town.contracts.values())[:1],
    )
    asked = people.add_person(town.cx("admin"), new, reason="New.", effective_on=TODAY)
    town.users["carl"] = asked.user_id
    assert (asked.state, user(town, "carl").active, roles(town, "carl")) == (
        "waiting",
        False,
        set(),
    )
    people.confirm(bea(town), asked.id)
    assert (user(town, "carl").active, roles(town, "carl")) == (True, {"compliance"})
    with town.database.reading(town.cx("system")) as cx:
        link = cx.db.execute(select(WayIn).where(WayIn.user_id == asked.user_id)).scalar_one()
        assert (link.purpose, link.stage) == ("staff", "asked")
        mine = cx.db.scalars(
            select(UserContract.contract_id).where(UserContract.user_id == asked.user_id)
        )
        assert tuple(mine) == new.contract_ids


def test_the_end_of_an_account_ends_its_tokens(town, settings) -> None:
    with town.database.session(town.cx("system")) as session:
        session.execute(
            insert(ApiToken).values(
                name="hers",
                token_sha256=b"x" * 32,
                user_id=town.users["nurse2"],
                scopes=[],
                created_at=MONDAY,
            )
        )
        session.commit()
    ask(town, "nurse2", "end")
    with town.database.reading(town.cx("system")) as cx:
        revoked = select(ApiToken.revoked_at).where(ApiToken.user_id == town.users["nurse2"])
        assert cx.db.execute(revoked).scalar_one() == MONDAY


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "XX"}, "kind"),
        ({"state": "ZZ"}, "state"),
        ({"number": ""}, "number"),
        ({"number": "a;b"}, "number"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2025-12-31"}, "ends_on"),
    ],
)
def test_a_licence_that_cannot_be_is_refused_by_field(town, changes, field) -> None:
    with pytest.raises(Invalid) as wrong:
        ask(town, "nurse2", "licence", **a_licence(**changes))
    assert set(wrong.value.fields) == {field}


@pytest.mark.parametrize(
    ("reason", "on", "field"),
    [("", TODAY, "reason"), ("x" * 301, TODAY, "reason"), ("So.", TODAY - DAY, "effective_on")],
)
def test_each_change_has_a_reason_and_a_day_from_today_on(town, reason, on, field) -> None:
    with pytest.raises(Invalid) as wrong:
        people.ask_change(
            town.cx("admin"), town.users["nurse"], "end", {}, reason=reason, effective_on=on
        )
    assert set(wrong.value.fields) == {field}


def test_a_member_is_nobody_here(town) -> None:
    some = next(iter(town.member_ids))
    with pytest.raises(NotFound):
        people.ask_change(
            town.cx("admin"),
            town.users[f"member:{some}"],
            "lock",
            {},
            reason="No.",
            effective_on=TODAY,
        )


def test_a_licence_that_ends_within_sixty_days_becomes_a_task_once(town) -> None:
    ask(
        town,
        "nurse2",
        "licence",
        **a_licence(state="KY", number="RN.60", ends_on=f"{TODAY + 60 * DAY}"),
    )
    ask(
        town,
        "nurse",
        "licence",
        **a_licence(state="KY", number="RN.61", ends_on=f"{TODAY + 61 * DAY}"),
    )
    assert house_tasks.warn_of_licences(town.cx("system")) == 1
    assert house_tasks.warn_of_licences(town.cx("system")) == 0
    with town.database.reading(town.cx("admin")) as cx:
        [task] = questions.tasks(cx)
    assert (task.user_id, task.due_on, task.number) == (
        town.users["nurse2"],
        TODAY + 60 * DAY,
        "RN.60",
    )
    ask(
        town,
        "nurse2",
        "licence",
        **a_licence(state="KY", number="RN.62", starts_on=f"{TODAY + 30 * DAY}"),
    )
    with town.database.reading(town.cx("admin")) as cx:
        assert questions.tasks(cx) == [], "the new licence settled it"
        done = cx.db.execute(select(HouseTask)).scalar_one()
        assert done.done_by == "Adam Admin"


def test_the_sweep_does_what_was_planned_and_warns(town, settings) -> None:
    asked = ask(town, "nurse", "end", on=TODAY + DAY)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(
            update(Licence)
            .where(Licence.user_id == town.users["physician"])
            .values(ends_on=TODAY + 20 * DAY)
        )
    engine.dispose()
    move_time(town.database.context(), MONDAY + DAY)
    account_days.look_after(town.database)
    account_days.look_after(town.database)
    assert change(town, asked.id).state == "done"
    with town.database.reading(town.database.context()) as cx:
        assert town.users["physician"] in {row.user_id for row in questions.tasks(cx)}


def test_the_list_is_by_name_by_cursor_and_found_by_words(town) -> None:
    with town.database.reading(town.cx("admin")) as cx:
        whole = questions.people(cx, questions.Wanted(shown="all"), wall=MONDAY)
        names = [row.name for row in whole.rows]
        assert names == sorted(names)
        first = whole.rows[2]
        rest = questions.people(cx, questions.Wanted(shown="all", after=first.id), wall=MONDAY)
        assert [row.name for row in rest.rows] == names[3:]
        found = questions.people(cx, questions.Wanted(words="nurse_%"), wall=MONDAY)
        assert found.rows == (), "signs of a pattern are letters"
        nurses = questions.people(cx, questions.Wanted(role="nurse"), wall=MONDAY)
        assert {row.id for row in nurses.rows} >= {town.users["nurse"], town.users["nurse2"]}


def test_the_console_makes_administrators_for_the_first_setup_only(town, monkeypatch) -> None:
    monkeypatch.setattr(home, "database_here", lambda: town.database)
    typed = [
        "create",
        "cleo@lantern.example",
        "--name",
        "Cleo",
        "--password",
        "four plain words here",
    ]
    for role in ("admin", "compliance"):
        refused = CliRunner().invoke(console, [*typed, "--role", role])
        assert refused.exit_code == 2
        assert "only for the first setup" in " ".join(refused.output.split())
    accounts.disable_user(town.cx("system"), town.users["bea"])
    with_one = CliRunner().invoke(console, [*typed, "--role", "admin"])
    assert with_one.exit_code == 0, with_one.output
    nurse = [
        "create",
        "nia@lantern.example",
        "--name",
        "Nia",
        "--password",
        "four plain words here",
    ]
    assert CliRunner().invoke(console, [*nurse, "--role", "nurse"]).exit_code == 0
