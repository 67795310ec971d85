"""What a page costs: a fixed number of statements, however many cases, however long a history."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from casework.models import Case
from casework.services import messages
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import Scene

MOST_OF_HOME, MOST_OF_A_CASE, MOST_OF_LETTERS, MOST_OF_A_QUESTION = 20, 75, 15, 25


@pytest.fixture
def counting(site: Flask) -> Callable[[Pages, str], int]:
    """How many statements this page asks of the database."""

    @contextmanager
    def watched() -> Iterator[list[str]]:
        engine, seen = site.extensions["casework"].engine, []

        def note(_connection, _cursor, statement, *_more) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def count(pages: Pages, address: str) -> int:
        pages.get(address)  # what a process reads once is read
        with watched() as seen:
            pages.get(address)
        return len(seen)

    return count


def cases(scene: Scene) -> int:
    """How many requests the member has."""
    mine = scene.member_id("OH-MCD")
    with scene.database.reading(scene.house.cx("system")) as cx:
        asked = select(func.count()).select_from(Case).where(Case.member_id == mine)
        return int(cx.db.execute(asked.where(Case.kind == "prior_auth")).scalar_one())


def up_to(scene: Scene, count: int) -> None:
    """More requests of the member, until there are so many."""
    for _ in range(cases(scene), count):
        submit_prior_auth(scene.house.cx("Maple"), a_submission(scene.house.town))


def test_the_lists_cost_the_same_with_few_and_with_sixty_more_cases(
    scene: Scene, site: Flask, counting: Callable[[Pages, str], int]
) -> None:
    stages.a_denial(scene.house)
    up_to(scene, 5)
    pages = scene.sign_in(site)
    addresses = ("/member/", "/member/letters", "/member/appeal", "/member/complaint")
    few = {address: counting(pages, address) for address in addresses}
    up_to(scene, cases(scene) + 60)
    many = {address: counting(pages, address) for address in addresses}
    assert few == many
    assert many["/member/"] <= MOST_OF_HOME
    assert many["/member/letters"] <= MOST_OF_LETTERS


def test_paging_shows_every_case_once(scene: Scene, site: Flask) -> None:
    up_to(scene, 40)
    pages = scene.sign_in(site)
    address, seen, turned = "/member/", [], 0
    while address:
        page = pages.get(address)
        seen += [e.get("id") for e in page.all("h3") if e.get("id").startswith("PA-")]
        following = [e.get("href") for e in page.all("a") if e.get("rel") == "next"]
        address = following[0] if following else ""
        turned += 1
    assert len(seen) == len(set(seen)) == cases(scene)
    assert turned > 2


def test_a_case_costs_the_same_however_long_its_history(
    scene: Scene, site: Flask, counting: Callable[[Pages, str], int]
) -> None:
    ref = stages.a_denial(scene.house)
    pages = scene.sign_in(site)
    address = f"/member/cases/{ref}"
    short = counting(pages, address)
    for number in range(40):
        member = scene.house.member("OH-MCD")
        messages.send_message(member, ref, None, messages.Message(text=f"Message {number}."))
    assert counting(pages, address) == short <= MOST_OF_A_CASE


def test_a_question_is_cheap(
    scene: Scene, site: Flask, counting: Callable[[Pages, str], int]
) -> None:
    ref = stages.a_denial(scene.house)
    pages = scene.sign_in(site)
    pages.get(f"/member/appeal/{ref}")
    pages.post(f"/member/appeal/{ref}")
    assert counting(pages, f"/member/appeal/{ref}/why") <= MOST_OF_A_QUESTION
