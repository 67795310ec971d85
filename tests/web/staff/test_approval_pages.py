"""Automatic approval on screen: proposed by one, released by another, shown on the case; gold
cards; the PA list of any day, its proof, its changes and their dry run."""

import io
from datetime import timedelta

import pytest

from casework.records import pa_list_changes as changes
from casework.services import approval_studies
from casework.services.intake import submit_prior_auth
from tests.browser import axe, opened, wider_than_window
from tests.builders import MONDAY, a_submission
from tests.services import planted_policies as planted
from tests.web.staff.driving import sign_in

RULES = "/staff/approval-rules"
LIST = "/staff/pa-list"
STAFF = ("nurse", "physician", "intake", "supervisor", "compliance", "admin")
TODAY = MONDAY.date()
SOON = TODAY + timedelta(days=40)


def answer(desk) -> None:
    while approval_studies.answer_slice(desk.cx("system", MONDAY + timedelta(minutes=5))):
        pass


@pytest.fixture(scope="module")
def live(desk, app) -> str:
    """A rule that somebody proposed on screen and another released there; its address."""
    pages = desk.sign_in(app, "supervisor")
    pages.get(f"{RULES}/new")
    typed = {
        "name": "Plain MRI",
        "codes": "7055*",
        "most_units": "1",
        "diagnoses": "G89",
        "effective_from": TODAY.isoformat(),
        "reason": "Always yes.",
        "flags": "in_network",
        "timings": "pre_service",
    }
    pages.post(f"{RULES}/new", typed)
    address = pages.location
    answer(desk)
    pages = desk.sign_in(app, "compliance")
    assert "waits for release" in pages.get(address).text
    pages.post(f"{RULES}/versions/1/release", {"reason": "Looked at it."})
    assert "approves today" in pages.follow().text
    return address


def test_everybody_reads_the_rules_and_few_propose(desk, app, live) -> None:
    for who in STAFF:
        page = desk.sign_in(app, who).get(RULES)
        assert "Plain MRI" in page.text
        assert ("Propose a rule" in page.text) == (who in ("physician", "supervisor", "admin"))
        desk.sign_in(app, who).get(live)
    desk.sign_in(app, "nurse").get(f"{RULES}/new", status=403)


def test_what_cannot_be_read_comes_back_with_what_was_typed(desk, app) -> None:
    pages = desk.sign_in(app, "physician")
    pages.get(f"{RULES}/new")
    page = pages.post(
        f"{RULES}/new", {"name": "Wrong", "codes": "back pain", "reason": "Why."}, status=422
    )
    assert "cannot be read" in page.text
    assert "Wrong" in [e.get("value") for e in page.all("input")]


def test_the_case_shows_the_rule_with_each_condition_and_its_value(desk, app, live) -> None:
    done = submit_prior_auth(desk.cx("Maple"), a_submission(desk.town))
    assert done.authorization
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{done.ref}")
    told = " ".join(page.text.split())
    assert "was approved by the rule AR-001 version 1, Plain MRI, because:" in told
    rows = [" ".join(row.text.split()) for row in page.all("tr")]
    assert "Units1at most 1" in rows
    assert "DiagnosisG89.4G89" in rows


def test_each_number_of_a_what_if_opens_to_its_cases(desk, app, live) -> None:
    pages = desk.sign_in(app, "physician")
    pages.get(live)
    pages.get(f"{live}/next")
    pages.post(f"{RULES}/new", {"reason": "The same again.", "effective_from": SOON.isoformat()})
    assert pages.location == live
    waits = desk.sign_in(app, "nurse").get(f"{RULES}/what-if/2")
    assert "Waits for the worker" in waits.text
    answer(desk)
    page = desk.sign_in(app, "nurse").get(f"{RULES}/what-if/2?which=by_rule")
    assert [e.text for e in page.all("a") if "work__ref" in (e.get("class") or "")]
    blind = desk.sign_in(app, "admin").get(f"{RULES}/what-if/2?which=by_rule")
    assert "An administrator sees figures, no case." in blind.text
    own = desk.sign_in(app, "physician").get(live)
    assert "Four eyes: you proposed it" in own.text


def test_a_rule_on_answers_is_proposed_on_screen_or_told_what_is_wrong(desk, app) -> None:
    planted.plant(desk.settings, desk.town.users)
    pages = desk.sign_in(app, "supervisor")
    pages.get(f"{RULES}/new")
    typed = {"name": "By answers", "codes": "E0601", "effective_from": TODAY.isoformat()}
    typed |= {"reason": "They know.", "timings": "pre_service", "answers": "MP-021"}
    page = pages.post(f"{RULES}/new", typed, status=422)
    assert "Offices are not asked enough of MP-021 version 1" in page.text
    pages.post(f"{RULES}/new", {"answers": "mp-014"})
    page = pages.get(pages.location)
    assert "The office’s own answers meet medical policy MP-014" in page.text
    answer(desk)


def test_the_switch_stops_and_says_who_and_why(desk, app, live) -> None:
    pages = desk.sign_in(app, "supervisor")
    pages.get(live)
    page = pages.post(f"{live}/stop", {"stop_reason": ""}, status=422)
    assert "Say why" in page.text
    pages.post(f"{live}/stop", {"stop_reason": "A wrong code."})
    assert "Stopped: it approves nothing" in pages.follow().text
    pages = desk.sign_in(app, "compliance")
    pages.get(live)
    pages.post(f"{live}/resume", {"stop_reason": "Mended."})
    assert "Stopped" not in pages.follow().text


def test_gold_cards_say_their_bar_and_whom_it_concerns(desk, app) -> None:
    page = desk.sign_in(app, "supervisor").get("/staff/gold-cards")
    assert "90 of 100 and at least 5 requests" in page.text
    assert "Grant from today" not in desk.sign_in(app, "nurse").get("/staff/gold-cards").text
    office = desk.town.offices["Maple"]
    desk.sign_in(app, "nurse").get(f"/staff/gold-cards/{office}/MP-021")
    desk.sign_in(app, "nurse").get("/staff/gold-cards/99999/MP-021", status=404)


FILE = f"{','.join(changes.HEADS)}\n70450,CT scan of the head,,yes,,MP-021\n"


def published(desk, app, **typed):
    pages = desk.sign_in(app, "admin")
    pages.get(f"{LIST}/change")
    plain = {
        "contract": "OH-MCD",
        "effective_from": SOON.isoformat(),
        "reason": "Too many scans.",
        "rows": FILE,
    }
    return pages, plain | typed


def test_a_change_is_shown_before_it_is_published(desk, app) -> None:
    desk.sign_in(app, "supervisor").get(f"{LIST}/change", status=403)
    pages, typed = published(desk, app, effective_from=TODAY.isoformat())
    page = pages.post(f"{LIST}/change", typed, status=422)
    assert "told 30 days before" in page.text
    page = pages.post(f"{LIST}/change", {"effective_from": SOON.isoformat()}, status=200)
    assert "Nothing is published yet" in page.text
    assert "Publish the change" in page.text
    pages.post(f"{LIST}/change", {})
    page = pages.follow()
    rows = [" ".join(row.text.split()) for row in page.all("tr")]
    assert any(row.startswith("70450 CT scan of the head") for row in rows)


def test_a_file_may_be_sent_and_its_wrong_lines_are_named(desk, app) -> None:
    pages, typed = published(desk, app)
    form = {**pages.page.form(f"{LIST}/change"), **typed, "rows": ""}
    wrong = io.BytesIO(b"code,label,required\n70450,CT,perhaps\n")
    answer = pages.client.post(
        f"{LIST}/change",
        data=form | {"file": (wrong, "list.csv")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "line 2: Required must be yes or no." in answer.text


def test_the_list_of_any_day_its_proof_and_what_differs(desk, app, watched) -> None:
    nurse = desk.sign_in(app, "nurse")
    with watched() as asked:
        today = nurse.get(f"{LIST}?contract=OH-MCD")
    assert len(asked) <= 16
    assert "70450" not in [e.text for e in today.all("a")]
    proof = nurse.get(f"{LIST}/OH-MCD/70450?on={SOON.isoformat()}")
    assert "prior authorization is needed" in proof.text
    assert "Too many scans." in proof.text
    assert "PAL-" in proof.text
    before = nurse.get(f"{LIST}/OH-MCD/70450?on={SOON}&known={TODAY - timedelta(days=30)}")
    assert "not on the list" in before.text
    asked_for = f"contract=OH-MCD&first={TODAY}&second={SOON}"
    both = nurse.get(f"{LIST}/changes?{asked_for}")
    assert "70450" in both.text
    answer = nurse.client.get(f"{LIST}/changes.csv?{asked_for}")
    assert "added,70450,CT scan of the head" in answer.text


def test_everybody_may_look_without_signing_in(desk, app) -> None:
    client = app.test_client()
    seen = client.get(f"/lookup?contract=OH-MCD&codes=97110&date={TODAY}")
    assert seen.status_code == 200
    page = client.get(f"/lookup/changes?contract=OH-MCD&first={TODAY}&second={SOON}")
    assert "70450" in page.text
    file = client.get(f"/lookup/changes.csv?contract=OH-MCD&first={TODAY}&second={SOON}")
    assert "added,70450" in file.text


@pytest.mark.browser
def test_the_pages_are_sound_in_a_browser(chromium, house, live) -> None:
    addresses = {
        "compliance": (RULES, live, f"{RULES}/what-if/1?which=all"),
        "admin": (f"{RULES}/new", f"{LIST}/change"),
        "supervisor": (
            "/staff/gold-cards",
            f"{LIST}?contract=OH-MCD",
            f"{LIST}/OH-MCD/70450?on={SOON}",
            f"{LIST}/changes?contract=OH-MCD",
        ),
    }
    with opened(chromium, house) as page:
        for who, paths in addresses.items():
            page.context.clear_cookies()
            sign_in(page, who)
            for path in paths:
                page.set_viewport_size({"width": 1280, "height": 900})
                page.goto(path)
                assert axe(page) == [], path
                page.set_viewport_size({"width": 320, "height": 800})
                assert axe(page) == [], path
                assert wider_than_window(page) == 0, path
        page.goto(f"/lookup/changes?contract=OH-MCD&first={TODAY}&second={SOON}")
        assert axe(page) == []
        assert wider_than_window(page) == 0
