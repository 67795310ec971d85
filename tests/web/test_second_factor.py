"""The second factor: required in production for staff and offices, good once, never guessable."""

import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import delete, select

from casework import refs
from casework.models import SignInAttempt, User
from casework.services import accounts
from tests.pages import Pages
from tests.reader import Page
from tests.web.conftest import PASSWORD, Cast

BASE = "https://plan.example"
START = datetime(2026, 6, 1, 15, 0, tzinfo=UTC)


@dataclass
class Visitor:
    """A browser at the production site."""

    pages: Pages

    @classmethod
    def of(cls, app: Flask) -> "Visitor":
        return cls(Pages(app.test_client()))

    def get(self, path: str, *, status: int = 200) -> Page:
        return self.pages.get(path, status=status, base_url=BASE)

    def post(self, path: str, data: dict[str, str], *, status: int = 302) -> Page:
        return self.pages.post(path, data, status=status, base_url=BASE, headers={"Origin": BASE})

    def password(self, cast: Cast, name: str) -> str:
        self.get("/")
        self.post("/", {"email": cast.email(name), "password": PASSWORD})
        return self.pages.location

    def set_up(self, cast: Cast, name: str) -> tuple[str, list[str]]:
        """Set an authenticator up; its key and the recovery codes."""
        assert self.password(cast, name) == "/second-factor/set-up"
        key = self.get("/second-factor/set-up").one("code").text
        page = self.post("/second-factor/set-up", {"code": code_of(key)}, status=200)
        return key, [e.text for e in page.all("code")]


def code_of(key: str, at: datetime | None = None) -> str:
    return str(TOTP(key).generate(at).token)


@pytest.fixture(autouse=True)
def nobody_tried_before(cast: Cast) -> None:
    with cast.database.engine.begin() as connection:
        connection.execute(delete(SignInAttempt))


def test_staff_sets_one_up_before_anything_else(production: Flask, cast: Cast) -> None:
    cast.add("fresh")
    visitor = Visitor.of(production)
    with time_machine.travel(START, tick=False):
        assert visitor.password(cast, "fresh") == "/second-factor/set-up"
        visitor.get("/staff/", status=302)
        page = visitor.get("/second-factor/set-up")
        assert page.h1 == "Set up your second factor"
        assert page.one("img").get("src").startswith("data:image/svg+xml;base64,")
        key = page.one("code").text
        assert (
            "This code is wrong"
            in visitor.post("/second-factor/set-up", {"code": "000000"}, status=422).text
        )
        page = visitor.post("/second-factor/set-up", {"code": code_of(key)}, status=200)
        assert page.h1 == "Your recovery codes"
        codes = [e.text for e in page.all("code")]
        assert len(set(codes)) == 10
        assert all(re.fullmatch(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", code) for code in codes)
        # The page on which they stand can sign out: its token belongs to the new session.
        visitor.post("/sign-out", {})


def test_providers_need_one_and_members_do_not(production: Flask, cast: Cast) -> None:
    assert Visitor.of(production).password(cast, "office") == "/second-factor/set-up"
    assert Visitor.of(production).password(cast, "member") == "/member/"


def test_secrets_and_codes_lie_sealed(production: Flask, cast: Cast) -> None:
    user = cast.add("sealed")
    with time_machine.travel(START, tick=False):
        key, codes = Visitor.of(production).set_up(cast, "sealed")
    with cast.database.engine.connect() as connection:
        row = connection.execute(select(User.__table__).where(User.id == user)).mappings().one()
    kept = str(dict(row))
    assert key.replace("-", "") not in kept
    assert not any(code in kept for code in codes)


def test_a_code_signs_in_once(production: Flask, cast: Cast) -> None:
    cast.add("once")
    with time_machine.travel(START, tick=False) as clock:
        key, _ = Visitor.of(production).set_up(cast, "once")
        visitor = Visitor.of(production)
        assert visitor.password(cast, "once") == "/second-factor"
        visitor.get("/second-factor")
        used = code_of(key)
        page = visitor.post("/second-factor", {"code": used}, status=422)
        assert "wrong, or was used before" in page.text
        clock.move_to(START + timedelta(seconds=30))
        visitor.post("/second-factor", {"code": used}, status=422)
        visitor.post("/second-factor", {"code": code_of(key)})
        assert visitor.pages.location == "/staff/"
        visitor.get("/staff/")


@pytest.mark.parametrize(("seconds", "fits"), [(-90, False), (-30, True), (30, True), (90, False)])
def test_a_clock_may_be_half_a_minute_off(
    production: Flask, cast: Cast, seconds: int, fits: bool
) -> None:
    name = f"clock{seconds}"
    cast.add(name)
    with time_machine.travel(START, tick=False) as clock:
        key, _ = Visitor.of(production).set_up(cast, name)
        later = START + timedelta(minutes=5)
        clock.move_to(later)
        visitor = Visitor.of(production)
        visitor.password(cast, name)
        visitor.get("/second-factor")
        code = code_of(key, later + timedelta(seconds=seconds))
        visitor.post("/second-factor", {"code": code}, status=302 if fits else 422)


def test_two_requests_with_one_code_sign_in_once(production: Flask, cast: Cast) -> None:
    cast.add("twice")
    with time_machine.travel(START, tick=False) as clock:
        key, _ = Visitor.of(production).set_up(cast, "twice")
        clock.move_to(START + timedelta(minutes=2))
        visitors = [Visitor.of(production) for _ in range(3)]
        for visitor in visitors:
            visitor.password(cast, "twice")
            visitor.get("/second-factor")
        code, answers = code_of(key), []

        def send(visitor: Visitor) -> None:
            data = {**visitor.pages.page.form("/second-factor"), "code": code}
            answer = visitor.pages.client.post("/second-factor", data=data, base_url=BASE)
            answers.append(answer.status_code)

        threads = [threading.Thread(target=send, args=(visitor,)) for visitor in visitors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == [302, 422, 422]


def test_a_recovery_code_signs_in_once(production: Flask, cast: Cast) -> None:
    cast.add("lost")
    with time_machine.travel(START, tick=False):
        _, codes = Visitor.of(production).set_up(cast, "lost")
        for typed, status in ((f" {codes[3].upper()} ", 302), (codes[3], 422), (codes[4], 302)):
            visitor = Visitor.of(production)
            visitor.password(cast, "lost")
            visitor.get("/second-factor")
            visitor.post("/second-factor", {"code": typed}, status=status)


def test_the_sixth_wrong_code_waits(production: Flask, cast: Cast) -> None:
    cast.add("guessed")
    with time_machine.travel(START, tick=False) as clock:
        key, _ = Visitor.of(production).set_up(cast, "guessed")
        clock.move_to(START + timedelta(minutes=1))
        visitor = Visitor.of(production)
        visitor.password(cast, "guessed")
        visitor.get("/second-factor")
        for guess in range(5):
            visitor.post("/second-factor", {"code": f"{guess:06d}"}, status=422)
        page = visitor.post("/second-factor", {"code": code_of(key)}, status=429)
        assert "too many tries" in page.text


def test_the_question_waits_ten_minutes(production: Flask, cast: Cast) -> None:
    cast.add("slow")
    with time_machine.travel(START, tick=False) as clock:
        visitor = Visitor.of(production)
        visitor.password(cast, "slow")
        clock.move_to(START + timedelta(minutes=10, seconds=1))
        visitor.get("/second-factor/set-up", status=302)
        assert visitor.pages.location == "/?said=start-again"


@pytest.mark.parametrize("path", ["/second-factor", "/second-factor/set-up"])
def test_nobody_comes_to_the_question_without_a_password(production: Flask, path: str) -> None:
    visitor = Visitor.of(production)
    visitor.get(path, status=302)
    assert visitor.pages.location == "/?said=start-again"


def test_an_account_switched_off_meanwhile_does_not_get_in(production: Flask, cast: Cast) -> None:
    user = cast.add("meanwhile")
    with time_machine.travel(START, tick=False) as clock:
        key, _ = Visitor.of(production).set_up(cast, "meanwhile")
        clock.move_to(START + timedelta(minutes=1))
        visitor = Visitor.of(production)
        visitor.password(cast, "meanwhile")
        visitor.get("/second-factor")
        accounts.disable_user(cast.system, user)
        visitor.post("/second-factor", {"code": code_of(key)})
        assert visitor.pages.location == "/?said=start-again"
        visitor.get("/staff/", status=302)


def test_the_wanted_page_comes_after_the_code(production: Flask, cast: Cast) -> None:
    cast.add("wanting")
    with time_machine.travel(START, tick=False) as clock:
        key, _ = Visitor.of(production).set_up(cast, "wanting")
        clock.move_to(START + timedelta(minutes=1))
        visitor = Visitor.of(production)
        visitor.get("/account/password", status=302)
        visitor.get(visitor.pages.location)
        visitor.post("/", {"email": cast.email("wanting"), "password": PASSWORD})
        visitor.get("/second-factor")
        visitor.post("/second-factor", {"code": code_of(key)})
        assert visitor.pages.location == "/account/password"


def test_a_member_can_choose_one_and_make_new_recovery_codes(production: Flask, cast: Cast) -> None:
    cast.add("careful", "member", "member")
    with time_machine.travel(START, tick=False) as clock:
        visitor = Visitor.of(production)
        assert visitor.password(cast, "careful") == "/member/"
        assert "Second factor is off" in visitor.get("/account/").text
        visitor.post("/second-factor/begin", {})
        key = visitor.get("/second-factor/set-up").one("code").text
        page = visitor.post("/second-factor/set-up", {"code": code_of(key)}, status=200)
        old = [e.text for e in page.all("code")]
        assert "Second factor is on" in visitor.get("/account/").text
        page = visitor.post("/second-factor/recovery-codes", {}, status=200)
        new = [e.text for e in page.all("code")]
        assert len(new) == 10
        assert not set(old) & set(new)
        clock.move_to(START + timedelta(minutes=1))
        again = Visitor.of(production)
        assert again.password(cast, "careful") == "/second-factor"
        again.get("/second-factor")
        again.post("/second-factor", {"code": old[0]}, status=422)
        again.post("/second-factor", {"code": new[0]})


def test_an_administrator_can_reset_a_lost_one(production: Flask, cast: Cast) -> None:
    user = cast.add("reset")
    with time_machine.travel(START, tick=False):
        Visitor.of(production).set_up(cast, "reset")
        accounts.reset_second_factor(cast.system, user)
        assert Visitor.of(production).password(cast, "reset") == "/second-factor/set-up"


def test_whoever_shows_once_more_who_he_is_needs_the_code_too(
    production: Flask, cast: Cast
) -> None:
    cast.add("again")
    address = "/staff/open-restricted"
    nobody = refs.reference("prior_auth", 999_999, START)
    asked = {"case": nobody, "ground": "emergency", "reason": "The hospital asks what we approved."}
    with time_machine.travel(START, tick=False) as clock:
        visitor = Visitor.of(production)
        key, _ = visitor.set_up(cast, "again")
        assert "Your password, once more" not in visitor.get(address).text
        clock.move_to(START + timedelta(minutes=5, seconds=1))
        assert "Your password, once more" in visitor.get(address).text
        for code in ("", "000000"):
            given = asked | {"password": PASSWORD, "code": code}
            assert "This code is wrong" in visitor.post(address, given, status=422).text
        given = asked | {"password": "not it", "code": code_of(key)}
        assert "This is not your password" in visitor.post(address, given, status=422).text
        # Both right, and no such case: from now on the session is certain of its person again.
        given = asked | {"password": PASSWORD, "code": code_of(key)}
        assert "Your password" not in visitor.post(address, given, status=404).text
