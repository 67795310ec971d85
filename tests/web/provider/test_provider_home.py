"""The first page of an office: three groups, in order, bounded; and the two searches."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.provider import stages
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal

HOME = "/provider/"


def test_an_empty_office_is_taught(practice: Practice) -> None:
    page = practice.browser("oda").get(HOME)
    assert page.h1 == "Welcome, Oda Outsider"
    assert "Oak Clinic: nothing waits for you." in page.text
    for said in ("Nothing waits for you", "Nothing is with us", "Nothing was decided yet"):
        assert said in page.text


def test_each_case_stands_in_its_group_with_what_to_do(mae: Portal, town) -> None:
    asked, running = stages.pended(town), stages.in_review(town, "OH-QHP")
    done, denied = stages.approved(town), stages.denied(town)
    page = mae.get(HOME)
    yours, _, rest = page.text.partition("With us")
    middle, _, ended = rest.partition("Decided")
    assert asked in yours
    assert "Mar 4, 10:00 am" in yours
    assert "Waiting for information" in yours
    assert running in middle
    assert "In review" in middle
    assert "Mar 16, 11:59 pm" in middle
    assert done in ended
    assert "AUTH-2027-" in ended
    assert "until June 30, 2027" in ended
    assert denied in ended
    assert "See why, talk to a physician, appeal" in ended
    assert "Alex0 Example" in yours
    assert town.members["OH-MCD"] not in page.html
    assert "Times are those of your office: Eastern Time." in page.text


@pytest.mark.parametrize("path", [HOME, HOME + "?group=running"])
def test_sixty_cases_cost_what_five_cost(
    mae: Portal, town, statements: Callable[[Callable[[], Any]], int], path: str
) -> None:
    for _ in range(5):
        stages.a_request(town)
    mae.get(path)
    few = statements(lambda: mae.get(path))
    for _ in range(25 if path == HOME else 30):
        stages.a_request(town)
    for _ in range(3):
        stages.pended(town)
    many = statements(lambda: mae.get(path))
    assert many == few
    assert few <= 25, few


def test_a_long_group_goes_on_and_nothing_is_left_out(mae: Portal, town) -> None:
    refs = {stages.a_request(town) for _ in range(12)}
    page = mae.get(HOME)
    more = next(e.get("href") for e in page.all("a") if "group=running" in e.get("href"))
    seen: set[str] = set()
    for _ in range(10):
        page = mae.get(more)
        seen |= {e.text for e in page.all("a") if e.text.startswith("PA-")}
        following = [e.get("href") for e in page.all("a") if e.get("rel") == "next"]
        if not following:
            break
        more = following[0]
    assert refs <= seen
    assert "newest first" in page.text


@pytest.mark.parametrize(
    "query", ["?group=nonsense", "?group=ended&before=x", "?before=-1", "?group=yours&before=1"]
)
def test_a_strange_address_shows_a_sound_page(mae: Portal, query: str) -> None:
    mae.get(HOME + query)


def test_an_authorization_that_ends_soon_is_told(mae: Portal, town) -> None:
    from dataclasses import replace
    from datetime import date

    from tests.builders import a_submission

    line = a_submission(town).lines[0]
    short = replace(line, from_date=date(2027, 3, 2), to_date=date(2027, 3, 20))
    ref = stages.in_review(town, lines=(short,))
    from casework.records.determinations import LineRuling
    from casework.services import determinations

    ruling = determinations.Ruling(
        lines=(LineRuling(number=1, result="approved"),), criterion="MP-021"
    )
    determinations.approve(town.cx("nurse"), ref, None, ruling)
    page = mae.get(HOME)
    assert "Authorizations that end within 30 days" in page.text
    assert "until March 20, 2027" in page.text


@pytest.mark.parametrize("shape", ["{}", " {} ", "{lower}"])
def test_a_case_is_found_by_its_number(mae: Portal, town, shape: str) -> None:
    ref = stages.a_request(town)
    mae.get(HOME)
    typed = shape.format(ref, lower=ref.lower())
    mae.send("/provider/search/number", {"number": typed}, status=303)
    assert mae.location == f"/provider/cases/{ref}"


def test_the_number_of_an_authorization_leads_to_its_case(mae: Portal, town) -> None:
    ref = stages.approved(town)
    text = mae.get(f"/provider/cases/{ref}").text
    number = "AUTH-2027-" + text.partition("Authorization AUTH-2027-")[2][:8]
    mae.get(HOME)
    mae.send("/provider/search/number", {"number": number}, status=303)
    assert mae.location == f"/provider/cases/{ref}"


@pytest.mark.parametrize("typed", ["", "hello", "PA-2027-000001-0", "PA-2027-999999-9", "'; --"])
def test_a_number_that_leads_nowhere_is_kept_and_explained(mae: Portal, typed: str) -> None:
    mae.get(HOME)
    mae.send("/provider/search/number", {"number": typed}, status=422)
    assert "no case with this number" in mae.error_of("number")
    assert mae.field("number") == typed


def test_cases_of_a_member_are_found_by_number_and_birth_date_together(mae: Portal, town) -> None:
    ref = stages.a_request(town, "OH-MA")
    mae.get("/provider/search")
    path = "/provider/search/member"
    good = {"member_id": town.members["OH-MA"], "birth_date": "1/3/1970"}
    page = mae.send(path, good)
    assert ref in page.text
    assert town.members["OH-MA"] not in mae.response.request.path
    for wrong in ({"birth_date": "1/4/1970"}, {"member_id": "10101010009"}):
        mae.send(path, {**good, **wrong}, status=422)
        assert "no case with a member of this number" in mae.error_of("member_id")
    mae.send(path, {"member_id": "", "birth_date": "x"}, status=422)
    assert "as it stands on the card" in mae.error_of("member_id")
    assert "month/day/year" in mae.error_of("birth_date")
