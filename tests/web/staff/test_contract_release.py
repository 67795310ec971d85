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
