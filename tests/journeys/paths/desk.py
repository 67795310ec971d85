"""The specialist and the clinician at their screens: for one path of each line their part is walked
in the browser too."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser import opened
from tests.builders import STAFF
from tests.journeys.hands import MOST_TABS, Hand, button_of
from tests.journeys.paths.journey import Journey, Step
from tests.journeys.paths.plan import CLINICIAN, SPECIALIST, WORDS

OUTCOMES = {"uphold": "upheld", "overturn": "overturned"}
LABELS = {"uphold": "Uphold the denial", "overturn": "Overturn the denial"}


def names_the_reviewer(journey: Journey) -> None:
    """The specialist opens the appeal and gives it to the clinician."""
    with _at_desk(journey, SPECIALIST) as hand:
        hand.look_for(journey.refs["appeal"])
        hand.press("Assign a reviewer")
        _picks(hand, STAFF[CLINICIAN][0])
        hand.answer("Assign a reviewer")
    assert journey.town.look(journey.refs["appeal"]).case.state == "in_review"


def decides_at_the_screen(how: str) -> Step:
    """The clinician writes the decision, sees its letter as it will be, and decides."""

    def step(journey: Journey) -> None:
        with _at_desk(journey, CLINICIAN) as hand:
            hand.look_for(journey.refs["appeal"])
            hand.press(LABELS[how])
            _words(hand, spanish=journey.language == "es")
            hand.answer("See the letter")
            assert "missing" not in hand.page.inner_text("#letters-to-come")
            hand.answer(LABELS[how])
        assert journey.town.look(journey.refs["appeal"]).case.outcome == OUTCOMES[how]

    return step


def _picks(hand: Hand, name: str) -> None:
    """This one of those who may, by a click on the name or with the arrows."""
    wanted = hand.page.locator("label", has_text=name).first
    if hand.mouse:
        wanted.click()
        return
    number = wanted.get_attribute("for")
    for _ in range(MOST_TABS):
        hand.page.keyboard.press("Tab")
        if hand.page.evaluate("document.activeElement.name") == "reviewer_id":
            break
    hand.page.keyboard.press("Space")
    for _ in range(20):
        if hand.page.evaluate("document.activeElement.id") == number:
            return
        hand.page.keyboard.press("ArrowDown")
    raise AssertionError(f"no key chooses {name} on {hand.page.url}")


def _words(hand: Hand, *, spanish: bool) -> None:
    looked_at, looked_at_es = "\n".join(WORDS.considered), "\n".join(WORDS.considered_es)
    for label, double, text, text_es in (
        (
            "Plan or Medicare provision that it rests on",
            "Provision",
            WORDS.provision,
            WORDS.provision_es,
        ),
        ("Standard that was used to decide", "Standard", WORDS.standard, WORDS.standard_es),
        ("Discussion of the decision",) * 2 + (WORDS.rationale, WORDS.rationale_es),
        ("What was looked at",) * 2 + (looked_at, looked_at_es),
    ):
        hand.write(label, text)
        if spanish:
            hand.write(f"{double}: the same in Spanish", text_es)


@contextmanager
def _at_desk(journey: Journey, who: str) -> Iterator[Hand]:
    with opened(journey.browser, journey.served) as page:
        page.goto("/")
        button_of(page, STAFF[who][0]).click()
        yield Hand(page, mouse=journey.person.finger)
