"""The whole matter for those outside the plan: its cases side by side, in words, with one story."""

import pytest
from flask import Flask
from sqlalchemy import create_engine, update

from casework.models import User
from casework.services import desk, grievances
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import Scene


@pytest.fixture(scope="module")
def appealed(scene: Scene) -> dict[str, str]:
    """A denial, told; its appeal, overturned; a complaint about it; a note of the plan's own."""
    house = scene.house
    request = stages.a_denial(house, "OH-MCD")
    appeal = stages.decided(house, "OH-MCD", "overturn", about=request)
    told = grievances.GrievanceFiling(
        told="Nobody called back.", category="service.phone", about=request
    )
    complaint = grievances.file_grievance(house.member("OH-MCD"), told).ref
    note = desk.Note(text="Only for us.")
    desk.add_note(house.cx("ag_specialist"), appeal, None, note)
    return {"request": request, "appeal": appeal, "complaint": complaint}


@pytest.mark.parametrize("name", ["request", "appeal", "complaint"])
def test_a_member_sees_all_of_it_from_each_part(
    scene: Scene, site: Flask, appealed: dict[str, str], name: str
) -> None:
    page = scene.sign_in(site).get(f"/member/cases/{appealed[name]}/matter")
    for ref in appealed.values():
        assert ref in page.text
    for said in ("We decided", "We still have to set it up", "The answer was changed to yes"):
        assert said in page.text
    assert "Only for us." not in page.html
    assert "Pia Physician" not in page.html


def test_it_is_told_in_spanish(scene: Scene, site: Flask, appealed: dict[str, str]) -> None:
    pages = scene.sign_in(site, language="es")
    page = pages.get(f"/member/cases/{appealed['appeal']}/matter")
    assert page.one("html").get("lang") == "es"
    assert "Todo, desde el principio" in page.text
    assert "Ya decidimos" in page.text


def test_the_page_of_a_case_leads_there_where_there_is_more_than_one(
    scene: Scene, site: Flask, appealed: dict[str, str]
) -> None:
    pages = scene.sign_in(site)
    address = f"/member/cases/{appealed['appeal']}/matter"
    page = pages.get(f"/member/cases/{appealed['appeal']}")
    assert address in [e.get("href") for e in page.all("a")]


def test_somebody_elses_matter_is_not_there(
    scene: Scene, site: Flask, appealed: dict[str, str]
) -> None:
    pages = scene.sign_in(site, "OH-QHP")
    pages.get(f"/member/cases/{appealed['request']}/matter", status=404)


def test_an_office_sees_its_part_of_it(scene: Scene, site: Flask, appealed: dict[str, str]) -> None:
    engine = create_engine(scene.settings.database_owner_url)
    office = scene.house.town.users["office:Maple"]
    with engine.begin() as owner:
        owner.execute(update(User).where(User.id == office).values(email="maple@demo.example"))
    engine.dispose()
    pages = Pages(site.test_client())
    pages.get("/")
    pages.post("/demo-sign-in", {"person": str(office)})
    page = pages.get(f"/provider/cases/{appealed['appeal']}/matter")
    assert appealed["request"] in page.text
    assert "We still have to set it up" in page.text
    assert "Only for us." not in page.html
    page = pages.get(f"/provider/cases/{appealed['appeal']}")
    assert f"/provider/cases/{appealed['appeal']}/matter" in [e.get("href") for e in page.all("a")]
