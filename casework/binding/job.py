"""What the parent asks of the binding child, and what it answers: plain values in a folder.

`job.json` and the documents lie in a scratch folder of their own; the child writes beside them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

JOB: Final = "job.json"
ANSWER: Final = "answer.json"
BOUND: Final = "bound.pdf"

# Why a document cannot stand in a file as pages.
Trouble = Literal["", "locked", "broken", "unprintable", "too_large"]

PDF: Final = "application/pdf"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/tiff"})
# More pages than this are no document that a person reads; the file has a cap of its own.
MOST_PAGES: Final = 3000


@dataclass(frozen=True, kw_only=True)
class Box:
    """What is painted over: a rectangle in percent of the upright page, from its top left corner.

    `page` counts from 1; `whole` covers the page, and `page` 0 with it every page of the document.
    """

    page: int
    whole: bool = False
    left: float = 0.0
    top: float = 0.0
    width: float = 100.0
    height: float = 100.0


@dataclass(frozen=True, kw_only=True)
class Part:
    """One document in the file. `ours`: a tagged PDF that we printed, taken as it is; else it is a
    stranger's: cleaned, fitted on our paper and tagged by us. `note` stands in the footer of each
    page that has a box; `alt` and `text` name a page for who does not see it."""

    path: str
    title: str
    group: str = ""
    media_type: str = PDF
    ours: bool = False
    boxes: tuple[Box, ...] = ()
    note: str = ""
    alt: str = "{page} / {pages}"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A file to be bound: its parts in order, and what stands in every footer. `footer` has
    {page} and {pages}; `links` says which part each named target of our own pages means. `first` is
    the number of the first page: a supplement goes on where another file ended."""

    title: str
    lang: str
    footer: str
    parts: tuple[Part, ...]
    links: Mapping[str, int] = field(default_factory=dict)
    font: str = ""
    first: int = 1


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How many pages a document has; with a trouble it has none that we can print."""

    pages: int
    trouble: Trouble = ""


def job_bytes(job: Job) -> bytes:
    """The job as it lies in the folder."""
    return json.dumps(asdict(job)).encode()


def job_from(data: bytes) -> Job:
    """The job that `job_bytes` wrote."""
    fields: dict[str, Any] = json.loads(data)
    parts = tuple(
        Part(**{**part, "boxes": tuple(Box(**box) for box in part["boxes"])})
        for part in fields.pop("parts")
    )
    return Job(parts=parts, **fields)


def write(folder: Path, name: str, value: Any) -> None:
    """Write a JSON value into the folder."""
    (folder / name).write_text(json.dumps(value), encoding="utf-8")
