"""The quality sample: drawn by a stored seed, capped for each reviewer in the month, never one's
own; what is found is said once, by somebody who did not decide, and sealed."""

from datetime import date

import pytest
from sqlalchemy import func, select

from casework.context import SYSTEM
from casework.errors import Invalid, NotAllowed, StateRefused
from casework.models import CaseEvent, QualitySample, SampledCase
from casework.queries import quality as drawn_before
from casework.services import quality
from casework.services.quality import Draw, Finding
from tests.builders import MONDAY
from tests.pages import Pages
from tests.web.staff.conftest import app, demo, watched  # noqa: F401 - the desk's fixtures
from tests.web.staff.scene import a_bare_desk

MARCH = date(2027, 3, 1)
RIGHT = Finding(right_decision="yes", right_reason="yes", letter_right="none", on_time="yes")


@pytest.fixture(scope="module")
def desk(demo):  # noqa: F811
    """Six denials by one physician."""
    made = a_bare_desk(demo, demo.settings)
    for number in range(6):
        made.denied(f"denied{number}", received_at=MONDAY)
    return made


def rows(desk, *where):
    with desk.town.database.reading(desk.town.database.context(SYSTEM)) as cx:
        return list(
            cx.db.execute(select(SampledCase).where(*where).order_by(SampledCase.id)).scalars()
        )


def test_a_draw_is_by_its_seed_and_capped_for_each_reviewer(desk) -> None:
    quality.draw_sample(desk.cx("supervisor"), Draw(month=MARCH, most_each=2, seed="oak"))
    first = rows(desk)
    assert len(first) == 2
    with desk.town.database.reading(desk.town.database.context(SYSTEM)) as cx:
        [sample] = cx.db.execute(select(QualitySample)).scalars()
        assert (sample.seed, sample.finished, sample.drawn) == ("oak", 6, 2)
        # Whoever has the seed finds the same: the two lowest hashes.
        tickets = cx.db.execute(
            select(CaseEvent.case_id)
            .where(CaseEvent.event == "denied")
            .order_by(func.md5(func.concat("oak:", CaseEvent.case_id, ":", CaseEvent.seq)))
            .limit(2)
        ).scalars()
        assert {row.case_id for row in first} == set(tickets)


def test_the_cap_is_for_the_month_and_all_draws_together(desk) -> None:
    with pytest.raises(Invalid, match="Nothing is left"):
        quality.draw_sample(desk.cx("supervisor"), Draw(month=MARCH, most_each=2))
    quality.draw_sample(desk.cx("compliance"), Draw(month=MARCH, most_each=3))
    found = rows(desk)
    assert len(found) == 3
    assert len({(row.case_id, row.event_seq) for row in found}) == 3


def test_nobody_draws_his_own_work_and_not_everybody_draws(desk) -> None:
    with pytest.raises(NotAllowed):
        quality.draw_sample(desk.cx("nurse"), Draw(month=MARCH, most_each=2))
    physician = desk.cx("physician").principal
    as_lead = desk.cx("supervisor").principal
    both = desk.cx("supervisor")
    both = both.but(principal=type(as_lead)(**vars_of(as_lead) | {"id": physician.id}))
    with pytest.raises(Invalid, match="Nothing is left"):
        quality.draw_sample(both, Draw(month=MARCH, most_each=20))
    with pytest.raises(NotAllowed, match="does not judge"):
        quality.record_finding(both, rows(desk)[0].id, RIGHT)


def vars_of(principal) -> dict:
    return {name: getattr(principal, name) for name in principal.__dataclass_fields__}


@pytest.mark.parametrize(
    ("month", "most", "field"),
    [(date(2027, 4, 1), 2, "month"), (MARCH, 0, "most_each"), (MARCH, 21, "most_each")],
)
def test_what_cannot_be_drawn_names_the_field(desk, month, most, field) -> None:
    with pytest.raises(Invalid) as refused:
        quality.draw_sample(desk.cx("supervisor"), Draw(month=month, most_each=most))
    assert list(refused.value.fields) == [field]


def test_what_is_wrong_needs_a_word_is_sealed_and_is_said_once(desk) -> None:
    one = rows(desk)[0]
    wrong = Finding(right_decision="no", right_reason="no", letter_right="yes", on_time="yes")
    with pytest.raises(Invalid, match="what was wrong"):
        quality.record_finding(desk.cx("supervisor"), one.id, wrong)
    said = Finding(
        right_decision="no",
        right_reason="no",
        letter_right="yes",
        on_time="yes",
        note="The policy asks for six weeks, not eight.",
    )
    quality.record_finding(desk.cx("supervisor"), one.id, said)
    [kept] = rows(desk, SampledCase.id == one.id)
    assert b"six weeks" not in kept.note_ct
    with pytest.raises(StateRefused, match="has looked at this decision already"):
        quality.record_finding(desk.cx("compliance"), one.id, RIGHT)
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        assert drawn_before.one(cx, one.id).note == "The policy asks for six weeks, not eight."


def test_the_agreement_of_a_reviewer_counts_what_applied(desk) -> None:
    quality.record_finding(desk.cx("supervisor"), rows(desk)[1].id, RIGHT)
    with desk.town.database.reading(desk.cx("supervisor")) as cx:
        [one] = drawn_before.reviewers(cx, MARCH)
    assert (one.drawn, one.looked) == (3, 2)
    assert (one.agreed.part, one.agreed.whole) == (1, 2)
    assert (one.right["letter_right"].part, one.right["letter_right"].whole) == (1, 1)


def test_the_page_draws_judges_and_goes_on(desk, app, watched) -> None:  # noqa: F811
    pages: Pages = desk.sign_in(app, "supervisor")
    page = pages.get("/staff/quality?month=2027-03")
    assert "1 of 2" in page.text
    pages.post("/staff/quality/draw", {"month": "2027-03", "most_each": "many"}, status=422)
    pages.post("/staff/quality/draw", {"month": "2027-03", "most_each": "4"})
    pages.follow()
    number = rows(desk, SampledCase.looked_at.is_(None))[0].id
    pages.get(f"/staff/quality/{number}")
    path = f"/staff/quality/{number}"
    assert "Choose one." in pages.post(path, {"right_decision": "yes"}, status=422).text
    pages.post(path, dict.fromkeys(drawn_before.QUESTIONS, "yes"))
    assert "Kept. This is the next one." in pages.follow().text
    assert "What was found" in pages.get(path).text
    for which in ("all", "open", "wrong"):
        with watched() as seen:
            pages.get(f"/staff/quality?month=2027-03&which={which}&cursor=x")
        assert len(seen) <= 14, seen.texts
    assert pages.client.get("/staff/quality.csv?month=2027-03").text.count("\r\n") == 2
    pages.get("/staff/quality?month=soon&reviewer=x")
    desk.sign_in(app, "nurse").get("/staff/quality", status=403)
