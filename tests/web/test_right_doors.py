"""A hundred people say in plain words what happened: two questions bring each to the right door.

`blind` is the door that the writer chose from the words alone, `second` that of a second reader who
saw nothing else; `about` and `then` are the answers that a sensible person would give, `also` the
others that he might give as well.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from casework.web.public import doors
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast

FILE = Path(__file__).parents[1] / "payloads" / "right_doors.jsonl"
VIGNETTES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
BY_CODE = {door.code: door for door in doors.DOORS}
WHO = {"member": "member", "provider": "office"}


@pytest.fixture(scope="module")
def people(app: Flask, cast: Cast) -> dict[str, Pages]:
    """Somebody of each kind, signed in, and a stranger."""
    found = {"": Pages(app.test_client())}
    for name in WHO.values():
        found[name] = Pages(app.test_client())
        found[name].sign_in(cast.email(name), PASSWORD)
    return found


def test_there_are_a_hundred_half_of_them_in_spanish_and_each_door_in_both() -> None:
    assert Counter(each["lang"] for each in VIGNETTES) == {"en": 50, "es": 50}
    assert len({each["says"] for each in VIGNETTES}) == 100
    for language in ("en", "es"):
        assert {e["blind"] for e in VIGNETTES if e["lang"] == language} == set(BY_CODE)


def test_a_second_reader_chose_the_same_doors_from_the_words_alone() -> None:
    assert [e["n"] for e in VIGNETTES if e["second"] != e["blind"]] == []


@pytest.mark.parametrize("one", VIGNETTES, ids=lambda one: f"{one['n']}-{one['blind']}")
def test_what_somebody_says_leads_to_the_door_that_helps(
    one: dict[str, Any], people: dict[str, Pages]
) -> None:
    for first, then in ((one["about"], one["then"]), *one["also"]):
        reached = doors.door_of(first, then)
        assert reached is not None, (first, then)
        assert reached.code == one["blind"], one["says"]
    stranger = people[""]
    stranger.client.set_cookie("casework-language", one["lang"])
    first = stranger.get("/right-door")
    assert one["about"] in {e.get("value") for e in first.all("input")}
    second = stranger.get(f"/right-door?about={one['about']}")
    assert one["then"] in {e.get("value") for e in second.all("input")}
    page = stranger.get(f"/right-door?about={one['about']}&then={one['then']}")
    door = BY_CODE[one["blind"]]
    assert (page.h1 == str(door.name)) == (one["lang"] == "en")
    button = [e for e in page.all("a") if "usa-button--big" in str(e.get("class"))]
    assert len(button) == 1


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_the_button_of_each_door_works_for_whom_it_is_meant(
    code: str, people: dict[str, Pages], app: Flask
) -> None:
    door = BY_CODE[code]
    with app.test_request_context():
        address = door.address
    if door.call:
        assert address in {"tel:911", "tel:211"}
        return
    room = door.endpoint.partition(".")[0]
    people[WHO.get(room, "")].get(address)
    if room in WHO:
        stranger = people[""]
        stranger.get(address, status=302)
        assert stranger.location.startswith("/?next=")
        stranger.follow()


def test_every_pair_of_answers_has_a_door_and_each_door_an_answer() -> None:
    led = {door.code for _, answers in doors.SECOND.values() for _, door in answers.values()}
    assert led == set(BY_CODE)
    assert set(doors.SECOND) == set(doors.FIRST)
    assert doors.door_of("denied", "x") is None
    assert doors.door_of("x", "no") is None
