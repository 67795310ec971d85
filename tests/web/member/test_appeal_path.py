"""Filing an appeal page by page, without scripts: nothing is lost, nothing is filed twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, insert, select, text

from casework.models import (
    Appeal,
    Case,
    CaseDocument,
    FilingDraft,
    Representative,
    Role,
    User,
    user_role,
)
from casework.queries.timeline import timeline
from casework.services import authorizations, drafts
from tests.builders import MONDAY, PDF
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import DAY, Scene, approved
from tests.web.member.walking import A_PAPER, Walk, an_appeal

NUMBER = re.compile(r"AP-2027-\d{6}-\d")


def denied(scene: Scene, contract: str = "OH-MCD") -> str:
    """One more denied request; its letter has not left."""
    return stages.a_denial(scene.house, contract)


def appeals_of(scene: Scene, ref: str) -> list:
    """The appeals of this request, as the system sees them."""
    with scene.database.reading(scene.house.cx("system")) as cx:
        about = select(Case.id).where(Case.ref == ref).scalar_subquery()
        return list(
            cx.db.execute(
                select(Case, Appeal)
                .join(Appeal, Appeal.case_id == Case.id)
                .where(Appeal.about_case_id == about)
            ).all()
        )


def reason_of(scene: Scene, ref: str) -> str:
    """What the reviewer reads as the reason of this appeal."""
    happened = stages.look(scene.house, ref)
    with scene.database.reading(scene.house.cx("system")) as cx:
        entries = timeline(cx, happened.case)
    return next(entry.said.get("reason", "") for entry in entries if entry.event == "received")


def test_an_appeal_from_the_first_page_to_the_receipt(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    page = pages.get("/member/appeal")
    assert ref in page.text
    walk = Walk(pages, f"/member/appeal/{ref}")
    assert walk.begin().h1 == "Why do you think that we should say yes?"
    assert walk.answer("why", "I can not sleep. It hurts.").h1 == "Could waiting hurt you?"
    assert walk.answer("danger", "yes").h1 == "What could happen if you wait?"
    assert walk.answer("harm", "I could fall.").h1 == "Who is asking?"
    assert walk.answer("who", "doctor").h1 == "What is your doctor's name?"
    assert walk.answer("helper", "Dr. Maple").h1 == "Do you have papers that can help?"
    assert A_PAPER[0] in walk.add(A_PAPER).text
    check = walk.answer("papers")
    assert check.h1 == "Check and send"
    for said in (
        "I can not sleep. It hurts.",
        "Yes, I need a fast answer",
        "I could fall.",
        "I am, and my doctor helps me",
        "Dr. Maple",
        A_PAPER[0],
    ):
        assert said in check.text, said
    receipt = walk.send()
    assert receipt.h1 == "We have your appeal"
    [number] = set(NUMBER.findall(receipt.text))
    assert "March 1, 2027, 10:0" in receipt.text
    assert "Eastern Time" in receipt.text
    assert "You will have our answer by March 4, 2027, 10:0" in receipt.text
    [(case, appeal)] = appeals_of(scene, ref)
    assert (case.ref, case.filed_by, case.priority, case.channel) == (
        number,
        "member",
        "expedited",
        "portal",
    )
    assert appeal.filer_name == "Rosa Diaz"
    told = reason_of(scene, number)
    assert told.startswith("I can not sleep. It hurts.")
    assert "Why waiting could do harm: I could fall." in told
    assert "doctor helps; the plan may talk with the doctor about it: Dr. Maple" in told
    with scene.database.reading(scene.house.cx("system")) as cx:
        names = cx.db.execute(
            select(CaseDocument.name).where(CaseDocument.case_id == case.id)
        ).scalars()
        assert list(names) == [A_PAPER[0]]
    assert stages.look(scene.house, ref).happened[-1] == "appealed"
    assert f"See {number}" in pages.get(f"/member/cases/{ref}").text


def test_back_forward_and_reload_lose_nothing(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    walk.answer("why", "Line one.\nLine two.")
    walk.answer("danger", "no")
    assert walk.step == "who"
    assert "Line one.\nLine two." in walk.open("why").html
    page = walk.open("danger")
    [chosen] = [e for e in page.all("input") if "checked" in e.attrs]
    assert chosen.get("value") == "no"
    assert back_of(page) == f"{walk.at}/why"
    walk.answer("danger", "yes")
    walk.answer("harm", "I could fall.")
    walk.open("danger")
    assert walk.answer("danger", "no").h1 == "Who is asking?", "what lost its meaning is skipped"
    walk.answer("who", "me")
    assert "What could happen" not in walk.answer("papers").text


def back_of(page) -> str:
    """Where the back link of this page leads."""
    return next(e for e in page.all("a") if e.text.strip() == "Back").get("href")


def test_a_change_from_the_list_comes_back_to_the_list(scene: Scene, site: Flask) -> None:
    pages = scene.sign_in(site)
    walk = an_appeal(pages, denied(scene))
    check = walk.answer("papers")
    change = next(e.get("href") for e in check.all("a") if e.text.strip().startswith("Change Why"))
    assert change == f"{walk.at}/why?then=check"
    page = pages.get(change)
    assert page.form(f"{walk.at}/why")["then"] == "check"
    assert back_of(page) == f"{walk.at}/check"
    after = walk.answer("why", "Another reason.")
    assert (after.h1, "Another reason." in after.text) == ("Check and send", True)
    pages.get(f"{walk.at}/danger?then=check")
    assert walk.answer("danger", "yes").h1 == "What could happen if you wait?"


def test_what_was_begun_waits_on_the_server(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    pages.post(f"{walk.at}/why", {"why": "Half a thought", "act": "stop"})
    home = pages.follow()
    assert "We keep what you wrote. It is not sent yet." in home.text
    assert f"You began to ask us to look again at {ref}" in home.text
    assert appeals_of(scene, ref) == []
    elsewhere = scene.sign_in(site)
    assert "Half a thought" in elsewhere.get(f"{walk.at}/why").html
    start = elsewhere.get(walk.at)
    assert "Go on where I stopped" in start.text
    elsewhere.post(walk.at)
    assert elsewhere.follow().h1 == "Could waiting hurt you?"


def test_what_was_begun_can_be_thrown_away(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    Walk(pages, f"/member/appeal/{ref}").begin()
    home = pages.get("/member/")
    drop = next(e.get("action") for e in home.all("form") if e.get("action").endswith("/drop"))
    pages.post(drop)
    assert f"You began to ask us to look again at {ref}" not in pages.follow().text
    pages.get(f"/member/appeal/{ref}/why", status=302)
    assert pages.location == f"/member/appeal/{ref}"


def test_two_presses_make_one_appeal(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = an_appeal(scene.sign_in(site), ref)
    walk.answer("papers")
    token = walk.pages.page.form(f"{walk.at}/check")["csrf_token"]
    cookies = {c.key: c.value for c in walk.pages.client._cookies.values()}

    def press(_number: int) -> tuple[int, str]:
        client = site.test_client()
        for key, value in cookies.items():
            client.set_cookie(key, value)
        answer = client.post(f"{walk.at}/check", data={"csrf_token": token})
        return answer.status_code, answer.headers.get("Location", "")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(press, range(4)))
    [(case, _)] = appeals_of(scene, ref)
    assert set(answers) == {(302, f"/member/receipts/{case.ref}")}


def test_whoever_comes_back_after_sending_sees_the_receipt(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    walk = an_appeal(pages, ref)
    walk.answer("papers")
    receipt = walk.send()
    [number] = set(NUMBER.findall(receipt.text))
    for step in ("", "/why", "/check"):
        pages.get(f"{walk.at}{step}", status=302)
        assert pages.location == f"/member/receipts/{number}"
    with scene.database.reading(scene.house.cx("system")) as cx:
        draft = cx.db.execute(
            select(FilingDraft).where(FilingDraft.sent_ref == number)
        ).scalar_one()
        assert draft.body_ct == b"", "what was typed lives in the case alone"


def test_an_appeal_that_is_open_is_shown_and_not_filed_again(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    number = stages.an_appeal(scene.house, "OH-MCD", about=ref)
    pages = scene.sign_in(site)
    page = pages.get(f"/member/appeal/{ref}")
    assert "You have asked for this already." in page.text
    assert f"See {number}" in page.text
    assert all(e.get("action") != f"/member/appeal/{ref}" for e in page.all("form"))
    assert (
        pages.client.post(
            f"/member/appeal/{ref}", data={"csrf_token": page.form("/language")["csrf_token"]}
        ).status_code
        == 409
    )


def test_before_a_decision_there_is_nothing_to_appeal(scene: Scene, site: Flask) -> None:
    ref = approved(scene.house, "OH-MCD")
    page = scene.sign_in(site).get(f"/member/appeal/{ref}")
    assert "There is nothing to ask for here now: we have not said no." in page.text


@pytest.mark.parametrize(
    ("step", "said", "sentence"),
    [
        ("why", "x" * 4001, "This is too long. Use at most 4000 letters"),
        ("danger", "", "Choose one of these."),
        ("danger", "perhaps", "Choose one of these."),
        ("who", "nobody", "Choose one of these."),
        ("helper", " ", "Write the name."),
        ("helper", "x" * 121, "This is too long. Use at most 120 letters"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    scene: Scene, site: Flask, step: str, said: str, sentence: str
) -> None:
    pages = scene.sign_in(site)
    walk = an_appeal(pages, scene.refs.setdefault("bad", denied(scene)), who="helper")
    walk.open(step)
    page = walk.refused(step, said)
    assert page.one("title").text.startswith("Error:")
    assert page.text.count(sentence) >= 2, "in the summary and at the field"
    if step != "danger" and len(said) > 20:
        assert said in page.html, "what was typed is still there"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.pdf", b"", "empty.pdf is empty."),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic" + b"x" * 40, "We cannot open IMG_1.HEIC."),
        ("virus.exe", b"MZ" + b"\x00" * 60, "We cannot open virus.exe."),
        ("photo.jpg", PDF, "We cannot open photo.jpg."),
        ("../../etc/passwd", b"root:x:0:0", "We cannot open passwd."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_not_kept(
    scene: Scene, site: Flask, name: str, content: bytes, sentence: str
) -> None:
    walk = an_appeal(scene.sign_in(site), scene.refs.setdefault("bad", denied(scene)))
    walk.open("papers")
    page = walk.add((name, content), status=422)
    assert sentence in page.text
    assert "Added so far" not in page.text


def test_files_are_kept_taken_off_and_sent_with_going_on(scene: Scene, site: Flask) -> None:
    walk = an_appeal(scene.sign_in(site), denied(scene))
    other = PDF + b"% another"
    page = walk.add(A_PAPER, ("two.pdf", other), ("the same again.pdf", PDF))
    listed = [e.text.strip() for e in page.all("span") if e.get("class") == "files__name"]
    assert sorted(listed) == ["the same again.pdf", "two.pdf"], "equal bytes are one file"
    off = next(e for e in page.all("button") if "two.pdf" in e.text)
    walk.pages.post(f"{walk.at}/papers", {"remove": off.get("value")})
    assert "two.pdf" not in walk.pages.follow().text
    check = walk.answer("papers", "", papers=[(BytesIO(other), "three.pdf")])
    assert check.h1 == "Check and send"
    assert "the same again.pdf, three.pdf" in check.text
    walk.open("papers")
    assert "Choose a file first." in walk.add(status=422).text


def test_a_late_appeal_is_told_with_its_window_and_taken(scene: Scene, site: Flask) -> None:
    ref = denied(scene, "OH-QHP")
    scene.post(ref)
    engine = create_engine(scene.settings.database_owner_url)
    pages = scene.sign_in(site, "OH-QHP")
    start = pages.get(f"/member/appeal/{ref}")
    assert "Last day to ask: Saturday, August 28, 2027." in start.text
    with engine.begin() as connection:
        now = connection.execute(text("select seconds from time_offset")).scalar_one()
        connection.execute(text(f"update time_offset set seconds = {now + 200 * 86400}"))
    try:
        page = pages.get(f"/member/cases/{ref}")
        assert "The last day to ask was Saturday, August 28, 2027." in page.text
        walk = an_appeal(pages, ref)
        assert walk.step == "late"
        assert "The last day to ask was Saturday, August 28, 2027." in walk.open("late").text
        walk.answer("late", "I was in the hospital.")
        check = walk.answer("papers")
        assert "We take it if there was a good reason." in check.text
        receipt = walk.send()
        assert "It came after the last day. We will look at your reason" in receipt.text
        [(case, appeal)] = appeals_of(scene, ref)
        assert appeal.late
        assert "Why it comes late: I was in the hospital." in reason_of(scene, case.ref)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"update time_offset set seconds = {now}"))
        engine.dispose()


def test_care_that_was_cut_can_be_kept(scene: Scene, site: Flask) -> None:
    ref = approved(scene.house, "OH-MCD")
    form = authorizations.Reduction(
        reason="The scans show no change.",
        criterion="Imaging policy MP-021, part 2.",
        effective_on=(MONDAY + 20 * DAY).date(),
        attested=True,
    )
    authorizations.terminate(scene.house.cx("physician"), ref, None, form)
    scene.post(ref)
    pages = scene.sign_in(site)
    assert "You can ask to keep the care while we look." in pages.get(f"/member/cases/{ref}").text
    walk = an_appeal(pages, ref)
    assert walk.step == "keep"
    assert "If we still say no in the end, you may have to pay for it." in walk.open("keep").text
    walk.answer("keep", "yes")
    walk.answer("papers")
    receipt = walk.send()
    assert "Your care goes on while we look." in receipt.text
    [(case, appeal)] = appeals_of(scene, ref)
    assert (case.benefits_continued, appeal.continuation) == (True, True)


@pytest.fixture
def son(scene: Scene) -> int:
    """The account of somebody who speaks for the member of Ohio Medicare; no form is on file."""
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        role = connection.execute(select(Role.id).where(Role.name == "representative")).scalar()
        if role is None:
            role = connection.execute(
                insert(Role).values(name="representative").returning(Role.id)
            ).scalar_one()
        connection.execute(delete(User).where(User.email == "son@demo.example"))
        number = connection.execute(
            insert(User)
            .values(
                email="son@demo.example",
                fs_uniquifier="son-of-lena",
                name="Sam Hart",
                kind="member",
                member_id=scene.member_id("OH-MA"),
            )
            .returning(User.id)
        ).scalar_one()
        connection.execute(insert(user_role).values(user_id=number, role_id=role))
    engine.dispose()
    return number


def test_a_representative_is_asked_for_the_form(scene: Scene, site: Flask, son: int) -> None:
    ref = denied(scene, "OH-MA")
    pages = scene.sign_in_as(site, son)
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    walk.answer("why", "My mother needs it.")
    walk.answer("danger", "no")
    assert walk.step == "form"
    walk.answer("form", "later")
    walk.answer("papers")
    receipt = walk.send()
    assert "We still need the signed form." in receipt.text
    [(case, appeal)] = appeals_of(scene, ref)
    assert (case.filed_by, appeal.filer_name, appeal.consent) == (
        "representative",
        "Sam Hart",
        "missing",
    )
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            insert(Representative).values(
                member_id=scene.member_id("OH-MA"),
                name="Sam Hart",
                relation="son",
                starts_on=datetime(2027, 1, 1, tzinfo=UTC).date(),
            )
        )
    engine.dispose()
    another = denied(scene, "OH-MA")
    walk = Walk(pages, f"/member/appeal/{another}")
    walk.begin()
    walk.answer("why")
    walk.answer("danger", "no")
    assert walk.step == "papers", "a form that is on file is not asked for"
    walk.answer("papers")
    assert "We still need the signed form." not in walk.send().text


def test_drafts_are_sealed_and_nobody_elses(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = Walk(scene.sign_in(site), f"/member/appeal/{ref}")
    walk.begin()
    walk.answer("why", "Only between us.")
    with scene.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        row = connection.execute(select(FilingDraft).where(FilingDraft.about == ref)).one()
        assert b"between us" not in bytes(row.body_ct)
    for who in ("nurse", "ag_specialist", "Maple", "member of OH-QHP"):
        with scene.database.reading(scene.house.cx(who)) as cx:
            seen = cx.db.execute(select(FilingDraft.about)).scalars().all()
            assert ref not in seen, who
    with scene.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'contracts', true)"))
        connection.execute(text("select set_config('app.ids', '{1,2,3,4,5}', true)"))
        assert connection.execute(text("select count(*) from filing_draft")).scalar() == 0


def test_a_draft_is_kept_for_thirty_days(scene: Scene) -> None:
    member = scene.house.member("OH-MCD-2026")
    mine = scene.member_id("OH-MCD-2026")
    first = drafts.begin(member, kind="grievance", about="", member_id=mine)
    again = drafts.begin(member, kind="grievance", about="", member_id=mine)
    assert (again.id, again.token) == (first.id, first.token)
    drafts.answer(member, first.id, {"told": "It began so."})
    later = scene.house.member("OH-MCD-2026", MONDAY + 31 * DAY)
    fresh = drafts.begin(later, kind="grievance", about="", member_id=mine)
    assert fresh.token != first.token
    assert fresh.answers == {}


def test_the_path_speaks_spanish(scene: Scene, site: Flask) -> None:
    pages = scene.sign_in(site, language="es")
    walk = Walk(pages, f"/member/appeal/{denied(scene)}")
    assert walk.begin().h1 == "¿Por qué cree que debemos decir que sí?"
    walk.answer("why", "Me duele.")
    assert "Elija una de estas." in walk.refused("danger").text
    walk.answer("danger", "no")
    walk.answer("who", "me")
    assert "No podemos abrir nota.exe." in walk.add(("nota.exe", b"MZ12"), status=422).text
    assert walk.answer("papers").h1 == "Revisar y enviar"
    receipt = walk.send()
    assert receipt.h1 == "Tenemos su apelación"
    assert "Tendrá la respuesta a más tardar el miércoles, 31 de marzo de 2027." in receipt.text


def test_a_stale_page_of_the_questions_leads_on(scene: Scene, site: Flask, stranger: Pages) -> None:
    ref = denied(scene)
    pages = scene.sign_in(site)
    pages.get(f"/member/appeal/{ref}/danger", status=302)
    assert pages.location == f"/member/appeal/{ref}"
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    pages.get(f"{walk.at}/check", status=302)
    assert walk.step == "why"
    pages.get(f"{walk.at}/keep", status=302)
    assert walk.step == "why"
    stranger.get(f"{walk.at}/why", status=302)
    assert stranger.location.startswith("/?next=")
