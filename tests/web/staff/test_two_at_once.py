"""Show 8: two people decide the same case at once. One wins; the other keeps every typed word."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from casework.models import Case
from tests.browser import Served, axe, opened
from tests.reader import Page
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import Desk, two_lines
from tests.web.staff.steps import WORDS, at, case_of, decisions_of

OWN = "Own words of {}, long thought about."


def test_of_two_who_send_at_the_same_instant_one_wins(desk: Desk, app: Any) -> None:
    """Truly at once, several times over: never two decisions, never a lost word, never an error."""
    doctors = {who: desk.sign_in(app, who) for who in ("physician", "physician2")}
    for number in range(6):
        name = f"race{number}"
        desk.with_physician(name)
        path, gate = at(desk, name, "deny"), Barrier(2)

        def send(who: str, path: str = path, gate: Barrier = gate) -> Any:
            pages = doctors[who]
            form = pages.get(path).form(path)
            words = {**form, **WORDS, "lines-0-reason": OWN.format(who)}
            gate.wait(10)
            return pages.client.post(path, data=words)

        with ThreadPoolExecutor(2) as pool:
            answers = dict(zip(doctors, pool.map(send, doctors), strict=True))
        winners = [who for who, answer in answers.items() if answer.status_code == 302]
        assert len(winners) == 1, {who: answer.status for who, answer in answers.items()}
        [loser] = set(doctors) - set(winners)
        refused = Page(answers[loser].text, answers[loser].status_code)
        assert refused.status in {409, 412}
        assert refused.form(path)["lines-0-reason"] == OWN.format(loser)
        assert refused.form(path)["words-rationale"] == WORDS["words-rationale"]
        [decision] = decisions_of(desk, name)
        assert decision.decided_by_id == desk.town.users[winners[0]]


def test_while_somebody_else_is_writing_nothing_is_lost_and_it_can_be_sent_again(
    desk: Desk, app: Any
) -> None:
    desk.in_review("busy")
    path = at(desk, "busy", "refer_to_physician")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(path)
    words = {"summary": "An hour of work.", "criteria": "All of them."}
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as other:
        held = select(Case.id).where(Case.ref == desk.refs["busy"]).with_for_update()
        other.execute(held)
        answer = nurse.client.post(path, data={**nurse.page.form(path), **words})
    engine.dispose()
    page = nurse._read(answer, answer.status_code)
    assert page.status in {409, 423, 503}
    assert "Somebody else is changing it this instant" in page.text
    assert {name: page.form(path)[name] for name in words} == words
    nurse.post(path)
    assert case_of(desk, "busy").state == "in_physician_review"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_slower_one_sees_who_was_faster_and_can_copy_his_words(
    chromium: Any, house: Served, desk: Desk
) -> None:
    desk.with_physician("screens", lines=two_lines())
    path = at(desk, "screens", "deny")
    with opened(chromium, house) as fast, opened(chromium, house) as slow:
        for page, who in ((fast, "physician"), (slow, "physician2")):
            sign_in(page, who)
            page.goto(path)
            for line in (0, 1):
                page.fill(f"#lines-{line}-reason", OWN.format(who))
                page.fill(f"#lines-{line}-criterion", "MP-021, part 2")
            page.get_by_text("I attest that").click()
        # Whoever came first hears of the second without doing anything.
        fast.get_by_text("Paul Physician, MD has this case open since").wait_for(timeout=8000)
        assert fast.input_value("#lines-0-reason") == OWN.format("physician")
        fast.get_by_role("button", name="Deny").last.click()
        assert "Done: deny." in fast.inner_text("main")
        slow.get_by_role("button", name="Deny").last.click()
        assert slow.evaluate("document.activeElement.id") == "error-summary"
        said = slow.inner_text("#form")
        assert "This cannot be done now" in said
        assert "What you typed is still below" in said
        assert "Pia Physician, MD (physician) denied it" in said
        for line in (0, 1):
            assert slow.input_value(f"#lines-{line}-reason") == OWN.format("physician2")
        assert slow.is_checked("#attested")
        assert slow.get_by_role("button", name="Deny").count() == 0, "there is nothing to send"
        assert axe(slow) == []
    assert case_of(desk, "screens").state == "denied"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_on_a_case_that_only_moved_on_the_same_words_are_sent_again(
    chromium: Any, house: Served, desk: Desk
) -> None:
    desk.in_review("moved")
    path = at(desk, "moved", "refer_to_physician")
    with opened(chromium, house) as page, opened(chromium, house) as other:
        sign_in(page, "nurse")
        page.goto(path)
        page.get_by_label("Summary").fill("An hour of work.")
        page.get_by_label("Result of the criteria").fill("All of them.")
        sign_in(other, "nurse2")
        other.goto(at(desk, "moved", "request_expedite"))
        other.get_by_text("The member", exact=True).click()
        other.get_by_role("button", name="Ask for the fast track").last.click()
        assert "Done: ask for the fast track." in other.inner_text("main")
        page.get_by_role("button", name="Refer to a physician").last.click()
        said = page.inner_text("#form")
        assert "The case moved on while you worked" in said
        assert "Nils Nurse (nurse) asked for the fast track" in said
        assert page.get_by_label("Summary").input_value() == "An hour of work."
        assert axe(page) == []
        page.get_by_role("button", name="(on the case as it is now)").click()
        assert "Done: refer to a physician." in page.inner_text("main")
