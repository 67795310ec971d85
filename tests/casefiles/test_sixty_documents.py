"""A packet of sixty documents: each once, index and pages right, what is withheld gone from every
byte, the same bytes for the same facts."""

import io
import zipfile

import pytest
from sqlalchemy import create_engine, insert, select, update

from casework.binding import bindery
from casework.file_maker import scratch_of
from casework.models import (
    CaseDocument,
    Document,
    ExternalReview,
    PacketSent,
    ReviewOrganization,
)
from casework.queries.case_file import case_by_ref
from casework.records import packet_checklist, packets, supplement_contents
from casework.services import appeals, external_file, packets_asked, withholding
from casework.services import papers as upload
from casework.submission import PaperAsSent
from tests.casefiles.conftest import Desk, bookmarks, pages
from tests.casefiles.papers_made import fax, pdf, photo, saved, text_of, words_somewhere
from tests.services import stages

SECRET = "ZZTOPNAME"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx(text: str) -> bytes:
    """A document of a word processor with one paragraph."""
    buffer = io.BytesIO()
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
            "</w:body></w:document>",
        )
        made.writestr("[Content_Types].xml", "<Types/>")
    return buffer.getvalue()


def sixty() -> list[PaperAsSent]:
    """Forty PDFs, eight faxes, eight photographs, four documents of a word processor."""
    made = []
    for number in range(40):
        texts = [f"Visit {number}", f"Visit {number} page two"][: 1 + number % 2]
        if number == 7:
            texts = [f"{SECRET} another patient", "Visit 7 page two"]
        if number == 8:
            texts = [f"Visit 8\n{SECRET} in the middle"]
        made.append((f"visit {number}.pdf", "application/pdf", saved(pdf(*texts))))
    made += [(f"fax {n}.tif", "image/tiff", fax(f"Fax {n}", frames=1 + n % 3)) for n in range(8)]
    made += [(f"photo {n}.jpg", "image/jpeg", photo((300 + n, 400))) for n in range(8)]
    made += [(f"letter {n}.docx", WORD, docx(f"Dear plan, letter {n}.")) for n in range(4)]
    return [PaperAsSent(name=n, media_type=kind, content=data) for n, kind, data in made]


@pytest.fixture(scope="module")
def review(desk: Desk) -> str:
    """A review of an upheld appeal: fifty papers with the request, ten that came later, and some
    once more with the review."""
    papers = sixty()
    denied = stages.a_denial(desk.house, papers=tuple(papers[:50]))
    more = upload.Upload(papers=tuple(papers[50:]))
    upload.add_document(desk.house.cx("nurse"), denied, None, more)
    desk.worker.relay()
    again = tuple(
        PaperAsSent(name=f"once more {p.name}", media_type=p.media_type, content=p.content)
        for p in papers[:3]
    )
    form = appeals.AppealFiling(about=denied, reason="I need it.")
    appeal = appeals.file_appeal(desk.house.member("OH-MCD"), form).ref
    stages.give(desk.house, appeal)
    stages.decide(desk.house, appeal, "uphold")
    desk.worker.relay()
    owner = create_engine(desk.house.town.database.settings.database_owner_url)
    ref = stages.a_review(desk.house, "OH-MCD", appeal, papers=again)
    with owner.begin() as connection:
        body = connection.execute(
            insert(ReviewOrganization)
            .values(name="State Hearings", body="state_fair_hearing", exchange="portal",
                    address=[], phone="", accredited=True, conflicts=[])
            .returning(ReviewOrganization.id)
        ).scalar_one()  # fmt: skip
        connection.execute(update(ExternalReview).values(review_organization_id=body))
    owner.dispose()
    _withhold(desk, denied)
    return ref


def _withhold(desk: Desk, ref: str) -> None:
    """Another patient: the first page of one paper, a stripe of another."""
    with desk.reading() as cx:
        rows = cx.db.execute(
            select(CaseDocument.name, CaseDocument.document_id).join(
                Document, Document.id == CaseDocument.document_id
            )
        )
        found = {row.name: row.document_id for row in rows}
    nurse = desk.house.cx("nurse")
    for name, more in (
        ("visit 7.pdf", {"page": 1, "whole": True}),
        ("visit 8.pdf", {"page": 1, "left": 0, "top": 10, "width": 100, "height": 8}),
    ):
        mark = withholding.Mark(item=f"document:{found[name]}", ground="another_person", **more)
        withholding.withhold_part(nurse, ref, None, mark)


@pytest.fixture(scope="module")
def packet(desk: Desk, review: str) -> PacketSent:
    """The packet, asked for and bound by the house."""
    database = desk.house.town.database
    assert packets_asked.ask_packet(database.context(), review) == "packet"
    desk.hush()
    desk.make()
    with desk.reading() as cx:
        return cx.db.execute(select(PacketSent)).scalar_one()


def test_every_document_stands_in_it_once(desk: Desk, packet: PacketSent) -> None:
    row = desk.row(packet.request_id)
    papers = [part["sha256"] for part in row.contents if part["sha256"]]
    assert len(papers) == len(set(papers)) == 60
    said = text_of(desk.bytes_of(packet.request_id))
    for number in range(9, 40):
        assert sum(f"Visit {number}\r\n" in f"{page}\r\n" for page in said) == 1, number
    assert any("also came as: once more visit 0.pdf" in " ".join(page.split()) for page in said)


def test_index_bookmarks_and_page_numbers_are_right(desk: Desk, packet: PacketSent) -> None:
    row, data = desk.row(packet.request_id), desk.bytes_of(packet.request_id)
    said = text_of(data)
    assert pages(data) == row.pages == packet.pages
    wanted = [(part["title"], part["page"]) for part in row.contents]
    opened = [each for each in bookmarks(data) if each in wanted]
    assert list(dict.fromkeys(opened)) == wanted
    for part in row.contents:
        hidden = part["title"].startswith(("visit 7", "visit 8"))
        if part["title"].startswith("visit") and not hidden:
            name = part["title"].partition(".")[0].capitalize()
            assert name in said[part["page"] - 1]
    for place, page in enumerate(said, 1):
        assert f"page {place} of {row.pages}" in page


def test_a_letter_of_a_word_processor_is_read_in_it(desk: Desk, packet: PacketSent) -> None:
    said = text_of(desk.bytes_of(packet.request_id))
    for number in range(4):
        assert sum(f"Dear plan, letter {number}." in page for page in said) == 1


def test_what_is_withheld_is_gone_from_every_byte(desk: Desk, packet: PacketSent) -> None:
    data = desk.bytes_of(packet.request_id)
    assert words_somewhere(data, [SECRET]) == []
    assert words_somewhere(data, ["Visit 9"]) == ["Visit 9"], "the search finds what is there"
    said = " ".join("\n".join(text_of(data)).split())
    assert "It is about another person" in said


def test_the_same_facts_make_the_same_bytes(desk: Desk, packet: PacketSent) -> None:
    settings = desk.house.town.database.settings
    with desk.reading() as cx:
        row = desk.row(packet.request_id)
        contents = supplement_contents.of_request(cx.but(now=row.made_at), row)
    with bindery.scratch(scratch_of(settings)) as folder:
        bound = desk.worker.files.make(contents, folder, lambda _done, _total: None)
        assert bound.path.read_bytes() == desk.bytes_of(packet.request_id)


def test_the_checklist_of_the_state_says_what_is_there(
    desk: Desk, review: str, packet: PacketSent
) -> None:
    with desk.reading() as cx:
        case = case_by_ref(cx, review)
        now = packets.packet_now(cx, case.id)
        found = packet_checklist.elements(cx, case.id, "state_fair_hearing", now)
    there = {each.code: each.there for each in found}
    assert there == {
        "request": True,
        "decisions": True,
        "notices": True,
        "criteria": True,
        "papers": True,
        "hearing": False,
        "member_copy": False,
    }


def test_only_the_bound_file_with_its_proof_counts(desk: Desk, review: str, packet) -> None:
    done = external_file.send_file(
        desk.house.cx("ag_specialist"), review, None, external_file.Sending(proof="Portal 60")
    )
    assert done.state == "file_sent"
    with desk.reading() as cx:
        row = cx.db.execute(select(PacketSent)).scalar_one()
        assert (row.state, row.proof, row.pages) == ("sent", "Portal 60", packet.pages)
        assert len(row.items) > 60
