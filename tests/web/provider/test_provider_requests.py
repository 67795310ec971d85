"""Writing a request: asked first, typed, reviewed, sent once; nothing that was typed is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.models import Case, CaseDocument, PriorAuth, RequestLine, SecurityEvent
from tests.builders import MONDAY, PDF, Town
from tests.web.provider import stages
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal
from tests.web.provider.writing import FORM, NEW, good, review, send

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def count(town: Town) -> int:
    """How many cases there are."""
    with town.database.reading(town.cx("compliance")) as cx:
        return int(cx.db.execute(select(func.count()).select_from(Case)).scalar_one())


# ── Before a request ────────────────────────────────────────────────────────────────────────────


def test_the_list_is_asked_first_and_answers_with_its_date_and_proof(mae: Portal, town) -> None:
    page = mae.get(NEW)
    assert page.h1 == "Do I need prior authorization?"
    typed = {"member_id": town.members["OH-MCD"], "birth_date": "1/1/1970", "codes": "70551 99213"}
    page = mae.send(NEW, {**typed, "date": "4/1/2027"})
    assert "Yes: send a request before the service" in page.text
    assert "Alex0 Example" in page.text
    assert "Thursday, April 1, 2027" in page.text
    assert "Said on March 1, 2027 from the list of Ohio Medicaid" in page.text
    assert "PAL-20270301-" in page.text
    # What was typed goes on: only the code that is known not to need it would be left out.
    page = mae.send(FORM, {"do": "start"})
    assert page.h1 == "Write a request"
    assert mae.field("member_id") == town.members["OH-MCD"]
    assert [mae.field(f"line-{n}-code") for n in (1, 2)] == ["70551", "99213"]
    assert mae.field("line-2-first") == "4/1/2027"
    assert mae.field("contact_phone") == "614-555-0160"
    assert "Ohio Medicaid. Covered on April 1, 2027" in page.text


def test_a_code_that_needs_none_stops_there(mae: Portal, town, settings) -> None:
    from sqlalchemy import create_engine, insert

    from casework.models import PaRule

    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            insert(PaRule).values(
                contract_id=town.contracts["OH-QHP"][0],
                code="99213",
                label="Office visit",
                required=False,
                policy="MP-001",
                effective_from=MONDAY.date() - timedelta(days=400),
            )
        )
    engine.dispose()
    mae.get(NEW)
    typed = {"member_id": town.members["OH-QHP"], "birth_date": "1970-01-02", "codes": "99213"}
    page = mae.send(NEW, {**typed, "date": "2027-04-01"})
    assert "No: you need not send a request" in page.text
    assert "Send a request all the same" in page.text
    page = mae.send(NEW, {**typed, "codes": "99499", "date": "2027-04-01"})
    assert "Not on the list: send a request, or call before the service" in page.text


@pytest.mark.parametrize(
    ("name", "value", "field", "sentence"),
    [
        ("member_id", "", "member_id", "as it stands on the card"),
        ("member_id", "10101019999", "member_id", "no member with this number and this date"),
        ("birth_date", "1980-01-01", "member_id", "no member with this number and this date"),
        ("birth_date", "1/45/1970", "birth_date", "month/day/year"),
        ("date", "", "date", "month/day/year"),
        ("date", "2031-04-01", "date", "within 24 months"),
        ("codes", "", "codes", "at least one code"),
        ("codes", "HELLO!", "codes", "HELLO! is no procedure code"),
        ("codes", " ".join(f"9{n:04d}" for n in range(21)), "codes", "at most 20 codes"),
    ],
)
def test_the_question_keeps_what_was_typed(
    mae: Portal, town, name: str, value: str, field: str, sentence: str
) -> None:
    mae.get(NEW)
    typed = {
        "member_id": town.members["OH-MCD"],
        "birth_date": "1970-01-01",
        "date": "2027-04-01",
        "codes": "70551",
    }
    typed[name] = value
    mae.send(NEW, typed, status=422)
    assert sentence in mae.error_of(field)
    for each, said in typed.items():
        assert mae.field(each) == said.strip()


def test_a_wrong_number_and_a_wrong_birth_date_look_the_same(mae: Portal, town) -> None:
    said = []
    for number, born in ((town.members["OH-MCD"], "1980-01-01"), ("10101019999", "1970-01-01")):
        mae.get(NEW)
        page = mae.send(
            NEW,
            {"member_id": number, "birth_date": born, "date": "2027-04-01", "codes": "70551"},
            status=422,
        )
        assert "Alex" not in page.text
        said.append(mae.error_of("member_id"))
    assert said[0] == said[1]


# ── The request ─────────────────────────────────────────────────────────────────────────────────


def test_a_request_is_reviewed_sent_and_answered_with_a_receipt(mae: Portal, town) -> None:
    page = review(mae, good(town))
    assert page.h1 == "Review what is sent"
    for said in ("Not sent yet", "Alex0 Example", "Ohio Medicaid", "Chronic pain syndrome"):
        assert said in page.text
    assert "Prior authorization is needed" in page.text
    assert "What is still missing" not in page.text
    assert "notes.pdf" in page.text
    before = count(town)
    mae.send(FORM, {"do": "submit"}, status=303)
    page = mae.follow()
    ref = mae.response.request.path.split("/")[3]
    assert page.h1 == "We have it"
    assert ref in page.text
    assert "March 1, 2027, 10:0" in page.text
    assert "You hear from us by March 15, 2027, 11:59 pm Eastern Time" in page.text
    assert count(town) == before + 1


def test_everything_that_was_typed_is_stored_as_it_was_typed(mae: Portal, town) -> None:
    typed = good(
        town,
        "OH-QHP",
        **{
            "timing": "concurrent",
            "course_ends": "3/31/2027",
            "priority": "expedited",
            "priority_reason": "The pain grows each day.",
            "physician": "yes",
            "orderer": "other",
            "orderer_npi": town.npi["Dr. Birch"],
            "facility_npi": town.npi["Maple"],
            "diagnosis-1": "g894",
            "diagnosis-2": "M54.50",
            "line-1-modifiers": "rt, 59",
            "line-1-label": "Brain, with contrast",
            "line-2-code": "e0601",
            "line-2-units": "1.5",
            "line-2-unit": "months",
            "line-2-first": "4/2/2027",
            "follows": "FAX-77",
        },
    )
    review(mae, typed)
    page = mae.page
    assert page is not None
    for said in ("Fast track", "The physician says so", "Brain, with contrast", "1.5 months"):
        assert said in page.text
    ref = send(mae, typed)
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        lines = (
            cx.db.execute(
                select(RequestLine)
                .where(RequestLine.case_id == case.id)
                .order_by(RequestLine.number)
            )
            .scalars()
            .all()
        )
        papers = (
            cx.db.execute(
                select(CaseDocument)
                .where(CaseDocument.case_id == case.id)
                .order_by(CaseDocument.id)
            )
            .scalars()
            .all()
        )
        detail = cx.db.execute(select(PriorAuth).where(PriorAuth.case_id == case.id)).scalar_one()
    assert (case.channel, case.filed_by, case.priority) == ("portal", "physician", "expedited")
    assert (case.timing, case.fast_track) == ("concurrent", True)
    assert case.course_ends_at.isoformat() == "2027-04-01T03:59:59+00:00"
    assert [line.code for line in lines] == ["70551", "E0601"]
    assert lines[0].modifiers == ["RT", "59"]
    assert [str(line.units) for line in lines] == ["1", "1.5"]
    assert lines[1].to_date.isoformat() == "2027-04-02"
    assert {line.place for line in lines} == {"11"}
    assert detail.requester["npi"] == town.npi["Dr. Birch"]
    assert detail.facility["npi"] == town.npi["Maple"]
    assert detail.contact_name == "Mae Tolliver"
    assert [(p.name, p.control_number) for p in papers] == [
        ("notes.pdf", ""),
        ("Papers that follow", "FAX-77"),
    ]


def test_a_request_that_lacks_much_is_taken_and_what_is_missing_is_listed(
    mae: Portal, town
) -> None:
    typed = {
        "member_id": town.members["OH-MCD"],
        "birth_date": "1970-01-01",
        "line-1-code": "E0601",
        "orderer": town.npi["Dr. Maple"],
    }
    page = review(mae, typed, files=[])
    missing = ("At least one diagnosis code.", "The planned date of service.", "Clinical notes.")
    for said in ("What is still missing", "The place of service.", *missing):
        assert said in page.text
    mae.send(FORM, {"do": "submit"}, status=303)
    page = mae.follow()
    for said in ("Please send soon", "1-614-555-0115", *missing):
        assert said in page.text


def test_a_request_within_the_rules_is_approved_at_once_and_the_receipt_says_so(
    mae: Portal, town
) -> None:
    typed = good(town, "OH-MA", **{"line-1-code": "97110", "line-1-units": "6"})
    ref = send(mae, typed)
    page = mae.follow()
    assert page.h1 == "Approved"
    assert "Authorization number AUTH-2027-" in page.text
    assert "April 1, 2027 to June 30, 2027" in page.text
    assert ref in page.text


BAD = [
    ("member_id", "", "member_id", "as it stands on the card"),
    ("member_id", "1" * 25, "member_id", "Use at most 20 characters."),
    ("member_id", "10101019999", "member_id", "no member with this number"),
    ("birth_date", "", "birth_date", "month/day/year"),
    ("birth_date", "2060-01-01", "birth_date", "month/day/year"),
    ("birth_date", "2/30/1970", "birth_date", "month/day/year"),
    ("timing", "yesterday", "timing", "Choose when"),
    ("service", "magic", "service", "Choose what"),
    ("priority", "now", "priority", "Choose how fast"),
    ("priority", "expedited", "priority_reason", "Say what waiting would do"),
    ("orderer", "", "orderer", "Choose who orders it"),
    ("orderer", "1234567890", "orderer", "Choose who orders it"),
    ("servicing_npi", "1234567890", "servicing_npi", "check digit of this NPI is wrong"),
    ("servicing_npi", "12345", "servicing_npi", "ten digits"),
    ("servicing_npi", "９９９９９９９９９９", "servicing_npi", "ten digits"),
    ("facility_npi", "9234567890", "facility_npi", "begins with 1 or 2"),
    ("place", "77", "place", "Choose one of the places"),
    ("diagnosis-1", "HELLO", "diagnosis-1", "no ICD-10-CM code"),
    ("diagnosis-1", "M54.5", "diagnosis-1", "no billable ICD-10-CM code"),
    ("line-1-code", "", "line-1-code", "procedure code of five characters"),
    ("line-1-code", "MRI!", "line-1-code", "procedure code of five characters"),
    ("line-1-units", "-1", "line-1-units", "a number above zero"),
    ("line-1-units", "many", "line-1-units", "a number above zero"),
    ("line-1-units", "0", "line-1-units", "a number above zero"),
    ("line-1-unit", "barrels", "line-1-unit", "Choose what is counted"),
    ("line-1-first", "soon", "line-1-first", "month/day/year"),
    ("line-1-first", "", "line-1-first", "first day as well as the last"),
    ("line-1-last", "2027-03-01", "line-1-last", "before the first"),
    ("line-1-last", "13/1/2027", "line-1-last", "month/day/year"),
    ("line-1-modifiers", "RIGHT", "line-1-modifiers", "two characters"),
    ("line-1-modifiers", "A1 B2 C3 D4 E5", "line-1-modifiers", "at most four"),
    ("line-1-label", "x" * 300, "line-1-label", "Use at most 200 characters."),
    ("contact_phone", "call me", "contact_phone", "no phone number"),
    ("contact_name", "x" * 200, "contact_name", "Use at most 120 characters."),
    ("note", "x" * 11_000, "note", "Use at most 10000 characters."),
    ("follows", "x" * 90, "follows", "Use at most 60 characters."),
]


@pytest.mark.parametrize(("name", "value", "field", "sentence"), BAD)
def test_each_wrong_field_has_its_sentence_and_the_rest_stays(
    mae: Portal, town, name: str, value: str, field: str, sentence: str
) -> None:
    before = count(town)
    typed = {**good(town), name: value}
    page = review(mae, typed, status=422)
    assert page.h1 == "Write a request"
    assert sentence in page.text
    if field not in {"timing", "priority"}:
        assert sentence in mae.error_of(field)
    assert "to correct" in page.text
    links = [e.get("href") for e in page.all("a")]
    assert f"#{field}" in links
    for each, said in typed.items():
        if each in {"timing", "priority", "orderer", "service", "place", "line-1-unit"}:
            continue  # a choice that is none of the choices cannot stand in a list of choices
        most = {"member_id": 21, "contact_name": 121, "line-1-label": 201, "note": 10_001}
        kept = said[: most.get(each, 61 if each == "follows" else 10_001)]
        assert mae.field(each) == kept, each
    assert "notes.pdf" in page.text
    assert count(town) == before


def test_several_faults_are_told_at_once_in_the_order_of_the_page(mae: Portal, town) -> None:
    typed = {
        **good(town),
        "contact_phone": "x",
        "line-2-code": "??",
        "line-1-units": "x",
        "birth_date": "",
        "diagnosis-1": "1",
    }
    page = review(mae, typed, status=422)
    links = [e.get("href") for e in page.all("a") if e.get("href").startswith("#")]
    assert links[1:] == [
        "#birth_date",
        "#diagnosis-1",
        "#line-1-units",
        "#line-2-code",
        "#contact_phone",
    ]
    assert "There are 5 things to correct" in page.text


def test_invisible_characters_of_a_record_are_left_out(mae: Portal, town) -> None:
    typed = good(town, note="First line\x0bsecond\x00 line\x07.", contact_name="Mae\x00 Tolliver\n")
    page = review(mae, typed)
    assert "First line second line." in page.text
    assert "Mae Tolliver 614-555-0160" in page.text


def test_who_is_not_covered_that_day_is_told_before_anything_is_sent(mae: Portal, town) -> None:
    typed = {**good(town), "line-1-first": "2020-01-01", "line-1-last": "2020-02-01"}
    review(mae, typed, status=422)
    assert "not covered by us on the date of service" in mae.error_of("member_id")


# ── Papers ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("virus.exe", b"MZ" + bytes(100), "is none of PDF, PNG, JPEG, TIFF, DOCX"),
        ("photo.pdf", PNG, "is named .pdf and is not that"),
        ("big.pdf", b"%PDF-1.4" + bytes(25 * 1024 * 1024), "larger than 25 MB"),
    ],
)
def test_a_paper_that_cannot_be_read_is_named_and_nothing_is_lost(
    mae: Portal, town, name: str, content: bytes, sentence: str
) -> None:
    page = review(mae, good(town), status=422, files=[("notes.pdf", PDF), (name, content)])
    assert sentence in mae.error_of("papers")
    assert "notes.pdf" in page.text
    assert mae.field("note") == "Headaches for six weeks."
    # Without choosing the good one again it goes through.
    page = mae.send(FORM, {"do": "review"})
    assert page.h1 == "Review what is sent"
    assert "notes.pdf" in page.text
    assert name not in page.text


def test_papers_are_kept_over_every_step_and_can_be_taken_out(mae: Portal, town) -> None:
    mae.get(FORM)
    page = mae.send(FORM, {**good(town), "do": "upload"}, files=[("a.pdf", PDF), ("b.png", PNG)])
    assert "a.pdf" in page.text
    assert "b.png" in page.text
    drop = next(e for e in page.all("button") if "Take out a.pdf" in " ".join(e.text.split()))
    page = mae.send(FORM, {"do": drop.get("value")})
    assert "a.pdf" not in page.text
    assert "b.png" in page.text
    assert mae.field("member_id") == town.members["OH-MCD"]


def test_a_receipt_for_a_paper_serves_only_whom_it_was_given(practice: Practice, town) -> None:
    mae, ben = practice.browser("mae"), practice.browser("ben")
    mae.get(FORM)
    mae.send(FORM, {**good(town), "do": "upload"}, files=[("a.pdf", PDF)])
    receipt = mae.field("kept")
    ben.get(FORM)
    page = ben.send(FORM, {**good(town), "kept": receipt, "do": "upload"}, status=422)
    assert "must be chosen again" in ben.error_of("papers")
    assert "a.pdf" not in page.text
    mae.send(FORM, {"kept": receipt[:-2] + "xx", "do": "upload"}, status=422)
    assert "must be chosen again" in mae.error_of("papers")


# ── Steps without a script ──────────────────────────────────────────────────────────────────────


def test_lines_and_diagnoses_come_and_go_without_a_script(mae: Portal, town) -> None:
    mae.get(FORM)
    mae.send(FORM, {**good(town), "do": "add-line"})
    assert mae.field("line-2-first") == "2027-04-01"
    mae.send(FORM, {"line-2-code": "97110", "do": "add-line"})
    mae.send(FORM, {"line-3-code": "E0601", "do": "remove-line-2"})
    assert [mae.field(f"line-{n}-code") for n in (1, 2)] == ["70551", "E0601"]
    mae.send(FORM, {"do": "add-diagnosis"})
    mae.send(FORM, {"diagnosis-2": "E11.9", "do": "remove-diagnosis-1"})
    assert mae.field("diagnosis-1") == "E11.9"
    page = mae.send(FORM, {"search": "back low", "do": "find-diagnosis"})
    assert "Low back pain, unspecified" in page.text
    mae.send(FORM, {"do": "use-diagnosis-M54.50"})
    assert [mae.field(f"diagnosis-{n}") for n in (1, 2)] == ["E11.9", "M54.50"]
    assert mae.field("search") == ""
    pasted = "97110 12 4/1/2027 6/30/2027\n\nE0601\t1\n"
    page = mae.send(FORM, {"paste": pasted, "do": "paste-lines"})
    assert [mae.field(f"line-{n}-code") for n in (1, 2, 3, 4)] == [
        "70551",
        "E0601",
        "97110",
        "E0601",
    ]
    assert (mae.field("line-3-units"), mae.field("line-3-last")) == ("12", "6/30/2027")
    assert mae.field("note") == "Headaches for six weeks."


def test_enter_in_the_search_looks_and_does_not_send(mae: Portal, town) -> None:
    mae.get(FORM)
    page = mae.send(FORM, {**good(town), "search": "pain", "do": "enter"})
    assert page.h1 == "Write a request"
    assert "Low back pain, unspecified" in page.text
    page = mae.send(FORM, {"search": "", "do": "enter"})
    assert page.h1 == "Review what is sent"


def test_a_strange_step_gives_the_form_back(mae: Portal, town) -> None:
    for step in ("remove-line-99", "explode", "use-diagnosis-", "remove-line-x", ""):
        mae.get(FORM)
        page = mae.send(FORM, {**good(town), "do": step})
        assert page.h1 in {"Write a request", "Review what is sent"}
    assert mae.field("member_id") == town.members["OH-MCD"]


def test_the_suggestions_are_a_part_of_a_page_and_a_page(mae: Portal) -> None:
    answer = mae.client.get(
        "/provider/diagnosis-codes?search=chronic", headers={"HX-Request": "true"}
    )
    assert "G89.4" in answer.text
    assert "<html" not in answer.text
    page = mae.get("/provider/diagnosis-codes?search=E11")
    assert "Type 2 diabetes mellitus" in page.text
    assert "No billable code fits" in mae.get("/provider/diagnosis-codes?search=%25%25%25").text


# ── Sent once ───────────────────────────────────────────────────────────────────────────────────


def test_a_form_that_is_sent_twice_is_one_request(mae: Portal, town) -> None:
    before = count(town)
    review(mae, good(town))
    page = mae.page
    mae.send(FORM, {"do": "submit"}, status=303)
    first = mae.location
    mae.page = page
    mae.send(FORM, {"do": "submit"}, status=303)
    assert mae.location.split("?")[0] == first.split("?")[0]
    assert count(town) == before + 1


def test_a_sent_form_that_was_changed_is_no_silent_second_request(mae: Portal, town) -> None:
    review(mae, good(town))
    page = mae.page
    mae.send(FORM, {"do": "submit"}, status=303)
    before = count(town)
    mae.page = page
    shown = mae.send(FORM, {"note": "Another note.", "do": "submit"}, status=409)
    assert "This form was sent already" in shown.text
    assert mae.field("note") == "Another note."
    assert count(town) == before
    mae.send(FORM, {"do": "review"})
    mae.send(FORM, {"do": "submit"}, status=303)
    assert count(town) == before + 1


def test_the_review_shows_an_earlier_request_for_the_same_days(mae: Portal, town) -> None:
    ref = send(mae, good(town, "OH-MCD-2026", **{"line-1-code": "E0601"}))
    page = review(mae, good(town, "OH-MCD-2026", **{"line-1-code": "E0601"}))
    assert "You may have asked for this already" in page.text
    assert ref in page.text
    later = {"line-1-first": "2027-07-01", "line-1-last": "2027-07-02"}
    page = review(mae, good(town, "OH-MCD-2026", **{"line-1-code": "E0601"}, **later))
    assert "You may have asked for this already" not in page.text


def test_another_offices_request_is_not_shown_as_a_double(practice: Practice, town) -> None:
    stages.a_request(town, "MA-2026")
    oda = practice.browser("oda")
    typed = {**good(town, "MA-2026"), "orderer": "1912345678"}
    oda.get(FORM)
    page = oda.send(FORM, {**typed, "orderer": "other", "orderer_npi": town.npi["Dr. Birch"]})
    page = oda.send(FORM, {"do": "review"})
    assert page.h1 == "Review what is sent"
    assert "You may have asked for this already" not in page.text


def test_a_new_request_begins_like_an_earlier_one(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    page = mae.get(f"/provider/cases/{ref}")
    page = mae.send(FORM, {"do": "copy"})
    assert page.h1 == "Write a request"
    assert mae.field("member_id") == town.members["OH-MCD"]
    assert mae.field("line-1-code") == "70551"
    assert mae.field("diagnosis-1") == "G89.4"
    assert mae.field("servicing_npi") == town.npi["Birch"]
    assert mae.field("line-1-first") == ""
    page = mae.get("/provider/")
    mae.get(FORM)
    mae.send(FORM, {"do": "copy", "like": "PA-2027-999999-0"}, status=404)


def test_each_look_at_a_member_is_written_down(mae: Portal, town) -> None:
    with town.database.engine.connect() as connection:
        last = connection.execute(select(func.max(SecurityEvent.recorded_at))).scalar()
        before = connection.execute(select(func.count()).select_from(SecurityEvent)).scalar_one()
    assert last is not None
    review(mae, good(town))
    with town.database.engine.connect() as connection:
        rows = connection.execute(
            select(SecurityEvent.what, SecurityEvent.member_id).order_by(SecurityEvent.recorded_at)
        ).all()
    assert len(rows) > before
    assert ("request-review", town.member_ids["member of OH-MCD"]) in {tuple(r) for r in rows}
