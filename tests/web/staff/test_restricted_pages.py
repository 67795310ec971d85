"""Restricted cases on screen: the ground for who sees it by right, the way in with a reason for who
does not, and what compliance says of it."""

import json
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, update

from casework import now, refs
from casework.models import EmergencyAccess, SecurityEvent, User, WebSession
from casework.services import passwords

LOOKS, OPENINGS, OPEN = "/staff/looks", "/staff/looks/openings", "/staff/open-restricted"
WHY = "The hospital is on the telephone and asks what was approved for her."


@pytest.fixture(scope="module")
def cases(desk):
    """Three requests; the supervisor and the physician may see restricted ones."""
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        may = [desk.town.users["supervisor"], desk.town.users["physician"]]
        connection.execute(update(User).where(User.id.in_(may)).values(sees_restricted=True))
    engine.dispose()
    for name in ("hidden", "doubtful", "plain"):
        desk.in_review(name)
    return desk


def restrict(cases, app, name: str, ground: str = "behavioral_health"):
    ref = cases.refs[name]
    pages = cases.sign_in(app, "supervisor")
    address = f"/staff/cases/{ref}/do/restrict_case"
    pages.get(address)
    pages.post(address, {"ground": ground, "reason": "She asked us to."})
    return pages.follow()


def test_a_supervisor_restricts_a_case_and_its_page_says_why(cases, app) -> None:
    page = restrict(cases, app, "hidden")
    assert "behavioral health" in page.text
    assert "by Sam Supervisor" in page.text
    assert "Lift a restriction" in page.text
    nurse = cases.sign_in(app, "nurse")
    assert nurse.client.get(f"/staff/cases/{cases.refs['hidden']}").status_code == 404
    assert cases.refs["hidden"] not in nurse.get("/staff/").text
    # Who sees it by right but lifts nothing has no link to do so.
    seen = cases.sign_in(app, "physician").get(f"/staff/cases/{cases.refs['hidden']}")
    assert "behavioral health" in seen.text
    assert "Lift a restriction" not in seen.text


def test_a_search_for_the_number_offers_the_way_in_and_says_nothing_of_the_case(cases, app) -> None:
    nurse = cases.sign_in(app, "nurse")
    nobody = refs.reference("prior_auth", 999_999, cases.cx("nurse").now)
    said = []
    for number in (cases.refs["hidden"], nobody):
        nurse.get("/staff/")
        page = nurse.post("/staff/search", {"q": number}, status=200)
        assert "may be restricted" in page.text
        said.append(page.text.replace(number, ""))
    assert said[0] == said[1]
    nurse.get("/staff/")
    assert "may be restricted" not in nurse.post("/staff/search", {"q": "Zeb"}, status=200).text


def test_without_a_reason_it_stays_closed_and_what_was_typed_stays(cases, app) -> None:
    nurse = cases.sign_in(app, "nurse")
    given = {"case": cases.refs["hidden"], "ground": "emergency", "reason": "please"}
    nurse.get(OPEN)
    page = nurse.post(OPEN, given, status=422)
    assert "in 20 letters or more" in page.text
    assert "please" in page.text
    for number in ("PA-2027-000001", "AUTH-2027-000001-1"):
        page = nurse.post(OPEN, given | {"case": number, "reason": WHY}, status=404)
        assert "is no number of a case" in page.text


def test_with_a_reason_it_opens_says_so_and_closes_again(cases, app) -> None:
    ref = cases.refs["hidden"]
    nurse = cases.sign_in(app, "nurse")
    nurse.get(OPEN)
    nurse.post(OPEN, {"case": ref.lower(), "ground": "emergency", "reason": WHY})
    page = nurse.follow()
    assert "You opened this restricted case with a reason" in page.text
    assert "behavioral health" not in page.text
    # It is a page to read: no step, no note, nothing that the ledger would refuse.
    assert "to read it, until" in page.text
    assert "What to do now" not in page.text
    assert "Note for colleagues" not in page.text
    step = nurse.get(f"/staff/cases/{ref}/do/start_review")
    assert "to read it" in step.text
    assert ref in nurse.get("/staff/?tab=all").text
    assert "Open to you" in nurse.get(OPEN).text
    nurse.get(f"/staff/cases/{ref}")
    nurse.post(f"/staff/cases/{ref}/close-restricted")
    assert nurse.client.get(f"/staff/cases/{ref}").status_code == 404
    own = nurse.get(OPEN).text
    assert ref in own
    assert "Open to you" not in own


def test_after_five_minutes_the_password_is_asked_for_and_what_was_typed_stays(cases, app) -> None:
    nurse = cases.sign_in(app, "nurse")
    assert "Your password, once more" not in nurse.get(OPEN).text
    signed_in_long_ago(cases, "nurse")
    assert "Your password, once more" in nurse.get(OPEN).text
    given = {"case": cases.refs["hidden"], "ground": "emergency", "reason": WHY}
    for wrong, said in (("", "Write your password"), ("not it", "This is not your password")):
        page = nurse.post(OPEN, given | {"password": wrong}, status=422)
        assert said in page.text
        assert WHY in page.text
        assert wrong not in page.text or not wrong
    with_password(cases, "nurse", "seven small lanterns")
    # Right, and no such case: from now on the session is certain of its person again.
    nobody = {"case": refs.reference("prior_auth", 999_999, cases.cx("nurse").now)}
    page = nurse.post(OPEN, given | nobody | {"password": "seven small lanterns"}, status=404)
    assert "Your password, once more" not in page.text


def signed_in_long_ago(cases, who: str) -> None:
    mine = WebSession.user_id == cases.town.users[who]
    with as_owner(cases) as connection:
        for row in connection.execute(select(WebSession.id, WebSession.data).where(mine)).all():
            data = json.loads(row.data) | {"fs_paa": now.wall().timestamp() - 301}
            connection.execute(
                update(WebSession).where(WebSession.id == row.id).values(data=json.dumps(data))
            )


def with_password(cases, who: str, password: str) -> None:
    mine = update(User).where(User.id == cases.town.users[who])
    with as_owner(cases) as connection:
        connection.execute(mine.values(password=passwords.hashed(password)))


@contextmanager
def as_owner(cases):
    engine = create_engine(cases.settings.database_owner_url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_compliance_finds_it_in_who_looked_and_settles_it(cases, app) -> None:
    compliance = cases.sign_in(app, "compliance")
    assert "1 restricted case opened with a reason" in compliance.get(LOOKS).text
    inbox = compliance.get("/staff/").text
    assert "A restricted case was opened with a reason" in inbox
    case = compliance.get(f"/staff/cases/{cases.refs['hidden']}").text
    assert "nobody has settled it" in case
    page = compliance.get(OPENINGS)
    assert WHY in page.text
    assert "3 looks at this case since" in page.text
    address = f"{OPENINGS}/{numbers(cases)[0]}"
    refused = compliance.post(address, {"verdict": "doubted", "why": ""}, status=422)
    assert "Write what you found" in refused.text
    compliance.post(address, {"verdict": "confirmed", "why": "The call is logged."})
    page = compliance.follow()
    assert "The call is logged." in page.text
    assert "All are settled" in page.text
    assert "nothing waits for you" in compliance.get(LOOKS).text


def test_a_doubt_closes_it_at_once(cases, app) -> None:
    restrict(cases, app, "doubtful")
    ref = cases.refs["doubtful"]
    nurse = cases.sign_in(app, "nurse")
    nurse.get(OPEN)
    nurse.post(OPEN, {"case": ref, "ground": "deadline", "reason": WHY})
    assert nurse.client.get(f"/staff/cases/{ref}").status_code == 200
    compliance = cases.sign_in(app, "compliance")
    number = numbers(cases)[-1]
    compliance.get(OPENINGS)
    compliance.post(f"{OPENINGS}/{number}", {"verdict": "doubted", "why": "No call is logged."})
    assert nurse.client.get(f"/staff/cases/{ref}").status_code == 404
    assert "In doubt" in compliance.get(OPENINGS).text


def test_the_page_asks_the_database_no_more_for_two_than_for_one(cases, app, watched) -> None:
    compliance = cases.sign_in(app, "compliance")
    compliance.get(OPENINGS)
    with watched() as seen:
        compliance.get(OPENINGS)
    asked = [text for text in seen.texts if "FROM emergency_access" in text]
    assert len(asked) == 2


def test_who_reads_the_openings_is_written_down(cases, app) -> None:
    cases.sign_in(app, "compliance").get(OPENINGS)
    with cases.town.database.reading(cases.town.database.context()) as cx:
        seen = cx.db.execute(
            select(SecurityEvent.actor_id).where(SecurityEvent.what == "openings")
        ).scalars()
        assert set(seen) == {cases.town.users["compliance"]}


def test_only_compliance_reads_the_openings(cases, app) -> None:
    for who in ("nurse", "supervisor"):
        answer = cases.sign_in(app, who).client.get(OPENINGS)
        assert answer.status_code == 403
    assert cases.sign_in(app, "compliance").client.get(OPEN).status_code == 403


def numbers(cases) -> list[int]:
    with cases.town.database.reading(cases.town.database.context()) as cx:
        return list(
            cx.db.execute(select(EmergencyAccess.id).order_by(EmergencyAccess.id)).scalars()
        )
