"""The documents about the API: OpenAPI as JSON, the same as a page to read, the types of problems.

The pages are made on the server and need no script, so they live under the strictest content
policy. They know no view: everything is read from the OpenAPI document.
"""

from pathlib import Path
from typing import Any, Final

from flask import Response, current_app, jsonify, make_response, render_template

from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import PREFIX, ApiBlueprint
from casework.errors import NotFound
from casework.schemas.problems import TYPES
from casework.services.tokens import SCOPES

blueprint = ApiBlueprint("reference", __name__, url_prefix="/api", template_folder="templates")

STYLE: Final = (Path(__file__).parent / "assets" / "reference.css").read_text()
_METHODS: Final = ("get", "post", "put", "patch", "delete")


@blueprint.route("/v1/openapi.json")
@blueprint.response(200, {"type": "object"})
@entry(public=True)
def openapi_json() -> Response:
    """This API as OpenAPI 3.1."""
    return jsonify(current_app.extensions[edge.EXTENSION]["openapi"])


@blueprint.route("/v1/docs")
@blueprint.response(200, {"type": "string"}, content_type="text/html")
@entry(public=True)
def docs() -> Response:
    """This API as a page to read."""
    document = current_app.extensions[edge.EXTENSION]["openapi"]
    return make_response(
        render_template(
            "api_reference.html",
            info=document["info"],
            groups=groups(document),
            shapes=shapes(document),
            problems=TYPES,
            scopes=SCOPES,
            base=PREFIX,
        )
    )


@blueprint.route("/v1/docs.css")
@blueprint.response(200, {"type": "string"}, content_type="text/css")
@entry(public=True)
def docs_css() -> Response:
    """The style of these pages."""
    return Response(STYLE, mimetype="text/css")


@blueprint.route("/problems/<name>")
@blueprint.response(200, {"type": "string"}, content_type="text/html")
@entry(public=True)
def problem_type(name: str) -> Response:
    """What one type of problem means and what to do about it."""
    kind = TYPES.get(name)
    if kind is None:
        raise NotFound("There is no problem of this type: /api/v1/docs lists them all.")
    return make_response(render_template("api_problem.html", name=name, kind=kind, base=PREFIX))


def groups(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by their tag, in the order of the tags; those without a page are left out."""
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            operation = methods.get(method)
            if operation is None or operation["tags"][0] not in found:
                continue
            found[operation["tags"][0]].append(_operation(path, method, operation))
    about = {tag["name"]: tag["description"] for tag in document["tags"]}
    return [
        {"name": name, "about": about[name], "operations": operations}
        for name, operations in found.items()
        if operations
    ]


def shapes(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every named shape with its fields, by name."""
    return [
        {
            "name": name,
            "about": shape.get("description", ""),
            "fields": _fields(shape),
        }
        for name, shape in sorted(document["components"]["schemas"].items())
    ]


def _operation(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = next(iter(operation.get("requestBody", {}).get("content", {}).items()), None)
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation["description"].split("\n\n"),
        "parameters": [
            {
                "name": parameter["name"],
                "where": parameter["in"],
                "required": parameter.get("required", False),
                "type": _type(parameter.get("schema", {})),
                "about": _about(parameter),
            }
            for parameter in operation.get("parameters", ())
        ],
        "body": {"media": body[0], "type": _type(body[1]["schema"])} if body else None,
        "answers": [
            {"status": status, **_answer(answer)}
            for status, answer in sorted(operation["responses"].items())
            if status < "4"
        ],
        "refusals": sorted(s for s in operation["responses"] if "4" <= s < "6"),
    }


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    for media, content in answer.get("content", {}).items():
        return {"media": media, "type": _type(content.get("schema", {}))}
    return {"media": "", "type": ""}


def _fields(shape: dict[str, Any]) -> list[dict[str, Any]]:
    required = shape.get("required", ())
    return [
        {
            "name": name,
            "type": _type(field),
            "required": name in required,
            "about": _about(field),
        }
        for name, field in shape.get("properties", {}).items()
    ]


def _about(thing: dict[str, Any]) -> str:
    """The description, the words that are allowed, and an example, as one text."""
    schema = thing.get("schema", thing)
    parts = [thing.get("description") or schema.get("description", "")]
    if "enum" in schema:
        parts.append("One of: " + ", ".join(str(word) for word in schema["enum"]) + ".")
    if schema.get("examples"):
        parts.append(f"Example: {schema['examples'][0]}")
    return " ".join(part for part in parts if part)


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words; `#Name` is a named shape."""
    if "$ref" in schema:
        return "#" + str(schema["$ref"]).rpartition("/")[2]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(_type(one) for one in schema[several])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = schema.get("type", "any")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    return f"{words} ({schema['format']})" if "format" in schema else str(words)
