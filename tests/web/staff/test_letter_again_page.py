"""A letter that cannot leave, on the screen: what it lacks with the law, and trying it again."""

from casework.services import contracts
from tests.builders import MONDAY
from tests.web.staff.steps import at, chosen


def _publish(desk, fax):
    contracts.publish_version(
        desk.cx("admin"),
        "OH-MCD-2026",
        terms={},
        workflow={},
        plan={"appeals": {"fax": fax}},
        reason="The fax number of the appeals desk.",
        effective_from=MONDAY.date(),
        knows_looser=True,
    )


def test_what_is_missing_is_told_with_its_law_and_the_letter_is_tried_again(desk, app) -> None:
    _publish(desk, None)
    desk.denied("mute", "OH-MCD-2026")
    desk.post()
    lead = desk.sign_in(app, "supervisor")
    page = lead.get(f"/staff/cases/{desk.refs['mute']}")
    assert "the fact plan.appeals.fax is empty" in page.text
    assert "42 CFR 438.404(b)(4)" in page.text
    assert "The letter denial cannot leave" in page.text
    again = _links(page)
    assert len(again) == 2  # the member's and the provider's own
    lead.get(again[0])
    number = again[0].rpartition("=")[2]
    assert number in chosen(lead.page, "letter_id")
    typed = {"letter_id": number, "how": "as_it_stands", "note": "Asked the plan for the number."}
    page = lead.post(at(desk, "mute", "try_letter_again"), typed, status=422)
    assert "The letter must show where to appeal" in page.text
    assert "Asked the plan for the number." in page.text
    _publish(desk, "1-614-555-0122")
    lead.post(at(desk, "mute", "try_letter_again"), typed)
    page = lead.follow()
    assert "let a letter that could not leave be tried again" in page.text
    assert len(_links(page)) == 1
    assert not _links(desk.sign_in(app, "intake").get(f"/staff/cases/{desk.refs['mute']}"))


def _links(page):
    return [e.get("href") for e in page.all("a") if "try_letter_again" in (e.get("href") or "")]
