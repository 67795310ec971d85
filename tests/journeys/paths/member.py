"""What a member does and reads on the way, on a telephone: each step goes through the pages."""

import re

from casework.models import Authorization
from tests.journeys.hands import button_of
from tests.journeys.paths.journey import Journey, Step, looks, next_right
from tests.journeys.paths.person import Tally

WHY = {"en": "It hurts and I can not work.", "es": "Me duele y no puedo trabajar."}
LATE = {"en": "I was in the hospital.", "es": "Estaba en el hospital."}
HOME = "/member/"


@looks
def signs_in(journey: Journey) -> None:
    """One click, as the demonstration offers it; the pages speak the language of the member."""
    person = journey.person
    person.page.goto("/")
    button_of(person.page, journey.name).click()
    person.page.wait_for_url("**/member/**")
    person.goes_to(HOME)
    person.sees("My requests, appeals and complaints")


def appeals(journey: Journey) -> None:
    """From the first page to the receipt, with the shortest honest answers."""
    person, ref = journey.person, journey.refs["denied"]
    person.goes_to(HOME)
    before = person.tally.copy()
    person.press("Ask us to look again", about=ref)
    person.press("Start")
    _answers(journey)
    person.sees("We have your appeal", "What happens next")
    journey.refs["appeal"] = _number(journey, "AP")
    manner = f"{journey.language}, {'a finger' if person.finger else 'keys alone'}"
    journey.shortest = {manner: _effort(person.tally.since(before))}


def appeals_late(journey: Journey) -> None:
    """After the last day: it can still be sent, with the reason."""
    person, ref = journey.person, journey.refs["denied"]
    person.goes_to(HOME)
    person.press("Ask us to look again", about=ref)
    person.press("Start")
    _answers(journey, late=True)
    person.sees(
        "It came after the last day. We will look at your reason and tell you whether we take it."
    )
    journey.refs["appeal"] = _number(journey, "AP")


def asks_outside(journey: Journey) -> None:
    """From the first page, where the next step stands, to the receipt of the outside review."""
    journey.person.goes_to(HOME)
    _asks_outside(journey, about=journey.refs["appeal"])


def asks_outside_from_the_appeal(journey: Journey) -> None:
    """The same from the page of an appeal that was not answered in time."""
    _opens(journey, "appeal")
    _asks_outside(journey)


def _asks_outside(journey: Journey, *, about: str = "") -> None:
    person = journey.person
    person.press("Ask for an outside review", about=about)
    person.press("Start")
    _answers(journey, own=False)
    person.sees("We have your request for an outside review")
    journey.refs["review"] = _number(journey, "ER")


def withdraws(journey: Journey) -> None:
    """Takes the appeal back on its own page."""
    person = journey.person
    _opens(journey, "appeal")
    person.press("Take it back")
    person.press("Yes, take it back")
    person.sees("It is taken back. You get a letter about it.", "Taken back")


def reads(which: str, code: str) -> Step:
    """Finds the letter in the list and reads it there: it bears the number of the case, and says
    what can be done next."""

    @looks
    def step(journey: Journey) -> None:
        person, letter = journey.person, journey.letter(which, code)
        person.goes_to(HOME)
        person.press_in("Read my letters")
        person.follow(f"/member/letters/{letter.id}/read")
        here = person.read()
        assert journey.refs[which] in here, (code, here[:900])
        right = next_right(code, journey.line, journey.language)
        assert right.lower() in here.lower(), (right, here[:1500])

    return step


def sees(which: str, *said: str) -> Step:
    """Opens the case, and finds these sentences there."""

    @looks
    def step(journey: Journey) -> None:
        _opens(journey, which)
        journey.person.sees(*said)

    return step


@looks
def sees_that_a_part_is_left(journey: Journey) -> None:
    """The first page says that a part is set up, and that the rest is still refused."""
    journey.person.goes_to(HOME)
    journey.person.sees("A part of the care is set up. To the rest we still say no.")


@looks
def sees_it_carried_out(journey: Journey) -> None:
    """The first no is a yes now, on the first page and on its own, with the number of the
    authorization, for the member and for the office."""
    person = journey.person
    person.goes_to(HOME)
    card = person.page.locator(f"article[aria-labelledby='{journey.refs['denied']}']")
    assert person.say("It is done. You can plan the care.") in card.inner_text()
    _opens(journey, "denied")
    [number] = _standing(journey)
    journey.person.sees("Your approval number is %(number)s.", number=number)
    office_sees(journey, number)


def office_sees(journey: Journey, number: str) -> None:
    """The office that asked finds the number on the page of its request."""
    context = journey.browser.new_context(base_url=journey.served.url)
    try:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Maple office").click()
        page.goto(f"/provider/cases/{journey.refs['denied']}")
        assert number in page.inner_text("main"), page.inner_text("main")[:900]
    finally:
        context.close()


def _standing(journey: Journey) -> list[str]:
    """The numbers of the authorizations that carry this path's reversals out."""
    mine = {journey.town.look(ref).case.id for ref in journey.refs.values()}
    rows: list[Authorization] = journey.town.look(journey.refs["denied"]).authorizations
    return [row.number for row in rows if row.effectuates_case_id in mine][-1:]


def _opens(journey: Journey, which: str) -> None:
    person, ref = journey.person, journey.refs[which]
    person.goes_to(HOME)
    person.follow(f"/member/cases/{ref}")


def _answers(journey: Journey, *, late: bool = False, own: bool = True) -> None:
    """One question a page, up to the last button. Which ones come is the house's business: what it
    asks beside these fails here."""
    person = journey.person
    person.write("Why do you think that we should say yes?", WHY[journey.language])
    person.press("Save and go on")
    person.choose("No, I can wait")
    person.press("Save and go on")
    if own:
        person.choose("I am, for myself")
        person.press("Save and go on")
    if late:
        person.write("Why could you not ask sooner?", LATE[journey.language])
        person.press("Save and go on")
    person.sees("Do you have papers that can help?")
    person.press("Save and go on")
    assert person.heading() == person.say("Check and send")
    person.press("Send it now")


def _number(journey: Journey, prefix: str) -> str:
    [number] = set(re.findall(rf"{prefix}-\d{{4}}-\d{{6}}-\d", journey.person.read()))
    return str(number)


def _effort(tally: Tally) -> str:
    return f"{tally.pages} pages, {tally.fields} fields, {tally.touches} touches, {tally.keys} keys"
