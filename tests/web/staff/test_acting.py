"""Taking steps by form: the whole way to a letter, every refusal with its reason, no word lost."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from casework.models import Case, Determination, Letter
from casework.services import review
from casework.services.actions import ACTIONS, OBSERVATIONS
from casework.services.desk import Note, add_note
from tests.builders import MONDAY, PDF
from tests.web.staff.scene import DAY, REASON, two_lines

NEVER = "Only a licensed clinician may deny for medical necessity, in whole or in part."
WORDS = {
    "lines-0-reason": REASON,
    "lines-0-criterion": "Imaging policy MP-021, part 2.",
    "words-provision": "Your plan book, chapter 4: imaging must be medically needed.",
    "words-standard": "We compared the records with each point of the policy.",
    "words-rationale": "A doctor read the notes. The nerve exam was normal.",
    "words-perfect-0-what": "Notes of the exam",
    "words-perfect-0-why": "They may show a warning sign.",
    "criterion": "MP-021",
    "attested": "yes",
}


def _at(desk, name, trigger):
    return f"/staff/cases/{desk.refs[name]}/do/{trigger}"


def _case(desk, name):
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        return cx.db.execute(select(Case).where(Case.ref == desk.refs[name])).scalar_one()


def _value(page, name):
    """What stands in a field of the page."""
    for element in page.elements:
        if element.get("name") == name:
            if element.tag == "textarea":
                return element.text
            return element.get("value")
    raise AssertionError(f"no field {name}")


def _act(pages, desk, name, trigger, data, *, status=302):
    pages.get(_at(desk, name, trigger))
    return pages.post(_at(desk, name, trigger), data, status=status)


@pytest.mark.parametrize("contract", ["OH-MCD", "OH-QHP", "OH-MA"])
def test_from_the_first_look_to_the_letter_by_forms_alone(desk, app, contract) -> None:
    """Start the review, ask, take the answer in, refer, deny with all words, letters, page."""
    ref = desk.open(contract, contract)
    nurse, doctor = desk.sign_in(app, "nurse"), desk.sign_in(app, "physician")
    page = nurse.get(f"/staff/cases/{ref}")
    nurse.post(f"/staff/cases/{ref}/do/start_review")
    page = nurse.follow()
    assert "Done: start the review." in page.text
    assert "with Nora Nurse" in page.text

    _act(
        nurse, desk, contract, "request_information",
        {"wanted": "Notes of the exam\nReport of the last CT", "source": "provider", "hours": "72"},
    )  # fmt: skip
    assert "Waiting for the provider" in nurse.follow().text
    nurse.get(_at(desk, contract, "receive_information"))
    nurse.post(
        _at(desk, contract, "receive_information"),
        {"papers": [_file("ct.pdf")], "note": "Came by fax."},
    )
    assert "New papers" in nurse.follow().text
    _act(
        nurse, desk, contract, "refer_to_physician",
        {"summary": "No red flags.", "criteria": "MP-021: 2 not met."},
    )  # fmt: skip

    page = doctor.get(_at(desk, contract, "deny"))
    assert "No red flags." in page.text
    doctor.post(_at(desk, contract, "deny"), WORDS)
    page = doctor.follow()
    assert "Done: deny." in page.text
    assert "Waits to be printed" in page.text
    desk.post()
    page = nurse.get(f"/staff/cases/{ref}")
    assert "All told" in page.text
    assert REASON in page.text
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        states = cx.db.execute(
            select(Letter.code, Letter.state).join(Case).where(Case.ref == ref)
        ).all()
    assert {code for code, _ in states} == {"request_received", "information_request", "denial"}
    assert {state for _, state in states} == {"sent"}


def _file(name, content=PDF):
    return (BytesIO(content), name)


def test_a_nurse_approves_what_is_prefilled_and_gets_a_number(desk, app) -> None:
    desk.in_review("approve")
    nurse = desk.sign_in(app, "nurse")
    page = nurse.get(_at(desk, "approve", "approve"))
    assert _value(page, "lines-0-units") == "1"
    assert _value(page, "lines-0-starts_on") == "2027-04-01"
    nurse.post(_at(desk, "approve", "approve"), {})
    page = nurse.follow()
    assert re.search(r"Done: approve\. Number: AUTH-2027-\d{6}-\d\.", page.text)
    assert "Authorized" in page.text
    assert _case(desk, "approve").state == "approved"


def test_a_nurse_who_posts_the_denial_anyway_is_refused_with_the_law(desk, app) -> None:
    desk.with_physician("anyway")
    nurse = desk.sign_in(app, "nurse")
    page = nurse.get(_at(desk, "anyway", "deny"))
    assert NEVER in page.text
    assert "42 CFR 438.210(b)(3)" in page.text
    assert not any(f.get("action").endswith("/do/deny") for f in page.all("form"))
    nurse.get(_at(desk, "anyway", "note"))
    form = nurse.page.form(_at(desk, "anyway", "note"))
    answer = nurse.client.post(
        _at(desk, "anyway", "deny"),
        data={**WORDS, "csrf_token": form["csrf_token"], "at-version": form["at-version"],
              "lines-0-number": "1"},
    )  # fmt: skip
    assert answer.status_code == 409
    assert NEVER in answer.text
    assert "42 CFR 438.210(b)(3)" in answer.text
    assert REASON in answer.text
    assert _case(desk, "anyway").state == "in_physician_review"


def test_two_people_decide_at_once_and_the_second_keeps_his_words(desk, app) -> None:
    """Show 8: one wins, the other sees a sentence and keeps what was typed."""
    desk.with_physician("both")
    one, two = desk.sign_in(app, "physician"), desk.sign_in(app, "physician2")
    for pages in (one, two):
        pages.get(_at(desk, "both", "deny"))
    one.post(_at(desk, "both", "deny"), WORDS)
    mine = {**WORDS, "lines-0-reason": "My own words, long thought about."}
    page = two.post(_at(desk, "both", "deny"), mine, status=409)
    assert "Deny” is possible only while it is" in page.text or "denied" in page.text
    assert _value(page, "lines-0-reason") == "My own words, long thought about."
    assert "What is new since you opened the form" in page.text
    assert "Pia Physician, MD" in page.text
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        made = (
            cx.db.execute(select(Determination).join(Case).where(Case.ref == desk.refs["both"]))
            .scalars()
            .all()
        )
    assert len(made) == 1


def test_a_case_that_moved_on_keeps_the_text_and_takes_it_on_the_new_version(desk, app) -> None:
    desk.in_review("moved")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(_at(desk, "moved", "refer_to_physician"))
    desk_note(desk, "moved")
    review.request_information(
        desk.cx("nurse2"), desk.refs["moved"], None, review.Ask(wanted=("Exam",))
    )
    review.resume(desk.cx("nurse2"), desk.refs["moved"], None, review.Reason(reason="It came."))
    typed = {"summary": "An hour of work.", "criteria": "All of them."}
    page = nurse.post(_at(desk, "moved", "refer_to_physician"), typed, status=412)
    assert "The case moved on while you worked" in page.text
    assert "Nils Nurse" in page.text
    assert "stopped waiting" in page.text
    assert _value(page, "summary") == "An hour of work."
    assert "(on the case as it is now)" in page.text
    nurse.post(_at(desk, "moved", "refer_to_physician"), typed)
    assert _case(desk, "moved").state == "in_physician_review"


def desk_note(desk, name):
    """An internal note: it moves no version and refuses nobody."""
    add_note(desk.cx("nurse2"), desk.refs[name], None, Note(text="Read it twice."))


def test_a_letter_that_leaves_meanwhile_refuses_nobody(desk, app) -> None:
    desk.in_review("letters")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(_at(desk, "letters", "refer_to_physician"))
    desk.post()
    nurse.post(_at(desk, "letters", "refer_to_physician"), {"summary": "S.", "criteria": "C."})
    assert _case(desk, "letters").state == "in_physician_review"


BAD = [
    (
        "request_information",
        {"wanted": "", "source": "provider", "hours": "72"},
        "wanted",
        "Fill in: What is needed.",
    ),
    (
        "request_information",
        {"wanted": "x", "source": "doctor", "hours": "72"},
        "source",
        "Send one of these words",
    ),
    (
        "request_information",
        {"wanted": "x", "source": "provider", "hours": "soon"},
        "hours",
        "Write a whole number",
    ),
    (
        "request_information",
        {"wanted": "x", "source": "provider", "hours": "-3"},
        "hours",
        "Write a whole number",
    ),
    (
        "request_information",
        {"wanted": "a\x00b", "source": "provider", "hours": "72"},
        "wanted",
        "control character",
    ),
    (
        "request_information",
        {"wanted": "x\n" * 80, "source": "provider", "hours": "72"},
        "wanted",
        "at most 60",
    ),
    (
        "refer_to_physician",
        {"summary": "", "criteria": ""},
        "criteria",
        "Fill in: Result of the criteria.",
    ),
    ("refer_to_physician", {"summary": "x" * 30000, "criteria": "y"}, "summary", "at most 20000"),
    ("approve", {"lines-0-units": "many"}, "lines-0-units", "a number above zero"),
    ("approve", {"lines-0-units": "-1"}, "lines-0-units", "a number above zero"),
    ("approve", {"lines-0-units": "1e9"}, "lines-0-units", "a number above zero"),
    ("approve", {"lines-0-starts_on": "31/31/2027"}, "lines-0-starts_on", "month/day/year"),
    ("approve", {"lines-0-starts_on": ""}, "lines-0-starts_on", "Fill in the first day."),
    ("approve", {"lines-0-place": "x" * 40}, "lines-0-place", "at most 10"),
    ("approve", {"lines-0-code": ""}, "lines-0-code", "Fill in the code."),
    ("approve", {"lines-0-number": "9"}, "lines-0", "no such line"),
    (
        "deny_administratively",
        {"ground": "", "lines-0-reason": "r", "lines-0-criterion": "c"},
        "ground",
        "Choose the administrative ground.",
    ),
    (
        "deny_administratively",
        {"ground": "we_say_so", "lines-0-reason": "r", "lines-0-criterion": "c"},
        "ground",
        "Send one of these words",
    ),
    ("dismiss", {"ground": "filed_late"}, "", "cannot be done now"),
    (
        "log_contact",
        {
            "direction": "in",
            "channel": "phone",
            "with_whom": "Dr. Maple",
            "purpose": "x",
            "at": "2027-99-01T10:00",
        },
        "at",
        "month/day/year",
    ),
    (
        "log_contact",
        {
            "direction": "in",
            "channel": "phone",
            "with_whom": "Dr. Maple",
            "purpose": "x",
            "at": "2031-01-01T10:00",
        },
        "at",
        "happened",
    ),
    (
        "log_contact",
        {"direction": "in", "channel": "phone", "with_whom": "x" * 500, "purpose": "x"},
        "with_whom",
        "at most 120",
    ),
    ("note", {"text": "   "}, "text", "Fill in: Note."),
    ("assign", {"user_id": ""}, "user_id", "Fill in: Who takes it."),
    ("assign", {"user_id": "999999"}, "user_id", "Choose a person"),
    ("assign", {"user_id": "9" * 30}, "user_id", "whole number"),
]


# Fields with a list to choose from: a wrong choice cannot be shown as chosen again.
CHOSEN = {"ground", "user_id", "direction", "channel"}


@pytest.mark.parametrize(
    ("trigger", "data", "field", "sentence"), BAD, ids=[f"{t}-{i}" for i, (t, *_) in enumerate(BAD)]
)
def test_bad_input_gets_a_sentence_at_its_field_and_on_top(
    desk, app, trigger, data, field, sentence
) -> None:
    if "bad" not in desk.refs:
        desk.in_review("bad")
    who = "supervisor" if trigger == "assign" else "nurse"
    pages = desk.sign_in(app, who)
    before = _case(desk, "bad")
    page = pages.get(_at(desk, "bad", trigger))
    answer = pages.client.post(
        _at(desk, "bad", trigger), data={**page.form(_at(desk, "bad", trigger)), **data}
    )
    assert answer.status_code in {409, 422}, answer.text[:500]
    page = pages._read(answer, answer.status_code)
    assert sentence in page.text
    [summary] = [e for e in page.elements if e.get("id") == "error-summary"]
    if field:
        assert f"#{field}" in {e.get("href") for e in page.all("a") if summary in e.inside}
        assert any(e.get("id") == field for e in page.elements)
    for name, value in data.items():
        if value.strip() and "\x00" not in value and name not in CHOSEN:
            assert _value(page, name).replace("\r\n", "\n").strip() == value.strip()
    assert _case(desk, "bad").version == before.version


def test_the_letter_is_thought_of_before_the_decision(desk, app) -> None:
    """What the notice must show on this line of business is asked for by the form, with its law."""
    desk.with_physician("marketplace", "OH-QHP")
    doctor = desk.sign_in(app, "physician")
    page = doctor.get(_at(desk, "marketplace", "deny"))
    assert "45 CFR 147.136(b)(3)(ii)(E)(3)" in page.text
    bare = {name: "" for name in WORDS if name.startswith("words")} | {
        name: value for name, value in WORDS.items() if not name.startswith("words")
    }
    page = doctor.post(_at(desk, "marketplace", "deny"), bare, status=422)
    assert "The letter must show the plan provision that the decision rests on" in page.text
    assert "#words-perfect" in {e.get("href") for e in page.all("a")}
    doctor.post(_at(desk, "marketplace", "deny"), {**WORDS, "words-perfect-0-what": "",
                "words-perfect-0-why": "", "words-nothing_would_help": "yes"})  # fmt: skip
    assert _case(desk, "marketplace").state == "denied"


def test_one_more_row_keeps_everything_that_was_typed(desk, app) -> None:
    desk.with_physician("rows")
    doctor = desk.sign_in(app, "physician")
    doctor.get(_at(desk, "rows", "deny"))
    page = doctor.post(_at(desk, "rows", "deny"), {**WORDS, "more": "words-perfect"}, status=200)
    assert _value(page, "words-perfect-0-what") == "Notes of the exam"
    assert _value(page, "words-perfect-1-what") == ""
    assert _value(page, "lines-0-reason") == REASON
    doctor.post(
        _at(desk, "rows", "deny"),
        {**WORDS, "words-perfect-1-what": "A second view", "words-perfect-1-why": "It may help."},
    )
    page = doctor.follow()
    assert "A second view: It may help." in page.text


def test_a_row_that_is_half_filled_is_marked_at_its_own_place(desk, app) -> None:
    desk.with_physician("half")
    doctor = desk.sign_in(app, "physician")
    doctor.get(_at(desk, "half", "deny"))
    typed = {**WORDS, "words-perfect-0-what": "", "words-perfect-0-why": "",
             "words-perfect-count": "2", "words-perfect-1-what": "Only what"}  # fmt: skip
    page = doctor.post(_at(desk, "half", "deny"), typed, status=422)
    assert "#words-perfect-1-why" in {e.get("href") for e in page.all("a")}


def test_partial_approval_decides_line_by_line(desk, app) -> None:
    desk.with_physician("parts", lines=two_lines())
    doctor = desk.sign_in(app, "physician")
    doctor.get(_at(desk, "parts", "approve_in_part"))
    data = {**WORDS, "lines-0-result": "approved", "lines-1-result": "denied",
            "lines-0-reason": "", "lines-0-criterion": "",
            "lines-1-reason": REASON, "lines-1-criterion": "MP-033"}  # fmt: skip
    doctor.post(_at(desk, "parts", "approve_in_part"), data)
    page = doctor.follow()
    assert _case(desk, "parts").state == "partially_approved"
    assert "Approved" in page.text
    assert REASON in page.text


@pytest.mark.parametrize(
    ("who", "name"), [("nurse", "open"), ("physician", "doctor"), ("compliance", "done")]
)
def test_every_step_has_a_page_a_form_or_the_reason_why_there_is_none(desk, app, who, name) -> None:
    {"open": desk.in_review, "doctor": desk.with_physician, "done": desk.denied}[name](name)
    pages = desk.sign_in(app, who)
    for trigger in (*ACTIONS["prior_auth"], *OBSERVATIONS):
        page = pages.get(_at(desk, name, trigger))
        forms = [f for f in page.all("form") if f.get("action").endswith(f"/do/{trigger}")]
        refused = [e for e in page.elements if e.get("id") == "error-summary"]
        assert bool(forms) != bool(refused), trigger


def test_a_step_that_does_not_exist_is_not_found(desk, app) -> None:
    desk.in_review("strange")
    pages = desk.sign_in(app, "nurse")
    for trigger in ("fly", "receive", "deadline_missed", "information_lapsed", "uphold"):
        pages.get(_at(desk, "strange", trigger), status=404)
    pages.get(_at(desk, "strange", "note"))
    token = pages.page.form(_at(desk, "strange", "note"))["csrf_token"]
    answer = pages.client.post(_at(desk, "strange", "fly"), data={"csrf_token": token})
    assert answer.status_code == 404


def test_compliance_reads_all_and_changes_nothing(desk, app) -> None:
    desk.in_review("watched")
    auditor = desk.sign_in(app, "compliance")
    page = auditor.get(f"/staff/cases/{desk.refs['watched']}")
    assert not any("/do/" in f.get("action") for f in page.all("form"))
    page = auditor.get(_at(desk, "watched", "note"))
    assert "Only" in page.text
    token = auditor.get("/staff/").form("/staff/search")["csrf_token"]
    answer = auditor.client.post(
        _at(desk, "watched", "note"), data={"csrf_token": token, "text": "Mine."}
    )
    assert answer.status_code == 403
    assert "Mine." in answer.text


def test_a_supervisor_acknowledges_settles_and_assigns(desk, app) -> None:
    desk.open("late", received_at=MONDAY - 20 * DAY)
    desk.sweep()
    pages = desk.sign_in(app, "supervisor")
    page = pages.get(f"/staff/cases/{desk.refs['late']}")
    [acknowledge] = [
        e.get("href") for e in page.all("a") if "acknowledge_escalation" in e.get("href")
    ]
    pages.get(acknowledge)
    chosen = [e.get("value") for e in pages.page.all("option") if "selected" in e.attrs]
    chosen += [
        e.get("value")
        for e in pages.page.all("input")
        if e.get("name") == "escalation_id" and "checked" in e.attrs
    ]
    assert len(chosen) == 1
    pages.post(_at(desk, "late", "acknowledge_escalation"), {"escalation_id": chosen[0]})
    page = pages.follow()
    assert "Acknowledge ESC" not in page.text
    [settle] = [e.get("href") for e in page.all("a") if "settle_obligation" in e.get("href")]
    pages.get(settle)
    number = settle.rpartition("=")[2]
    pages.post(
        _at(desk, "late", "settle_obligation"),
        {"obligation_id": number, "how": "Nora decides it this morning."},
    )
    assert "Owed and escalated" not in pages.follow().text
    page = pages.get(_at(desk, "late", "assign"))
    assert "Nora Nurse" in page.text
    pages.post(_at(desk, "late", "assign"), {"user_id": str(desk.town.users["nurse"])})
    assert "with Nora Nurse" in pages.follow().text


def test_a_contact_gets_its_number(desk, app) -> None:
    desk.in_review("call")
    nurse = desk.sign_in(app, "nurse")
    _act(
        nurse, desk, "call", "log_contact",
        {"direction": "out", "channel": "phone", "with_whom": "Dr. Maple", "purpose": "Asked"},
    )  # fmt: skip
    found = re.search(r"CALL-2027-\d{6}-\d", nurse.follow().text)
    nurse.post("/staff/search", {"q": found.group().lower()})
    assert nurse.location == f"/staff/cases/{desk.refs['call']}"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"MZ not a pdf at all", "none of PDF, PNG, JPEG, TIFF, DOCX"),
        ("a.png", PDF, "is named .png and is not that"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_by_name(
    desk, app, name, content, sentence
) -> None:
    if "files" not in desk.refs:
        desk.in_review("files")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(_at(desk, "files", "add_document"))
    page = nurse.post(
        _at(desk, "files", "add_document"),
        {"papers": [_file(name, content)], "note": "By fax."},
        status=422,
    )
    assert sentence in page.text
    assert "Choose the files again" in page.text
    assert _value(page, "note") == "By fax."


def test_papers_are_added_and_marked_new(desk, app) -> None:
    desk.in_review("papers")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(_at(desk, "papers", "add_document"))
    page = nurse.post(_at(desk, "papers", "add_document"), {}, status=422)
    assert "Choose at least one file." in page.text
    nurse.post(
        _at(desk, "papers", "add_document"), {"papers": [_file("one.pdf"), _file("two.pdf")]}
    )
    page = nurse.follow()
    assert "one.pdf" in page.text
    assert "two.pdf" in page.text
    assert "New papers" in page.text
    assert "New papers" in nurse.get("/staff/?tab=papers").text
