"""Filing an appeal page by page, without scripts: from the first page to the receipt, once."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from casework.models import CaseDocument, FilingDraft
from tests.pages import Pages
from tests.services import stages
from tests.web.member.appealing import NUMBER, appeals_of, denied, reason_of
from tests.web.member.scene import Scene, approved
from tests.web.member.walking import A_PAPER, Walk, an_appeal


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
