"""A table as a CSV file that a browser keeps: the same rows that the page shows."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from flask import make_response, stream_with_context
from werkzeug.wrappers import Response

# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The answer that carries these rows under these heads, to be kept under this name."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    response = make_response("\ufeff" + out.getvalue())
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def csv_stream(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """The same for many rows, sent as they are read: nothing is held in memory."""
    response = Response(stream_with_context(_lines(heads, rows)))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _cell(value: Any) -> Any:
    """A value as a cell: text that a spreadsheet would reckon with is kept text."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
