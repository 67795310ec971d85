"""People on screen: who comes in, what an administrator does, the link to a first password."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, insert, select, update

from casework import now, way_in_post
from casework.models import AccountChange, Licence, SignInAttempt, User, WayIn
from casework.records import tries
from casework.services import accounts, house_tasks
from casework.services.new_account import NewAccount
from tests.builders import MONDAY
from tests.pages import Pages

TODAY = MONDAY.date()


@pytest.fixture(scope="module")
def second(desk) -> int:
    """One more administrator."""
    new = NewAccount(email="bea@demo.example", name="Bea Admin", kind="staff", roles=("admin",))
    desk.town.users["admin2"] = accounts.create_user(desk.cx("system"), new)
    return desk.town.users["admin2"]


def admin(desk, app) -> Pages:
    return desk.sign_in(app, "admin")


def last_change(desk) -> AccountChange:
    with desk.town.database.reading(desk.cx("system")) as cx:
        return cx.db.scalars(select(AccountChange).order_by(AccountChange.id.desc())).first()


@pytest.mark.parametrize("who", ["nurse", "physician", "supervisor", "intake", "ag_specialist"])
def test_nobody_else_comes_in(desk, app, second, who) -> None:
    for path in ("/staff/people", "/staff/people/new", "/staff/people/waiting"):
        desk.sign_in(app, who).get(path, status=403)


def test_compliance_reads_and_finds_no_form(desk, app, second) -> None:
    pages = desk.sign_in(app, "compliance")
    page = pages.get("/staff/people")
    assert "Nora Nurse" in page.text
    assert "Add a person" not in page.text
    one = pages.get(f"/staff/people/{desk.town.users['nurse']}")
    assert "Change roles" not in one.text
    pages.get("/staff/people/new", status=403)


def test_the_list_asks_the_database_few_things_however_many_there_are(
    desk, app, second, watched
) -> None:
    pages = admin(desk, app)
    pages.get("/staff/people")
    with watched() as seen:
        pages.get("/staff/people?show=all")
    assert len(seen) <= 22, "\n".join(seen.texts)


def test_an_administrator_changes_roles_and_the_history_says_why(desk, app, second) -> None:
    pages = admin(desk, app)
    number = desk.town.users["nurse2"]
    path = f"/staff/people/{number}/change/rights"
    pages.get(path)
    pages.post(path, {"roles": ["nurse", "intake"], "reason": ""}, status=422)
    assert "Say why: an auditor reads it." in pages.page.text
    pages.post(path, {"roles": ["nurse", "intake"], "reason": "Helps at intake."})
    page = pages.follow()
    assert "Helps at intake." in page.text
    assert "Roles: nurse → intake clerk, nurse" in page.text


def test_a_strong_role_is_confirmed_by_the_second_administrator_on_screen(
    desk, app, second
) -> None:
    pages = admin(desk, app)
    number = desk.town.users["supervisor"]
    path = f"/staff/people/{number}/change/rights"
    pages.get(path)
    pages.post(path, {"roles": ["supervisor", "compliance"], "reason": "Stands in."})
    assert "waits for a second administrator" in pages.follow().text
    change = last_change(desk)
    own = pages.get("/staff/people/waiting")
    assert "You asked for it: another administrator confirms it." in own.text
    pages.client.post(
        f"/staff/people/waiting/{change.id}/confirm",
        data=own.form(f"/staff/people/waiting/{change.id}/withdraw"),
    )
    assert last_change(desk).state == "waiting", "nobody confirms his own"
    other = desk.sign_in(app, "admin2")
    assert "1 change waits" in other.get("/staff/people").text
    other.get("/staff/people/waiting")
    other.post(f"/staff/people/waiting/{change.id}/refuse", {"why": ""}, status=422)
    other.post(f"/staff/people/waiting/{change.id}/confirm")
    assert "The change is confirmed." in other.follow().text
    assert last_change(desk).decided_by == "Bea Admin"
    accounts.set_roles(desk.cx("system"), number, roles=["supervisor"])


def test_a_new_person_chooses_a_password_by_the_link_and_once(desk, app, second, settings) -> None:
    pages = admin(desk, app)
    pages.get("/staff/people/new")
    filled = {
        "name": "Nadia New",
        "email": "nadia@lantern.example",
        "roles": ["nurse"],
        "contracts": [str(desk.town.contracts["OH-MCD"][0])],
        "reason": "New nurse.",
    }
    pages.post("/staff/people/new", {**filled, "email": "nadia"}, status=422)
    pages.post("/staff/people/new", filled)
    assert "no password yet" in pages.follow().text
    assert way_in_post.answer_one(desk.town.database)
    mails = sorted(
        desk.town.database.settings.mail_dir.glob("**/*"), key=lambda p: p.stat().st_mtime
    )
    text = mails[-1].read_bytes().decode("utf-8", "replace").replace("=\n", "").replace("=3D", "=")
    [link] = re.findall(r"/welcome\?key=[\w-]+", text)
    visitor = Pages(app.test_client())
    page = visitor.get(link)
    assert "Choose your password" in page.text
    visitor.post("/welcome", {"password": "short"}, status=422)
    visitor.post("/welcome", {"password": "seven lanterns over quiet water"})
    assert visitor.location.endswith("/staff") or "/staff" in visitor.location
    assert "This link is no longer good" in Pages(app.test_client()).get(link).text
    with desk.town.database.reading(desk.cx("system")) as cx:
        user = cx.db.execute(select(User).where(User.email == "nadia@lantern.example")).scalar_one()
        assert user.password
        assert cx.db.execute(select(WayIn.stage).where(WayIn.user_id == user.id)).scalar() == "used"


def test_a_lock_after_wrong_tries_is_seen_and_lifted(desk, app, second, settings) -> None:
    number = desk.town.users["physician2"]
    with desk.town.database.reading(desk.cx("system")) as cx:
        email = cx.db.execute(select(User.email).where(User.id == number)).scalar_one()
    engine = create_engine(settings.database_owner_url)
    key = tries.key_of("password", email)
    with engine.begin() as owner:
        owner.execute(
            insert(SignInAttempt),
            [{"key": key, "kind": "password", "at": now.wall() - timedelta(minutes=1)}] * 5,
        )
    engine.dispose()
    pages = admin(desk, app)
    assert "locked out" in pages.get(f"/staff/people/{number}").text
    path = f"/staff/people/{number}/change/lift"
    pages.get(path)
    pages.post(path, {"reason": "Called from the desk next door."})
    page = pages.follow()
    assert "locked out" not in page.text
    assert "Sign-in locks lifted" in page.text


def test_licences_that_end_stand_on_the_list_until_somebody_says_what_was_done(
    desk, app, second, settings
) -> None:
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(
            update(Licence)
            .where(Licence.user_id == desk.town.users["physician"])
            .values(ends_on=TODAY + timedelta(days=30))
        )
    engine.dispose()
    house_tasks.warn_of_licences(desk.cx("system"))
    pages = admin(desk, app)
    page = pages.get("/staff/people")
    assert "Licences that end soon" in page.text
    [path] = set(re.findall(r"/staff/people/tasks/\d+/done", pages.response.text))
    pages.post(path, {"why": "Renewal is filed with the board."})
    assert "Licences that end soon" not in pages.follow().text


def test_who_looks_at_himself_finds_no_way_to_change_it(desk, app, second) -> None:
    pages = admin(desk, app)
    own = pages.get(f"/staff/people/{desk.town.users['admin']}")
    assert "This is your own account" in own.text
    assert "Close the account" not in own.text
