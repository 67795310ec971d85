"""Several members under one account: a child, a spouse who agrees, a member by a form."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.context import Principal
from casework.models import AccountMember, Member, Representative, User
from casework.queries.principals import principal_for
from casework.services import standing_needs
from tests.pages import Pages
from tests.web.conftest import PASSWORD
from tests.web.way_in.conftest import WaysIn, born, typed

FAMILY = "S-5550001"


def today(ways: WaysIn) -> Any:
    return ways.database.case_now().date()


def age(ways: WaysIn, years: int) -> Any:
    """The birth date of somebody who is that old for half a year."""
    return (today(ways) - timedelta(days=183)).replace(day=1).replace(year=today(ways).year - years)


def principal(ways: WaysIn, email: str) -> Any:
    with Session(ways.database.engine) as session:
        user = session.execute(select(User).where(User.email == email)).scalar_one()
        return principal_for(session, user)


def people(pages: Pages) -> str:
    return pages.get("/member/household").text


def add_child(pages: Pages, child: Any, *, status: int, **more: str) -> str:
    pages.get("/member/household/child")
    page = pages.post("/member/household/child", typed(child, **more), status=status)
    return pages.follow().text if status == 302 else page.text


@pytest.fixture
def parent(ways: WaysIn, request: pytest.FixtureRequest) -> tuple[Pages, str]:
    email = f"parent-{ways.numbers}@people.example"
    return ways.account(ways.member("Paula", household=FAMILY), email), email


def test_a_parent_adds_a_child_until_the_birthday(ways: WaysIn, parent: tuple[Pages, str]) -> None:
    pages, email = parent
    child = ways.member("Cleo", household=FAMILY, birth_date=age(ways, 9))
    text = add_child(pages, child, status=302)
    assert "Your child is added." in text
    assert "Cleo Example" in people(pages)
    seen = principal(ways, email)
    assert child["id"] in seen.ids
    assert seen.narrowed.hushed == (child["id"],)
    with ways.owner() as connection:
        ends = connection.execute(
            select(AccountMember.ends_on).where(AccountMember.member_id == child["id"])
        ).scalar_one()
        assert ends == child["birth_date"].replace(year=child["birth_date"].year + 18) - timedelta(
            days=1
        )
        connection.execute(
            update(AccountMember)
            .where(AccountMember.member_id == child["id"])
            .values(ends_on=today(ways) - timedelta(days=1))
        )
    assert child["id"] not in principal(ways, email).ids, "it ends on the day it ends"
    assert "Cleo" not in people(pages)


def test_only_a_child_of_the_own_household_is_added_and_all_noes_are_alike(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    pages, email = parent
    own = {"household": FAMILY, "birth_date": age(ways, 9)}
    child = ways.member("Mine", **own)
    refused = {
        "another household": (ways.member("Other", **{**own, "household": "S-9"}), {}),
        "no household known": (ways.member("None", **{**own, "household": ""}), {}),
        "grown up": (ways.member("Grown", **{**own, "birth_date": age(ways, 18)}), {}),
        "confidential": (ways.member("Hidden", **own, restricted=True), {}),
        "wrong ZIP": (child, {"zip": "43999"}),
        "unknown": (child, {"number": "79999999998"}),
    }
    texts = set()
    for who, change in refused.values():
        text = add_child(pages, who, status=422, **change)
        assert "We could not add this child here." in text
        texts.add(text.split("Error:")[0])
    assert len(texts) == 1
    assert len(principal(ways, email).ids) == 1


def test_a_child_who_keeps_apart_is_gone_from_the_parents_account(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    pages, email = parent
    child = ways.member("Tess", household=FAMILY, birth_date=age(ways, 16))
    add_child(pages, child, status=302)
    assert child["id"] in principal(ways, email).ids
    with ways.owner() as connection:
        connection.execute(
            update(Member)
            .where(Member.id == child["id"])
            .values(confidential_since=ways.database.case_now())
        )
    assert child["id"] not in principal(ways, email).ids


def test_nobody_guesses_children_for_long(ways: WaysIn, parent: tuple[Pages, str]) -> None:
    pages, _ = parent
    child = ways.member("Guess", household=FAMILY, birth_date=age(ways, 9))
    for _ in range(5):
        add_child(pages, child, status=422, zip="43999")
    assert "too many tries" in add_child(pages, child, status=429)


@pytest.mark.parametrize("has_account", [True, False])
def test_a_spouse_sees_only_after_the_other_has_agreed(
    ways: WaysIn, parent: tuple[Pages, str], has_account: bool
) -> None:
    pages, email = parent
    other = f"sam-{has_account}@people.example".lower()
    spouse = ways.member("Sam", email="" if has_account else other)
    if has_account:
        theirs = ways.account(spouse, other)
    ways.post.taken.clear()
    pages.get("/member/household/spouse")
    pages.post("/member/household/spouse", typed(spouse))
    assert "If what you typed matches our records" in pages.follow().text
    assert spouse["id"] not in principal(ways, email).ids
    ways.answer()
    assert [to for to, _ in ways.post.taken] == [other]
    asked = ways.browser()
    page = asked.get(ways.post.link(other))
    assert page.h1 == "May Paula Example see your records?"
    asked.post("/member/agree", {**born(spouse), "born-day": "2"}, status=422)
    asked.post("/member/agree", born(spouse), status=200)
    assert spouse["id"] in principal(ways, email).ids
    assert "Sam Example" in people(pages)
    if has_account:
        theirs.get("/member/household")
        assert "Paula Example" in theirs.page.text
        [action] = [
            form.get("action")
            for form in theirs.page.all("form")
            if str(form.get("action")).endswith("/end")
        ]
        theirs.post(action)
        assert spouse["id"] not in principal(ways, email).ids


def test_a_no_tells_nobody_and_a_wrong_card_asks_nobody(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    pages, email = parent
    spouse = ways.member("Una", email="una@people.example")
    ways.post.taken.clear()
    for said in (typed(spouse, zip="43999"), typed(spouse)):
        pages.get("/member/household/spouse")
        pages.post("/member/household/spouse", said)
    ways.answer()
    assert len(ways.post.taken) == 1
    asked = ways.browser()
    asked.get(ways.post.link("una@people.example"))
    page = asked.post("/member/agree", {"answer": "no"}, status=200)
    assert page.h1 == "You said no"
    assert spouse["id"] not in principal(ways, email).ids
    assert ways.answer() == 0


def test_nobody_answers_for_the_other_from_a_mailbox_of_both(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    pages, email = parent
    spouse = ways.member("Sue", email=email.upper())
    ways.post.taken.clear()
    pages.get("/member/household/spouse")
    pages.post("/member/household/spouse", typed(spouse))
    ways.answer()
    assert ways.post.taken == []


def test_who_agrees_anew_after_keeping_apart_is_seen_and_where_to_write_is_not(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    pages, email = parent
    spouse = ways.member("Sol", email="sol@people.example")
    agree(ways, pages, spouse, "sol@people.example")
    keep_apart(ways, spouse, on=True)
    assert spouse["id"] not in principal(ways, email).ids
    keep_apart(ways, spouse, on=False)
    assert spouse["id"] not in principal(ways, email).ids, "nobody agreed anew"
    keep_apart(ways, spouse, on=True)
    agree(ways, pages, spouse, "safe@people.example")
    assert spouse["id"] in principal(ways, email).ids
    text = pages.get("/member/profile").text
    assert "Sol Example" in text
    assert "PO Box 9" not in text
    for what in ("reading", "address", "safe"):
        page = pages.get(f"/member/profile/{spouse['id']}/{what}", status=403)
        assert "PO Box 9" not in page.text


def test_a_spouse_of_a_member_who_becomes_restricted_loses_the_older_cases_too(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    pages, email = parent
    spouse = ways.member("Rae", email="rae@people.example")
    agree(ways, pages, spouse, "rae@people.example")
    assert spouse["id"] in principal(ways, email).ids
    with ways.owner() as connection:
        connection.execute(update(Member).where(Member.id == spouse["id"]).values(restricted=True))
    assert spouse["id"] not in principal(ways, email).ids
    agree(ways, pages, spouse, "rae@people.example")
    seen = principal(ways, email)
    assert spouse["id"] in seen.ids, "agreed to anew, knowing it"
    assert spouse["id"] in seen.narrowed.hushed


def test_a_grown_up_sister_on_the_same_plan_adds_nobody(ways: WaysIn) -> None:
    email = f"sister-{ways.numbers}@people.example"
    sister = ways.member("Sis", household=FAMILY, birth_date=age(ways, 20))
    child = ways.member("Bro", household=FAMILY, birth_date=age(ways, 9))
    pages = ways.account(sister, email)
    add_child(pages, child, status=422)
    assert child["id"] not in principal(ways, email).ids


def keep_apart(ways: WaysIn, member: Any, *, on: bool) -> None:
    """The member asks for confidential communication, or ends it."""
    roles, ids = frozenset({"member"}), (member["id"],)
    cx = ways.database.context(Principal(kind="user", roles=roles, reach="members", ids=ids))
    safe = standing_needs.Confidential(
        on=on, lines=("PO Box 9", "Dayton, OH 45402"), email="safe@people.example"
    )
    standing_needs.change_confidential(cx, member["id"], safe)


def agree(ways: WaysIn, pages: Pages, spouse: Any, address: str) -> None:
    """The one asks, the other says yes."""
    pages.get("/member/household/spouse")
    pages.post("/member/household/spouse", typed(spouse))
    ways.answer()
    asked = ways.browser()
    asked.get(ways.post.link(address))
    asked.post("/member/agree", born(spouse), status=200)


def invite(ways: WaysIn, member: Any, form: int, email: str, *, status: int = 200) -> str:
    """The supervisor sends the link to who speaks for the member."""
    desk = ways.browser()
    desk.sign_in(ways.cast.email("supervisor"), PASSWORD)
    desk.get("/staff/sign-in-help")
    desk.post("/staff/sign-in-help", {"said": member["number"]}, status=200)
    page = desk.post(f"/staff/sign-in-help/invite/{form}", {"email": email}, status=status)
    ways.answer()
    return page.text


def test_who_speaks_by_a_form_signs_in_until_the_form_ends(ways: WaysIn) -> None:
    ruth = ways.member("Ruth")
    form = ways.form(ruth, "Daniel Example", ends_on=today(ways) + timedelta(days=30))
    invite(ways, ruth, form, "daniel@people.example")
    pages = ways.browser()
    page = pages.get(ways.post.link("daniel@people.example"))
    assert "Birth date of the member whom you help" in page.text
    pages.post("/member/join", {**born(ruth), "password": PASSWORD})
    assert "Daniel Example" in pages.follow().text
    assert pages.response.request.path == "/member/", "a helper is not asked the member's needs"
    seen = principal(ways, "daniel@people.example")
    assert (seen.ids, seen.roles) == ((ruth["id"],), {"representative"})
    assert seen.narrowed.hushed == ()
    pages.get("/member/household/child", status=403)
    with ways.owner() as connection:
        connection.execute(
            update(Representative)
            .where(Representative.id == form)
            .values(ends_on=today(ways) - timedelta(days=1))
        )
    ended = principal(ways, "daniel@people.example")
    assert (ended.reach, ended.ids) == ("none", ())
    pages.get("/member/")


def test_one_account_speaks_for_several_each_by_a_form(ways: WaysIn) -> None:
    first, second = ways.member("Ann"), ways.member("Bea")
    for member in (first, second):
        ways.post.taken.clear()
        invite(ways, member, ways.form(member, "Gus Guardian"), "gus@people.example")
        pages = ways.browser()
        pages.get(ways.post.link("gus@people.example"))
        pages.post("/member/join", {**born(member), "password": PASSWORD})
    assert set(principal(ways, "gus@people.example").ids) == {first["id"], second["id"]}


def test_no_link_goes_out_for_a_form_that_has_ended_or_to_a_members_own_account(
    ways: WaysIn, parent: tuple[Pages, str]
) -> None:
    _, email = parent
    dora = ways.member("Dora")
    old = ways.form(dora, "Old Friend", ends_on=today(ways) - timedelta(days=1))
    good = ways.form(dora, "Good Friend")
    ways.post.taken.clear()
    assert "This form is not in force" not in invite(ways, dora, good, email, status=422)
    desk = ways.browser()
    desk.sign_in(ways.cast.email("supervisor"), PASSWORD)
    desk.get("/staff/sign-in-help")
    desk.post("/staff/sign-in-help", {"said": dora["number"]}, status=200)
    token = desk.page.form(f"/staff/sign-in-help/invite/{good}")
    answer = desk.client.post(
        f"/staff/sign-in-help/invite/{old}", data={**token, "email": "x@people.example"}
    )
    assert answer.status_code == 422
    assert ways.post.taken == []


def test_a_form_for_one_service_or_to_read_narrows_what_its_holder_gets(ways: WaysIn) -> None:
    eve = ways.member("Eve")
    form = ways.form(eve, "Ned Narrow", series_id=4711, looks_only=True)
    invite(ways, eve, form, "ned@people.example")
    pages = ways.browser()
    pages.get(ways.post.link("ned@people.example"))
    pages.post("/member/join", {**born(eve), "password": PASSWORD})
    narrowed = principal(ways, "ned@people.example").narrowed
    assert (narrowed.limited, narrowed.series) == ((eve["id"],), (4711,))
    assert narrowed.looks_only == (eve["id"],)
