"""The page on which an appeal is decided: all that it rests on beside the form, and who may not."""

import io
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from casework.models import Case, CaseDocument, ConsideredPaper
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    considering,
    messages,
    papers,
)
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF, STAFF
from tests.reader import Page
from tests.web.staff.scene import REASON
from tests.web.staff.steps import at, case_of, decisions_of, value_of

DAY = timedelta(days=1)
LETTER = "Letter of Dr Maple.pdf"
DECISION = {
    "words-provision": "Your plan book, chapter 4: imaging must be medically needed.",
    "words-standard": "We compared the records with each point of the policy.",
    "words-rationale": "A new doctor read the whole file. The new letter shows a warning sign.",
    "words-considered": "The appeal\nThe letter of Dr. Maple",
    "criterion": "MP-021",
    "attested": "yes",
    "everything_considered": "yes",
}


@pytest.fixture(scope="module", autouse=True)
def appealed(desk):
    """A denial whose letter left, appealed with a paper; with a reviewer who took no part."""
    about = desk.denied("denied")
    desk.post()
    desk.refs["appeal"] = file(desk, about)
    give(desk, "appeal")


def pages(count: int) -> bytes:
    """A real PDF of so many empty pages."""
    with pikepdf.new() as document:
        for _ in range(count):
            document.add_blank_page()
        made = io.BytesIO()
        document.save(made)
    return made.getvalue()


def file(desk, about: str) -> str:
    member = desk.cx("member of OH-MCD", MONDAY + DAY)
    form = appeals.AppealFiling(
        about=about,
        reason="My doctor says that something was overlooked.",
        papers=(PaperAsSent(name=LETTER, media_type="application/pdf", content=pages(2)),),
    )
    return appeals.file_appeal(member, form).ref


def give(desk, name: str) -> None:
    form = appeal_review.Assignment(reviewer_id=desk.town.users["ag_clinician"], expertise=True)
    cx = desk.cx("ag_specialist", MONDAY + DAY)
    appeal_review.assign_reviewer(cx, desk.refs[name], None, form)


def another(desk, name: str) -> str:
    about = desk.denied(f"{name} denied")
    desk.refs[name] = file(desk, about)
    give(desk, name)
    return desk.refs[name]


def paper_id(desk, name: str) -> int:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        return cx.db.execute(
            select(CaseDocument.id)
            .join(Case, Case.id == CaseDocument.case_id)
            .where(Case.ref == desk.refs[name], CaseDocument.name == LETTER)
        ).scalar_one()


def readings(desk, name: str) -> list[ConsideredPaper]:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        wanted = select(ConsideredPaper).join(Case, Case.id == ConsideredPaper.case_id)
        return list(cx.db.execute(wanted.where(Case.ref == desk.refs[name])).scalars())


def beside(pages, path: str, to: str, data: dict, status: int = 200) -> Page:
    """Press a button of the form at `path` that sends it elsewhere."""
    form = path if any(e.get("action") == path for e in pages.page.all("form")) else ""
    filled = {**pages.page.form(form), **data}
    return pages._read(pages.client.post(f"{path}/{to}", data=filled), status)


def tick(pages, desk, name: str, trigger: str = "overturn", **typed):
    pages.get(at(desk, name, trigger))
    data = {**typed, "consider": str(paper_id(desk, name))}
    return beside(pages, at(desk, name, trigger), "read", data)


def was_read(desk, name: str) -> None:
    """The reviewer has read it already, elsewhere."""
    reviewer = desk.cx("ag_clinician", MONDAY + DAY)
    considering.consider_paper(reviewer, desk.refs[name], paper_id(desk, name), 2)


def test_all_that_the_decision_rests_on_stands_on_one_screen(desk, app) -> None:
    page = desk.sign_in(app, "ag_clinician").get(at(desk, "appeal", "overturn"))
    for part in (
        "The decision that is disputed",
        "Pia Physician, MD",
        "MD OH, Internal medicine",
        REASON,
        "Imaging policy MP-021, part 2.",
        "Ohio Medicaid, version 1",
        "Denial (notice of action)",
        "New since the denial",
        LETTER,
        "My doctor says that something was overlooked.",
        "You may: you took no part before",
        "No care is kept going",
        "Discussion of the decision",
    ):
        assert part in page.text, part
    letters = [e for e in page.all("a") if "/staff/letters/" in e.get("href")]
    assert letters
    assert "1 still to read" in page.text


def test_a_tick_is_kept_at_once_and_nothing_that_was_typed_is_lost(desk, app) -> None:
    another(desk, "ticked")
    pages = desk.sign_in(app, "ag_clinician")
    page = tick(pages, desk, "ticked", **{"words-rationale": "Half a sentence about"})
    assert value_of(page, "words-rationale") == "Half a sentence about"
    assert "Read and considered by you" in page.text
    assert "2 pages" in page.text
    assert "all read" in page.text
    [row] = readings(desk, "ticked")
    assert row.pages == 2, "counted by the house, not by the browser"
    assert row.user_id == desk.town.users["ag_clinician"]
    again = pages.get(at(desk, "ticked", "uphold"))
    assert "Read and considered by you" in again.text
    assert "I have read and considered it" not in " ".join(
        e.text for e in again.all("button") if str(paper_id(desk, "ticked")) == e.get("value")
    )


def test_a_decision_without_the_tick_is_refused_by_name_and_with_it_is_made(desk, app) -> None:
    another(desk, "decided")
    pages = desk.sign_in(app, "ag_clinician")
    pages.get(at(desk, "decided", "overturn"))
    page = pages.post(at(desk, "decided", "overturn"), DECISION, status=409)
    assert f"Not read yet by who decides: “{LETTER}”." in page.text
    assert "42 CFR 438.406(b)(2)(iii)" in page.text
    assert value_of(page, "words-rationale") == DECISION["words-rationale"]
    assert not decisions_of(desk, "decided")
    was_read(desk, "decided")
    pages.post(at(desk, "decided", "overturn"), DECISION)
    assert case_of(desk, "decided").state == "overturned"
    [decision] = decisions_of(desk, "decided")
    assert len(decision.frozen["considered"]) == 1


def test_who_may_not_decide_is_told_at_once_and_has_no_form(desk, app) -> None:
    page = desk.sign_in(app, "physician").get(at(desk, "appeal", "uphold"))
    assert "took part in an earlier decision" in page.text
    assert "42 CFR 438.406(b)(2)(i)" in page.text
    assert "You may not" in page.text
    assert not [e for e in page.all("textarea") if e.get("name") == "words-rationale"]
    assert not [e for e in page.all("button") if e.get("name") == "consider"]
    assert REASON in page.text, "the file may be read all the same"


def test_the_specialist_sees_the_file_and_cannot_tick(desk, app) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    page = pages.get(at(desk, "appeal", "uphold"))
    assert LETTER in page.text
    assert not [e for e in page.all("button") if e.get("name") == "consider"]
    data = {"consider": str(paper_id(desk, "appeal"))}
    page = beside(pages, at(desk, "appeal", "uphold"), "read", data, status=403)
    assert "may consider paper" in page.text
    assert not readings(desk, "appeal")


@pytest.mark.parametrize("wrong", ["", "x", "999999", "9" * 40, "-1"])
def test_a_paper_that_is_not_there_is_not_found(desk, app, wrong) -> None:
    pages = desk.sign_in(app, "ag_clinician")
    pages.get(at(desk, "appeal", "overturn"))
    beside(pages, at(desk, "appeal", "overturn"), "read", {"consider": wrong}, status=404)


def test_a_changed_subject_is_acknowledged_on_the_page_before_it_is_decided(desk, app) -> None:
    ref = another(desk, "changed")
    form = appeal_review.NewSubject(subject="Only one scan.", reason="She said so by telephone.")
    appeal_review.change_subject(desk.cx("ag_specialist", MONDAY + DAY), ref, None, form)
    pages = desk.sign_in(app, "ag_clinician")
    was_read(desk, "changed")
    page = pages.get(at(desk, "changed", "overturn"))
    assert "What is appealed has changed" in page.text
    assert "Only one scan." in page.text
    typed = {"words-rationale": "Half a sentence", "acknowledge": "yes"}
    page = beside(pages, at(desk, "changed", "overturn"), "read", typed)
    assert "acknowledged by the reviewer" in page.text
    assert value_of(page, "words-rationale") == "Half a sentence"
    pages.post(at(desk, "changed", "overturn"), DECISION)
    assert case_of(desk, "changed").state == "overturned"


def test_what_the_member_and_the_office_said_since_stands_in_order(desk, app) -> None:
    ref = another(desk, "said")
    for number, who in ((2, "member of OH-MCD"), (3, "Maple")):
        form = messages.Message(text=f"Message number {number}.")
        messages.send_message(desk.cx(who, MONDAY + number * DAY), ref, None, form)
    page = desk.sign_in(app, "ag_clinician").get(at(desk, "said", "uphold"))
    first, second = (page.text.index(f"Message number {number}.") for number in (2, 3))
    assert page.text.index("My doctor says that something was overlooked.") < first < second


def test_the_letter_stands_beside_the_form_with_its_grade(desk, app) -> None:
    another(desk, "letter")
    pages = desk.sign_in(app, "ag_clinician")
    was_read(desk, "letter")
    pages.get(at(desk, "letter", "overturn"))
    page = beside(pages, at(desk, "letter", "overturn"), "letters", DECISION)
    assert "that would leave" in page.text
    assert "The decision that is disputed" in page.text
    assert not decisions_of(desk, "letter")


def test_a_part_can_be_given_other_than_requested(desk, app) -> None:
    page = desk.sign_in(app, "ag_clinician").get(at(desk, "appeal", "overturn_in_part"))
    offered = {e.text for e in page.all("label")}
    assert {"Give other than requested, as below", "Uphold the denial"} <= offered


def test_the_page_costs_the_same_however_much_came(desk, app, watched) -> None:
    ref = another(desk, "long")
    pages = desk.sign_in(app, "ag_clinician")
    desk.sweep()
    pages.get(at(desk, "long", "uphold"))
    with watched() as short:
        pages.get(at(desk, "long", "uphold"))
    for number in range(8):
        form = messages.Message(text=f"Again {number}.")
        messages.send_message(desk.cx("Maple", MONDAY + 2 * DAY), ref, None, form)
        name = f"page {number}.pdf"
        sent = PaperAsSent(name=name, media_type="application/pdf", content=PDF + name.encode())
        papers.add_document(
            desk.cx("ag_specialist", MONDAY + 2 * DAY), ref, None, papers.Upload(papers=(sent,))
        )
    with watched() as long:
        pages.get(at(desk, "long", "uphold"))
    assert len(long) == len(short)
    assert len(long) <= 85, len(long)


def test_what_a_body_outside_decided_is_recorded_beside_the_same_file(desk, app) -> None:
    """A Medicare appeal that was upheld goes on to the review entity by itself."""
    about = desk.denied("ma denied", "OH-MA")
    member = desk.cx("member of OH-MA", MONDAY + DAY)
    form = appeals.AppealFiling(about=about, reason="Please look again.")
    desk.refs["ma"] = appeals.file_appeal(member, form).ref
    give(desk, "ma")
    words = appeal_decisions.Words(
        reason=REASON, provision="Chapter 4.", standard="Compared.", rationale="Not met."
    )
    resolution = appeal_decisions.Resolution(
        words=words, everything_considered=True, attested=True, criterion="MP-021"
    )
    clinician = desk.cx("ag_clinician", MONDAY + DAY)
    made = appeal_decisions.uphold(clinician, desk.refs["ma"], None, resolution).made
    desk.refs["outside"] = made["external_review"]
    page = desk.sign_in(app, "ag_specialist").get(at(desk, "outside", "overturn"))
    assert "The decision that is disputed" in page.text
    assert STAFF["ag_clinician"][0] in page.text
    assert "Decided before that" in page.text
    assert STAFF["physician"][0] in page.text
    assert "New since the review was asked for" in page.text
    assert not [e for e in page.all("button") if e.get("name") == "consider"]


# ── The choice of the reviewer ──────────────────────────────────────────────────────────────────


def test_the_choice_shows_everybody_with_the_reason_and_proposes_one(desk, app) -> None:
    desk.refs["open"] = file(desk, desk.denied("open denied"))
    pages = desk.sign_in(app, "ag_specialist")
    page = pages.get(at(desk, "open", "assign_reviewer"))
    radios = [e for e in page.all("input") if e.get("name") == "reviewer_id"]
    able = {desk.town.users[who] for who in ("physician2", "ag_clinician")}
    assert {int(e.get("value")) for e in radios} == able
    assert len([e for e in radios if "checked" in e.attrs]) == 1
    assert "proposed" in page.text
    barred = page.text[page.text.index("Who may not, and why") :]
    assert STAFF["physician"][0] in barred
    assert "took part in an earlier decision" in barred
    chosen = {"reviewer_id": str(desk.town.users["ag_clinician"]), "expertise": "yes"}
    pages.post(at(desk, "open", "assign_reviewer"), chosen)
    assert case_of(desk, "open").state == "in_review"
    page = pages.get(at(desk, "open", "assign_reviewer"))
    assert "has it now" in page.text


def test_a_refused_choice_keeps_what_was_chosen(desk, app) -> None:
    desk.refs["refused"] = file(desk, desk.denied("refused denied"))
    pages = desk.sign_in(app, "ag_specialist")
    pages.get(at(desk, "refused", "assign_reviewer"))
    chosen = {"reviewer_id": str(desk.town.users["ag_clinician"])}
    page = pages.post(at(desk, "refused", "assign_reviewer"), chosen, status=409)
    assert "expertise" in page.text
    [kept] = [
        e for e in page.all("input") if e.get("name") == "reviewer_id" and "checked" in e.attrs
    ]
    assert int(kept.get("value")) == desk.town.users["ag_clinician"]


# ── The organization chart ──────────────────────────────────────────────────────────────────────


def test_an_administrator_changes_the_chart_and_compliance_reads_it(desk, app) -> None:
    admin = desk.sign_in(app, "admin")
    page = admin.get("/staff/organization")
    assert STAFF["nurse"][0] in page.text
    data = {
        "user_id": str(desk.town.users["nurse2"]),
        "manager_id": str(desk.town.users["supervisor"]),
        "effective_on": MONDAY.date().isoformat(),
        "reason": "New team.",
    }
    page = admin.post("/staff/organization/lines", data | {"reason": ""}, status=422)
    assert "an auditor reads it" in page.text
    assert value_of(page, "effective_on") == data["effective_on"]
    admin.post("/staff/organization/lines", data)
    page = desk.sign_in(app, "compliance").get("/staff/organization")
    assert "New team." in page.text
    assert STAFF["admin"][0] in page.text
    assert not [e for e in page.all("select") if e.get("name") == "user_id"]
    before = (MONDAY - DAY).date().isoformat()
    page = desk.sign_in(app, "compliance").get(f"/staff/organization?on={before}")
    row = next(e for e in page.all("tr") if STAFF["nurse2"][0] in e.text)
    assert "nobody" in row.text
    compliance = desk.sign_in(app, "compliance")
    filled = {**compliance.page.form(), **data}
    refused = compliance.client.post("/staff/organization/lines", data=filled)
    assert refused.status_code == 403
    desk.sign_in(app, "nurse").get("/staff/organization", status=403)


def test_an_absence_is_noted_and_ended_on_the_page(desk, app) -> None:
    admin = desk.sign_in(app, "admin")
    admin.get("/staff/organization")
    today = MONDAY.date()
    data = {
        "away_id": str(desk.town.users["nurse2"]),
        "starts_on": today.isoformat(),
        "ends_on": (today + 4 * DAY).isoformat(),
    }
    admin.post("/staff/organization/absences", data)
    page = admin.get("/staff/organization")
    [end] = [e for e in page.all("form") if e.get("action").endswith("/end")]
    admin.post(end.get("action"), {})
    assert "Nobody is away." in admin.get("/staff/organization").text
    wrong = data | {"ends_on": "soon"}
    page = admin.post("/staff/organization/absences", wrong, status=422)
    assert "Enter a day." in page.text
