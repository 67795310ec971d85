"""People who help me: named by questions, signed by both, ended at once; what waits for a form."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import NullPool, create_engine, delete, select, update
from sqlalchemy.orm import Session

from casework import way_in_post
from casework.app import create_app
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from casework.models import (
    Appeal,
    Appointment,
    Case,
    CaseEvent,
    FormSignature,
    Letter,
    Member,
    OutboxItem,
    Representative,
    StandingNeed,
    User,
    WayIn,
)
from casework.queries.principals import principal_for
from casework.records import appointments
from casework.services import appeal_review, appeals
from casework.services.form_printing import claim_form
from letters import appointment
from tests.builders import MONDAY
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import Scene
from tests.web.way_in.conftest import Postman

PASSWORD = "tulips over lisbon at nine"
ANSWERS = (
    ("name", {"name": "Sam Hart"}),
    ("relation", {"relation": "child"}),
    ("address", {"address": "12 Poplar Street\nDayton, OH 45402"}),
    ("phone", {"phone": "937-555-0142"}),
    ("email", {"email": "sam@people.example"}),
    ("covers", {"covers": "all"}),
    ("does", {"does": "act"}),
    ("private", {"private": "no"}),
    ("letters", {"letters": "yes"}),
    ("until", {"until": "12"}),
)


@dataclass
class Helping:
    """The house with a mail server, and what the tests ask of it."""

    scene: Scene
    database: Database
    app: Flask
    post: Postman

    def answer(self) -> None:
        while way_in_post.answer_one(self.database):
            pass

    def member(self, contract: str, *, language: str = "en") -> Pages:
        return self.scene.sign_in(self.app, contract, language=language)

    def rows(self, what: Any) -> list[Any]:
        with self.owner() as connection:
            return list(connection.execute(what))

    def owner(self) -> Any:
        return create_engine(self.scene.settings.database_owner_url, poolclass=NullPool).begin()

    def principal(self, email: str) -> Any:
        with Session(self.database.engine) as session:
            user = session.execute(select(User).where(User.email == email)).scalar_one()
            return principal_for(session, user)

    def born(self, contract: str) -> dict[str, str]:
        [row] = self.rows(
            select(Member.birth_date).where(Member.id == self.scene.member_id(contract))
        )
        day = row.birth_date
        return {"born-year": str(day.year), "born-month": str(day.month), "born-day": str(day.day)}

    def letters_to_helpers(self, ref: str) -> list[str]:
        about = select(Case.id).where(Case.ref == ref).scalar_subquery()
        found = select(Letter.state).where(
            Letter.case_id == about, Letter.recipient == "representative"
        )
        return [row.state for row in self.rows(found.order_by(Letter.id))]


@pytest.fixture(scope="module")
def helping(scene: Scene, settings: Settings) -> Iterator[Helping]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=port)
    controller.start()
    made = replace(settings, smtp_url=f"smtp://127.0.0.1:{port}", demo=True)
    database = database_for(made)
    with create_engine(settings.database_owner_url, poolclass=NullPool).begin() as connection:
        for contract in ("OH-MA", "OH-MCD", "OH-QHP"):
            connection.execute(
                update(Member)
                .where(Member.id == scene.member_id(contract))
                .values(email=f"{contract.lower()}@file.example", phone="614-555-0170")
            )
    yield Helping(scene, database, create_app(made, database), postman)
    database.engine.dispose()
    controller.stop()


@pytest.fixture(autouse=True)
def fresh(helping: Helping) -> None:
    helping.post.taken.clear()
    with helping.owner() as connection:
        connection.execute(delete(WayIn))
        connection.execute(delete(OutboxItem).where(OutboxItem.topic == "way_in"))


def named(pages: Pages, **changed: str) -> None:
    """Answer every question up to the form."""
    pages.get("/member/helpers/new")
    pages.post("/member/helpers/new")
    for step, said in ANSWERS:
        page = pages.follow()
        assert pages.response.request.path == f"/member/helpers/new/{step}", page.h1
        given = {name: changed.get(name, value) for name, value in said.items()}
        pages.post(f"/member/helpers/new/{step}", given)
    pages.follow()


def sign(pages: Pages, name: str) -> str:
    """Sign the form that is shown; its number."""
    pages.post("/member/helpers/new/check", {"name": name, "agree": "yes"})
    number = pages.location.rsplit("/", 1)[1]
    pages.follow()
    return number


def taken_on(helping: Helping, contract: str, email: str, *, name: str = "Sam Hart") -> Pages:
    """The helper opens the link, reads, signs, and is in."""
    helping.answer()
    pages = Pages(helping.app.test_client())
    pages.get(helping.post.link(email))
    pages.post("/member/sign", helping.born(contract), status=200)
    pages.post("/member/sign", {"name": name, "agree": "yes", "password": PASSWORD})
    pages.follow()
    return pages


def end_all(helping: Helping, contract: str) -> None:
    """End whoever helps this member, as the member does."""
    pages = helping.member(contract)
    page = pages.get("/member/helpers")
    for action in [str(form.get("action")) for form in page.all("form")]:
        if action.endswith("/end"):
            pages.get("/member/helpers")
            pages.post(action)


def test_a_medicare_form_counts_once_both_have_signed_the_same_text(helping: Helping) -> None:
    pages = helping.member("OH-MA")
    named(pages, email="sam-ma@people.example")
    text = pages.page.text
    for element in ("Lena Hart", "614-555-0170", "Sam Hart", "937-555-0142", "12 Poplar Street"):
        assert element in text, "42 CFR 405.910(c)(4): names, addresses, telephone numbers"
    assert "Son or daughter" in text
    assert "may share facts about my health" in text
    assert "42 CFR 422.561, 405.910" in text
    number = sign(pages, "Lena Hart")
    assert "Does not count yet" in pages.page.text
    assert helping.rows(select(Representative.id)) == []
    helper = taken_on(helping, "OH-MA", "sam-ma@people.example")
    assert "Lena" in helper.get("/member/letters").text or helper.page is not None
    rows = helping.rows(select(FormSignature).join(Appointment).where(Appointment.number == number))
    assert {row.party for row in rows} == {"member", "helper"}
    [form] = helping.rows(select(Appointment).where(Appointment.number == number))
    assert {row.text_sha256 for row in rows} == {appointment.hash_of(form.text)}
    assert all(row.at and row.session_ref for row in rows if row.party == "member")
    seen = helping.principal("sam-ma@people.example")
    assert seen.ids == (helping.scene.member_id("OH-MA"),)
    assert seen.narrowed.hushed == seen.ids, "private matters stay private"
    [standing] = helping.rows(select(Representative))
    assert standing.ends_on == appointments.ends_on(MONDAY.date(), "12")
    helping.answer()
    [told] = helping.post.texts("oh-ma@file.example")
    assert "counts from today" in told
    assert "Hart" not in told
    assert "Sam Hart" in helping.member("OH-MA").get("/member/helpers").text
    end_all(helping, "OH-MA")


def test_nobody_reads_or_signs_the_form_without_the_birth_date_or_under_another_name(
    helping: Helping,
) -> None:
    pages = helping.member("OH-MA", language="es")
    named(pages, email="es@people.example")
    assert "Medicare" not in pages.page.h1
    pages.post("/member/helpers/new/check", {"name": "Lena Hart"}, status=422)
    pages.post("/member/helpers/new/check", {"name": "Somebody Else", "agree": "yes"}, status=422)
    sign(pages, "lena  HART")
    helping.answer()
    assert "Lea el formulario" in helping.post.texts("es@people.example")[0]
    stranger = Pages(helping.app.test_client())
    stranger.get(helping.post.link("es@people.example"))
    assert "Hart" not in stranger.page.text
    wrong = {**helping.born("OH-MA"), "born-year": "1901"}
    assert "Hart" not in stranger.post("/member/sign", wrong, status=422).text
    stranger.post("/member/sign", helping.born("OH-MA"), status=200)
    form = {"name": "Other Person", "agree": "yes", "password": PASSWORD}
    stranger.post("/member/sign", form, status=422)
    stranger.post("/member/sign", {"name": "Sam Hart", "agree": "yes", "password": "x"}, status=422)
    stranger.post("/member/sign", {"answer": "no"}, status=200)
    [form_row] = helping.rows(select(Appointment.stage).order_by(Appointment.id.desc()).limit(1))
    assert form_row.stage == "declined"
    assert helping.rows(select(User.id).where(User.email == "es@people.example")) == []


def test_an_appeal_that_waits_is_told_when_the_form_is_complete(helping: Helping) -> None:
    house = helping.scene.house
    about = stages.a_denial(house, "OH-MCD")
    filing = appeals.AppealFiling(
        about=about, filed_by="representative", filer_name="Sam Hart", channel="phone"
    )
    waits = appeals.file_appeal(house.cx("ag_specialist"), filing).ref
    appeal_review.require_consent(house.cx("ag_specialist"), waits, None)
    other = stages.a_denial(house, "OH-MCD")
    received = appeals.file_appeal(house.cx("ag_specialist"), replace(filing, about=other)).ref
    strange = stages.a_denial(house, "OH-MCD")
    not_his = appeals.file_appeal(
        house.cx("ag_specialist"),
        replace(filing, about=strange, filer_name="Uncle Bob"),
    ).ref
    before = helping.letters_to_helpers(waits)
    pages = helping.member("OH-MCD")
    named(pages, email="sam-mcd@people.example")
    assert "The form counts as soon as you sign it." in pages.page.text
    sign(pages, "Rosa Diaz")
    found = select(Case.ref, Case.state, Appeal.consent).join(Appeal, Appeal.case_id == Case.id)
    rows = {row.ref: (row.state, row.consent) for row in helping.rows(found)}
    assert rows[waits] == ("received", "on_file")
    assert rows[received] == ("received", "on_file")
    assert rows[not_his] == ("received", "missing")
    events = helping.rows(
        select(CaseEvent.event, CaseEvent.actor_kind)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            Case.ref.in_((waits, received)),
            CaseEvent.event.in_(("consent_recorded", "consent_filed")),
        )
    )
    assert sorted(events) == [("consent_filed", "system"), ("consent_recorded", "system")]
    assert before == []


def test_whoever_is_removed_sees_and_gets_nothing_from_that_moment(helping: Helping) -> None:
    house = helping.scene.house
    helper = taken_on_mcd(helping)
    seen = helping.principal("sam-mcd@people.example")
    assert seen.reach == "members"
    ref = stages.a_denial(house, "OH-MCD")
    assert set(helping.letters_to_helpers(ref)) == {"due"}
    member_copies = [
        row.state
        for row in helping.rows(
            select(Letter.state)
            .join(Case, Case.id == Letter.case_id)
            .where(Case.ref == ref, Letter.recipient == "member")
        )
    ]
    helping.post.taken.clear()
    end_all(helping, "OH-MCD")
    helping.answer()
    gone = helping.principal("sam-mcd@people.example")
    assert (gone.reach, gone.ids) == ("none", ())
    assert set(helping.letters_to_helpers(ref)) == {"void"}
    helping.scene.post(ref)
    assert set(helping.letters_to_helpers(ref)) == {"void"}
    assert member_copies
    left = helping.rows(
        select(CaseEvent.facts)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.ref == ref, CaseEvent.event.in_(("letter_sent", "notice_sent")))
    )
    assert not any('"representative"' in row.facts for row in left)
    assert ref not in helper.get("/member/").text
    after = stages.a_denial(house, "OH-MCD")
    assert helping.letters_to_helpers(after) == []
    assert "counts no more" in helping.post.texts("sam-mcd@people.example")[-1]
    assert "counts no more" in helping.post.texts("oh-mcd@file.example")[-1]
    assert all("Diaz" not in text for _, m in helping.post.taken for text in [str(m)])
    needs = helping.rows(
        select(StandingNeed.was, StandingNeed.became).where(StandingNeed.need == "representative")
    )
    assert ("Sam Hart", "") in [tuple(row) for row in needs]


def taken_on_mcd(helping: Helping) -> Pages:
    """The Medicaid member's helper with an account: the form counts, he accepts."""
    pages = helping.member("OH-MCD")
    page = pages.get("/member/helpers")
    [link] = {str(a.get("href")) for a in page.all("a") if "/forms/" in str(a.get("href"))}
    pages.get(link)
    pages.post(f"{link}/link")
    return taken_on(helping, "OH-MCD", "sam-mcd@people.example")


def test_a_form_for_one_case_and_to_read_covers_no_more(helping: Helping) -> None:
    house = helping.scene.house
    one, two = stages.a_denial(house, "OH-QHP"), stages.a_denial(house, "OH-QHP")
    pages = helping.member("OH-QHP")
    named(pages, email="ned@people.example", covers=one, does="look", letters="no")
    assert f"only about my request {one}" in pages.page.text
    sign(pages, "Ben Okafor")
    helper = taken_on(helping, "OH-QHP", "ned@people.example")
    home = helper.get("/member/").text
    assert one in home
    assert two not in home
    assert helping.letters_to_helpers(one) == []
    helper.get(f"/member/appeal/{one}")
    answer = helper.client.post(
        f"/member/appeal/{one}", data=helper.page.form(f"/member/appeal/{one}")
    )
    assert answer.status_code == 403
    helper.get(f"/member/cases/{one}/by-post")
    for form in helper.page.all("form"):
        action = str(form.get("action"))
        if action.endswith("/by-post"):
            helper.post(action, {"way": "mail"}, status=403)
    end_all(helping, "OH-QHP")


def test_a_form_for_the_pen_is_printed_with_a_cover_and_the_draft_is_kept_until_then(
    helping: Helping,
) -> None:
    pages = helping.member("OH-QHP")
    pages.get("/member/helpers/new")
    pages.post("/member/helpers/new")
    pages.follow()
    pages.post("/member/helpers/new/name", {"name": "Only"}, status=422)
    pages.post("/member/helpers/new/name", {"name": "Pat Pen", "act": "stop"})
    assert "You began a form" in pages.follow().text
    again = helping.member("OH-QHP")
    again.get("/member/helpers/new/name")
    assert "Pat Pen" in again.page.html
    named_on(again)
    again.post("/member/helpers/new/check", {"way": "paper"})
    number = again.location.rsplit("/", 1)[1]
    again.follow()
    job = claim_form(helping.database.context(), helping.database.case_now() + timedelta(days=1))
    assert job is not None
    while job.form is not None and job.form.number != number:
        job = claim_form(
            helping.database.context(), helping.database.case_now() + timedelta(days=1)
        )
        assert job is not None
    assert job.form is not None
    assert job.cover
    html = appointment.html(job.form, job.text, job.signed, cover=True)
    assert "Sign here" in html
    other = helping.member("OH-MCD")
    other.get(f"/member/helpers/forms/{number}", status=404)


def named_on(pages: Pages) -> None:
    """The rest of the questions, from the first one."""
    pages.post("/member/helpers/new/name", {"name": "Pat Pen"})
    for step, said in ANSWERS[1:]:
        pages.follow()
        pages.post(f"/member/helpers/new/{step}", {} if step == "email" else said)
    pages.follow()
