"""The public look-up: three facts together or nothing, the same nothing for all; no hammering."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, event, select, text, update

from casework import refs
from casework.models import Case, Member, SecurityEvent, SignInAttempt
from casework.web.public.status import how_far
from statemachines import engine as machines
from tests.builders import MONDAY
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import Scene, approved, pended

RIGHT = {"born-month": "1", "born-day": "1", "born-year": "1970", "zip": "43085"}
NOTHING = "We find nothing for these three together."


@pytest.fixture(autouse=True)
def forgotten(scene: Scene) -> Iterator[None]:
    """No tries are left over from another test."""
    yield
    engine = create_engine(scene.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(delete(SignInAttempt))
    engine.dispose()


def ask(pages: Pages, number: str, *, status: int = 200, **typed: str) -> Pages:
    """Ask how the case of this number stands."""
    pages.get("/lookup/case")
    pages.post("/lookup/case", {"number": number, **RIGHT, **typed}, status=status)
    return pages


def the_case(scene: Scene) -> str:
    """A request that waits for information."""
    return scene.refs.setdefault("asked", pended(scene.house, "OH-MCD"))


def test_all_three_tell_how_far_it_is_and_nothing_about_health(
    scene: Scene, stranger: Pages
) -> None:
    ref = the_case(scene)
    page = ask(stranger, ref.lower()).page
    assert f"Request for care {ref}" in page.text
    assert "We are waiting for something." in page.text
    assert "You will have our answer by Monday, March 15, 2027." in page.text
    for secret in ("MRI", "brain", "Rosa", "Diaz", "Alex", "Notes of the exam", "Maple", "70551"):
        assert secret not in page.text, secret
    with scene.database.engine.connect() as connection:
        looks = connection.execute(
            select(SecurityEvent.actor_kind, SecurityEvent.member_id).where(
                SecurityEvent.what == "public-status"
            )
        ).all()
    assert ("anonymous", scene.member_id("OH-MCD")) in looks


def test_a_decision_is_not_told_to_whoever_knows_three_facts(scene: Scene, stranger: Pages) -> None:
    no, yes = stages.a_denial(scene.house), approved(scene.house, "OH-MCD")
    seen = []
    for ref in (no, yes):
        page = ask(stranger, ref).page
        seen.append(page.text.replace(ref, "REF"))
        assert "It is decided. The letter says what was decided." in page.text
        assert "said no" not in page.text
        assert "said yes" not in page.text
    assert seen[0] == seen[1]


def test_unknown_and_wrong_are_the_same_bytes(scene: Scene, site: Flask) -> None:
    ref = the_case(scene)
    unknown = refs.reference("prior_auth", 999_999, MONDAY)
    answers = []
    for number, typed in (
        (unknown, {}),
        (ref, {"born-year": "1971"}),
        (ref, {"zip": "43086"}),
        (ref, {"born-day": "2", "zip": "10001"}),
    ):
        said = {"number": number, **RIGHT, **typed}
        pages = ask(Pages(site.test_client()), number, **typed)
        answers.append((pages.response.status_code, _faceless(pages.response.text, said)))
        assert NOTHING in pages.page.text
    assert len(set(answers)) == 1


def _faceless(html: str, typed: dict[str, str]) -> str:
    """The page without its tokens, without what was typed, and without the clock of the demo."""
    html = re.sub(r'<section class="travel.*?</section>', "", html, flags=re.DOTALL)
    html = re.sub(r'name="csrf_token" value="[^"]*"', "TOKEN", html)
    for name, value in typed.items():
        html = html.replace(f'name="{name}"', "FIELD").replace(f'value="{value}"', "VALUE")
    return html


def test_unknown_and_wrong_cost_the_same_statements(scene: Scene, site: Flask) -> None:
    ref = the_case(scene)
    engine = site.extensions["casework"].engine
    counted = []
    for number, typed in (
        (refs.reference("prior_auth", 999_998, MONDAY), {}),
        (ref, {"zip": "43086"}),
    ):
        pages = Pages(site.test_client())
        pages.get("/lookup/case")
        seen: list[str] = []

        def note(_c, _cursor, statement, *_more, seen=seen) -> None:
            seen.append(" ".join(statement.split()))

        event.listen(engine, "before_cursor_execute", note)
        try:
            pages.post("/lookup/case", {"number": number, **RIGHT, **typed}, status=200)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        counted.append(seen)
    assert counted[0] == counted[1]
    assert any("public_case_status" in statement for statement in counted[0])


def test_five_wrong_tries_for_one_number_are_enough(scene: Scene, stranger: Pages) -> None:
    ref = the_case(scene)
    for _ in range(5):
        assert NOTHING in ask(stranger, ref, zip="43099").page.text
    page = ask(stranger, ref, status=429).page
    assert "Please wait 15 minutes" in page.text, "even the right answer is not told now"
    assert 0 < int(stranger.response.headers["Retry-After"]) <= 901
    other = refs.reference("prior_auth", 999_997, MONDAY)
    for _ in range(5):
        ask(stranger, other)
    ask(stranger, other, status=429)
    assert "We are waiting" not in page.text


def test_twenty_tries_from_one_address_are_enough(scene: Scene, stranger: Pages) -> None:
    for serial in range(20):
        ask(stranger, refs.reference("prior_auth", 900_000 + serial, MONDAY))
    ask(stranger, the_case(scene), status=429)


def test_a_right_answer_takes_its_tries_back(scene: Scene, stranger: Pages) -> None:
    ref = the_case(scene)
    for _ in range(3):
        for _ in range(4):
            ask(stranger, ref, zip="43099")
        assert "We are waiting" in ask(stranger, ref).page.text


def test_signing_in_and_looking_up_do_not_lock_each_other(scene: Scene, stranger: Pages) -> None:
    for serial in range(20):
        ask(stranger, refs.reference("prior_auth", 910_000 + serial, MONDAY))
    stranger.get("/")
    stranger.post("/", {"email": "nobody@people.example", "password": "wrong"}, status=422)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "PA-2027-000001-0"}, "This is none of our numbers."),
        ({"number": "AUTH-2027-000001-9"}, "This is none of our numbers."),
        ({"number": ""}, "This is none of our numbers."),
        ({"born-month": "13"}, "Write the day in numbers"),
        ({"born-year": ""}, "Write the day in numbers"),
        ({"zip": "4308"}, "Write the five digits of the ZIP code."),
        ({"zip": "４３０８５"}, "Write the five digits of the ZIP code."),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(
    scene: Scene, stranger: Pages, typed: dict[str, str], sentence: str
) -> None:
    said = {"number": the_case(scene), **typed}
    page = ask(stranger, said.pop("number"), status=422, **said).page
    assert page.text.count(sentence) == 2


def test_restricted_cases_and_members_are_never_told(scene: Scene, stranger: Pages) -> None:
    ref = pended(scene.house, "OH-MCD")
    engine = create_engine(scene.settings.database_owner_url)
    for table, where in (
        (Case, Case.ref == ref),
        (Member, Member.id == scene.member_id("OH-MCD")),
    ):
        with engine.begin() as connection:
            connection.execute(update(table).where(where).values(restricted=True))
        try:
            assert NOTHING in ask(stranger, ref).page.text
        finally:
            with engine.begin() as connection:
                connection.execute(update(table).where(where).values(restricted=False))
    engine.dispose()
    assert NOTHING not in ask(stranger, ref).page.text


def test_the_log_knows_no_number_and_no_birth_date(
    scene: Scene, stranger: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    ref = the_case(scene)
    with caplog.at_level(logging.DEBUG):
        ask(stranger, ref)
        ask(stranger, ref, zip="43099")
    said = json.dumps([str(record.msg) + str(record.args) for record in caplog.records])
    for secret in (ref, "1970", "43085", "43099"):
        assert secret not in said


def test_every_state_has_a_harmless_word() -> None:
    for kind in machines.KINDS:
        for state in machines.states(kind):
            words, sign = how_far(kind, state)
            assert str(words)
            assert sign in {"info", "soon", "good", "neutral"}


@pytest.mark.parametrize(
    ("asked", "door", "leads_to"),
    [
        ("about=need&then=no", "A request by your doctor", "/lookup"),
        ("about=need&then=yes", "We are at it", "/lookup/case"),
        ("about=denied&then=no", "An appeal", "/member/appeal"),
        ("about=denied&then=waits", "We are at it", "/lookup/case"),
        ("about=denied&then=still", "An outside review", "/member/"),
        ("about=wrong&then=change", "An appeal", "/member/appeal"),
        ("about=wrong&then=say", "A complaint", "/member/complaint"),
    ],
)
def test_two_questions_lead_to_the_right_door(
    stranger: Pages, asked: str, door: str, leads_to: str
) -> None:
    assert stranger.get("/right-door").h1 == "What is it about?"
    first = asked.partition("&")[0]
    assert stranger.get(f"/right-door?{first}").h1.endswith("?")
    page = stranger.get(f"/right-door?{asked}")
    assert page.h1 == door
    assert leads_to in {e.get("href") for e in page.all("a")}


def test_a_door_without_an_answer_says_so(stranger: Pages) -> None:
    assert "Choose one of these." in stranger.get("/right-door?about=nothing").text
    assert "Choose one of these." in stranger.get("/right-door?about=denied&then=x").text


def test_the_database_function_needs_all_three(scene: Scene) -> None:
    ref = the_case(scene)
    asked = text("select count(*) from public_case_status(:ref, :born, :zip)")
    with scene.database.engine.connect() as connection:
        for born, zip_code, found in (
            ("1970-01-01", "43085", 1),
            ("1970-01-01", "", 0),
            ("1970-01-02", "43085", 0),
            (None, "43085", 0),
        ):
            row = connection.execute(asked, {"ref": ref, "born": born, "zip": zip_code})
            assert row.scalar_one() == found
