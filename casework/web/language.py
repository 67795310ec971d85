"""English and Spanish: which one a page speaks, and its words.

Catalogues are read from their source form when the application starts, so that no compiled file is
kept. The screens of staff and offices speak English; letters have words of their own in `letters`.
"""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, Domain, get_locale
from werkzeug.wrappers import Response

from casework.config import Settings
from casework.web import edge

LANGUAGES: Final = {"en": "English", "es": "Español"}
FOLDER: Final = Path(__file__).parent / "translations"
REMEMBERED: Final = timedelta(days=365)
# In the session: nobody chose the language, the record of the member who signed in says it.
FROM_RECORD: Final = "language_from_record"
# Rooms whose pages are not translated; a room that gets its Spanish is taken out of this line.
ENGLISH_ROOMS: Final = ("staff", "provider")


class Catalogues(Domain):  # type: ignore[misc]
    """The words of all languages, read once."""

    def __init__(self) -> None:
        super().__init__(domain="messages")
        self._known: dict[str, NullTranslations] = {
            language: _read(FOLDER / f"{language}.po") for language in LANGUAGES
        }

    def get_translations(self) -> NullTranslations:
        """The words of this request's language."""
        return self._known.get(current(), self._known["en"])


def install(app: Flask) -> None:
    """Let templates and views speak the language of the request."""
    babel = Babel(app, locale_selector=choose)
    babel.domain_instance = Catalogues()
    app.jinja_env.globals.update(
        languages=LANGUAGES, current_language=current, in_english_room=in_english_room
    )


def choose() -> str:
    """English in an English room; else the chosen language, else the browser's, else English."""
    if not has_request_context() or in_english_room():
        return "en"
    chosen = request.cookies.get(cookie_name(edge.settings()), "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), default="en") or "en"


def was_chosen() -> bool:
    """Whether somebody chose the language of this browser; one that came from a member's record,
    and goes with the sign-in, was not chosen."""
    return bool(request.cookies.get(cookie_name(edge.settings()))) and not session.get(FROM_RECORD)


def in_english_room() -> bool:
    """True for the pages that are not translated."""
    return request.path.startswith(tuple(f"/{room}/" for room in ENGLISH_ROOMS))


def current() -> str:
    """The language of this page, `en` or `es`: what its `lang` attribute says."""
    locale = get_locale()
    return str(locale.language) if locale is not None else "en"


def remember(response: Response, language: str) -> None:
    """Keep the choice in this browser."""
    settings = edge.settings()
    response.set_cookie(
        cookie_name(settings),
        language,
        max_age=REMEMBERED,
        httponly=True,
        secure=settings.production,
        samesite="Lax",
    )


def forget(response: Response) -> None:
    """Let go of a language that nobody chose."""
    settings = edge.settings()
    if session.get(FROM_RECORD):
        response.delete_cookie(
            cookie_name(settings), httponly=True, secure=settings.production, samesite="Lax"
        )


def cookie_name(settings: Settings) -> str:
    """Bound to the host in production, as the session's."""
    return "__Host-casework-language" if settings.production else "casework-language"


def _read(path: Path) -> NullTranslations:
    """A catalogue from its source; English has none, its words are the keys."""
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="messages")
