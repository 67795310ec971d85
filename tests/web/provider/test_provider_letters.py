"""Letters on the pages of an office: its own exact copies, and nobody else's."""

from sqlalchemy import select

from casework.models import Case, CaseDocument, Letter
from tests.web.provider import stages
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal


def at(ref: str, *more: str) -> str:
    return "/".join((f"/provider/cases/{ref}", *more))


def test_an_approval_shows_its_number_its_window_and_the_exact_letter(
    mae: Portal, town, worker
) -> None:
    ref = stages.approved(town)
    worker.relay()
    page = mae.get(at(ref))
    assert "Authorization AUTH-2027-" in page.text
    assert "April 1, 2027 to June 30, 2027" in page.text
    assert "A letter left to you: Approval" in page.text
    assert "A letter left to the member: Approval" in page.text
    link = next(e.get("href") for e in page.all("a") if "/provider/letters/" in e.get("href"))
    answer = mae.client.get(link)
    assert answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert "inline" in answer.headers["Content-Disposition"]
    assert "Approval" in mae.get("/provider/letters").text


def test_a_denial_shows_its_reason_the_last_day_and_whom_to_call(mae: Portal, town, worker) -> None:
    ref = stages.denied(town)
    worker.relay()
    page = mae.get(at(ref))
    for said in (
        stages.REASON,
        "By: Imaging policy MP-021, part 2.",
        "Last day to appeal: Friday, April 30, 2027",
        "1-800-555-0116",
        "Appeal for the member",
        "This request is already denied",
    ):
        assert said in page.text, said


def test_another_office_finds_nothing_anywhere(practice: Practice, town, worker) -> None:
    ref = stages.denied(town)
    worker.relay()
    oda = practice.browser("oda")
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        letter = (
            cx.db.execute(
                select(Letter.id).where(Letter.case_id == case.id, Letter.recipient == "provider")
            )
            .scalars()
            .first()
        )
        paper = cx.db.execute(
            select(CaseDocument.id).where(CaseDocument.case_id == case.id)
        ).scalar_one()
    paths = [
        at(ref),
        at(ref, "receipt"),
        at(ref, "do", "withdraw"),
        at(ref, "do", "add_document"),
        at(ref, "file", "appeal"),
        f"/provider/letters/{letter}",
        f"/provider/documents/{paper}",
    ]
    for path in paths:
        page = oda.get(path, status=404)
        for secret in ("Alex0", "MRI", "Maple", stages.REASON):
            assert secret not in page.html, path
    page = oda.get("/provider/")
    assert ref not in page.html
    assert "Alex" not in page.html
    page = oda.send("/provider/search/number", {"number": ref}, status=422)
    assert "Your office has no case with this number" in page.text
    oda.get("/provider/search")
    page = oda.send(
        "/provider/search/member",
        {"member_id": town.members["OH-MCD"], "birth_date": "1970-01-01"},
        status=422,
    )
    assert "no case with a member of this number" in page.text
    assert "Alex0" not in page.text
    # The same page for a case that does not exist.
    missing = oda.get(at("PA-2027-000001-0"), status=404).text
    assert missing.replace("PA-2027-000001-0", ref)[:200] == oda.get(at(ref), status=404).text[:200]


def test_the_members_letters_are_not_the_offices(mae: Portal, town, worker) -> None:
    ref = stages.a_request(town)
    worker.relay()
    with town.database.reading(town.cx("compliance")) as cx:
        case_id = cx.db.execute(select(Case.id).where(Case.ref == ref)).scalar_one()
        mine = (
            cx.db.execute(
                select(Letter.id).where(Letter.case_id == case_id, Letter.recipient == "member")
            )
            .scalars()
            .first()
        )
    mae.get(f"/provider/letters/{mine}", status=404)
    assert f"/provider/letters/{mine}" not in mae.get(at(ref)).html
