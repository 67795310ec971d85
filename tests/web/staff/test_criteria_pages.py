"""The checklist on the page of a case, carried into forms and frozen; the pages of the policies."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import create_engine, update

from casework.models import Member
from casework.services import appeal_review, appeals
from casework.submission import AnswerAsSent
from tests.builders import MONDAY, a_submission
from tests.pages import Pages
from tests.services import planted_policies as planted

DAY = timedelta(days=1)
REFUSED = dict.fromkeys(("B1a", "B1b", "B1c", "B1d", "B2a", "B3"), "not_met")


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    planted.plant(desk.settings, desk.town.users)
    desk.in_review("mine")
    desk.in_review("other")
    desk.in_review("typed")
    desk.with_physician("physician")
    planted.mark(desk.town, desk.with_physician("letter"), **REFUSED)
    note = {"mark": "not_met", "paper_id": planted.paper_of(desk.town, desk.in_review("referred"))}
    planted.mark(
        desk.town, desk.refs["referred"], **(REFUSED | {"B2b": note | {"note": "Normal."}})
    )
    planted.mark(desk.town, desk.refs["physician"], **REFUSED)
    desk.denied("denied")


def page_of(desk, app, who, name, **more):
    return desk.sign_in(app, who).get(f"/staff/cases/{desk.refs[name]}", **more)


def post(desk, app, who, name, typed, **more):
    pages = desk.sign_in(app, who)
    pages.get(f"/staff/cases/{desk.refs[name]}")
    there = f"/staff/cases/{desk.refs[name]}/criteria/1/MP-021"
    return pages.post(there, typed, **more)


def test_the_case_page_shows_the_policy_of_the_receipt_with_its_reason(desk, app) -> None:
    page = page_of(desk, app, "nurse", "other")
    text = " ".join(page.text.split())
    assert "MP-021 Pictures of the brain" in text
    assert "Version 1, in force since" in text
    assert "The day of receipt counts" in text
    assert "B1a A first seizure" in text
    assert "Nobody has looked at it yet" in text


def test_a_nurse_fills_it_in_and_the_result_says_what_the_records_show(desk, app) -> None:
    paper = planted.paper_of(desk.town, desk.refs["mine"])
    typed = {f"{name}-mark": "not_met" for name in ("B1a", "B1b", "B1c", "B1d", "B2b", "B3")}
    typed |= {"B2b-paper": str(paper), "B2b-page": "", "B2b-note": "The exam is normal."}
    post(desk, app, "nurse", "mine", typed)
    text = " ".join(page_of(desk, app, "nurse", "mine").text.split())
    assert "Not met: 0 of 3 of B are met (any of them must be)" in text
    assert "Not met Nora Nurse" in text
    assert "The exam is normal." in text
    assert "decides nothing" in text
    page = page_of(desk, app, "nurse", "mine")
    assert any(f"paper={paper}" in (e.get("href") or "") for e in page.all("a"))


def test_the_result_is_carried_into_the_referral_and_the_denial(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    form = pages.get(f"/staff/cases/{desk.refs['referred']}/do/refer_to_physician")
    [area] = [e for e in form.all("textarea") if e.get("name") == "criteria"]
    assert "MP-021 version 1, Pictures of the brain. Not met" in area.text
    assert (
        "B2b A nerve exam by the doctor who asks for it: not met (notes.pdf). Normal." in area.text
    )
    pages = desk.sign_in(app, "physician")
    form = pages.get(f"/staff/cases/{desk.refs['physician']}/do/deny")
    said = {e.get("name"): e.text for e in form.all("textarea")}
    said |= {e.get("name"): e.get("value") for e in form.all("input")}
    assert "The records do not show this: a first seizure" in said["lines-0-reason"]
    assert "MP-021, version 1, part B1a, B1b" in said["lines-0-criterion"]
    assert "read it free at portal.plan.example" in said["lines-0-criterion"]
    assert said["criterion"] == "MP-021, version 1"
    assert "Criteria" in form.text
    assert "1-MP-021-B1a-why" not in form.text


def test_the_letter_names_the_policy_its_version_and_where_it_is_free(desk, app) -> None:
    pages = desk.sign_in(app, "physician")
    there = f"/staff/cases/{desk.refs['letter']}/do/deny"
    form = pages.get(there)
    typed = form.form(there)
    typed |= {
        "attested": "yes",
        "words-provision": "Your plan book, chapter 4: imaging must be medically needed.",
        "words-rationale": "A doctor read the notes. The exam of the nerves was normal.",
        "words-perfect-0-what": "Notes of the exam",
        "words-perfect-0-why": "They may show a warning sign.",
    }
    answer = pages.client.post(f"{there}/letters", data=typed)
    assert answer.status_code == 200, re.findall(r"error-summary.{0,900}", answer.text, re.S)
    text = unescape(unescape(" ".join(answer.text.split())))
    assert "Pictures of the brain MP-021, version 1" in text
    assert "free at portal.plan.example/medical-policies/MP-021" in text


def test_what_is_refused_stays_typed_and_names_its_field(desk, app) -> None:
    typed = {"B1a-mark": "met", "B1a-page": "4", "B1a-note": "My long note."}
    page = post(desk, app, "nurse", "typed", typed, status=422)
    assert "Not kept." in page.text
    assert "Choose the paper that the page is of." in page.text
    assert any(e.text.strip() == "My long note." for e in page.all("textarea"))
    page = post(desk, app, "nurse", "typed", {"B3-note": "Only a note."}, status=422)
    assert "B3: say what the records show." in page.text


def test_two_nurses_one_criterion_the_second_is_refused_with_its_text(desk, app) -> None:
    first = {"B1c-mark": "met", "B1c-seen": "0"}
    post(desk, app, "nurse2", "typed", first)
    second = {"B1c-mark": "not_met", "B1c-seen": "0", "B1c-note": "I see it so.", "B1c-why": "x"}
    page = post(desk, app, "nurse", "typed", second, status=412)
    assert "Nils Nurse marked B1c as met meanwhile" in page.text
    assert any(e.text.strip() == "I see it so." for e in page.all("textarea"))


def test_kept_while_one_writes_only_the_result_comes_back(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    page = pages.get(f"/staff/cases/{desk.refs['other']}")
    there = f"/staff/cases/{desk.refs['other']}/criteria/1/MP-021"
    typed = page.form(there)
    part = pages.client.post(
        there, data=typed | {"B3-mark": "met"}, headers={"HX-Request": "true"}
    ).text
    assert "<html" not in part
    assert "Met: 1 of 3 of B is met" in part
    wrong = pages.client.post(
        there, data=typed | {"B1a-page": "2"}, headers={"HX-Request": "true"}
    ).text
    assert "Not kept." in wrong


def test_a_supervisor_reads_it_and_marks_nothing(desk, app) -> None:
    page = page_of(desk, app, "supervisor", "mine")
    assert "Nora Nurse" in page.text
    assert not any("/criteria/" in (e.get("action") or "") for e in page.all("form"))


def test_a_case_of_another_contract_or_kind_has_no_checklist(desk, app) -> None:
    desk.sign_in(app, "nurse").get("/staff/cases/PA-27-9999999/criteria", status=404)
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['mine']}/criteria")
    assert "Criteria" in page.text


def test_what_a_decision_rested_on_is_shown_and_says_what_changed_since(desk, app) -> None:
    text = " ".join(page_of(desk, app, "nurse", "denied").text.split())
    assert "What this decision rested on" in text
    assert "unchanged since" in text
    assert "MP-021, version 1" in text
    assert "Licence MD OH" in text
    assert "changed since" not in text.replace("unchanged since", "")
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(Member)
            .where(Member.number == desk.town.members["OH-MCD"])
            .values(address=["9 New Street", "Columbus, OH 43085"])
        )
    engine.dispose()
    text = " ".join(page_of(desk, app, "nurse", "denied").text.split())
    assert "changed since" in text.replace("unchanged since", "")
    assert "unchanged since" in text


# ── The policies ────────────────────────────────────────────────────────────────────────────────


def test_the_list_and_a_policy_are_read_by_all_and_written_by_two(desk, app) -> None:
    for who in ("nurse", "compliance", "admin"):
        page = desk.sign_in(app, who).get("/staff/medical-policies")
        assert "MP-021" in page.text
        one = desk.sign_in(app, who).get("/staff/medical-policies/MP-021")
        assert "Una primera convulsión" in one.text
    desk.sign_in(app, "nurse").get("/staff/medical-policies/MP-021/draft", status=403)
    desk.sign_in(app, "nurse").get("/staff/medical-policies/MP-77", status=404)


def test_a_draft_is_written_looked_at_and_published_by_somebody_else(desk, app) -> None:
    admin, physician = desk.sign_in(app, "admin"), desk.sign_in(app, "physician")
    there = "/staff/medical-policies/MP-014/draft"
    form = admin.get(there)
    typed = {e.get("name"): e.text.strip("\n") for e in form.all("textarea")}
    typed |= {e.get("name"): e.get("value") or "" for e in form.all("input") if e.get("name")}
    assert "S all of: A sleep test and symptoms" in typed["criteria"]
    typed |= {"effective_from": (MONDAY + 60 * DAY).date().isoformat(), "reason": "New studies."}
    wrong = admin.post(there, typed | {"criteria": "S all of: x"}, status=422)
    assert "Line 1: Write what belongs to it below" in wrong.text
    typed["criteria"] = typed["criteria"].replace("within the last year", "within two years")
    admin.post(there, typed)
    seen = admin.follow()
    assert "somebody else must approve it" in seen.text
    assert "within two years" in seen.text
    preview = physician.get(there)
    assert "Criterion S1" in preview.text
    physician.post("/staff/medical-policies/MP-014/publish")
    done = physician.follow()
    assert "Version 2 of MP-014 is published" in done.text
    one = admin.get("/staff/medical-policies/MP-014?version=2")
    assert "planned" in one.text
    assert re.search(r"within the last year.*within two years", one.text, re.S)
    admin.get(there)
    admin.post(there, typed | {"effective_from": (MONDAY + 70 * DAY).date().isoformat()})
    physician.get(f"{there}?edit=1")
    admin.get(f"{there}?edit=1")
    admin.post(there)
    stale = physician.post(there, {"reason": "Mine."}, status=412)
    assert "changed by Adam Admin while you wrote" in stale.text
    assert any(e.get("value") == "Mine." for e in stale.all("input"))


def test_a_code_that_is_none_is_refused_with_the_fix(desk, app) -> None:
    pages = desk.sign_in(app, "admin")
    wrong = pages.get("/staff/medical-policies/start?code=nothing+here", status=422)
    assert "Write the code of the policy like MP-021" in wrong.text
    pages.get("/staff/medical-policies/start?code=mp-101", status=302)
    assert "A new policy: MP-101" in pages.follow().text


def test_the_pages_ask_few_questions(desk, app, watched) -> None:
    admin = desk.sign_in(app, "admin")
    admin.get("/staff/medical-policies")
    with watched() as seen:
        admin.get("/staff/medical-policies")
    assert sum("medical_policy" in each for each in seen.texts) == 1
    with watched() as seen:
        page_of(desk, app, "nurse", "mine")
    asked = [each for each in seen.texts if "medical_policy" in each or "criterion_mark" in each]
    assert len(asked) <= 2


def test_everybody_reads_a_policy_free_in_two_languages(app) -> None:
    stranger = Pages(app.test_client())
    assert "MP-021" in stranger.get("/medical-policies").text
    page = stranger.get("/medical-policies/mp-021?version=1")
    assert "A first seizure, or more seizures than before" in page.text
    assert "one of these is enough" in page.text
    stranger.get("/medical-policies/MP-404", status=404)


def test_who_decides_an_appeal_sees_the_criteria_of_the_first_decision(desk, app) -> None:
    first = desk.refs["denied"]
    form = appeals.AppealFiling(about=first, reason="My doctor says I need it.")
    member = desk.town.cx("member of OH-MCD")
    desk.refs["appeal"] = ref = appeals.file_appeal(member, form).ref
    reviewer = desk.town.users["ag_clinician"]
    given = appeal_review.Assignment(reviewer_id=reviewer, expertise=True)
    appeal_review.assign_reviewer(desk.cx("ag_specialist"), ref, None, given)
    page = desk.sign_in(app, "ag_clinician").get(f"/staff/cases/{ref}/do/uphold")
    text = " ".join(page.text.split())
    assert f"Criteria of the first decision As they were marked on {first}" in text
    assert "B1a A first seizure" in text
    assert "judges anew" in text
    assert not [e for e in page.all("input") if (e.get("name") or "").endswith("-mark")]


def test_what_the_office_says_stands_beside_each_criterion(desk, app) -> None:
    line = replace(a_submission(desk.town).lines[0], code="E0601", place="12")
    said = AnswerAsSent(
        policy="MP-014", version=1, criterion="S1", answer="yes", note="Report of May."
    )
    desk.in_review("answered", lines=(line,), answers=(said,))
    page = page_of(desk, app, "nurse", "answered")
    told = " ".join(page.text.split())
    assert "The office says: met Report of May." in told
    assert "Nobody has looked at it yet" in told
