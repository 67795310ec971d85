"""The one reader of bodies and queries at these doors: everything passes `casework.guarded_json`.

flask-smorest and webargs get their data from here, so no second JSON parser ever runs.
"""

from typing import Any, Final, NoReturn

import marshmallow as ma
from flask import Request, request
from webargs.flaskparser import FlaskParser

from casework import guarded_json
from casework.api.problems import invalid
from casework.errors import Invalid, Unreadable, WrongMedia

JSON: Final = ("application/json",)
MAX_QUERY: Final = 4096


def json_body(
    *, media: tuple[str, ...] = JSON, max_depth: int = guarded_json.MAX_DEPTH, decimals: bool = True
) -> Any:
    """The body of this request as a value, fractions as Decimal.

    The size is what the view declared (`entry(body=…)`) or its door takes. Raises WrongMedia (415),
    TooLarge (413), BadJson (400).
    """
    _require_media(media)
    data = request.get_data(cache=True)
    most = request.max_content_length or len(data)
    return guarded_json.read(data, max_bytes=most, max_depth=max_depth, decimals=decimals)


class GuardedParser(FlaskParser):
    """webargs' parser with our reader under it and our refusals above it."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs' own name and shape
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "querystring": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The body, guarded."""
        return json_body()

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """The query, where each name stands once."""
        return plain_query(req)

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Any,
    ) -> NoReturn:
        """One refusal with a pointer and a fix for each field; webargs' location is taken off."""
        messages = error.messages
        if isinstance(messages, dict) and len(messages) == 1:
            (error.messages,) = messages.values()
        raise invalid(error) from None


def plain_query(req: Request) -> dict[str, str]:
    """The query as name and value. Raises Unreadable (400) for what two readers read differently.

    That is a name that stands twice (the first or the last wins, depending on the reader), NUL, and
    more than MAX_QUERY bytes.
    """
    if len(req.query_string) > MAX_QUERY:
        raise Unreadable(f"The query has more than {MAX_QUERY:,} bytes: please send less.")
    for name, values in req.args.lists():
        if len(values) > 1:
            fix = "Send it once."
            raise Unreadable(
                "One name stands twice in the query: keep one of them.", fields={name[:80]: fix}
            )
        if "\x00" in name + values[0]:
            raise Unreadable("The character NUL stands in the query: take it out.")
    return req.args.to_dict()


def _require_media(media: tuple[str, ...]) -> None:
    wanted = " or ".join(media)
    fix = {"Content-Type": f"Send Content-Type: {media[0]}."}
    if request.mimetype not in media:
        raise WrongMedia(f"This address takes {wanted}: say so in Content-Type.", fields=fix)
    charset = request.mimetype_params.get("charset", "utf-8").lower().strip('"')
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise WrongMedia("JSON is UTF-8: take the charset out of Content-Type.", fields=fix)
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise WrongMedia("Compressed bodies are not taken: send the body as it is.", fields=fix)


def field_invalid(name: str, fix: str) -> Invalid:
    """A refusal of one field that only a table could find wrong."""
    return Invalid(f"Please correct {name}: {fix}", fields={name: fix})
