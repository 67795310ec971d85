"""One matter on one page: its cases, whether each is done, every clock, one history."""

from datetime import timedelta

import pytest

from casework.queries import case_file, series_view
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    grievances,
    messages,
    operations,
)
from casework.web.staff.series import CHAPTERS
from casework.web.staff.series_band import Span, band
from tests.builders import MONDAY
from tests.web.staff.scene import REASON

DAY = timedelta(days=1)
WORDS = {
    "rationale": "A new doctor read the whole file. The criterion is met.",
    "considered": ("The appeal",),
}


@pytest.fixture(scope="module", autouse=True)
def matter(desk):
    """A denial, its appeal that was overturned, a complaint about it; and a request by itself."""
    about = desk.denied("request")
    member = desk.cx("member of OH-MCD", MONDAY + DAY)
    form = appeals.AppealFiling(about=about, reason="Please look again.")
    desk.refs["appeal"] = appeals.file_appeal(member, form).ref
    complaint = grievances.GrievanceFiling(
        told="Nobody called me back.", category="service.phone", about=about
    )
    desk.refs["grievance"] = grievances.file_grievance(member, complaint).ref
    chosen = appeal_review.Assignment(reviewer_id=desk.town.users["ag_clinician"], expertise=True)
    cx = desk.cx("ag_specialist", MONDAY + DAY)
    appeal_review.assign_reviewer(cx, desk.refs["appeal"], None, chosen)
    resolution = appeal_decisions.Resolution(
        words=appeal_decisions.Words(**WORDS),
        everything_considered=True,
        attested=True,
        criterion="MP-021",
    )
    clinician = desk.cx("ag_clinician", MONDAY + 2 * DAY)
    appeal_decisions.overturn(clinician, desk.refs["appeal"], None, resolution)
    operations.move_time(desk.town.database.context(), MONDAY + 2 * DAY)
    desk.open("alone")


def page_of(desk, app, name: str, who: str = "ag_specialist", query: str = ""):
    return desk.sign_in(app, who).get(f"/staff/series/{desk.refs[name]}{query}")


@pytest.mark.parametrize("name", ["request", "appeal", "grievance"])
def test_the_same_matter_from_each_of_its_cases(desk, app, name) -> None:
    page = page_of(desk, app, name)
    for each in ("request", "appeal", "grievance"):
        assert desk.refs[each] in page.text
    assert desk.refs["alone"] not in page.text
    assert page.h1.startswith("The whole matter 3 cases")
    assert "Please look again." in page.text
    assert "Nobody called me back." in page.text


def test_a_case_is_done_only_when_decided_told_and_carried_out(desk, app) -> None:
    page = page_of(desk, app, "appeal")
    cards = [e.text for e in page.all("li") if "matter__case" in e.get("class")]
    by_ref = {
        ref: next(c for c in cards if ref in c)
        for ref in desk.refs.values()
        if ref != desk.refs["alone"]
    }
    appeal = " ".join(by_ref[desk.refs["appeal"]].split())
    assert "decided" in appeal
    assert "to be told" in appeal
    assert "to be carried out" in appeal
    assert "Not done" in appeal
    assert "Something is still owed" in page.text
    grievance = " ".join(by_ref[desk.refs["grievance"]].split())
    assert "to be decided" in grievance


def test_what_was_told_and_carried_out_is_done(desk) -> None:
    desk.post()
    with desk.town.database.reading(desk.cx("compliance", MONDAY + 3 * DAY)) as cx:
        case = case_file.case_by_ref(cx, desk.refs["appeal"])
        cases = series_view.cases_of(cx, case)
        before = _standing(cx, cases, desk.refs["appeal"])
    assert before.told.stands == series_view.DONE
    assert before.carried_out.stands == series_view.OWED
    assert not before.done
    operations.move_time(desk.town.database.context(), MONDAY + 3 * DAY)
    proof = appeal_decisions.Effectuation()
    done = desk.cx("ag_specialist", MONDAY + 3 * DAY)
    appeal_decisions.effectuate(done, desk.refs["appeal"], None, proof)
    desk.post()
    with desk.town.database.reading(desk.cx("compliance", MONDAY + 3 * DAY)) as cx:
        after = _standing(cx, cases, desk.refs["appeal"])
        request = _standing(cx, cases, desk.refs["request"])
    assert after.carried_out.stands == series_view.DONE
    assert after.done
    assert request.done


def _standing(cx, cases, ref: str):
    every = series_view.standings(cx, cases, series_view.clocks_of(cx, cases))
    return next(each for each in every if each.case.ref == ref)


@pytest.mark.parametrize("chapter", [name for name in CHAPTERS if name])
def test_each_filter_shows_its_own_and_nothing_else(desk, app, chapter) -> None:
    form = messages.Message(text="I sent a new letter.")
    cx = desk.cx("Maple", MONDAY + DAY)
    messages.send_message(cx, desk.refs["request"], None, form)
    every = page_of(desk, app, "request")
    some = page_of(desk, app, "request", query=f"?show={chapter}")
    told = [e for e in some.all("li") if "matter__on" in e.get("class")]
    assert len(told) < len([e for e in every.all("li") if "matter__on" in e.get("class")])
    assert ("I sent a new letter." in some.text) == (chapter == "messages")
    current = [e.text for e in some.all("a") if e.get("aria-current") == "true"]
    assert CHAPTERS[chapter][0] in current


def test_every_clock_is_on_the_band_and_in_the_table(desk, app) -> None:
    page = page_of(desk, app, "request")
    words = [e.text for e in page.all("text") if "band__words" in e.get("class")]
    rows = [e for e in page.all("tr") if any(ref in e.text for ref in desk.refs.values())]
    assert len(words) == len(rows) > 4
    assert len({word.split(" · ")[0] for word in words}) == 3


def test_the_band_keeps_each_bar_inside() -> None:
    spans = [
        Span("A", "one", MONDAY, MONDAY + DAY, None, "runs"),
        Span("B", "two", MONDAY + 300 * DAY, MONDAY + 300 * DAY, MONDAY + 301 * DAY, "met"),
        Span("C", "three", MONDAY - DAY, MONDAY + 20 * DAY, None, "late"),
    ]
    drawn = band(spans, MONDAY + 2 * DAY)
    assert drawn is not None
    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= 100.7
    assert 0 <= drawn.now_x <= 100
    assert band((), MONDAY) is None


def test_a_restricted_case_stays_hidden_from_who_may_not_see_it(desk, app) -> None:
    page = page_of(desk, app, "request", who="nurse")
    assert desk.refs["appeal"] in page.text
    assert REASON not in page.text


def test_it_costs_the_same_however_long_the_story(desk, app, watched) -> None:
    desk.sweep()
    page_of(desk, app, "request")
    with watched() as short:
        page_of(desk, app, "request")
    for number in range(70):
        form = messages.Message(text=f"Message number {number}.")
        messages.send_message(desk.cx("Maple", MONDAY + 3 * DAY), desk.refs["request"], None, form)
    with watched() as long:
        page = page_of(desk, app, "request")
    assert len(long) <= len(short), "names of colleagues are asked where there are any"
    assert len(long) <= 22, len(long)
    assert "Message number 69." in page.text
    assert "Message number 0." not in page.text
    [older] = [e.get("href") for e in page.all("a") if e.text == "Earlier"]
    page = desk.sign_in(app, "ag_specialist").get(older.partition("#")[0])
    assert "Message number 0." in page.text
    assert "Message number 69." not in page.text


@pytest.mark.parametrize(
    "query", ["?before=x", "?before=1_2", f"?before={'9' * 30}_1_1", "?show=no"]
)
def test_an_address_that_is_wrong_shows_the_whole(desk, app, query) -> None:
    assert desk.refs["appeal"] in page_of(desk, app, "request", query=query).text


def test_a_number_that_is_none_is_not_found(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    pages.get("/staff/series/PA-2027-999999-9", status=404)
    pages.get("/staff/series/nothing", status=404)


def test_each_case_leads_to_its_matter(desk, app) -> None:
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['alone']}")
    assert f"/staff/series/{desk.refs['alone']}" in [e.get("href") for e in page.all("a")]
