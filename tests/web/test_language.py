"""English and Spanish: nothing is missing, the choice is remembered, times have words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update

from casework.context import SYSTEM
from casework.models import Member, User
from casework.web import language, moments, site
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast

SOURCE = Path(site.__file__).parent
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
ZONE = "America/New_York"


def said() -> Iterator[tuple[str, Any]]:
    """Every sentence of the pages that speak both languages, with the place where they say it.

    The rooms that speak English alone need no Spanish.
    """
    found = extract_from_dir(
        SOURCE,
        method_map=[("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")],
        keywords={**DEFAULT_KEYWORDS, "lazy_gettext": None},
    )
    for path, line, message, *_ in found:
        if set(Path(path).parts) & set(language.ENGLISH_ROOMS):
            continue
        yield f"{path}:{line}", message


def spanish() -> dict[Any, Any]:
    with (language.FOLDER / "es.po").open("rb") as source:
        return {message.id: message for message in read_po(source) if message.id}


def test_every_sentence_has_its_spanish() -> None:
    known = spanish()
    missing = [f"{place}: {m!r}" for place, m in said() if not _translated(known.get(m))]
    assert missing == [], "add them to casework/web/translations/es.po"
    assert len(known) > 120


def test_no_spanish_is_left_over() -> None:
    wanted = {message for _, message in said()}
    assert [message for message in spanish() if message not in wanted] == []


def test_translations_keep_the_places_for_values() -> None:
    for message in spanish().values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        assert [_places(text) for text in texts] == [_places(text) for text in ids], message.id


def test_a_sentence_that_nobody_translated_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("from x import _\n_('Nobody translated this.')\n")
    found = [m for *_, m, _c, _x in extract_from_dir(tmp_path, method_map=[("**.py", "python")])]
    assert found == ["Nobody translated this."]
    assert not _translated(spanish().get(found[0]))


def test_the_choice_is_remembered_in_the_browser_and_with_the_account(
    app: Flask, cast: Cast
) -> None:
    browser = Pages(app.test_client())
    browser.get("/")
    browser.post("/language", {"language": "es"})
    page = browser.follow()
    assert (page.h1, page.one("html").get("lang")) == ("Iniciar sesión", "es")
    browser.sign_in(cast.email("member"), PASSWORD)
    browser.post("/language", {"language": "es"})
    assert browser.follow().h1 == "Hola, Casey Member"
    with cast.database.engine.connect() as connection:
        kept = connection.execute(
            select(User.preferences).where(User.id == cast.ids["member"])
        ).scalar_one()
    assert kept["language"] == "es"
    elsewhere = Pages(app.test_client())
    assert elsewhere.sign_in(cast.email("member"), PASSWORD).h1 == "Hola, Casey Member"
    elsewhere.post("/language", {"language": "en"})
    assert elsewhere.follow().h1 == "Welcome, Casey Member"


def test_a_member_is_met_in_the_language_of_the_record_until_one_is_chosen(
    app: Flask, cast: Cast
) -> None:
    _record(cast, "es")
    browser = Pages(app.test_client())
    assert browser.sign_in(cast.email("member"), PASSWORD).h1 == "Hola, Casey Member"
    browser.post("/sign-out", {})
    assert browser.follow().one("html").get("lang") == "en", "nobody chose it in this browser"
    browser.post("/language", {"language": "en"})
    assert browser.sign_in(cast.email("member"), PASSWORD).h1 == "Welcome, Casey Member"
    _record(cast, "en")


def _record(cast: Cast, language: str) -> None:
    with cast.database.session(cast.database.context(SYSTEM)) as session:
        session.execute(update(User).where(User.id == cast.ids["member"]).values(preferences={}))
        session.execute(update(Member).where(Member.id == cast.member).values(language=language))
        session.commit()


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "es"), ("en-US,en;q=0.9", "en"), ("fr", "en"), ("", "en"),
        ("es;q=0.2,en;q=0.7", "en"), ("\u202e;;q=x", "en"),
    ],
)  # fmt: skip
def test_without_a_choice_the_browser_says(app: Flask, accepted: str, spoken: str) -> None:
    headers = {"Accept-Language": accepted.encode().decode("latin-1")}
    page = Pages(app.test_client()).get("/", headers=headers)
    assert page.one("html").get("lang") == spoken


@pytest.mark.parametrize("name", ["nurse", "office"])
def test_staff_and_offices_work_in_english(app: Flask, cast: Cast, name: str) -> None:
    browser = Pages(app.test_client())
    browser.client.set_cookie("casework-language", "es")
    page = browser.sign_in(cast.email(name), PASSWORD)
    assert page.one("html").get("lang") == "en"
    assert "Español" not in page.text


@pytest.mark.parametrize("language_code", ["fr", "", "es\r\nX: y", "../en"])
def test_another_language_is_refused(app: Flask, language_code: str) -> None:
    browser = Pages(app.test_client())
    browser.get("/")
    browser.post("/language", {"language": language_code}, status=400)


def test_error_pages_speak_the_chosen_language(app: Flask) -> None:
    browser = Pages(app.test_client())
    browser.client.set_cookie("casework-language", "es")
    assert browser.get("/nope", status=404).h1 == "No encontramos esa página"


@pytest.mark.parametrize(
    ("hours", "english", "spanish_words"),
    [
        (0.5, "30 m left", "quedan 30 m"),
        (5 + 1 / 3, "5 h 20 m left", "quedan 5 h 20 m"),
        (24, "1 day left", "quedan 1 día"),
        (52, "2 days 4 h left", "quedan 2 días 4 h"),
        (24 * 9 + 3, "9 days left", "quedan 9 días"),
        (-3 - 1 / 12, "3 h 5 m late", "3 h 5 m de retraso"),
        (0, "0 m late", "0 m de retraso"),
    ],
)
def test_time_left_has_words(app: Flask, hours: float, english: str, spanish_words: str) -> None:
    due = NOW + timedelta(hours=hours)
    for locale, words in (("en", english), ("es", spanish_words)):
        with app.test_request_context(), force_locale(locale):
            assert moments.time_left(due, now=NOW) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 3, 4, 21, 10, tzinfo=UTC), "today 4:10 pm"),
        (datetime(2026, 3, 5, 4, 59, tzinfo=UTC), "today 11:59 pm"),
        (datetime(2026, 3, 5, 5, 0, tzinfo=UTC), "tomorrow 12:00 am"),
        (datetime(2026, 3, 3, 14, 0, tzinfo=UTC), "yesterday 9:00 am"),
        (datetime(2026, 3, 9, 13, 0, tzinfo=UTC), "Mar 9, 9:00 am"),
        (datetime(2027, 3, 9, 14, 0, tzinfo=UTC), "Mar 9, 2027, 9:00 am"),
    ],
)
def test_near_times_follow_the_calendar_of_the_zone(
    app: Flask, instant: datetime, words: str
) -> None:
    with app.test_request_context(), force_locale("en"):
        assert moments.near(instant, now=NOW, zone=ZONE) == words


def test_a_moment_names_its_zone(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert moments.moment(NOW, ZONE) == "March 4, 2026, 10:00 am Eastern Time"
        assert moments.moment(NOW, "America/Chicago") == "March 4, 2026, 9:00 am Central Time"
        assert moments.day(date(2026, 3, 4), weekday=True) == "Wednesday, March 4, 2026"


def _translated(message: Any) -> bool:
    if message is None or message.fuzzy:
        return False
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(texts)


def _places(text: str) -> set[str]:
    found = set()
    for part in text.split("%(")[1:]:
        found.add(part.partition(")")[0])
    return found
