"""What a member will read in Spanish is asked twice, under one name."""

from sqlalchemy import create_engine, text

from casework.services import appeal_review, appeals
from tests.builders import MONDAY
from tests.web.staff.steps import at


def test_a_field_and_its_spanish_double_have_the_same_name(desk, app) -> None:
    about = desk.denied("spanish denied")
    form = appeals.AppealFiling(about=about, reason="My doctor says that something was overlooked.")
    desk.refs["spanish"] = appeals.file_appeal(desk.cx("member of OH-MCD"), form).ref
    reviewer = desk.town.users["ag_clinician"]
    given = appeal_review.Assignment(reviewer_id=reviewer, expertise=True)
    desk_of = desk.cx("ag_specialist", MONDAY)
    appeal_review.assign_reviewer(desk_of, desk.refs["spanish"], None, given)
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(text("update member set language = 'es'"))
    engine.dispose()
    page = desk.sign_in(app, "ag_clinician").get(at(desk, "spanish", "uphold"))
    names = [e.text for e in page.all("label") if e.text.startswith("Discussion of the decision")]
    assert len(names) == 2
    assert names[1].startswith("Discussion of the decision: the same in Spanish")
