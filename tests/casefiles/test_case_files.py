"""“Send me my case file”: whole, once, in time, free, redacted in truth, and sent once."""

import io
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import create_engine, select, update

from casework import bridge
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import Case, CaseFileRequest, Contact, Document, WithheldPart
from casework.queries import case_files as asked
from casework.queries.case_file import case_by_ref
from casework.records import case_file_contents, case_file_due
from casework.records.case_file_scope import cases_of
from casework.services import appeals, case_files, contacts, withholding
from casework.services import desk as work
from casework.services.intake import submit_prior_auth
from casework.storage import Storage
from tests.builders import MONDAY, a_submission
from tests.casefiles.conftest import Desk, bookmarks, pages, paper
from tests.casefiles.papers_made import fax, pdf, photo, saved, text_of, words_somewhere
from tests.services.stages import a_denial, a_review, a_reviewed_appeal, decided, give

NOTES = saved(pdf("Exam of the back", "Second page"))
MISFAXED = saved(pdf("Jane Other\nher diagnosis", "Alex Example, page 2"))
READ = case_files.Look(read_through=True)


def _request(desk: Desk, *papers, **changes) -> str:
    sent = a_submission(desk.house.town, papers=papers, **changes)
    ref: str = submit_prior_auth(desk.house.cx("Maple"), sent).ref
    desk.hush()
    return ref


def _document(desk: Desk, data: bytes) -> int:
    with desk.reading() as cx:
        rows = cx.db.execute(select(Document.id, Document.sha256)).all()
    storage = Storage(desk.house.town.database.settings)
    return next(row.id for row in rows if storage.get(row.sha256) == data)


@pytest.fixture(scope="module")
def appeal(desk: Desk) -> str:
    """An appeal of a denied request with papers of every kind, one of them sent twice."""
    papers = (
        paper("notes.pdf", NOTES),
        paper("fax.tif", fax("A fax", frames=2), "image/tiff"),
        paper("photo.jpg", photo(turned=6), "image/jpeg"),
        paper("locked.pdf", saved(pdf("x"), encryption=pikepdf.Encryption(owner="o", user="u"))),
        paper("notes once more.pdf", NOTES),
    )
    denied = a_denial(desk.house, papers=papers)
    desk.worker.relay()
    form = appeals.AppealFiling(about=denied, reason="My doctor says I need it.")
    ref = appeals.file_appeal(desk.house.town.cx("member of OH-MCD"), form).ref
    give(desk.house, ref)
    work.add_note(desk.house.cx("ag_specialist"), ref, None, work.Note(text="The exam was read."))
    desk.worker.relay()
    return ref


@pytest.fixture(scope="module")
def number(desk: Desk, appeal: str) -> int:
    made = desk.ask(appeal, cx=desk.house.town.cx("member of OH-MCD"))
    desk.worker.relay()
    return made


def test_each_document_stands_in_the_file_once_and_the_index_says_where_else(
    desk: Desk, number: int
) -> None:
    row = desk.row(number)
    papers = [part for part in row.contents if part["sha256"]]
    assert len({part["sha256"] for part in papers}) == len(papers) == 4
    said = text_of(desk.bytes_of(number))
    assert sum("Exam of the back" in page for page in said) == 1
    assert any("also came as: notes once more.pdf" in page for page in said)


def test_the_index_and_the_bookmarks_name_the_page_on_which_a_part_begins(
    desk: Desk, number: int
) -> None:
    data, row = desk.bytes_of(number), desk.row(number)
    said = text_of(data)
    assert pages(data) == row.pages == row.contents[-1]["page"] + row.contents[-1]["pages"] - 1
    wanted = [(part["title"], part["page"]) for part in row.contents]
    opened = [each for each in bookmarks(data) if each in wanted]
    assert list(dict.fromkeys(opened)) == wanted
    notes = next(part for part in row.contents if part["title"].startswith("notes.pdf"))
    assert "Exam of the back" in said[notes["page"] - 1]
    for place, page in enumerate(said, 1):
        assert f"page {place} of {row.pages}" in page


def test_the_links_of_the_index_lead_to_those_pages(desk: Desk, number: int) -> None:
    with pikepdf.open(io.BytesIO(desk.bytes_of(number))) as made:
        order = {page.objgen: place for place, page in enumerate(made.pages, 1)}
        led = [
            order[note.Dest[0].objgen]
            for page in list(made.pages)[:3]
            for note in page.obj.get("/Annots", ())
        ]
    assert sorted(set(led)) == [part["page"] for part in desk.row(number).contents]


def test_the_file_holds_what_the_decision_rests_on_and_its_letters_as_they_were_sent(
    desk: Desk, appeal: str, number: int
) -> None:
    said = "\n".join(text_of(desk.bytes_of(number)))
    for words in (
        "Imaging policy MP-021, part 2.",
        "In force since",
        "The nerve exam was normal.",
        "My doctor says I need it.",
        "The exam was read.",
        "What happened, day by day",
        "438.408",
        "It is locked with a password that we do not have.",
    ):
        assert words in said, words
    cover = text_of(desk.bytes_of(number))[0]
    assert appeal in cover
    assert "This file is free." in cover
    assert "MRI" not in cover
    assert "pain" not in cover.lower()


def test_our_pages_and_letters_keep_their_tags(desk: Desk, number: int) -> None:
    with pikepdf.open(io.BytesIO(desk.bytes_of(number))) as made:
        assert str(made.Root.Lang) == "en"
        assert made.Root.MarkInfo.Marked
        found = _roles(made.Root.StructTreeRoot.K[0])
        assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/P", "/Link"} <= found
        assert [int(each) for each in made.Root.PageLabels.Nums[::2]] == [0]


def _roles(element) -> set[str]:
    found = {str(element.get("/S", ""))}
    kids = element.get("/K")
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            found |= _roles(kid)
    return found


def test_it_waits_for_a_look_and_then_leaves_with_its_letter(
    desk: Desk, appeal: str, number: int
) -> None:
    assert desk.row(number).state == "ready_for_look"
    assert f"look_at_file_{number}" in desk.owed(appeal)
    unread = case_files.Look(read_through=False)
    with pytest.raises(Invalid, match="not read through"):
        case_files.clear_case_file(desk.house.cx("ag_specialist"), appeal, None, number, unread)
    case_files.clear_case_file(desk.house.cx("ag_specialist"), appeal, None, number, READ)
    assert "case_file" in desk.owed(appeal)
    desk.worker.relay()
    [letter] = desk.letters(appeal, "case_file_sent")
    assert letter.state == "deposited" or letter.missing == []
    enclosed = Storage(desk.house.town.database.settings).get(letter.sha256)
    assert letter.pages == pages(enclosed) > desk.row(number).pages
    said = text_of(enclosed)
    assert "Here is the file of case" in said[0]
    assert "The file is free." in said[0]
    assert said[-desk.row(number).pages :] == text_of(desk.bytes_of(number))
    assert desk.events(appeal).count("case_file_sent") == 1
    with pytest.raises(StateRefused):
        case_files.clear_case_file(desk.house.cx("ag_specialist"), appeal, None, number, READ)


def test_the_due_time_is_the_earliest_of_the_rules_and_shows_its_arithmetic(
    desk: Desk, appeal: str, number: int
) -> None:
    lines = desk.row(number).due_lines
    assert [line["counts"] for line in lines] == [True, False]
    assert lines[0]["citation"] == "42 CFR 438.406(b)(5)"
    assert lines[1]["citation"] == "45 CFR 164.524(b)(2)"
    assert desk.row(number).due_at.isoformat() == lines[0]["at"]
    fast = a_reviewed_appeal(desk.house, priority="expedited")
    desk.hush()
    with desk.reading() as cx:
        cx = cx.but(now=MONDAY)
        soon = case_file_due.due(cx, case_by_ref(cx, fast), asked_at=MONDAY)
        plain = case_by_ref(cx, _request(desk))
        usual = case_file_due.due(cx, plain, asked_at=MONDAY)
    assert soon.at == MONDAY + timedelta(hours=36)
    assert "the middle of the time that was left" in soon.lines[0].text
    assert [line.citation for line in usual.lines] == ["45 CFR 164.524(b)(2)"]


def test_asked_twice_it_is_made_once(desk: Desk) -> None:
    ref = _request(desk, paper("notes.pdf", NOTES))
    cx = desk.house.town.cx("member of OH-MCD")
    assert desk.ask(ref, cx=cx) == desk.ask(ref, cx=cx)
    assert desk.events(ref).count("case_file_asked") == 1


def test_what_only_the_member_sent_leaves_by_itself(desk: Desk) -> None:
    member = desk.house.town.cx("member of OH-MCD")
    denied = a_denial(desk.house, papers=())
    desk.hush()
    form = appeals.AppealFiling(about=denied, papers=(paper("mine.jpg", photo(), "image/jpeg"),))
    ref = appeals.file_appeal(member, form).ref
    desk.hush()
    number = desk.ask(ref, cx=member, scope="case")
    desk.make()
    assert desk.row(number).state == "sent"
    assert desk.row(number).cleared_by == ""
    with desk.house.town.database.reading(member) as cx:
        [mine] = asked.files_of(cx, case_by_ref(cx, ref))
        assert asked.file_by_number(cx, mine.id).CaseFileRequest.sha256


def test_what_is_withheld_can_be_found_nowhere_in_what_leaves(desk: Desk) -> None:
    ref = _request(desk, paper("misfaxed.pdf", MISFAXED), paper("notes.pdf", NOTES))
    nurse, member = desk.house.cx("nurse"), desk.house.town.cx("member of OH-MCD")
    number = desk.ask(ref, cx=member)
    desk.make()
    first = desk.bytes_of(number)
    assert words_somewhere(first, ["Jane Other"]) == ["Jane Other"]
    contacts.log_contact(
        nurse, ref, None, contacts.ContactMade(
            direction="in", channel="phone", with_whom="A neighbour called Zed", purpose="tip",
            note="Zed told us in confidence.",
        ),
    )  # fmt: skip
    contact = _contact(desk, ref)
    item = f"document:{_document(desk, MISFAXED)}"
    mark = withholding.Mark(item=item, ground="another_person", page=1, whole=True)
    withholding.withhold_part(nurse, ref, None, mark)
    hide = withholding.Mark(item=f"contact:{contact}", ground="informant")
    withholding.withhold_part(nurse, ref, None, hide)
    assert desk.row(number).state == "asked"
    desk.make()
    case_files.clear_case_file(desk.house.cx("supervisor"), ref, None, number, READ)
    desk.worker.relay()
    [letter] = desk.letters(ref, "case_file_sent")
    sent = Storage(desk.house.town.database.settings).get(letter.sha256)
    secrets = ["Jane Other", "her diagnosis", "Zed", "neighbour"]
    assert words_somewhere(desk.bytes_of(number), secrets) == []
    assert words_somewhere(sent, secrets) == []
    said = " ".join("\n".join(text_of(sent)).split())
    assert "Alex Example, page 2" in said
    assert "It is about another person and does not belong to your file." in said
    assert "45 CFR 164.524(a)(2)(v)" in said
    assert "Office for Civil Rights" in said


def _contact(desk: Desk, ref: str) -> str:
    with desk.reading() as cx:
        case = case_by_ref(cx, ref)
        found = select(Contact.ref).where(Contact.case_id == case.id)
        return str(cx.db.execute(found).scalar_one())


def test_a_mark_is_taken_back_and_the_page_is_shown_again(desk: Desk) -> None:
    ref = _request(desk, paper("misfaxed.pdf", MISFAXED))
    nurse = desk.house.cx("nurse")
    item = f"document:{_document(desk, MISFAXED)}"
    withholding.withhold_part(
        nurse, ref, None, withholding.Mark(item=item, ground="psychotherapy_notes")
    )
    number = desk.ask(ref, cx=nurse, asked_for="member")
    desk.make()
    said = "\n".join(text_of(desk.bytes_of(number)))
    assert "These are psychotherapy notes" in said
    assert "misfaxed" not in said
    with desk.reading() as cx:
        [mark] = asked.marks_of(cx, case_by_ref(cx, ref))
    withholding.show_part(nurse, ref, None, mark.id)
    desk.make()
    assert "Jane Other" in "\n".join(text_of(desk.bytes_of(number)))
    assert desk.events(ref)[-1] == "case_file_made"


def test_only_a_clinician_withholds_for_harm(desk: Desk) -> None:
    ref = _request(desk, paper("misfaxed.pdf", MISFAXED))
    mark = withholding.Mark(item=f"document:{_document(desk, MISFAXED)}", ground="danger")
    with pytest.raises(NotAllowed, match="physician"):
        withholding.withhold_part(desk.house.cx("nurse"), ref, None, mark)
    withholding.withhold_part(desk.house.cx("physician"), ref, None, mark)


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": 1, "left": 90, "width": 20},
        {"page": 1, "top": -1},
        {"page": 1, "height": 0},
        {"page": 9999},
    ],
)
def test_a_rectangle_off_the_page_is_refused(desk: Desk, appeal: str, wrong) -> None:
    mark = withholding.Mark(item="document:1", ground="another_person", **wrong)
    with pytest.raises(Invalid):
        withholding.withhold_part(desk.house.cx("nurse"), appeal, None, mark)


def test_members_see_neither_marks_nor_a_file_that_was_not_sent(desk: Desk) -> None:
    ref = _request(desk, paper("misfaxed.pdf", MISFAXED))
    member = desk.house.town.cx("member of OH-MCD")
    mark = withholding.Mark(item=f"document:{_document(desk, MISFAXED)}", ground="another_person")
    withholding.withhold_part(desk.house.cx("nurse"), ref, None, mark)
    number = desk.ask(ref, cx=member)
    desk.make()
    with desk.house.town.database.reading(member) as cx:
        assert cx.db.execute(select(WithheldPart)).all() == []
        with pytest.raises(NotFound):
            asked.file_by_number(cx, number)
    with pytest.raises(NotAllowed):
        withholding.withhold_part(member, ref, None, mark)


def test_an_office_has_the_file_of_an_appeal_that_it_filed_with_consent(desk: Desk) -> None:
    maple = desk.house.cx("Maple")
    ref = _request(desk, paper("notes.pdf", NOTES))
    with pytest.raises(NotAllowed, match="consent"):
        desk.ask(ref, cx=maple)
    denied = a_denial(desk.house)
    desk.hush()
    signed = (paper("consent.pdf", saved(pdf("I agree."))),)
    form = appeals.AppealFiling(about=denied, reason="It is needed.", consent=True, papers=signed)
    appeal = appeals.file_appeal(maple, form).ref
    desk.hush()
    number = desk.ask(appeal, cx=maple)
    desk.make()
    case_files.clear_case_file(desk.house.cx("ag_specialist"), appeal, None, number, READ)
    desk.worker.relay()
    assert "case_file_given" in desk.events(appeal)
    assert desk.letters(appeal, "case_file_sent") == []
    assert "case_file" not in desk.owed(appeal)
    with desk.house.town.database.reading(maple) as cx:
        assert asked.file_by_number(cx, number).CaseFileRequest.pages > 5


def test_more_time_is_taken_once_and_never_beyond_an_open_appeal(desk: Desk, appeal: str) -> None:
    ref = _request(desk, paper("notes.pdf", NOTES))
    nurse = desk.house.cx("nurse")
    number = desk.ask(ref, cx=nurse, asked_for="member")
    first = desk.row(number).due_at
    later = case_files.PuttingOff(reason="The records are being fetched from storage.")
    case_files.extend_case_file(nurse, ref, None, number, later)
    assert desk.row(number).due_at - first == timedelta(days=30)
    assert desk.owed(ref)["case_file"].due_at == desk.row(number).due_at
    desk.worker.relay()
    [letter] = desk.letters(ref, "case_file_extended")
    said = "\n".join(text_of(Storage(desk.house.town.database.settings).get(letter.sha256)))
    assert "The records are being fetched from storage." in said
    assert "April 30, 2027" in said
    with pytest.raises(StateRefused, match="once"):
        case_files.extend_case_file(nurse, ref, None, number, later)
    again = desk.ask(appeal, cx=desk.house.cx("ag_specialist"), asked_for="member", scope="case")
    with pytest.raises(StateRefused, match="before the decision"):
        case_files.extend_case_file(desk.house.cx("ag_specialist"), appeal, None, again, later)


def test_a_refusal_says_why_and_where_to_complain(desk: Desk) -> None:
    ref = _request(desk, paper("notes.pdf", NOTES))
    nurse = desk.house.cx("nurse")
    number = desk.ask(ref, cx=nurse, asked_for="representative")
    case_files.refuse_case_file(
        nurse, ref, None, number, case_files.Refusing(ground="not_entitled")
    )
    desk.worker.relay()
    assert desk.row(number).state == "refused"
    [letter] = desk.letters(ref, "case_file_refused")
    said = "\n".join(text_of(Storage(desk.house.town.database.settings).get(letter.sha256)))
    assert "We have no paper that lets you act for the member." in said
    assert "Office for Civil Rights" in said


def test_a_file_with_too_many_pages_becomes_a_task(desk: Desk, monkeypatch) -> None:
    monkeypatch.setattr("casework.file_maker.MOST_PAGES", 5)
    ref = _request(desk, paper("notes.pdf", NOTES))
    number = desk.ask(ref, cx=desk.house.cx("nurse"))
    desk.make()
    assert desk.row(number).state == "failed"
    assert "one file has at most 5" in desk.owed(ref)[f"look_at_file_{number}"].says
    monkeypatch.undo()
    case_files.remake_case_file(desk.house.cx("nurse"), ref, None, number)
    desk.make()
    assert desk.row(number).state == "ready_for_look"


def test_a_mark_that_is_set_while_the_file_is_bound_is_in_it(desk: Desk, monkeypatch) -> None:
    ref = _request(desk, paper("misfaxed.pdf", MISFAXED))
    nurse = desk.house.cx("nurse")
    mark = withholding.Mark(
        item=f"document:{_document(desk, MISFAXED)}", ground="another_person", page=1, whole=True
    )
    number = desk.ask(ref, cx=nurse)
    make = desk.worker.files.make
    marked = []

    def meanwhile(*args):
        if not marked:
            marked.append(withholding.withhold_part(nurse, ref, None, mark))
        return make(*args)

    monkeypatch.setattr(desk.worker.files, "make", meanwhile)
    desk.make()
    assert words_somewhere(desk.bytes_of(number), ["Jane Other"]) == []
    assert desk.events(ref).count("case_file_made") == 1


def test_a_spanish_file_is_spanish(desk: Desk) -> None:
    ref = _request(desk, paper("notes.pdf", NOTES))
    number = desk.ask(ref, cx=desk.house.cx("nurse"))
    with desk.house.town.database.session(desk.house.cx("system")) as session:
        session.get(CaseFileRequest, number).language = "es"
        session.commit()
    desk.make()
    said = "\n".join(text_of(desk.bytes_of(number)))
    for words in ("Expediente del caso", "Este expediente es gratis.", "página 1 de", "Solicitud"):
        assert words in said
    with pikepdf.open(io.BytesIO(desk.bytes_of(number))) as made:
        assert str(made.Root.Lang) == "es"


def test_the_packet_for_a_body_outside_is_bound_by_the_same_hands(desk: Desk) -> None:
    house = desk.house
    appeal = decided(house, "OH-QHP", "uphold")
    desk.make()
    review = a_review(house, "OH-QHP", appeal)
    mark = withholding.Mark(item="event:1", ground="legal_proceeding")
    withholding.withhold_part(house.cx("ag_specialist"), review, None, mark)
    number = desk.ask(review, cx=house.cx("ag_specialist"), scope="packet")
    desk.make()
    row = desk.row(number)
    assert (row.state, row.asked_for, row.withheld) == ("ready", "body", [])
    assert "case_file" not in desk.owed(review)
    said = text_of(desk.bytes_of(number))
    assert "Case file for the reviewing body" in said[0]
    assert "The nerve exam was normal." in "\n".join(said)
    member = house.town.cx("member of OH-QHP")
    with pytest.raises(Invalid, match="by the plan"):
        desk.ask(review, cx=member, scope="packet")


def test_two_pairs_of_eyes_where_the_contract_asks_for_them(desk: Desk, monkeypatch) -> None:
    version = bridge.version_of
    monkeypatch.setattr(
        bridge,
        "version_of",
        lambda cx, number: replace(
            version(cx, number),
            workflow={**version(cx, number).workflow, "case_file_second_person": True},
        ),
    )
    ref = _request(desk, paper("misfaxed.pdf", MISFAXED))
    nurse = desk.house.cx("nurse")
    mark = withholding.Mark(item=f"document:{_document(desk, MISFAXED)}", ground="another_person")
    withholding.withhold_part(nurse, ref, None, mark)
    number = desk.ask(ref, cx=nurse)
    desk.make()
    with pytest.raises(NotAllowed, match="Somebody else has to look"):
        case_files.clear_case_file(nurse, ref, None, number, READ)
    case_files.clear_case_file(desk.house.cx("supervisor"), ref, None, number, READ)
    assert desk.row(number).state == "sent"


def test_the_file_of_an_open_case_holds_no_restricted_one_and_marks_follow_a_paper(
    desk: Desk,
) -> None:
    sheet = paper("shared.pdf", saved(pdf("Shared by two cases")))
    denied = a_denial(desk.house, papers=(sheet,))
    member = desk.house.town.cx("member of OH-MCD")
    form = appeals.AppealFiling(about=denied, reason="I need it.", papers=(sheet,))
    appealed = appeals.file_appeal(member, form).ref
    mark = withholding.Mark(item=f"document:{_document(desk, sheet.content)}", ground="informant")
    withholding.withhold_part(desk.house.cx("nurse"), denied, None, mark)
    number = desk.ask(appealed, cx=member, scope="case")
    with desk.reading() as cx:
        found = case_file_contents.marks_of(cx, desk.row(number))
        assert [each.item for each in found] == [mark.item]
    owner = create_engine(desk.house.town.database.settings.database_owner_url)
    with owner.begin() as connection:
        hide = update(Case).where(Case.ref == appealed).values(restricted=True)
        connection.execute(hide)
    with desk.reading() as cx:
        one, other = case_by_ref(cx, denied), case_by_ref(cx, appealed)
        assert cases_of(cx, one, "series") == [one.id]
        assert cases_of(cx, other, "series") == [one.id, other.id]
        assert cases_of(cx, one, "packet") == [one.id, other.id]
    with owner.begin() as connection:
        connection.execute(hide.values(restricted=False))
    owner.dispose()
