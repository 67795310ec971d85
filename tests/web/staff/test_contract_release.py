"""Which letters of a contract wait for a named person is asked on its form, checked and shown."""

from tests.web.staff.steps import value_of
from tests.web.staff.test_contract_pages import FIRST, WHY, again, form_of, rows

LETTERS = "Letters that wait until a named person releases them"


def _sent(pages, code, status=200, **typed):
    given = {"effective_from": FIRST, "reason": WHY, "do": "check", **typed}
    return pages.post(f"/staff/contracts/{code}/change", given, status=status)


def test_a_rule_of_release_is_checked_published_and_shown(desk, app) -> None:
    pages = form_of(desk, app, "OH-MCD")
    assert value_of(pages.page, "release-letters") == ""
    page = _sent(
        pages,
        "OH-MCD",
        **{
            "release-letters": "adverse\nappeal_upheld",
            "release-supervisor": "yes",
            "release-ag_clinician": "yes",
        },
    )
    changed = {row[0]: row[1:] for row in rows(page, "What changes against version 1")}
    assert changed[LETTERS] == [
        "none",
        "every letter of an adverse decision; Appeal: decision not changed",
    ]
    assert changed["Who may release them"][1] == "supervisors, appeals clinicians"
    again(pages, "OH-MCD", 302, "publish", knows_looser="yes")
    shown = desk.sign_in(app, "compliance").get("/staff/contracts/OH-MCD")
    assert "every letter of an adverse decision" in shown.text
    form = form_of(desk, app, "OH-MCD").page
    assert value_of(form, "release-letters").split() == ["adverse", "appeal_upheld"]
    same = _sent(pages, "OH-MCD", status=422)
    assert "nothing" in same.text.lower() or "same" in same.text.lower()


def test_a_letter_that_does_not_exist_is_named_at_its_field(desk, app) -> None:
    pages = form_of(desk, app, "OH-QHP")
    page = _sent(pages, "OH-QHP", status=422, **{"release-letters": "appeal_uphold"})
    assert "'appeal_uphold' is no letter" in page.text
    assert value_of(page, "release-letters") == "appeal_uphold"


def test_taken_away_every_letter_leaves_by_itself_again(desk, app) -> None:
    pages = form_of(desk, app, "OH-MCD")
    page = _sent(pages, "OH-MCD", **{"release-letters": "", "effective_from": "2027-05-01"})
    changed = {row[0]: row[1:] for row in rows(page, "What changes against version 2")}
    assert changed[LETTERS][1] == "none"


def test_licence_states_minutes_and_what_comes_back_are_asked_checked_and_shown(desk, app) -> None:
    pages = form_of(desk, app, "OH-MA")
    assert value_of(pages.page, "work-licence_states") == ""
    assert value_of(pages.page, "work-restricted_minutes") == "60"
    wrong = {
        "work-licence_states": "OH\nOhio",
        "work-restricted_minutes": "90",
        "ladder-returns-hours": "0",
    }
    page = _sent(pages, "OH-MA", status=422, **wrong)
    assert "is no State: write its two letters, like OH." in page.text
    assert "Write a whole number of minutes from 5 to 60." in page.text
    assert "must be whole minutes from 1 to 10080" in page.text
    assert value_of(page, "work-licence_states").split() == ["OH", "Ohio"]
    right = {
        "work-licence_states": "oh\nIN",
        "work-restricted_minutes": "30",
        "ladder-returns-hours": "120",
    }
    page = _sent(pages, "OH-MA", **right)
    changed = {row[0]: row[1:] for row in rows(page, "What changes against version 1")}
    assert changed["States whose licence counts for a decision against the member"] == [
        "that of the contract",
        "OH, IN",
    ]
    minutes = "Minutes for which a restricted case opens with a reason, to be read"
    assert changed[minutes] == ["60", "30"]
    came = "Minutes after which “I have it” comes back, clocks of hours (plan policy)"
    assert changed[came] == ["240", "120"]
    again(pages, "OH-MA", 302, "publish", knows_looser="yes")
    shown = desk.sign_in(app, "compliance").get("/staff/contracts/OH-MA").text
    assert "OH, IN" in shown
    assert WHY in shown
    form = form_of(desk, app, "OH-MA").page
    assert value_of(form, "work-licence_states").split() == ["OH", "IN"]
