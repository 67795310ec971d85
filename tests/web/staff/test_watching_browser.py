"""Real Chromium on the figures and the quality sample: axe finds nothing, nothing is too wide."""

from datetime import date

from casework.models import SampledCase
from casework.services import quality
from tests.browser import axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import sign_in


def test_axe_finds_nothing_on_the_figures_and_the_sample(desk, house, chromium) -> None:
    desk.denied("one", received_at=MONDAY)
    desk.denied("two", received_at=MONDAY)
    month = date(2027, 3, 1)
    number = quality.draw_sample(desk.cx("supervisor"), quality.Draw(month=month, most_each=2))
    with desk.town.database.reading(desk.cx("supervisor")) as cx:
        one = cx.db.query(SampledCase).filter_by(sample_id=number).first().id
    with opened(chromium, house) as page:
        sign_in(page, "supervisor")
        for path in (
            "figures?by=reviewer&show=approval",
            "figures/cases",
            "quality",
            f"quality/{one}",
        ):
            page.goto(f"/staff/{path}")
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert axe(page) == []
                assert wider_than_window(page) == 0
