"""The specialist's desk on the screen: one page for a complaint, its categories, a call, and what
complaints and denials teach."""

import csv
import io
import re

import pytest

from casework.services import (
    corrective_actions,
    grievance_findings,
    grievances,
    operations,
)
from casework.services.accounts import set_contracts
from tests.builders import MONDAY
from tests.web.staff.scene import DAY
from tests.web.staff.steps import a_file, chosen

TOLD = "Nobody at the office spoke with me, and then they sent a bill."
SECRET = "The dose was far above what the guideline says."
MCD = "OH-MCD-2026"


@pytest.fixture(scope="module")
def complaint(desk):
    """A complaint that the specialist looks into."""
    return a_complaint(desk)


def a_complaint(desk, contract=MCD, category="attitude.provider") -> str:
    filed = grievances.file_grievance(
        desk.cx("intake"),
        grievances.GrievanceFiling(
            told=TOLD,
            category=category,
            member_number=desk.town.members[contract],
            filed_by="member",
            channel="phone",
        ),
    )
    grievances.start_investigation(desk.cx("ag_specialist"), filed.ref, None)
    return filed.ref


def do(pages, ref, step, data, **more):
    """Open the form of a step, fill it in, send it, and see the case."""
    pages.get(f"/staff/cases/{ref}/do/{step}")
    pages.post(f"/staff/cases/{ref}/do/{step}", data, **more)
    return pages.follow()


def test_one_page_says_what_is_complained_of_and_what_is_missing(desk, app, complaint) -> None:
    page = desk.sign_in(app, "ag_specialist").get(f"/staff/cases/{complaint}")
    for said in (
        TOLD,
        "What is still missing",
        "Not asked yet: does it also dispute a decision?",
        "Who called was not verified",
        "The acknowledgement has not left yet",
        "Corrective actions",
    ):
        assert said in page.text
    links = {each.get("href") for each in page.all("a")}
    assert f"/staff/cases/{complaint}/categories" in links
    assert f"/staff/cases/{complaint}/do/answer_dispute" in links


def test_the_category_tree_is_searched_and_shows_the_rule_of_each_choice(desk, app) -> None:
    ref = a_complaint(desk, "MA-2026", "service.phone")
    pages = desk.sign_in(app, "ag_specialist")
    page = pages.get(f"/staff/cases/{ref}/categories")
    assert "24 hours" in page.text
    assert "422.564(f)" in page.text
    assert "quality improvement organization" in page.text
    found = pages.get(f"/staff/cases/{ref}/categories?q=ride")
    assert "Ride to care was late" in found.text
    assert "Privacy" not in found.text
    assert "No category has this word" in pages.get(f"/staff/cases/{ref}/categories?q=zebra").text
    link = next(
        e.get("href")
        for e in found.all("a")
        if "category=access.transport" in (e.get("href") or "")
    )
    form = pages.get(link)
    assert "access.transport" in chosen(form, "category")
    pages.post(link.partition("?")[0], {"reason": "It is about a ride."})
    assert "Ride to care was late" in pages.follow().text


def test_several_issues_are_found_one_by_one_on_the_page(desk, app, complaint) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    added = {"category": "billing.member_billed", "words": "They billed her."}
    page = do(pages, complaint, "add_issue", added)
    assert "The 2 issues" in page.text
    for number, finding in ((1, "substantiated"), (2, "not_substantiated")):
        page = pages.get(f"/staff/cases/{complaint}/do/find_issue?issue={number}")
        assert chosen(page, "issue") == [str(number)]
        pages.post(
            f"/staff/cases/{complaint}/do/find_issue",
            {"issue": str(number), "finding": finding, "reasons": f"The log of day {number}."},
        )
        page = pages.follow()
    assert "The log of day 2." in page.text
    assert "Each issue has its finding" in page.text
    wrong = {"findings": "We looked.", "outcome": "substantiated", "corrective_action": "Yes."}
    pages.get(f"/staff/cases/{complaint}/do/resolve")
    page = pages.post(f"/staff/cases/{complaint}/do/resolve", wrong, status=409)
    assert "follows from the findings" in page.text
    assert page.form(f"/staff/cases/{complaint}/do/resolve")["findings"] == "We looked."


def test_a_corrective_action_is_opened_listed_kept_as_a_file_and_proven(desk, app) -> None:
    ref = a_complaint(desk)
    pages = desk.sign_in(app, "ag_specialist")
    owner = desk.town.users["supervisor"]
    said = {"what": "=A new roster", "owner_id": str(owner), "due_on": "2027-03-05"}
    page = do(pages, ref, "open_corrective_action", said)
    assert "=A new roster" in page.text
    boss = desk.sign_in(app, "supervisor")
    for address in ("", "?owner=me", "?category=attitude", f"?owner={owner}&contract={MCD}"):
        page = boss.get(f"/staff/corrective-actions{address}")
        assert ref in page.text, address
    assert ref not in boss.get("/staff/corrective-actions?category=privacy").text
    assert ref not in boss.get("/staff/corrective-actions?view=done").text
    [row] = [
        each
        for each in file_of(boss, "/staff/corrective-actions.csv?view=open")
        if each["case"] == ref
    ]
    assert (row["what"], row["due_on"]) == ("'=A new roster", "2027-03-05")
    links = [e.get("href") for e in pages.get(f"/staff/cases/{ref}").all("a")]
    link = next(each for each in links if "complete_corrective_action" in (each or ""))
    boss.get(link)
    boss.post(link.partition("?")[0], {"proof": "Roster of March 4."})
    assert "Roster of March 4." in boss.follow().text
    assert ref in boss.get("/staff/corrective-actions?view=done").text
    desk.sign_in(app, "intake").get("/staff/corrective-actions", status=403)


def file_of(pages, address) -> list[dict[str, str]]:
    """A CSV file by its heads."""
    answer = pages.client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_the_quality_track_says_to_outsiders_that_there_is_one_and_no_word(desk, app) -> None:
    ref = a_complaint(desk, "MA-2026", "quality.treatment")
    clinician = desk.town.users["ag_clinician"]
    contracts = [number for number, _ in desk.town.contracts.values()]
    admin = desk.town.cx("system")
    set_contracts(admin, clinician, contract_ids=contracts, sees_restricted=True)
    refer = grievances.Referral(clinician_id=clinician, question="Was the dose right?")
    grievances.refer_quality_of_care(desk.cx("ag_specialist"), ref, None, refer)
    doctor = desk.sign_in(app, "ag_clinician")
    page = do(doctor, ref, "record_clinical_finding", {"finding": SECRET, "level": "3"})
    assert SECRET in page.text
    assert "Serious: harmed for a time" in page.text
    page = desk.sign_in(app, "ag_specialist").get(f"/staff/cases/{ref}")
    assert "You see that it is so, not what it says." in page.text
    assert SECRET not in page.text
    assert "Was the dose right?" not in page.text


def test_a_call_gets_its_number_a_script_and_the_rest_later(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    clerk.get("/staff/intake/grievance")
    clerk.post(
        "/staff/intake/grievance",
        {
            "channel": "phone",
            "told": "The ride did not come",
            "member_number": desk.town.members["OH-MCD"],
            "filed_by": "member",
            "call-name": "yes",
            "call-birth_date": "yes",
            "call-spoken": "es",
            "call-interpreter": "No. 4471",
        },
    )
    page = clerk.follow()
    assert page.h1.startswith("GR-2027-")
    assert f"Su número es {page.h1}" in page.text
    assert "a más tardar el" in page.text
    assert "The rest may follow" in page.text
    links = {e.get("href") for e in page.all("a")}
    assert f"/staff/cases/{page.h1}/do/answer_dispute" in links
    page = clerk.get(f"/staff/cases/{page.h1}")
    assert "checked: name, date of birth; spoke Spanish; interpreter: No. 4471" in page.text


def test_a_fax_stands_beside_the_case_that_was_made_from_it(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    clerk.get("/staff/intake/grievance")
    clerk.post(
        "/staff/intake/grievance",
        {
            "channel": "fax",
            "received_at": "2027-02-26T16:55",
            "told": "See the fax.",
            "member_number": desk.town.members["OH-MCD"],
            "filed_by": "member",
            "papers": [a_file("fax.pdf")],
        },
    )
    page = clerk.follow()
    assert "Received February 26, 2027, 4:55 pm" in page.text
    assert "Say to the caller" not in page.text
    link = next(e.get("href") for e in page.all("a") if "paper=" in (e.get("href") or ""))
    assert [e.text for e in clerk.get(link).all("h2") if e.get("id") == "reading"] == ["fax.pdf"]
    ref = page.h1
    page = clerk.get(f"/staff/cases/{ref}/do/add_issue")
    assert [e.get("title") for e in page.all("iframe")] == ["fax.pdf"]


# ── What denials teach ──────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def denials(desk):
    """Two denials, one of them appealed."""
    for name in ("taught", "plain"):
        desk.denied(name)
    return desk


def test_the_file_equals_the_table_and_each_number_opens_to_its_cases(denials, app) -> None:
    boss = denials.sign_in(app, "supervisor")
    days = "since=2027-02-01&until=2027-03-31"
    page = boss.get(f"/staff/overturns?{days}&by=criterion")
    assert page.h1 == "Denials that do not survive"
    rows = file_of(boss, f"/staff/overturns.csv?{days}&by=criterion")
    assert [row["group"] for row in rows] == ["MP-021"]
    assert rows[0]["denials"] == "2"
    [link] = [
        e.get("href")
        for e in page.all("a")
        if "which=denials" in (e.get("href") or "") and "group=" in e.get("href")
    ]
    listed = boss.get(link)
    assert {denials.refs["taught"], denials.refs["plain"]} <= set(
        re.findall(r"PA-2027-\d{6}-\d", listed.text)
    )
    back = next(e.get("href") for e in listed.all("a") if "/staff/overturns?" in e.get("href"))
    assert "by=criterion" in back
    boss.get("/staff/overturns/cases?group=abc&which=denials", status=404)
    for odd in ("since=tomorrow", "since=2027-05-01&until=2027-01-01", "by=moon&line=mars"):
        boss.get(f"/staff/overturns?{odd}")


def test_who_configures_sees_the_figures_and_no_case(denials, app) -> None:
    page = denials.sign_in(app, "admin").get("/staff/overturns?since=2027-02-01&until=2027-03-31")
    assert "the figures of the whole house" in page.text
    assert not [e for e in page.all("a") if "/overturns/cases" in (e.get("href") or "")]
    denials.sign_in(app, "admin").get("/staff/overturns/cases", status=403)
    denials.sign_in(app, "compliance").get("/staff/overturns/cases")
    for who in ("nurse", "ag_specialist", "intake"):
        denials.sign_in(app, who).get("/staff/overturns", status=403)


def test_what_is_overdue_is_marked(desk, app) -> None:
    ref = a_complaint(desk)
    form = corrective_actions.NewAction(
        what="Call everybody back.",
        owner_id=desk.town.users["supervisor"],
        due_on=(MONDAY + DAY).date(),
    )
    corrective_actions.open_corrective_action(desk.cx("ag_specialist"), ref, None, form)
    answer = grievance_findings.Answer(
        findings="It is so.", outcome="substantiated", corrective_action="We call back."
    )
    grievance_findings.resolve(desk.cx("ag_specialist"), ref, None, answer)
    operations.move_time(desk.town.database.context(), MONDAY + 4 * DAY)
    page = desk.sign_in(app, "compliance").get("/staff/corrective-actions?view=overdue")
    assert ref in page.text
    assert "overdue" in page.text
