"""An answer that did not come in time: the page says so, and a supervisor can be told.

A module of its own, since case time only goes forward.
"""

from flask import Flask

from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission
from tests.web.member.scene import DAY, Scene


def test_a_late_answer_is_admitted_and_a_supervisor_can_be_told(scene: Scene, site: Flask) -> None:
    ref = submit_prior_auth(scene.house.cx("Maple"), a_submission(scene.house.town)).ref
    scene.move_to(MONDAY + 15 * DAY)
    pages = scene.sign_in(site)
    page = pages.get(f"/member/cases/{ref}")
    assert "You should have had our answer by Monday, March 15, 2027." in page.text
    address = f"/member/cases/{ref}/late"
    pages.get(address)
    pages.post(address, {"text": "I wait and hear nothing."})
    page = pages.follow()
    assert "A supervisor was told. The number for it is ESC-2027-" in page.text
    assert "A supervisor is looking at it. The number for that is ESC-2027-" in page.text
    assert "I wait and hear nothing." not in page.text
    pages.get(address, status=409)
