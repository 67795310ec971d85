"""Announcements: written, looked at, said, put away by each reader for himself, ended; in plain
words, and in both languages to members."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import AnnouncementSeen, User
from casework.queries import announcements as questions
from casework.records.announcing import Notice, audience_of
from casework.services import announcements as commands
from tests.builders import MONDAY
from tests.services.rows import change

MEMBER = "member of OH-MCD"
LAST = (MONDAY + timedelta(days=7)).date()
STAFF = "The office in Columbus is closed on Friday. Work from home."
PLAIN = "Our phones are closed on Friday. You can still send us papers here."
LLANO = "Los teléfonos no abren el viernes. Puede enviar sus papeles aquí."


def said(desk, *, who: str = "supervisor", **changes) -> int:
    form = Notice(
        **{"audience": "staff", "text_en": STAFF, "until_on": LAST, "reason": "A water pipe."}
        | changes
    )
    return commands.announce(desk.cx(who), form)


def seen_by(desk, who: str, now=MONDAY + timedelta(hours=1)) -> list[int]:
    cx = desk.cx(who, now)
    with desk.town.database.reading(cx) as inside:
        return [each.id for each in questions.to_see(inside)]


@pytest.fixture(autouse=True)
def _nothing_is_said(desk):
    yield
    with desk.town.database.reading(desk.cx("system")) as house:
        open_ = [r.id for r in questions.board(house) if not r.ended_at and r.until_at > MONDAY]
    for number in open_:
        commands.end_announcement(desk.cx("admin"), number, why="The test is over.")


def test_it_is_looked_at_before_it_is_said_and_each_reader_puts_it_away(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    pages.get("/staff/announcements/new")
    typed = {"audience": "staff", "text_en": STAFF, "until_on": LAST.isoformat(), "reason": "Pipe."}
    path = "/staff/announcements/new"
    pages.post(path, {**typed, "path": "/staff/nowhere"}, status=422)
    assert "There is no such page of ours." in pages.page.text
    pages.post(path, {**typed, "ask": "yes", "path": "/staff/rules"}, status=200)
    assert "Nothing is said yet" in pages.page.text
    nurse = desk.sign_in(app, "nurse")
    assert STAFF not in nurse.get("/staff/").text
    kept = pages.page.form(path)
    pages._read(pages.client.post(path, data={**kept, "do": "publish"}), 302)
    assert "It is said." in pages.follow().text
    [number] = seen_by(desk, "nurse")
    shown = nurse.get("/staff/")
    assert STAFF in shown.text
    assert "/staff/rules" in {e.get("href") for e in shown.all("a") if "Open the page" in e.text}
    assert STAFF in desk.sign_in(app, "admin").get("/staff/").text, "who sees no case is told too"
    for _ in range(2):  # twice is once
        data = {"csrf_token": shown.form(f"/announcements/{number}/seen")["csrf_token"]}
        nurse._read(nurse.client.post(f"/announcements/{number}/seen", data=data), 303)
    assert STAFF not in nurse.get("/staff/").text
    assert STAFF in desk.sign_in(app, "physician").get("/staff/").text
    board = pages.get("/staff/announcements").text
    assert "Read by 1." in board
    assert "Pipe." in board


def test_offices_and_members_are_told_on_their_first_pages_in_their_language(desk, app) -> None:
    office = said(desk, audience="offices", text_en="The list of codes changes in June.")
    members = said(desk, audience="members", text_en=PLAIN, text_es=LLANO)
    assert seen_by(desk, "nurse") == []
    assert seen_by(desk, "Maple") == [office]
    address = update(User).where(User.id == desk.town.users[f"member:{MEMBER}"])
    change(desk.settings, address.values(email="alex@demo.example"))
    member = desk.sign_in(app, f"member:{MEMBER}")
    assert PLAIN in member.get("/member/").text
    member.client.set_cookie("casework-language", "es")
    assert LLANO in member.get("/member/").text
    assert seen_by(desk, MEMBER) == [members]
    with pytest.raises(NotFound):
        commands.put_away(desk.cx(MEMBER), office)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text_en": "Short"}, "text_en"),
        ({"text_en": "Look at https://example.org for it, please."}, "text_en"),
        ({"text_en": "Case PA-2027-000001-2 is a model of its kind."}, "text_en"),
        ({"text_en": "The member 12345678901 called three times."}, "text_en"),
        ({"text_en": "<b>Everything is bold here, is it not?</b>"}, "text_en"),
        ({"path": "//elsewhere.example/page"}, "path"),
        ({"path": "https://elsewhere.example"}, "path"),
        ({"path": "/member/letters"}, "path"),
        ({"audience": "everybody"}, "audience"),
        ({"reason": " "}, "reason"),
        ({"until_on": (MONDAY - timedelta(days=1)).date()}, "until_on"),
        ({"until_on": None}, "until_on"),
        ({"from_on": (MONDAY - timedelta(days=1)).date()}, "from_on"),
        ({"audience": "members", "text_en": PLAIN}, "text_es"),
        (
            {
                "audience": "members",
                "text_en": "Utilization management determinations necessitate documentation"
                " substantiating individual clinical appropriateness considerations.",
                "text_es": LLANO,
            },
            "text_en",
        ),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_field(desk, changes, field) -> None:
    with pytest.raises(Invalid) as refused:
        said(desk, **changes)
    assert field in refused.value.fields


def test_it_is_said_only_in_its_time_and_by_those_who_may(desk, app) -> None:
    with pytest.raises(NotAllowed):
        said(desk, who="nurse")
    number = said(desk, from_on=(MONDAY + timedelta(days=2)).date())
    later = MONDAY + timedelta(days=3)
    assert seen_by(desk, "nurse") == []
    assert seen_by(desk, "nurse", later) == [number]
    assert seen_by(desk, "nurse", MONDAY + timedelta(days=8)) == []
    for who in ("nurse", "physician"):
        desk.sign_in(app, who).get("/staff/announcements", status=403)
    page = desk.sign_in(app, "compliance").get("/staff/announcements")
    assert STAFF in page.text
    assert "Write one" not in page.text


def test_it_is_ended_with_a_reason_and_never_changed(desk, app) -> None:
    number = said(desk)
    pages = desk.sign_in(app, "supervisor")
    pages.get("/staff/announcements")
    path = f"/staff/announcements/{number}/end"
    pages.post(path, {"why": ""}, status=422)
    assert "Say why, in 300 characters." in pages.page.text
    pages.post(path, {"why": "The pipe holds."})
    assert "The pipe holds." in pages.follow().text
    assert seen_by(desk, "nurse") == []
    with pytest.raises(NotFound):
        commands.end_announcement(desk.cx("supervisor"), number, why="Again.")
    with desk.town.database.engine.connect() as connection:
        for statement in (
            "update announcement set text_en = 'Something else was said.'",
            "delete from announcement",
            "delete from announcement_seen",
        ):
            with pytest.raises(DBAPIError):
                connection.execute(text(statement))
            connection.rollback()


def test_nobody_sees_what_others_have_seen_but_the_house_counts(desk) -> None:
    number = said(desk)
    commands.put_away(desk.cx("nurse"), number)
    counting = select(func.count()).select_from(AnnouncementSeen)
    counting = counting.where(AnnouncementSeen.announcement_id == number)
    counts = []
    for who in ("nurse", "physician", "system"):
        with desk.town.database.reading(desk.cx(who)) as cx:
            counts.append(cx.db.execute(counting).scalar_one())
    assert counts == [1, 0, 1]
    assert audience_of(desk.cx("system").principal) == ""


def test_the_board_and_the_strip_cost_the_same_for_few_and_for_many(desk, app, watched) -> None:
    supervisor, nurse = desk.sign_in(app, "supervisor"), desk.sign_in(app, "nurse")
    costs = []
    for count in (1, 6):
        for _ in range(count):
            said(desk)
        for pages, path in ((supervisor, "/staff/announcements"), (nurse, "/staff/")):
            pages.get(path)
            with watched() as seen:
                pages.get(path)
            costs.append(len(seen))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 12
