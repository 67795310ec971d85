"""A member reads a letter here, as plain text, as a page to keep, and in large print."""

import pytest
from flask import Flask
from sqlalchemy import select

from casework.context import SYSTEM
from casework.models import Letter, SecurityEvent
from casework.storage import Storage
from casework.worker import Worker
from letters import extract
from tests.services import stages
from tests.web.member.scene import Scene


@pytest.fixture(scope="module")
def letter(scene: Scene) -> Letter:
    """The denial that this member got."""
    ref = stages.a_denial(scene.house, "OH-MCD")
    scene.post(ref)
    return letter_of(scene, "denial", "member")


def letter_of(scene: Scene, code: str, recipient: str) -> Letter:
    with scene.database.session(scene.database.context(SYSTEM)) as session:
        wanted = select(Letter).where(Letter.code == code, Letter.recipient == recipient)
        found = session.execute(wanted).scalars().one()
        session.expunge_all()
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_letter_is_read_on_the_page_in_its_own_language(
    scene: Scene, site: Flask, letter: Letter, language: str
) -> None:
    pages = scene.sign_in(site, language=language)
    pages.get("/member/letters")
    page = pages.get(f"/member/letters/{letter.id}/read")
    assert page.one("html").get("lang") == language
    [sheet] = [e for e in page.all("div") if e.get("class") == "letter-sheet"]
    assert sheet.get("lang") == "en"
    assert page.h1 == "Your request was denied"
    assert "You can appeal" in sheet.text
    assert ("Plain text" if language == "en" else "Texto sin formato") in page.text


def test_text_and_page_tell_what_the_letter_tells(
    scene: Scene, site: Flask, letter: Letter
) -> None:
    browser = scene.sign_in(site).client
    sent = extract.from_pdf(Storage(scene.settings).get(letter.sha256))
    text = browser.get(f"/member/letters/{letter.id}/text")
    assert text.mimetype == "text/plain"
    first, rest = text.text.split("\n\n", 1)
    assert first.startswith("This tells the same as our letter of March 1, 2027.")
    assert extract.differences(sent, extract.from_text(rest, "en")) == ()
    page = browser.get(f"/member/letters/{letter.id}/page")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert first in page.text
    assert extract.differences(sent, extract.from_html(page.text)) == ()
    for answer in (text, page):
        assert letter.sha256 not in str(answer.headers)
        assert "no-store" in answer.headers["Cache-Control"]


def test_large_print_is_made_by_the_worker_and_then_stands_there(
    scene: Scene, site: Flask, letter: Letter
) -> None:
    pages = scene.sign_in(site)
    address = f"/member/letters/{letter.id}/large-print"
    assert "It is free" in pages.get(address).text
    pages.post(address, status=303)
    assert "less than a minute" in pages.follow().text
    worker = Worker(scene.database)
    worker.relay()
    worker.close()
    answer = pages.client.get(address)
    assert answer.mimetype == "application/pdf"
    sent = extract.from_pdf(Storage(scene.settings).get(letter.sha256))
    assert extract.differences(sent, extract.from_pdf(answer.data)) == ()


def test_nobody_reads_anothers_letter_and_each_look_is_written_down(
    scene: Scene, site: Flask, letter: Letter
) -> None:
    other = scene.sign_in(site, "OH-QHP").client
    for form in ("read", "text", "page", "large-print"):
        assert other.get(f"/member/letters/{letter.id}/{form}").status_code == 404
        assert other.get(f"/member/letters/{2**80}/{form}").status_code == 404
    scene.sign_in(site).client.get(f"/member/letters/{letter.id}/text")
    with scene.database.session(scene.database.context(SYSTEM)) as session:
        looks = select(SecurityEvent.actor_id).where(SecurityEvent.what == f"letter:{letter.id}")
        seen = session.execute(looks).scalars().all()
    assert scene.user("OH-MCD") in seen
    assert scene.user("OH-QHP") not in seen
