"""The site's own files: style, script, type and icons, compressed, and kept by browsers for a year.

Only what lies in the static folder with a listed ending is given; an address carries the file's
hash, so a changed file has a new address. It knows no person.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, request, url_for
from werkzeug.security import safe_join

from casework import now
from casework.web.access import PUBLIC, entry

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
_COMPRESSED: Final = frozenset({".css", ".js", ".svg", ".webmanifest"})
_YEAR: Final = 365 * 24 * 3600
_DAY: Final = 24 * 3600
LOOK_AGAIN_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent: plain and, where that pays, compressed."""

    body: bytes
    packed: bytes
    tag: str
    type: str


def install(app: Flask) -> None:
    """Serve the files at /static/, and give templates `asset(name)` for their addresses."""
    app.add_url_rule("/static/<path:name>", endpoint="static", view_func=serve)
    app.jinja_env.globals["asset"] = asset


@entry(PUBLIC)
def serve(name: str) -> Response:
    """One file, compressed for browsers that take it; 404 for anything not listed."""
    file = find(name)
    if file is None:
        abort(404)
    packed = bool(file.packed) and request.accept_encodings.quality("gzip") > 0
    response = Response(file.packed if packed else file.body, content_type=file.type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    named = request.args.get("v") == file.tag
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if named else f"public, max-age={_DAY}"
    )
    response.set_etag(file.tag + ("-gz" if packed else ""))
    response.make_conditional(request)
    return response


def asset(name: str) -> str:
    """The address of a file, with its hash; a missing file has an address that answers 404."""
    return url_for("static", name=name, v=_tag(name, int(now.monotonic()) // LOOK_AGAIN_SECONDS))


@lru_cache(maxsize=256)
def _tag(name: str, _tick: int) -> str | None:
    """The hash, looked up on the disk once in a while and not thirty times for each page."""
    file = find(name)
    return file.tag if file else None


def find(name: str) -> File | None:
    """The file of this name below the static folder, or None."""
    path = safe_join(str(FOLDER), name)
    if path is None or name.endswith("/") or Path(path).suffix not in TYPES:
        return None
    if not Path(path).is_file():
        return None
    return _read(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _read(path: str, _changed: int) -> File:
    body = Path(path).read_bytes()
    suffix = Path(path).suffix
    packed = gzip.compress(body, 9, mtime=0) if suffix in _COMPRESSED else b""
    tag = hashlib.sha256(body).hexdigest()[:12]
    return File(body, packed if len(packed) < len(body) else b"", tag, TYPES[suffix])
