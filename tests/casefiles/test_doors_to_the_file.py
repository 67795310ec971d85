"""The ways to a case file: the member's button, the desk, the API, the console."""

import io
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import create_engine, update

from casework import now
from casework.app import create_app
from casework.cli import casework
from casework.context import SYSTEM
from casework.ground import database_for
from casework.models import User
from casework.services import appeals, tokens
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission
from tests.casefiles.conftest import Desk, pages, paper
from tests.casefiles.papers_made import fax, pdf, saved, words_somewhere
from tests.pages import Pages
from tests.services.stages import a_denial, a_reviewed_appeal

MISFAXED = saved(pdf("Jane Other", "Alex Example"))


@pytest.fixture(scope="module")
def site(settings, desk: Desk):
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        for number in desk.house.town.users.values():
            one = update(User).where(User.id == number)
            connection.execute(one.values(email=f"p{number}@demo.example"))
    owner.dispose()
    wired = database_for(replace(settings, demo=True))
    yield create_app(database=wired)
    wired.engine.dispose()


def _as(site, desk: Desk, who: str) -> Pages:
    browser = Pages(site.test_client())
    browser.get("/")
    browser.post("/demo-sign-in", {"person": str(desk.house.town.users[who])}, status=302)
    return browser


@pytest.fixture(scope="module")
def request_(desk: Desk) -> str:
    papers = (
        paper("misfaxed.pdf", MISFAXED),
        paper("fax.tif", fax("A fax"), "image/tiff"),
        paper("broken.pdf", b"%PDF-1.7 broken"),
    )
    sent = a_submission(desk.house.town, papers=papers)
    ref = submit_prior_auth(desk.house.cx("Maple"), sent).ref
    desk.make()
    return ref


def test_a_member_asks_and_reads_it_when_it_was_looked_through(
    site, desk: Desk, request_: str
) -> None:
    member = _as(site, desk, "member:member of OH-MCD")
    assert f"/member/cases/{request_}/file" in _html(member, f"/member/cases/{request_}")
    at = f"/member/cases/{request_}/file"
    assert "It is free." in member.get(at).text
    member.post(at, {}, status=302)
    assert "We are making it" in member.get(at).text
    desk.make()
    assert "We check it, then we send it" in member.get(at).text
    nurse = _as(site, desk, "nurse")
    there = f"/staff/cases/{request_}/file"
    page = _html(nurse, there)
    number = re.search(r'name="number" value="(\d+)"', page).group(1)
    member.get(f"{at}?open={number}", status=404)
    assert "45 CFR 164.524(b)(2)" in page
    refused = nurse.post(there, {"does": "clear", "number": number}, status=422)
    assert "not read through" in refused.text
    _cover(nurse, there, page)
    desk.make()
    nurse.get(there)
    nurse.post(there, {"does": "clear", "number": number, "read_through": "yes"}, status=302)
    desk.make()
    read = member.client.get(f"{at}?open={number}")
    assert read.mimetype == "application/pdf"
    assert words_somewhere(read.data, ["Jane Other"]) == []
    assert words_somewhere(read.data, ["Alex Example"]) == ["Alex Example"]
    assert "Some parts are covered." in member.get(at).text


def _html(browser: Pages, path: str) -> str:
    browser.get(path)
    return str(browser.response.text)


def _cover(nurse: Pages, there: str, page: str) -> None:
    """Cover the first line of the misfaxed page by typed numbers."""
    paper_at = re.search(rf'href="({there}/papers/\d+)"', page).group(1)
    nurse.get(paper_at)
    nurse.post(paper_at, {"page": "1", "what": "box", "ground": "another_person"}, status=422)
    box = {"left": "5", "top": "8,5", "width": "60 %", "height": "5"}
    typed = {"page": "1", "what": "box", "ground": "another_person", **box}
    nurse.post(paper_at, typed, status=302)
    assert "page 1, 60 % by 5 %" in nurse.get(paper_at).text
    picture = nurse.client.get(f"{paper_at}?picture=1&page=1")
    shown = Image.open(io.BytesIO(picture.data)).convert("L")
    assert shown.getpixel((shown.width // 5, int(shown.height * 0.11))) < 20
    nurse.get(f"{paper_at}?page=9", status=404)


def test_a_document_that_cannot_be_shown_can_still_be_withheld(
    site, desk: Desk, request_: str
) -> None:
    nurse = _as(site, desk, "nurse")
    there = f"/staff/cases/{request_}/file"
    last = re.findall(rf'href="({there}/papers/\d+)"', _html(nurse, there))[-1]
    assert "cannot be shown as pages" in nurse.get(last).text
    nurse.client.get(f"{last}?picture=1")
    nurse.post(last, {"page": "1", "what": "document", "ground": "informant"}, status=302)
    assert "the whole document" in nurse.get(there).text


def test_who_decides_an_appeal_is_told_that_the_file_is_still_owed(site, desk: Desk) -> None:
    ref = a_reviewed_appeal(desk.house)
    reviewer = _as(site, desk, "ag_clinician")
    assert "has not left" not in reviewer.get(f"/staff/cases/{ref}/do/uphold").text
    desk.ask(ref, cx=desk.house.town.cx("member of OH-MCD"))
    page = reviewer.get(f"/staff/cases/{ref}/do/uphold").text
    assert "has not left" in page
    assert "42 CFR 438.406(b)(5)" in page


def test_a_program_asks_waits_and_fetches_it(site, desk: Desk) -> None:
    denied = a_denial(desk.house)
    signed = (paper("consent.pdf", saved(pdf("I agree."))),)
    form = appeals.AppealFiling(about=denied, reason="Needed.", consent=True, papers=signed)
    ref = appeals.file_appeal(desk.house.cx("Maple"), form).ref
    made = tokens.create_token(
        desk.house.town.database.context(SYSTEM),
        "office",
        wall=now.wall(),
        scopes=("cases:read", "cases:act"),
        organization_id=desk.house.town.offices["Maple"],
    )
    client, head = site.test_client(), {"Authorization": f"Bearer {made.token}"}
    at = f"/api/v1/cases/{ref}/case-file"
    answer = client.post(at, json={}, headers={**head, "Idempotency-Key": "one"})
    assert answer.status_code == 202, answer.text
    number = answer.json["id"]
    desk.make()
    [file] = client.get(at, headers=head).json
    assert file["state"] == "ready_for_look"
    assert file["due_lines"][0]["counts"]
    assert client.get(f"/api/v1/case-files/{number}", headers=head).status_code == 404
    sight = _as(site, desk, "ag_specialist")
    form = {"does": "clear", "number": str(number), "read_through": "yes"}
    sight.get(f"/staff/cases/{ref}/file")
    sight.post(f"/staff/cases/{ref}/file", form, status=302)
    got = client.get(f"/api/v1/case-files/{number}", headers=head)
    assert pages(got.data) == client.get(at, headers=head).json[0]["pages"]
    refused = client.post(f"/api/v1/cases/{denied}/case-file", json={}, headers=head)
    assert refused.status_code in (400, 403)


def test_the_console_binds_it_without_sending(
    settings, desk: Desk, request_: str, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DATABASE_OWNER_URL", settings.database_owner_url)
    monkeypatch.setenv("CASEWORK_DATA_DIR", str(settings.data_dir))
    before = desk.events(request_)
    to = tmp_path / "file.pdf"
    ran = CliRunner().invoke(casework, ["case-file", request_, "--to", str(to), "--lang", "es"])
    assert ran.exit_code == 0, ran.output
    assert pages(to.read_bytes()) > 5
    assert desk.events(request_) == before
