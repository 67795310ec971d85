"""Who manages an office: its people, and tokens that are shown once and can be ended."""

import re

from tests.web.provider import stages
from tests.web.provider.conftest import Practice

OFFICE = "/provider/office"


def test_only_who_manages_the_office_sees_it(practice: Practice) -> None:
    practice.browser("mae").get(OFFICE, status=403)
    page = practice.browser("max").get(OFFICE)
    assert "Mae Tolliver" in page.text
    assert "Ben Kessler" not in page.text


def test_an_office_without_a_token_is_told_so(practice: Practice) -> None:
    assert "There is no token yet" in practice.browser("olaf").get(OFFICE).text


def test_a_token_is_shown_once_works_and_ends(practice: Practice, town) -> None:
    ref = stages.a_request(town)
    max_ = practice.browser("max")
    max_.get(OFFICE)
    page = max_.send(f"{OFFICE}/tokens", {"name": "", "life": "5"}, status=422)
    for field in ("name", "scopes", "life"):
        assert max_.error_of(field)
    data = {"name": "Our scheduler", "scopes": ["cases:read"], "life": "30"}
    page = max_.send(f"{OFFICE}/tokens", data)
    token = re.findall(r"cw_[A-Za-z0-9_-]{43}", page.html)
    assert len(token) == 1
    assert "copy it now" in page.text
    headers = {"Authorization": f"Bearer {token[0]}"}
    api = practice.app.test_client()
    assert api.get(f"/api/v1/cases/{ref}", headers=headers).status_code == 200
    assert api.get("/api/v1/cases/PA-2027-000001-0", headers=headers).status_code == 404
    page = max_.get(OFFICE)
    assert token[0] not in page.html
    assert "Our scheduler" in page.text
    assert "Read cases, letters and papers" in page.text
    end = next(f.get("action") for f in page.all("form") if "/revoke" in f.get("action"))
    max_.send(end, status=303)
    assert "opens nothing any more" in max_.follow().text
    assert api.get(f"/api/v1/cases/{ref}", headers=headers).status_code == 401


def test_a_strange_scope_or_another_persons_token_is_refused(practice: Practice, town) -> None:
    from casework import now
    from casework.context import SYSTEM
    from casework.services import tokens

    max_ = practice.browser("max")
    max_.get(OFFICE)
    data = {"name": "x", "scopes": ["admin"], "life": "30"}
    max_.send(f"{OFFICE}/tokens", data, status=422)
    assert "Tick at least one" in max_.error_of("scopes")
    system = town.database.context(SYSTEM)
    made = tokens.create_token(
        system, "Client", wall=now.wall(), organization_id=town.offices["Maple"],
        scopes=("cases:read",),
    )  # fmt: skip
    other = tokens.create_token(
        system, "Hidden", wall=now.wall(), organization_id=town.offices["Birch"],
        scopes=("cases:read",),
    )  # fmt: skip
    page = max_.get(OFFICE)
    assert "Client" in page.text
    assert "the plan ends it" in page.text
    assert "Hidden" not in page.text
    token = page.form("/sign-out")["csrf_token"]
    for number in (made.id, other.id, 10**9):
        answer = max_.client.post(f"{OFFICE}/tokens/{number}/revoke", data={"csrf_token": token})
        assert answer.status_code in {403, 404}
