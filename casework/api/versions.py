"""The version of a case on the wire: `ETag` out, `If-Match` in, and answers that were given before.

Whether a version is stale is for the command to say (412); here only whether one was sent.
"""

import re
from typing import Any, Final

from flask import Request, Response

from casework.errors import Unreadable, VersionNeeded

# A strong entity tag of ours (RFC 9110, 8.8.3): a version of at most nine digits, in quotes.
_TAG: Final = re.compile(r'"(\d{1,9})"', re.ASCII)


def etag(version: int) -> str:
    """The entity tag of this version, quotes included."""
    return f'"{version}"'


def if_match(request: Request) -> int:
    """The version that the caller saw.

    Raises VersionNeeded (428) without the header, Unreadable (400) when it is no tag of ours: a
    weak one, a list, `*`.
    """
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        raise VersionNeeded(
            "Say which version you saw: read the case and send its ETag in If-Match.",
            fields={"If-Match": 'Send the ETag of the case, such as "7".'},
        )
    tag = _TAG.fullmatch(sent)
    if tag is None:
        raise Unreadable(
            'If-Match must be the one ETag of the case, with its quotes, such as "7".',
            fields={"If-Match": "Send the ETag exactly as the case gave it."},
        )
    return int(tag[1])


def created(response: Response, *, location: str, version: int, answer: Any = None) -> Response:
    """Mark a response to a creating POST: 201, Location, ETag, and whether it was given before.

    `answer` is the command's dataclass; its `replayed` is True when the key had been used.
    """
    response.status_code = 201
    response.headers["Location"] = location
    response.headers["ETag"] = etag(version)
    mark_replayed(response, answer)
    return response


def mark_replayed(response: Response, answer: Any) -> Response:
    """Say so when the answer is the one that the same Idempotency-Key got before."""
    if getattr(answer, "replayed", False):
        response.headers["Idempotency-Replayed"] = "true"
    return response
