"""The work list: what is due first stands first, counts are right, the next case is explained."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from casework.models import Case
from casework.services import review
from tests.builders import MONDAY
from tests.web.staff.scene import DAY

STAFF = (
    "intake", "nurse", "physician", "ag_specialist", "ag_clinician", "supervisor", "compliance",
    "admin",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """Some of each colour, opened in no special order."""
    desk.open("later")
    desk.open("overdue", received_at=MONDAY - 20 * DAY)
    desk.in_review("mine")
    desk.in_review("today", received_at=MONDAY - 14 * DAY)
    desk.open("soon", "OH-MA", priority="expedited", priority_reason="Vision loss since Friday.")
    desk.in_review("pended", received_at=MONDAY - 3 * DAY)
    ask = review.Ask(wanted=("Notes of the exam",))
    review.request_information(desk.cx("nurse"), desk.refs["pended"], None, ask)
    desk.with_physician("physician", "OH-QHP")
    desk.sweep()


def _refs(page):
    return [
        re.search(r"(?:PA|AP|GR|ER)-\d{4}-\d{6}-\d", e.text).group()
        for e in page.all("a")
        if "data-open" in e.attrs
    ]


@pytest.mark.parametrize("who", STAFF)
def test_everybody_of_the_staff_has_a_first_page(desk, app, who) -> None:
    pages = desk.sign_in(app, who)
    page = pages.get("/staff/")
    assert page.h1 == "My work"
    if who == "admin":
        assert "sees no case" in page.text
        assert "Nothing waits for you." in page.text
        assert "/staff/people" in {e.get("href") for e in page.all("a")}
        assert not _refs(page)
    if who in {"supervisor", "compliance"}:
        assert len(_refs(page)) == len(desk.refs)


def test_what_is_due_first_stands_first_under_the_right_heading(desk, app) -> None:
    page = desk.sign_in(app, "supervisor").get("/staff/?tab=all")
    headings = [" ".join(e.text.split()) for e in page.all("th") if e.get("scope") == "rowgroup"]
    assert headings == ["Overdue 1", "Today 1", "Later 5"] or headings[:2] == [
        "Overdue 1",
        "Today 1",
    ]
    refs = _refs(page)
    assert refs[0] == desk.refs["overdue"]
    assert refs[1] == desk.refs["today"]
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        due = dict(cx.db.execute(select(Case.ref, Case.next_due_at)).all())
    assert all(due[before] <= due[after] for before, after in pairwise(refs))
    assert "Sorted by what is due first" in page.text


def test_the_time_left_says_day_hour_and_distance(desk, app) -> None:
    page = desk.sign_in(app, "nurse").get("/staff/?tab=all&due=today")
    [cell] = [e for e in page.all("td") if e.get("data-label") == "Time left"]
    assert re.search(r"today 11:59 pm · 1[34] h \d\d min", " ".join(cell.text.split()))


def test_what_to_do_leads_to_the_step_or_to_the_case_where_it_must_be_read(desk, app) -> None:
    page = desk.sign_in(app, "nurse").get("/staff/?tab=all")
    leads = {e.get("href") for e in page.all("a") if "work__do" in e.get("class")}
    assert f"/staff/cases/{desk.refs['later']}/do/start_review" in leads
    assert f"/staff/cases/{desk.refs['mine']}#do" in leads
    # A nurse cannot decide what lies with a physician: the words stand there without a link.
    assert not any(desk.refs["physician"] in lead and "do/" in lead for lead in leads) or (
        f"/staff/cases/{desk.refs['physician']}#do" in leads
    )


def test_the_tabs_count_what_they_show(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    page = pages.get("/staff/")
    counts = {
        re.sub(r"\d.*", "", " ".join(e.text.split())).strip(): int(e.text.split()[-1])
        for e in page.all("a")
        if "/staff/?tab=" in e.get("href")
        and e.within("nav")
        and e.within("nav").get("aria-label") == "Views of the list"
    }
    assert counts == {
        "Mine": 3, "Returned": 0, "Unassigned": 3, "New papers": 0, "On hold": 0,
        "Waiting for others": 1, "All open": 7, "Done": 0,
    }  # fmt: skip
    for tab, count in (("mine", 3), ("unassigned", 3), ("waiting", 1), ("papers", 0), ("all", 7)):
        assert len(_refs(pages.get(f"/staff/?tab={tab}"))) == count


def test_a_physician_finds_what_a_physician_does_next(desk, app) -> None:
    page = desk.sign_in(app, "physician").get("/staff/?tab=unassigned")
    assert _refs(page) == [desk.refs["physician"]]


def test_filters_stand_in_the_address_and_count(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    page = pages.get("/staff/?tab=all&contract=OH-MA&urgency=expedited")
    assert _refs(page) == [desk.refs["soon"]]
    chosen = [e.get("value") for e in page.all("option") if "selected" in e.attrs]
    assert chosen == ["expedited", "OH-MA"]
    assert "Fast track (1)" in page.text
    assert any(e.text == "Clear all" for e in page.all("a"))
    assert _refs(pages.get("/staff/?tab=all&queue=physician")) == [desk.refs["physician"]]
    assert "No case fits these filters." in pages.get("/staff/?tab=all&kind=grievance").text


@pytest.mark.parametrize(
    "query",
    [
        "tab=nobody", "due=yesterday", "kind=drop+table", "contract=%00", "contract=" + "x" * 900,
        "cursor=zzz", "cursor=none~999999999999999999999", "cursor=2027-99-99T00:00:00~1",
        "cursor=2027-03-01T00:00:00~1", "cursor=none~1", "tab=all&tab=mine", "queue=%27--",
    ],
)  # fmt: skip
def test_an_address_that_nobody_wrote_is_read_as_a_plain_list(desk, app, query) -> None:
    assert desk.sign_in(app, "nurse").get(f"/staff/?{query}").h1 == "My work"


def test_empty_lists_teach(desk, app) -> None:
    page = desk.sign_in(app, "ag_clinician").get("/staff/")
    assert "Nothing is yours right now." in page.text
    assert "wait for somebody outside" in page.text
    papers = desk.sign_in(app, "nurse").get("/staff/?tab=papers")
    assert "No case has papers that you have not looked at." in papers.text


def test_new_cases_are_announced_and_the_list_does_not_move(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    page = pages.get("/staff/?tab=all")
    [box] = [e for e in page.elements if e.get("id") == "changes"]
    address = box.get("hx-get")
    assert pages.client.get(address).status_code == 204
    desk.open("another", received_at=desk.town.database.case_now())
    answer = pages.client.get(address)
    assert answer.status_code == 200
    assert "1 new" in answer.text
    assert desk.refs["another"] not in answer.text
    assert pages.client.get("/staff/changes?since=never").status_code == 204


def test_the_inbox_holds_what_is_addressed_to_me_until_i_have_seen_it(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    page = pages.get("/staff/")
    assert "The time ran out" in page.text
    assert re.search(r"ESC-2027-\d{6}-\d", page.text)
    [number] = [
        e.get("value")
        for e in page.all("button")
        if e.get("name") == "notice" and desk.refs["overdue"] in e.text
    ]
    pages.post("/staff/notices/seen", {"notice": number})
    later = pages.follow()
    assert number not in [e.get("value") for e in later.all("button")]
    assert "thing to look at" not in desk.sign_in(app, "physician").get("/staff/").text


def test_nobody_clears_the_inbox_of_another(desk, app) -> None:
    mine = desk.sign_in(app, "compliance").get("/staff/")
    ids = [e.get("value") for e in mine.all("button") if e.get("name") == "notice"]
    assert ids
    stranger = desk.sign_in(app, "nurse2")
    stranger.get("/staff/")
    token = stranger.page.form("/staff/next")["csrf_token"]
    stranger.client.post("/staff/notices/seen", data={"csrf_token": token, "notice": ids})
    again = desk.sign_in(app, "compliance").get("/staff/")
    assert ids == [e.get("value") for e in again.all("button") if e.get("name") == "notice"]


def test_the_next_case_is_the_one_due_first_and_says_why(desk, app) -> None:
    pages = desk.sign_in(app, "nurse2")
    pages.get("/staff/")
    pages.post("/staff/next")
    assert pages.location == f"/staff/cases/{desk.refs['overdue']}"
    page = pages.follow()
    assert "It is yours now" in page.text
    assert "It is due first" in page.text
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        holder = cx.db.execute(
            select(Case.assignee_id).where(Case.ref == desk.refs["overdue"])
        ).scalar_one()
    assert holder == desk.town.users["nurse2"]
    # From the page of a case "next" goes on to another one.
    pages.post("/staff/next")
    assert pages.location != f"/staff/cases/{desk.refs['overdue']}"


def test_a_physician_is_not_given_what_a_nurse_does(desk, app) -> None:
    pages = desk.sign_in(app, "physician")
    pages.get("/staff/")
    pages.post("/staff/next")
    assert pages.location == f"/staff/cases/{desk.refs['physician']}"


def test_when_nothing_waits_the_desk_says_so(desk, app) -> None:
    pages = desk.sign_in(app, "ag_clinician")
    pages.get("/staff/")
    pages.post("/staff/next")
    assert "Nothing waits for you" in pages.follow().text


def test_who_was_slower_gets_another_case(desk, app) -> None:
    """While a colleague's transaction has the first one, the next one is given, and why is said."""
    first, second = desk.open("race1", received_at=MONDAY - 40 * DAY), desk.open("race2")
    del second
    pages = desk.sign_in(app, "nurse")
    pages.get("/staff/")
    database = desk.town.database
    with database.session(desk.cx("nurse2")) as session:
        session.execute(select(Case.id).where(Case.ref == first).with_for_update())
        pages.post("/staff/next")
    assert pages.location.startswith("/staff/cases/PA-")
    assert pages.location != f"/staff/cases/{first}"
    assert "Passed over: 1 in other hands at this moment." in pages.follow().text


def test_the_list_costs_the_same_for_five_and_for_sixty_cases(desk, app, watched) -> None:
    few = desk.sign_in(app, "physician2")
    many = desk.sign_in(app, "supervisor")
    for number in range(60 - len(desk.refs)):
        desk.open(f"more{number}", received_at=MONDAY - timedelta(minutes=number))
    few.get("/staff/?tab=unassigned")
    many.get("/staff/?tab=all")
    with watched() as of_few:
        short = few.get("/staff/?tab=unassigned")
    with watched() as of_many:
        long = many.get("/staff/?tab=all")
    assert len(_refs(short)) <= 5
    assert len(_refs(long)) == 50
    assert len(of_few) == len(of_many), (of_few.texts, of_many.texts)
    assert len(of_many) <= 12, of_many.texts


def test_pages_of_the_list_follow_each_other_without_a_gap(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    first = pages.get("/staff/?tab=all")
    [more] = [e.get("href") for e in first.all("a") if e.get("rel") == "next"]
    second = pages.get(more)
    assert len(_refs(second)) == len(desk.refs) - 50
    assert not set(_refs(first)) & set(_refs(second))
    assert set(_refs(first)) | set(_refs(second)) == set(desk.refs.values())
    [back] = [e.get("href") for e in second.all("a") if e.get("rel") == "prev"]
    assert _refs(pages.get(back)) == _refs(first)
