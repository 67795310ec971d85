"""A caller at the JSON API: one person's or client's bearer token, and nothing else.

Plain HTTP with the standard library. A refusal is raised with the sentence that the API gave.
"""

import base64
import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

TIMEOUT: Final = 60.0


class Refused(Exception):
    """The API refused: its status, and its problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        said = problem.get("detail") or problem.get("title") or "no reason given"
        fields = "; ".join(
            f"{each.get('pointer')}: {each.get('detail')}" for each in problem.get("errors", ())
        )
        super().__init__(f"{status}: {said}{f' ({fields})' if fields else ''}")
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    etag: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the API with a token of his own."""

    address: str
    token: str = field(repr=False)

    def get(self, path: str) -> Answer:
        """Read. Raises Refused."""
        return self._call("GET", path)

    def create(self, path: str, body: dict[str, Any]) -> Answer:
        """Create something, once. Raises Refused."""
        sent = json.dumps(body).encode()
        return self._call("POST", path, sent=sent, headers={"Idempotency-Key": uuid.uuid4().hex})

    def send(self, path: str, body: bytes, *, media: str) -> Answer:
        """Send these very bytes. Raises Refused."""
        return self._call("POST", path, sent=body, headers={"Content-Type": media})

    def case(self, ref: str) -> dict[str, Any]:
        """One case as this caller sees it."""
        found: dict[str, Any] = self.get(f"/api/v1/cases/{ref}").json
        return found

    def act(self, ref: str, trigger: str, **form: Any) -> dict[str, Any]:
        """Look at the case, then take this step with its form, as seen. Raises Refused."""
        seen = self.get(f"/api/v1/cases/{ref}").etag
        path = f"/api/v1/cases/{ref}/actions/{trigger}"
        sent = json.dumps(form).encode()
        answer = self._call("POST", path, sent=sent, headers={"If-Match": seen})
        done: dict[str, Any] = answer.json
        return done

    def change(self, path: str, body: dict[str, Any], *, seen: str) -> dict[str, Any]:
        """Change what stands at this path, as it was seen. Raises Refused."""
        sent = json.dumps(body).encode()
        done: dict[str, Any] = self._call("POST", path, sent=sent, headers={"If-Match": seen}).json
        return done

    def _call(
        self,
        method: str,
        path: str,
        *,
        sent: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - the address is our own server's
            self.address + path,
            data=sent,
            method=method,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return Answer(answer.status, answer.read(), answer.headers.get("ETag", ""))
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _problem(error.read())) from None


def paper(name: str, content: bytes) -> dict[str, str]:
    """A paper inside a JSON body."""
    return {
        "name": name,
        "media_type": "application/pdf",
        "content": base64.b64encode(content).decode(),
    }


def _problem(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {"detail": body[:200].decode(errors="replace")}
    return found if isinstance(found, dict) else {"detail": str(found)[:200]}
