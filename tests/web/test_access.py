"""The doors: every view says who may enter, and the guard keeps it for each role."""

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.app import create_app, routes_table
from casework.context import Principal
from casework.db import Database
from casework.errors import NotReady
from casework.models import User
from casework.queries.principals import principal_for
from casework.web import access, belonging, layout
from casework.web.access import PUBLIC, SIGNED_IN, entry
from tests.pages import Pages
from tests.web.conftest import PASSWORD, PEOPLE, Cast


@pytest.fixture(scope="module")
def browsers(app: Flask, cast: Cast) -> dict[str, Pages]:
    """Everybody signed in, each in a browser of his own, and a stranger."""
    found = {"stranger": Pages(app.test_client())}
    for name in PEOPLE:
        found[name] = Pages(app.test_client())
        found[name].sign_in(cast.email(name), PASSWORD)
    return found


def readable(app: Flask) -> list[dict]:
    """The pages that GET shows and that need no number in their address."""
    return [
        row
        for row in routes_table(app)
        if "GET" in row["methods"] and "<" not in row["path"] and row["door"] in PAGES
    ]


PAGES = {"web", "staff", "provider", "member"}


def test_every_route_says_who_may_enter(app: Flask) -> None:
    table = routes_table(app)
    assert len(table) > 20
    assert [row for row in table if not row["roles"] and not row["scope"]] == []
    assert access.undeclared(app) == []


def test_a_view_without_a_policy_stops_the_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from casework.web import site

    original = site.register

    def with_open_door(app: Flask, database: Database) -> None:
        original(app, database)
        app.add_url_rule("/open-door", endpoint="open_door", view_func=lambda: "anybody")

    monkeypatch.setattr(site, "register", with_open_door)
    with pytest.raises(NotReady, match="open_door"):
        create_app(database=database)


def test_a_view_added_later_without_a_policy_admits_nobody(database: Database, cast: Cast) -> None:
    app = create_app(database=database)
    app.add_url_rule("/late-door", endpoint="late_door", view_func=lambda: "anybody")
    assert app.test_client().get("/late-door").status_code == 403
    browser = Pages(app.test_client())
    browser.sign_in(cast.email("compliance"), PASSWORD)
    browser.get("/late-door", status=403)


def test_an_entry_with_no_role_or_a_strange_one_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="none given"):
        entry()
    with pytest.raises(ValueError, match="nurze"):
        entry("nurze")


@pytest.mark.parametrize("name", ["stranger", *PEOPLE])
def test_each_page_opens_for_whom_it_says(
    app: Flask, browsers: dict[str, Pages], name: str
) -> None:
    browser = browsers[name]
    role = PEOPLE[name][1] if name in PEOPLE else ""
    counted = 0
    for row in readable(app):
        answer = browser.client.get(row["path"])
        counted += 1
        if row["roles"] == [PUBLIC]:
            assert answer.status_code in {200, 302, 503}, row
        elif not role:
            assert answer.status_code == 302, row
            assert answer.headers["Location"].startswith("/?next="), row
        elif row["roles"] == [SIGNED_IN] or role in row["roles"]:
            assert _opened(app, browser, row, answer), (row, answer.status)
        else:
            assert answer.status_code == 403, row
    assert counted > 8


def _opened(app: Flask, browser: Pages, row: dict, answer: TestResponse) -> bool:
    """Shown; or, for a part that a page asks for by itself, nothing new; or led on to a page that
    is shown, as a question that nobody asked yet leads to the first one."""
    if answer.status_code == 204:
        declared = access.entry_of(app, row["endpoint"])
        return declared is not None and declared.passive
    if answer.status_code == 302:
        there = answer.headers["Location"]
        return there.startswith(f"/{row['door']}/") and browser.client.get(there).status_code == 200
    return answer.status_code == 200


@pytest.mark.parametrize("name", ["stranger", *PEOPLE])
def test_each_page_that_opens_is_sound(app: Flask, browsers: dict[str, Pages], name: str) -> None:
    browser = browsers[name]
    for row in readable(app):
        declared = access.entry_of(app, row["endpoint"])
        if declared is not None and declared.passive:
            continue  # a part that a page asks for by itself is no page
        answer = browser.client.get(row["path"])
        if answer.mimetype == "text/html" and answer.status_code == 200:
            browser.get(row["path"])


def test_a_strangers_form_and_a_strangers_fragment_are_told_plainly(app: Flask) -> None:
    browser = Pages(app.test_client())
    assert browser.client.post("/stay").status_code == 401
    answer = browser.client.get("/staff/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/"


def test_a_refusal_says_what_to_do_and_shows_nothing(browsers: dict[str, Pages]) -> None:
    page = browsers["member"].get("/staff/", status=403)
    assert page.h1 == "You cannot do this"
    assert "ask whoever manages your account" in page.text


def principal(cast: Cast, name: str, **changes: object) -> Principal:
    with Session(cast.database.engine) as session:
        user = session.get(User, cast.ids[name])
        assert user is not None
        for key, value in changes.items():
            setattr(user, key, value)
        with session.no_autoflush:
            found = principal_for(session, user)
        session.rollback()
    return found


def test_reach_follows_the_account(cast: Cast) -> None:
    assert principal(cast, "compliance").reach == "all"
    assert principal(cast, "admin").reach == "none"
    nurse = principal(cast, "nurse")
    assert (nurse.reach, nurse.ids, nurse.restricted) == ("contracts", cast.contracts, False)
    assert principal(cast, "nurse", sees_restricted=True).restricted
    office = principal(cast, "office")
    assert (office.reach, office.ids) == ("organizations", (cast.organization,))
    assert office.organization_id == cast.organization
    for name in ("member", "representative"):
        assert (principal(cast, name).reach, principal(cast, name).ids) == (
            "members",
            (cast.member,),
        )


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("nurse", {"active": False}),
        ("nurse", {"kind": "member"}),
        ("nurse", {"kind": "provider"}),
        ("office", {"organization_id": None}),
        ("office", {"kind": "staff"}),
        ("member", {"member_id": None}),
        ("member", {"kind": "staff"}),
        ("compliance", {"kind": "member"}),
        ("nurse", {"roles": []}),
    ],
)
def test_an_account_that_does_not_fit_reaches_nothing(
    cast: Cast, name: str, changes: dict[str, object]
) -> None:
    found = principal(cast, name, **changes)
    assert (found.reach, found.ids, found.roles) == ("none", (), frozenset())


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(app: Flask, cast: Cast) -> None:
    """Even where somebody changes the rows behind the back of the service."""
    user = cast.add("demoted")
    browser = Pages(app.test_client())
    browser.sign_in(cast.email("demoted"), PASSWORD)
    with cast.database.engine.begin() as connection:
        connection.execute(update(User).where(User.id == user).values(kind="member"))
    browser.get("/staff/", status=403)


def test_what_belongs_to_an_entry_is_a_page_and_has_no_entry_of_its_own(app: Flask) -> None:
    entries = {link.endpoint for link in layout.NAV}
    assert set(belonging.ALSO) <= entries
    rules = list(app.url_map.iter_rules())
    own = {rule.rule for rule in rules if rule.endpoint in entries}
    for root in (root for roots in belonging.ALSO.values() for root in roots):
        assert root not in own
        assert any(rule.rule == root or rule.rule.startswith(f"{root}/") for rule in rules), root
