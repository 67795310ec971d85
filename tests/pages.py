"""A strict browser without scripts: each page that a test fetches is checked as it comes."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.reader import Page
from tests.soundness import locked, sound


@dataclass
class Pages:
    """A browser without scripts that refuses unsound pages."""

    client: FlaskClient
    page: Page | None = None
    response: Any = None

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        return self._read(self.client.get(path, **options), status)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 302, **options: Any
    ) -> Page:
        """Send the form of the last page that goes to `path`, with `data` filled in."""
        assert self.page is not None, "open a page first"
        filled = {**self.page.form(path), **(data or {})}
        return self._read(self.client.post(path, data=filled, **options), status)

    def follow(self) -> Page:
        """Go where the last answer redirects to."""
        return self.get(self.response.headers["Location"])

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in with a password and read the first page."""
        self.get("/")
        self.post("/", {"email": email, "password": password})
        return self.follow()

    @property
    def location(self) -> str:
        return str(self.response.headers.get("Location", ""))

    def _read(self, response: TestResponse, status: int) -> Page:
        self.response = response
        locked(response)
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}, not {status}: {response.text[:900]}"
        )
        page = Page(response.text, response.status_code)
        if response.status_code not in {204, 301, 302, 303, 304}:
            assert response.mimetype == "text/html", response.mimetype
            sound(page)
            self.page = page
        return page
