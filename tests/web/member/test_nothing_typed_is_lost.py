"""Nothing typed is lost, on every page of members with a form: the pages come from the routes.

The sign-in ends, somebody presses twice, goes back, or a page is old: what was typed is there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text, update

from casework.models import (
    Case,
    CaseDocument,
    CaseEvent,
    Contact,
    FilingDraft,
    User,
    WebSession,
)
from casework.services import welcome
from tests.pages import Pages
from tests.reader import Element, Page
from tests.services import stages
from tests.web.member.appealing import denied
from tests.web.member.scene import Scene, with_cases
from tests.web.member.walking import Walk

MARK = "What I typed 31"
TYPED_IN = frozenset({"text", "tel", "email", "", "search", "number"})
# Forms of these pages have nothing to type: a button, and what it is about.
OURS = frozenset({"csrf_token", "version", "once", "draft", "then", "one-shown", "page"})
STEPS = {
    "appeal": ("why", "danger", "harm", "who", "helper", "papers"),
    "complaint": ("told", "when", "about", "fits", "urgent", "papers"),
    "helper": ("name", "relation", "address", "phone", "email", "covers", "does", "until"),
}
ACTS = ("faster", "papers", "message", "interpreter", "back")


@dataclass
class Typed:
    """The form of one page, filled in: what goes where, and by which field what was typed."""

    address: str
    action: str
    sent: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def full(scene: Scene) -> Scene:
    return with_cases(scene)


def member_routes(site: Flask) -> set[str]:
    """The addresses of members' pages that show something, as `casework routes` lists them."""
    return {
        rule.rule
        for rule in site.url_map.iter_rules()
        if rule.endpoint.startswith("member.") and "GET" in (rule.methods or ())
    }


def addresses(scene: Scene, site: Flask) -> dict[str, list[str]]:
    """For each of these routes the pages to open; what is not named here fails the test below."""
    refs = scene.refs
    one = str(scene.member_id("OH-MCD"))
    known = {
        "/member/appeal/<ref>/<step>": [
            f"/member/appeal/{refs['denied']}/{step}" for step in STEPS["appeal"]
        ],
        "/member/complaint/<step>": [f"/member/complaint/{step}" for step in STEPS["complaint"]],
        "/member/cases/<ref>/<act>": [f"/member/cases/{refs['new']}/{act}" for act in ACTS],
        "/member/profile/<int:number>/reading": [f"/member/profile/{one}/reading"],
        "/member/profile/<int:number>/address": [f"/member/profile/{one}/address"],
        "/member/profile/<int:number>/safe": [f"/member/profile/{one}/safe"],
    }
    for route in member_routes(site):
        if "<" not in route:
            known.setdefault(route, [route])
    known["/member/helpers/new/<step>"] = [
        f"/member/helpers/new/{step}" for step in STEPS["helper"]
    ]
    for route in ("", "/everything", "/file", "/by-post", "/matter"):
        known[f"/member/cases/<ref>{route}"] = [f"/member/cases/{refs['new']}{route}"]
    known["/member/appeal/<ref>"] = [f"/member/appeal/{refs['denied']}"]
    known["/member/receipts/<ref>"] = [f"/member/receipts/{refs['appeal']}"]
    return known


# What has no form with something to type, or is a file; each says why it is not walked here.
NOT_WALKED = {
    "/member/drafts/<int:number>/papers/<sha256>": "a picture",
    "/member/papers/<int:number>": "a file",
    "/member/letters/<int:number>": "a file",
    "/member/letters/<int:number>/read": "a letter; its buttons ask for nothing typed",
    "/member/letters/<int:number>/text": "a file",
    "/member/letters/<int:number>/page": "a file",
    "/member/letters/<int:number>/large-print": "a letter; its button asks for nothing typed",
    "/member/helpers/forms/<number>": "a form that was made; its buttons ask for nothing typed",
    "/member/helpers/forms/<number>/pdf": "a file",
    "/member/outside/<ref>": "the same page as that of an appeal",
    "/member/outside/<ref>/<step>": "the same questions as those of an appeal",
}


def test_every_page_of_members_is_walked_or_says_why_not(full: Scene, site: Flask) -> None:
    missing = member_routes(site) - addresses(full, site).keys() - NOT_WALKED.keys()
    assert missing == set(), "name a page in `addresses`, or say why it has nothing to type"


def ready(full: Scene, site: Flask) -> Pages:
    """Signed in, with an appeal and a complaint begun, so that each question is asked."""
    pages = full.sign_in(site)
    walk = Walk(pages, f"/member/appeal/{full.refs['denied']}")
    walk.begin()
    for step, said in (("why", "It hurts."), ("danger", "yes"), ("who", "helper")):
        walk.open(step)
        walk.answer(step, said)
    walk = Walk(pages, "/member/complaint")
    walk.begin()
    for step, said in (("told", "I waited."), ("about", "access")):
        walk.open(step)
        walk.answer(step, said)
    pages.get("/member/helpers/new")
    pages.post("/member/helpers/new")
    return pages


def fill(page: Page, address: str) -> Typed | None:
    """The first form of the page with something to type, filled in; None where there is none."""
    for form in page.all("form"):
        inside = [e for e in page.all("input", "textarea") if e.within("form") is form]
        sent = {e.get("name"): _typed(e) for e in inside if _takes_words(e)}
        boxes = {e.get("name"): e.get("value") for e in inside if _is_box(e)}
        if form.get("method").lower() == "post" and (sent or boxes):
            return Typed(address, form.get("action"), {**sent, **boxes})
    return None


def _takes_words(element: Element) -> bool:
    if element.get("name") in OURS or "readonly" in element.attrs:
        return False
    return element.tag == "textarea" or element.get("type") in TYPED_IN


def _is_box(element: Element) -> bool:
    return element.get("type") in {"radio", "checkbox"} and element.get("name") not in OURS


def _typed(element: Element) -> str:
    most = int(element.get("maxlength") or 200)
    return "31" if most < 5 else MARK[:most]


def stands(page: Page, typed: Typed) -> dict[str, Any]:
    """What of it the page does not hold any more, by field."""
    now = page.form(typed.action)
    return {name: now.get(name) for name, said in typed.sent.items() if now.get(name) != said}


def end_sign_in(scene: Scene) -> None:
    """Nobody did anything for a day."""
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(WebSession).values(last_seen_at=WebSession.last_seen_at - timedelta(days=1))
        )
    engine.dispose()


def walked(full: Scene, site: Flask, pages: Pages) -> Iterator[tuple[Typed, Page]]:
    """Every page with something to type, and what was typed into it. A question that the answers
    before took away is left out."""
    for route, here in sorted(addresses(full, site).items()):
        for address in here if route not in NOT_WALKED else ():
            answer = pages.client.get(address)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            page = pages._read(answer, 200)
            if typed := fill(page, address):
                yield typed, page


def test_the_sign_in_ends_and_what_was_typed_is_in_the_form_again(full: Scene, site: Flask) -> None:
    pages = ready(full, site)
    lost, seen = {}, 0
    for typed, page in walked(full, site, pages):
        end_sign_in(full)
        sent = {**page.form(typed.action), **typed.sent}
        refused = pages._read(pages.client.post(typed.action, data=sent), 401)
        assert "We keep what you typed for 30 minutes." in refused.text, typed.address
        [link] = [e.get("href") for e in refused.all("a") if e.get("href").startswith("/?next=")]
        pages.get(link)
        pages.post("/demo-sign-in", {"person": str(full.user("OH-MCD"))})
        assert pages.location == typed.address
        again = pages.follow()
        assert "What you typed is here again." in again.text, typed.address
        seen += 1
        if gone := stands(again, typed):
            lost[typed.address] = gone
    assert lost == {}
    assert seen >= 28


def test_nobody_else_is_given_what_was_typed(full: Scene, site: Flask) -> None:
    pages = ready(full, site)
    address = f"/member/cases/{full.refs['new']}/message"
    page = pages.get("/member/complaint/told")
    form = page.form("/member/complaint/told")
    end_sign_in(full)
    pages._read(pages.client.post("/member/complaint/told", data={**form, "told": MARK}), 401)
    with full.database.engine.connect() as connection:
        kept = connection.execute(select(WebSession.data)).scalars().all()
    assert not any(MARK in each for each in kept), "it is sealed where it lies"
    pages.get("/")
    pages.post("/demo-sign-in", {"person": str(full.user("OH-QHP"))})
    pages.get("/member/complaint")
    pages.post("/member/complaint")
    assert MARK not in pages.follow().html
    other = full.sign_in(site)
    assert MARK not in other.get("/member/complaint/told").html, "nor in another browser"
    assert MARK not in other.get(address).html


def test_another_site_cannot_put_words_into_a_form(full: Scene, site: Flask) -> None:
    pages = ready(full, site)
    form = pages.get("/member/complaint/told").form("/member/complaint/told")
    end_sign_in(full)
    answer = pages.client.post(
        "/member/complaint/told",
        data={**form, "told": MARK},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 401
    assert "We keep what you typed" not in answer.text


def test_a_form_from_before_the_last_sign_in_comes_back_filled(full: Scene, site: Flask) -> None:
    pages = ready(full, site)
    address = f"/member/cases/{full.refs['new']}/message"
    form = pages.get(address).form(address)
    pages.post("/sign-out")  # in another tab, and in again
    pages.follow()
    pages.post("/demo-sign-in", {"person": str(full.user("OH-MCD"))})
    answer = pages.client.post(address, data={**form, "text": MARK})
    assert answer.status_code == 403
    assert "What you typed is in the form again." in answer.text
    assert pages.get(address).form(address)["text"] == MARK


def count(full: Scene) -> tuple[int, ...]:
    """How much there is of everything that a form can make."""
    with full.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Case, CaseEvent, Contact, CaseDocument, FilingDraft)
        )


def test_a_form_is_sent_once_and_what_is_refused_stands_in_it(full: Scene, site: Flask) -> None:
    """Pressed twice it is done once, and the second answer is no error; what follows was fetched,
    so that going back or loading it again sends nothing. What must be corrected is not typed
    twice."""
    pages = ready(full, site)
    twice, lost = {}, {}
    for typed, page in walked(full, site, pages):
        if typed.address.endswith("/back"):
            continue  # a case that was taken back has no such page any more
        sent = {**page.form(typed.action), **typed.sent}
        first = pages.client.post(typed.action, data=sent)
        assert first.status_code in {302, 303, 422}, (typed.address, first.status_code)
        if first.status_code == 422:
            now = Page(first.text, 422).form(typed.action)
            words = {k: v for k, v in typed.sent.items() if v in {MARK, "31"}}
            # A member number is shown in capital letters.
            gone = {k for k, v in words.items() if str(now.get(k)).upper() != v.upper()}
            lost |= {typed.address: gone} if gone else {}
            continue
        after = count(full)
        second = pages.client.post(typed.action, data=sent)
        if second.status_code not in {302, 303} or count(full) != after:
            twice[typed.address] = (first.status_code, second.status_code)
    assert twice == {}
    assert lost == {}


def test_an_old_page_of_questions_keeps_what_was_written(full: Scene, site: Flask) -> None:
    """It was thrown away or sent from another page while somebody wrote on."""
    ref = denied(full)
    pages = full.sign_in(site)
    walk = Walk(pages, f"/member/appeal/{ref}")
    walk.begin()
    form = walk.open("why").form(f"{walk.at}/why")
    home = pages.get("/member/")
    drops = [e.get("action") for e in home.all("form") if e.get("action").endswith("/drop")]
    pages.post(drops[0])
    answer = pages.client.post(f"{walk.at}/why", data={**form, "why": MARK})
    assert answer.status_code == 302
    assert MARK in walk.open("why").html, "begun anew, with what was written"
    for step, said in (("danger", "no"), ("who", "me"), ("papers", "")):
        walk.open(step)
        walk.answer(step, said)
    form = walk.open("why").form(f"{walk.at}/why")
    walk.open("check")
    walk.send()
    late = pages.client.post(f"{walk.at}/why", data={**form, "why": "One more thing."})
    assert late.status_code == 409
    assert "You sent this already" in late.text
    assert "One more thing." in late.text
    number = re.findall(r"AP-2027-\d{6}-\d", late.text)[0]
    page = Page(late.text, 409)
    pages.page = page
    pages.post(f"/member/cases/{number}/message")
    assert "One more thing." in pages.follow().text


def test_a_case_that_moved_on_keeps_what_was_written(full: Scene, site: Flask) -> None:
    pages = full.sign_in(site)
    ref = stages.a_denial(full.house)
    number = stages.an_appeal(full.house, "OH-MCD", about=ref)
    address = f"/member/cases/{number}/back"
    form = pages.get(address).form(address)
    engine = create_engine(full.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(update(Case).where(Case.ref == number).values(version=Case.version + 1))
    engine.dispose()
    answer = pages.client.post(address, data={**form, "text": MARK})
    assert answer.status_code == 412
    assert MARK in answer.text


def test_the_first_questions_keep_what_was_chosen(full: Scene, site: Flask) -> None:
    """The questions after the first sign-in: the back button leads to what was answered."""
    engine = create_engine(full.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(User)
            .where(User.id == full.user("OH-QHP"))
            .values(preferences={welcome.PREFERENCE: welcome.DUE})
        )
    engine.dispose()
    pages = full.sign_in(site, "OH-QHP")
    page = pages.get("/member/welcome")
    pages.post("/member/welcome", {"contact_preference": "mail"})
    assert pages.follow().h1 == "In which language shall we write and call?"
    page = pages.get("/member/welcome")
    assert page.form("/member/welcome")["contact_preference"] == "mail"
