"""The page of a case: the same top everywhere, every reason why not, the story, and who looks."""

import re

import pytest
from sqlalchemy import create_engine, func, select, text

from casework import presence
from casework.models import Case, CaseDocument, Letter, SecurityEvent
from casework.services import desk as desk_commands
from casework.services import review
from tests.builders import MONDAY
from tests.web.staff.scene import DAY, REASON

READERS = (
    "intake", "nurse", "physician", "ag_specialist", "ag_clinician", "supervisor", "compliance",
)  # fmt: skip
NEVER = "Only a licensed clinician may deny for medical necessity, in whole or in part."


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """One case of each stage, with its letters printed and sent."""
    desk.open("new")
    desk.in_review("mine")
    desk.with_physician("physician")
    desk.in_review("pended")
    ask = review.Ask(wanted=("Notes of the exam", "Report of the last CT"), note="Called twice.")
    review.request_information(desk.cx("nurse"), desk.refs["pended"], None, ask)
    desk.open("overdue", received_at=MONDAY - 20 * DAY)
    desk.sweep()
    desk.denied("denied")
    desk.post()


def _page(desk, app, who, name, query=""):
    return desk.sign_in(app, who).get(f"/staff/cases/{desk.refs[name]}{query}")


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("name", ["new", "mine", "physician", "pended", "overdue", "denied"])
def test_every_reader_sees_the_same_top_in_every_state(desk, app, who, name) -> None:
    page = _page(desk, app, who, name)
    assert desk.refs[name] in page.h1
    for part in ("Decide", "Tell", "Carry out", "Rosa Diaz", "Ohio Medicaid", "What to do now"):
        assert part in page.text


def test_an_administrator_sees_no_case(desk, app) -> None:
    desk.sign_in(app, "admin").get(f"/staff/cases/{desk.refs['mine']}", status=403)


def test_a_nurse_sees_deny_grey_with_the_sentence_and_the_law(desk, app) -> None:
    page = _page(desk, app, "nurse", "mine")
    [kept] = [e for e in page.all("span") if e.get("id") == "kept-deny"]
    assert NEVER in " ".join(kept.text.split())
    assert "42 CFR 438.210(b)(3)" in kept.text
    assert not any(
        "/do/deny" in e.get("href") and "adm" not in e.get("href") for e in page.all("a")
    )
    open_now = {e.text for e in page.all("a") if "/do/" in e.get("href")}
    assert {"Approve", "Ask for information", "Refer to a physician"} <= open_now


def test_a_physician_sees_deny_open_and_the_nurses_summary_first(desk, app) -> None:
    page = _page(desk, app, "physician", "physician")
    assert f"/staff/cases/{desk.refs['physician']}/do/deny" in {
        e.get("href") for e in page.all("a")
    }
    assert "For the physician, from Nora Nurse" in page.text
    assert "Headache for three weeks" in page.text


def test_every_step_that_is_not_possible_says_why(desk, app) -> None:
    page = _page(desk, app, "nurse", "mine")
    [other] = [e for e in page.all("ul") if e.get("class") == "other__list"]
    lines = [e for e in page.all("li") if other in e.inside]
    assert len(lines) > 10
    assert all(len(line.text.split(":", 1)[1].strip()) > 20 for line in lines)


def test_each_clock_explains_itself_with_its_citation(desk, app) -> None:
    page = _page(desk, app, "nurse", "mine")
    [why, *_] = [e for e in page.all("details") if "why" in e.get("class")]
    told = " ".join(why.text.split())
    assert "OWN-PA-STD" in told
    assert "14 calendar days" in told
    assert "It starts with request received" in told


def test_time_that_ran_out_is_loud_and_has_its_number(desk, app) -> None:
    page = _page(desk, app, "supervisor", "overdue")
    assert any("dial--late" in e.get("class") for e in page.all("section"))
    assert re.search(r"the time ran out ESC-2027-\d{6}-\d Decide and tell with you", page.text)
    assert "The plan's own time has run out: decide now and tell everyone." in page.text
    assert "unless you say that you have it. I have it" in page.text


def test_what_was_asked_for_is_listed_with_its_date(desk, app) -> None:
    page = _page(desk, app, "nurse", "pended")
    assert "Waiting for the provider" in page.text
    assert "Notes of the exam" in page.text
    assert "to be here by Mar 4, 10:00 am" in page.text


def test_a_denial_shows_line_reason_letters_and_their_bytes(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    page = pages.get(f"/staff/cases/{desk.refs['denied']}")
    assert REASON in page.text
    assert "Pia Physician, MD, MD OH, Internal medicine" in page.text
    assert "expertise attested" in page.text
    assert "All told" in page.text
    assert page.text.count("by mail: sent") == 2
    [letter, *_] = [e.get("href") for e in page.all("a") if e.text == "open the exact PDF"]
    answer = pages.client.get(letter)
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    kept = pages.client.get(f"{letter}?keep=1")
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert "frame-ancestors 'none'" in kept.headers["Content-Security-Policy"]


def test_a_letter_is_read_in_the_page(desk, app) -> None:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        letter = cx.db.execute(
            select(Letter.id)
            .join(Case, Case.id == Letter.case_id)
            .where(Case.ref == desk.refs["denied"], Letter.code == "denial")
            .limit(1)
        ).scalar_one()
    page = _page(desk, app, "nurse", "denied", f"?letter={letter}")
    assert page.one("iframe").get("src") == f"/staff/letters/{letter}"
    assert page.one("iframe").get("title") == "Denial (notice of action), to the member"
    assert not _page(desk, app, "nurse", "denied", "?letter=99999").all("iframe")


def test_a_refused_letter_says_what_it_lacks_by_which_law(desk, app) -> None:
    ref = desk.open("refused")
    engine = create_engine(desk.settings.database_owner_url)
    gap = (
        '[{"element": "x", "sentence": "The letter must show the reason.", "citation": "42 CFR 1"}]'
    )
    with engine.begin() as owner:
        owner.execute(
            text(
                "update letter set state = 'refused', missing = cast(:gap as jsonb)"
                " where case_id = (select id from cases where ref = :ref)"
            ),
            {"gap": gap, "ref": ref},
        )
    engine.dispose()
    page = _page(desk, app, "supervisor", "refused")
    assert "letters cannot leave" in page.text
    assert "The letter must show the reason." in page.text
    assert "42 CFR 1" in page.text


def test_the_story_tells_inside_from_outside(desk, app) -> None:
    desk_commands.add_note(
        desk.cx("nurse"), desk.refs["mine"], None, desk_commands.Note(text="Ask Birch on Friday.")
    )
    pages = desk.sign_in(app, "nurse")
    page = pages.get(f"/staff/cases/{desk.refs['mine']}")
    inside = [e for e in page.all("li") if "episode--inside" in e.get("class")]
    [note] = [e for e in inside if "wrote a note" in e.text]
    assert "Nora Nurse" in note.text
    assert "wrote a note" in note.text
    assert "Ask Birch on Friday." in note.text
    assert "internal" in note.text
    letters = pages.get(f"/staff/cases/{desk.refs['mine']}?story=letter")
    tones = {e.get("class") for e in letters.all("li") if "episode" in e.get("class")}
    assert tones == {"episode episode--letter"}


def test_a_paper_can_be_read_and_every_look_is_written_down(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        paper, case_id, member_id = cx.db.execute(
            select(CaseDocument.id, Case.id, Case.member_id)
            .join(Case, Case.id == CaseDocument.case_id)
            .where(Case.ref == desk.refs["mine"])
        ).one()
        looks = select(func.count()).where(
            SecurityEvent.event == "look", SecurityEvent.case_id == case_id
        )
        before = cx.db.execute(looks).scalar_one()
    assert pages.client.get(f"/staff/papers/{paper}").data.startswith(b"%PDF")
    pages.get(f"/staff/cases/{desk.refs['mine']}?paper={paper}")
    assert f"/staff/papers/{paper}?keep=1" in {e.get("href") for e in pages.page.all("a")}
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        # The bytes; the page of the case; the page of the paper in it.
        assert cx.db.execute(looks).scalar_one() == before + 3
        newest = cx.db.execute(
            select(SecurityEvent)
            .where(SecurityEvent.what == f"document:{paper}")
            .order_by(SecurityEvent.seq.desc())
            .limit(1)
        ).scalar_one()
    assert newest.member_id == member_id
    assert newest.actor_id == desk.town.users["nurse"]


def test_no_look_written_no_page(desk, app) -> None:
    """45 CFR 164.312(b): a look that cannot be recorded is refused."""
    pages = desk.sign_in(app, "nurse")
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(text("alter table security_event rename to security_event_away"))
    try:
        pages.get(f"/staff/cases/{desk.refs['mine']}", status=503)
        assert "Rosa Diaz" not in pages.page.text
    finally:
        with engine.begin() as owner:
            owner.execute(text("alter table security_event_away rename to security_event"))
        engine.dispose()


@pytest.mark.parametrize(
    "ref",
    ["PA-2027-999999-9", "PA-2027-000001-0", "nothing", "%00", "AUTH-2027-000001-0", "PA-%FF"],
)
def test_a_number_that_is_none_is_not_found(desk, app, ref) -> None:
    pages = desk.sign_in(app, "nurse")
    pages.get(f"/staff/cases/{ref}", status=404)
    pages.get(f"/staff/cases/{ref}/do/approve", status=404)


def test_papers_and_letters_that_are_not_there_are_not_found(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    for path in ("/staff/papers/999999", "/staff/letters/999999", "/staff/letters/9" + "9" * 30):
        pages.get(path, status=404)


def test_a_case_of_another_contract_does_not_exist(desk, app) -> None:
    """Rows outside one's contracts look like nothing."""
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(
            text("delete from user_contract where user_id = :user and contract_id = :contract"),
            {"user": desk.town.users["nurse2"], "contract": desk.town.contracts["OH-MCD"][0]},
        )
    engine.dispose()
    pages = desk.sign_in(app, "nurse2")
    pages.get(f"/staff/cases/{desk.refs['mine']}", status=404)
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        paper = cx.db.execute(select(func.min(CaseDocument.id))).scalar_one()
    pages.get(f"/staff/papers/{paper}", status=404)


def test_who_else_has_it_open_is_seen_within_one_question(desk, app) -> None:
    ref = desk.with_physician("met")
    nurse, physician = desk.sign_in(app, "nurse"), desk.sign_in(app, "physician")
    nurse.get(f"/staff/cases/{ref}")
    page = physician.get(f"/staff/cases/{ref}")
    assert re.search(r"Nora Nurse has this case open since \d+:\d\d [ap]m", page.text)
    assert "has this case open" not in nurse.page.text
    [box] = [e for e in nurse.page.elements if e.get("id") == "here"]
    answer = nurse.client.get(box.get("hx-get"))
    assert answer.status_code == 200
    assert "Pia Physician, MD" in answer.text
    again = re.search(r'hx-get="([^"]+)"', answer.text).group(1).replace("&amp;", "&")
    assert nurse.client.get(again).status_code == 204


def test_who_went_away_is_seen_no_more(desk) -> None:
    with desk.town.database.reading(desk.cx("nurse")) as cx:
        case_id = cx.db.execute(select(Case.id).where(Case.ref == desk.refs["new"])).scalar_one()
    wall = MONDAY
    presence.stay(desk.cx("nurse"), case_id, wall=wall)
    assert presence.stay(desk.cx("physician"), case_id, wall=wall + presence.AWAY_AFTER)
    later = wall + 2 * presence.AWAY_AFTER
    assert not [
        here
        for here in presence.stay(desk.cx("physician"), case_id, wall=later)
        if here.name == "Nora Nurse"
    ]


def test_the_page_costs_the_same_however_long_the_story(desk, app, watched) -> None:
    desk.sweep()  # the timers run, as on any day; a page of stopped timers asks for them each time
    pages = desk.sign_in(app, "nurse")
    address = f"/staff/cases/{desk.refs['denied']}"
    pages.get(address)
    with watched() as short:
        pages.get(address)
    note = desk_commands.Note(text="Another word.")
    for _ in range(70):
        desk_commands.add_note(desk.cx("nurse"), desk.refs["denied"], None, note)
    with watched() as long:
        page = pages.get(address)
    assert len(long) == len(short)
    assert len(long) <= 56, long.texts
    [earlier] = [e.get("href") for e in page.all("a") if e.text == "Earlier"]
    with watched() as older:
        page = pages.get(earlier.partition("#")[0])
    assert len(older) == len(short)
    assert page.text.count("wrote a note") == 30
