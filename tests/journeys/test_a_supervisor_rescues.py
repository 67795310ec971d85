"""Show 1, the supervisor: a queue that will breach is rescued in at most five steps, by mouse and
by keyboard alone; and taken back."""

from typing import Any

import pytest
from sqlalchemy import func, select

from casework.models import Case
from tests.browser import axe, chromium, opened, wider_than_window
from tests.journeys.hands import Hand, button_of
from tests.web.staff.driving import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
QUEUE = ("review", "Nurse review")
MOST_STEPS = 5


def _with_nobody(house) -> int:
    """How many cases of the queue, with a next step of ours, nobody has."""
    return int(
        house.one(
            select(func.count())
            .select_from(Case)
            .where(
                Case.open,
                Case.queue == QUEUE[0],
                Case.assignee_id.is_(None),
                Case.state.in_(("received", "in_review")),
            )
        )
    )


class Steps:
    """A hand whose steps are counted: each page that it brings is one."""

    def __init__(self, hand: Hand) -> None:
        self.hand, self.taken = hand, 0

    def press(self, words: str) -> None:
        self.hand.press(words)
        self.taken += 1

    def plan_of(self, name: str) -> None:
        """The plan of the queue with this name: its button stands behind its name in the row."""
        page: Any = self.hand.page
        if self.hand.mouse:
            row = page.get_by_role("row").filter(has=page.get_by_role("link", name=name))
            with page.expect_navigation():
                row.get_by_role("button", name="Plan").click()
        else:
            tab_to(page, name)
            page.keyboard.press("Tab")
            with page.expect_navigation():
                page.keyboard.press("Enter")
        self.taken += 1


def _is_sound(page: Any) -> None:
    """Axe finds nothing, and nothing stands out of the window, on a desk and on a telephone."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []
        assert wider_than_window(page) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_supervisor_rescues_a_queue_that_will_breach(house, by) -> None:
    with chromium() as browser, opened(browser, house.served) as page:
        name = house.people("supervisor")[0]
        page.goto("/")
        if by == "mouse":
            button_of(page, name).click()
        else:
            tab_to(page, name, exact=False)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        page.get_by_role("button", name="Sign out").wait_for()
        before = _with_nobody(house)
        assert before > 1
        steps = Steps(Hand(page, by == "mouse"))
        steps.press("Load")
        _is_sound(page)
        steps.plan_of(QUEUE[1])
        assert "nothing is changed yet" in page.inner_text("main")
        _is_sound(page)
        count = page.locator("main button", has_text="Hand out").first.inner_text()
        steps.press(count)
        assert steps.taken <= MOST_STEPS
        said = page.inner_text("main")
        refused = said.count("not handed out")
        assert _with_nobody(house) <= refused < before, said
        # It was a mistake: one press, and everybody has what he had.
        steps.press("Undo")
        assert "undone" in page.inner_text("main").lower()
        assert _with_nobody(house) == before
