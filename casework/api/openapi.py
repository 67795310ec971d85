"""The OpenAPI 3.1 document: what flask-smorest wrote, completed by what each view declared.

Security, keys, versions, limits and refusals come from `access.entry`, so they cannot be forgotten
in one place and true in another.
"""

import re
from typing import Any, Final

from flask import Flask

from casework.api.access import Entry, entries
from casework.api.doors import Door, door_of
from casework.schemas.problems import MEDIA, TYPES
from casework.services.tokens import SCOPES

TITLE: Final = "Casework"
VERSION: Final = "1"
OPENAPI: Final = "3.1.0"
ABOUT: Final = (
    "Prior authorization, appeals, grievances and external review of a US health plan. Every"
    " request carries a bearer token; cookies are ignored. Instants are ISO 8601 with their offset,"
    " dates are calendar dates. Refusals are `application/problem+json` with a pointer and a fix"
    " for each field."
)
_CONVERTER: Final = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Your own name for this request, such as a UUID. Sent again with the same body"
    " it gets the same answer (`Idempotency-Replayed: true`); with another body, 422.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_VERSION: Final = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the case as you saw it. 412 when it changed since, 428 without it.",
    "schema": {"type": "string", "pattern": r'^"\d{1,9}"$', "examples": ['"7"']},
}
_RATE: Final = {
    "description": "Too many requests: wait for the seconds in Retry-After.",
    "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
}
_NO_PEOPLE: Final = frozenset({"client", "system"})
# Of flask-smorest's own components: its paging, which we do not use.
_NOT_OURS: Final = frozenset({"PaginationMetadata"})
_LEFT_OUT: Final[tuple[Any, ...]] = ("", b"", None, [])
# What a view answers that has no shape: the bytes of a letter or a paper.
_BYTES: Final = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
_HIDDEN: Final = frozenset({"422", "default"})


def document(app: Flask, raw: dict[str, Any]) -> dict[str, Any]:
    """The whole document. `raw` is flask-smorest's own, which is not changed."""
    declared = entries(app)
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        path = _CONVERTER.sub(r"{\1}", rule.rule)
        for method, operation in raw["paths"].get(path, {}).items():
            if method.upper() not in (rule.methods or ()) or rule.endpoint not in declared:
                continue
            paths.setdefault(path, {})[method] = _completed(
                operation,
                entry=declared[rule.endpoint],
                name=rule.endpoint.rpartition(".")[2],
                door=rule.rule,
            )
        shared = raw["paths"].get(path, {}).get("parameters")
        if shared and path in paths:
            paths[path]["parameters"] = shared
    return {
        "openapi": OPENAPI,
        "info": {"title": TITLE, "version": VERSION, "description": ABOUT},
        "paths": paths,
        "tags": [tag for tag in raw.get("tags", ()) if tag.get("description")],
        "components": {
            "schemas": _shapes(raw),
            "securitySchemes": _schemes(),
            "responses": {"Problem": _problem(), "TooMany": _RATE},
        },
    }


def _completed(operation: dict[str, Any], *, entry: Entry, name: str, door: str) -> dict[str, Any]:
    done = {key: value for key, value in operation.items() if key != "responses"}
    done["operationId"] = name
    done["description"] = "\n\n".join(
        part
        for part in (operation.get("description", ""), _who(entry), _size(operation, entry, door))
        if part
    )
    done["security"] = [] if entry.public else [{"token": _named(entry)}, {"oauth": _named(entry)}]
    extra = [_KEY] * entry.creates + [_VERSION] * entry.changes
    told = [_parameter(said) for said in operation.get("parameters", ())]
    if told or extra:
        done["parameters"] = [*told, *extra]
    done["responses"] = {
        **{s: _answer(s, r) for s, r in operation["responses"].items() if s not in _HIDDEN},
        **dict.fromkeys(_refusals(operation, entry), _PROBLEM),
        "429": {"$ref": "#/components/responses/TooMany"},
        "default": _PROBLEM,
    }
    return done


def _shapes(raw: dict[str, Any]) -> dict[str, Any]:
    """The named shapes, without the defaults that only say that a field was left out."""
    shapes = raw.get("components", {}).get("schemas", {})
    return {
        name: {
            **shape,
            "properties": {
                field: _plain(said) for field, said in shape.get("properties", {}).items()
            },
        }
        for name, shape in shapes.items()
        if name not in _NOT_OURS
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in schema.items() if k != "default" or v not in _LEFT_OUT}


def _parameter(said: Any) -> Any:
    if isinstance(said, dict) and "schema" in said:
        return {**said, "schema": _plain(said["schema"])}
    return said


def _answer(status: str, said: Any) -> Any:
    if status == "204" or "content" in said or "$ref" in said or not status.startswith("2"):
        return said
    return {**said, "content": _BYTES}


def _named(entry: Entry) -> list[str]:
    return [entry.scope] if entry.scope else []


def _refusals(operation: dict[str, Any], entry: Entry) -> list[str]:
    """The statuses that this operation can answer beside its own."""
    found = ["400"]
    if not entry.public:
        found += ["401", "403"]
    if any(p.get("in") == "path" for p in operation.get("parameters", ()) if isinstance(p, dict)):
        found.append("404")
    if entry.creates or entry.changes:
        found.append("409")
    if entry.changes:
        found += ["412", "428"]
    if "requestBody" in operation:
        found += ["413", "415"]
    found.append("422")
    return [status for status in found if status not in operation["responses"] or status == "422"]


def _who(entry: Entry) -> str:
    if entry.public:
        return "Open to everybody."
    parts = []
    if entry.scope:
        parts.append(f"Clients need the scope `{entry.scope}`.")
    if entry.roles:
        words = ", ".join(sorted(role.replace("_", " ") for role in entry.roles - _NO_PEOPLE))
        parts.append(f"People with one of these roles: {words}.")
    return " ".join(parts)


def _size(operation: dict[str, Any], entry: Entry, path: str) -> str:
    door = door_of(path)
    if door is None:
        return ""
    most = f", a body of at most {entry.body or door.body:,} bytes"
    return f"At most {_rate(door)} for one client{most if 'requestBody' in operation else ''}."


def _rate(door: Door) -> str:
    count, _, unit = door.rate.partition(" ")
    return f"{count} requests {unit}"


def _schemes() -> dict[str, Any]:
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that the plan issued: `Authorization: Bearer cw_…`.",
        },
        "oauth": {
            "type": "oauth2",
            "flows": {
                "clientCredentials": {"tokenUrl": "/oauth/token", "scopes": dict(SCOPES)},
            },
        },
    }


def _problem() -> dict[str, Any]:
    known = ", ".join(f"`{name}`" for name in TYPES)
    return {
        "description": f"A refusal. The last part of `type` is one of {known}.",
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
    }
