"""A member's pages in both languages: sound, complete, and nobody else's."""

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text, update

from casework.models import Letter, SecurityEvent, User, user_role
from casework.storage import Storage
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import Scene, with_cases


@pytest.fixture(scope="module")
def full(scene: Scene) -> Scene:
    """One member with a case of each kind, and letters."""
    return with_cases(scene)


ADDRESSES = (
    "/member/",
    "/member/letters",
    "/member/profile",
    "/member/appeal",
    "/member/complaint",
    *(
        f"/member/cases/{{{name}}}"
        for name in ("denied", "appealed", "appeal", "grievance", "approved", "pended", "new")
    ),
    *(f"/member/cases/{{new}}/{act}" for act in ("faster", "papers", "message", "back")),
    "/member/cases/{pended}/papers",
    "/member/appeal/{denied}",
    "/member/appeal/{appealed}",
    "/member/appeal/{new}",
    "/member/receipts/{appeal}",
    "/member/receipts/{grievance}",
)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_sound_and_offers_urgent_help(
    full: Scene, site: Flask, language: str
) -> None:
    pages = full.sign_in(site, language=language)
    for address in ADDRESSES:
        page = pages.get(address.format(**full.refs))
        assert page.one("html").get("lang") == language
        for number in ("911", "988", "1-800-555-0124"):
            assert number in page.text, (address, number)


def test_the_first_page_says_how_everything_stands(full: Scene, site: Flask) -> None:
    page = full.sign_in(site).get("/member/")
    assert page.h1 == "Welcome, Rosa Diaz"
    for words in (
        "We said no",
        "Last day to ask: Friday, April 30, 2027.",
        "You will have our answer by Monday, March 15, 2027.",
        "We asked your doctor for more facts.",
        "I waited long, or nobody called back",
        f"See {full.refs['appeal']}",
    ):
        assert words in page.text, words


def test_what_can_be_disputed_stands_first(full: Scene, site: Flask) -> None:
    page = full.sign_in(site).get("/member/")
    titles = [e.get("id") for e in page.all("h3")]
    assert titles[0] == full.refs["denied"]
    rest = [int(ref.split("-")[2]) for ref in titles[1:]]
    assert rest == sorted(rest, reverse=True)


def test_the_case_page_tells_what_why_when_and_what_to_do(full: Scene, site: Flask) -> None:
    page = full.sign_in(site).get(f"/member/cases/{full.refs['denied']}")
    for words in (
        "We said no. You can ask us to look again.",
        "The records show no warning sign, so this test is not needed now.",
        "Imaging policy MP-021, part 2.",
        "What could change our answer",
        "Notes of the exam",
        "Birch Clinic",
        "Last day to ask: Friday, April 30, 2027.",
        "Ohio Medicaid Consumer Hotline",
        "We said no, and why",
        "It reached us",
    ):
        assert words in page.text, words
    for inner in ("Summary.", "Not met.", "Nora Nurse", "Pia Physician", "Referred"):
        assert inner not in page.text, inner


def test_an_approval_shows_its_number_and_window(full: Scene, site: Flask) -> None:
    page = full.sign_in(site).get(f"/member/cases/{full.refs['approved']}")
    assert "AUTH-2027-" in page.text
    assert "We said yes for April 1, 2027 – June 30, 2027" in page.text.replace(
        "forApril", "for April"
    )


def test_english_words_on_a_spanish_page_are_marked_for_readers(full: Scene, site: Flask) -> None:
    page = full.sign_in(site, language="es").get(f"/member/cases/{full.refs['denied']}")
    english = [e.text for e in page.elements if e.get("lang") == "en"]
    assert any("no warning sign" in words for words in english)
    assert "Dijimos que no" in page.text
    assert "Último día para pedirlo: viernes, 30 de abril de 2027." in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/member/cases/{denied}",
        "/member/cases/{denied}/message",
        "/member/receipts/{appeal}",
        "/member/appeal/{denied}",
        "/member/appeal/{denied}/why",
        "/member/outside/{appeal}",
        "/member/letters/{letter}",
        "/member/papers/{paper}",
    ],
)
def test_another_members_case_is_not_there(full: Scene, site: Flask, address: str) -> None:
    with full.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        letter = connection.execute(select(Letter.id).where(Letter.sha256 != "")).scalar()
        paper = connection.execute(text("select min(id) from case_document")).scalar()
    numbers = {**full.refs, "letter": letter, "paper": paper}
    pages = full.sign_in(site, "OH-QHP")
    theirs = pages.get(address.format(**numbers), status=404).text
    absent = {"letter": 999999, "paper": 999999} | dict.fromkeys(full.refs, "PA-2027-999999-9")
    nobodys = pages.get(address.format(**absent), status=404).text
    for secret in ("MRI", "Rosa", "no warning sign"):
        assert secret not in theirs
    assert _plain(theirs) == _plain(nobodys)


def _plain(words: str) -> str:
    """The page without the number of the answer."""
    return words.partition("Number of this answer")[0]


def test_posting_to_another_members_case_changes_nothing(full: Scene, site: Flask) -> None:
    pages = full.sign_in(site, "OH-QHP")
    pages.get("/member/complaint")
    token = pages.page.form("/member/complaint")["csrf_token"]
    ref = full.refs["new"]
    for address in (f"/member/cases/{ref}/back", f"/member/appeal/{full.refs['denied']}"):
        answer = pages.client.post(address, data={"csrf_token": token})
        assert answer.status_code == 404
    assert stages.look(full.house, ref).case.state == "received"


def test_opening_a_letter_gives_its_exact_bytes_and_is_written_down(
    full: Scene, site: Flask
) -> None:
    pages = full.sign_in(site)
    assert "2 new letters" in pages.get("/member/").text
    before = pages.get("/member/letters")
    link = next(e for e in before.all("a") if e.get("href").startswith("/member/letters/"))
    number = int(link.get("href").rsplit("/", 1)[1])
    answer = pages.client.get(link.get("href"))
    with full.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        digest = connection.execute(select(Letter.sha256).where(Letter.id == number)).scalar_one()
        looks = connection.execute(
            select(SecurityEvent.actor_id, SecurityEvent.member_id).where(
                SecurityEvent.what == f"letter:{number}"
            )
        ).all()
    assert answer.data == Storage(full.settings).get(digest)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert looks == [(full.user("OH-MCD"), full.member_id("OH-MCD"))]
    after = pages.get("/member/letters")
    assert "you opened it on March 1, 2027" in after.text
    assert _new(after) == _new(before) - 1
    assert "One letter is new." in after.text


def _new(page) -> int:
    return sum("letter--new" in e.get("class") for e in page.all("li"))


def test_without_the_entry_in_the_history_no_letter_is_shown(
    full: Scene, site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = full.sign_in(site)
    link = next(
        e.get("href")
        for e in pages.get("/member/letters").all("a")
        if e.get("href").startswith("/member/letters/")
    )
    engine = create_engine(full.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(text("alter table chain_head rename to chain_head_gone"))
    try:
        answer = pages.client.get(link)
        assert answer.status_code == 503
        assert b"%PDF" not in answer.data
    finally:
        with engine.begin() as connection:
            connection.execute(text("alter table chain_head_gone rename to chain_head"))
        engine.dispose()


def test_other_roles_have_no_business_here(full: Scene, site: Flask) -> None:
    engine = create_engine(full.settings.database_owner_url)
    nurse = full.house.town.users["nurse"]
    with engine.begin() as connection:
        connection.execute(
            update(User).where(User.id == nurse).values(email="nora.nurse@demo.example")
        )
        assert connection.execute(select(user_role.c.role_id).where(user_role.c.user_id == nurse))
    engine.dispose()
    pages = full.sign_in_as(site, nurse)
    for address in ("/member/", "/member/letters", f"/member/cases/{full.refs['new']}"):
        pages.get(address, status=403)


def test_a_stranger_is_sent_to_sign_in(full: Scene, stranger: Pages) -> None:
    stranger.get(f"/member/cases/{full.refs['new']}", status=302)
    assert stranger.location.startswith("/?next=")
