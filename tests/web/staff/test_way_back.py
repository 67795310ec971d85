"""The way back from a case to the list behind a figure: it stays while one stays with the case, and
leads nowhere else."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.web.staff.scene import Desk

LIST = "/staff/public-figures/3/cases?which=standard_denied&after=17"


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    desk.in_review("one")
    desk.in_review("other")


def _page(desk: Desk, app, back: str, path: str = ""):
    where = f"/staff/cases/{desk.refs['one']}{path}?back={quote(back, safe='')}"
    return desk.sign_in(app, "nurse").get(where)


def _carried(page) -> dict[str, str]:
    """Which links of the page carry which way back."""
    hrefs = [e.get("href") or "" for e in page.all("a")]
    said = {href: parse_qs(urlsplit(href).query).get("back") for href in hrefs}
    return {href: back[0] for href, back in said.items() if back}


def test_a_case_leads_back_to_the_list_that_led_to_it(desk, app) -> None:
    page = _page(desk, app, LIST)
    [link] = [e for e in page.all("a") if e.get("href") == LIST]
    assert " ".join(link.text.split()) == "The cases behind this number"
    assert "back to the list" in page.text  # in the list of keys


def test_it_goes_along_to_papers_and_forms_of_this_case_and_to_no_other(desk, app) -> None:
    carried = _carried(_page(desk, app, LIST))
    assert set(carried.values()) == {LIST}
    assert any("paper=" in href for href in carried)
    assert any("/do/approve" in href for href in carried)
    assert all(desk.refs["one"] in href for href in carried)
    there = _carried(_page(desk, app, LIST, "/do/approve"))
    assert any(urlsplit(href).path == f"/staff/cases/{desk.refs['one']}" for href in there)


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/staff/public-figures/3/cases",
        "//elsewhere.example/staff/public-figures/3/cases",
        "/staff/",
        "/staff/../sign-out",
        "/staff/public-figures/3/publish",
        "/staff/public-figures/x/cases",
        f"{LIST}\n",
        LIST + "x" * 400,
        "javascript:alert(1)",
    ],
)
def test_what_is_no_list_of_ours_is_left_out(desk, app, back) -> None:
    page = _page(desk, app, back)
    assert _carried(page) == {}
    assert back not in {e.get("href") for e in page.all("a") if back != "/staff/"}
