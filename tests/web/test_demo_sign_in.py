"""One click for each person of the demo town, and no such door anywhere else."""

import pytest
from flask import Flask

from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast


def test_the_demo_lists_its_people_by_what_they_do_and_lets_them_in(
    demo: Flask, cast: Cast
) -> None:
    cast.add("demo-ana", email="ana@demo.example", full_name="Ana Reyes")
    cast.add("demo-rosa", "member", "member", email="rosa@demo.example", full_name="Rosa Diaz")
    browser = Pages(demo.test_client())
    page = browser.get("/")
    assert [e.text for e in page.all("h3")] == [
        "Review of requests",
        "Members and those who speak for them",
    ]
    assert PASSWORD not in page.html
    assert "Casey" not in page.text, "only the people of the demo town are listed"
    browser.post("/demo-sign-in", {"person": str(cast.ids["demo-ana"])})
    page = browser.follow()
    assert (page.h1, "Ana Reyes" in page.text) == ("My work", True)


@pytest.mark.parametrize("person", ["", "0", "x", "99999999", "1 or 1=1", "9" * 40])
def test_the_demo_lets_nobody_else_in(demo: Flask, cast: Cast, person: str) -> None:
    browser = Pages(demo.test_client())
    token = browser.get("/").form("/language")
    data = {**token, "person": person}
    assert browser.client.post("/demo-sign-in", data=data).status_code == 404
    nurse = {**token, "person": str(cast.ids["nurse"])}
    assert browser.client.post("/demo-sign-in", data=nurse).status_code == 404


def test_outside_the_demo_there_is_no_such_door(app: Flask, cast: Cast) -> None:
    browser = Pages(app.test_client())
    page = browser.get("/")
    assert "demo" not in page.html.lower()
    data = {**page.form("/"), "person": str(cast.ids["nurse"])}
    assert browser.client.post("/demo-sign-in", data=data).status_code == 404
