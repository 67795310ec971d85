"""Files that members send, as photos of a phone or as papers: read, and refused in their language.

The rules are those of the papers of a case; only the sentences are said here once more, since a
member must understand them.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from flask_babel import gettext

from casework.records import papers
from casework.submission import PaperAsSent

MOST_AT_ONCE: Final = 10
MEGABYTES: Final = papers.MAX_BYTES // (1024 * 1024)
# One body: ten photos of a good phone, or two papers of the largest size. A little more is read, so
# that what was typed comes back with the sentence.
MEGABYTES_AT_ONCE: Final = 60
LARGEST_BODY: Final = 64 * 1024 * 1024
# Named one by one: a phone then turns its own photo format into one that everybody can open.
ACCEPTED: Final = ".pdf,.jpg,.jpeg,.png,.tif,.tiff,.docx,image/jpeg,image/png,application/pdf"
_PHONE_PHOTOS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f<>\"|]+")


@dataclass(frozen=True)
class Uploaded:
    """The files that can be taken, and a sentence for the first that cannot; then none is taken."""

    papers: tuple[PaperAsSent, ...] = ()
    fault: str = ""


def uploaded(name: str = "papers") -> Uploaded:
    """The files of this field of the form; empty when none was chosen."""
    chosen = [file for file in request.files.getlist(name) if file.filename]
    if len(chosen) > MOST_AT_ONCE:
        many = gettext("Send at most %(count)s files at a time.", count=MOST_AT_ONCE)
        return Uploaded(fault=str(many))
    found = []
    for file in chosen:
        paper = _paper(file)
        fault = _fault(paper)
        if fault:
            return Uploaded(fault=fault)
        found.append(paper)
    return Uploaded(tuple(found))


@dataclass(frozen=True)
class Arrived:
    """The files that can be taken, and a sentence for each that cannot: one bad file keeps no good
    one out."""

    papers: tuple[PaperAsSent, ...] = ()
    faults: tuple[str, ...] = ()


def arrived(*names: str) -> Arrived:
    """The files of these fields of the form, sorted into what can be taken and what cannot."""
    chosen = [file for name in names for file in request.files.getlist(name) if file.filename]
    papers_, faults = [], []
    if len(chosen) > MOST_AT_ONCE:
        faults.append(
            gettext(
                "We took the first %(count)s files. Now add the rest.",
                count=MOST_AT_ONCE,
            )
        )
    for file in chosen[:MOST_AT_ONCE]:
        paper = _paper(file)
        fault = _fault(paper)
        if fault:
            faults.append(fault)
        else:
            papers_.append(paper)
    return Arrived(tuple(papers_), tuple(str(each) for each in faults))


def _paper(file: Any) -> PaperAsSent:
    return PaperAsSent(
        name=_name(file.filename or ""),
        media_type=file.mimetype or "application/octet-stream",
        content=file.read(papers.MAX_BYTES + 1),
    )


def _name(given: str) -> str:
    """The last part of the name, without what no name should hold."""
    last = re.split(r"[/\\]", given)[-1]
    return _UNPRINTABLE.sub("_", last).strip()[-120:] or "file"


def _fault(paper: PaperAsSent) -> str:
    if not paper.content:
        return str(gettext("%(name)s is empty. Choose the file once more.", name=paper.name))
    if len(paper.content) > papers.MAX_BYTES:
        return str(
            gettext(
                "%(name)s is too large. A file can have up to %(count)s MB.",
                name=paper.name,
                count=MEGABYTES,
            )
        )
    if paper.content[4:8] == b"ftyp" and paper.content[8:12] in _PHONE_PHOTOS:
        return str(
            gettext(
                "We cannot open %(name)s. It is a kind of photo (HEIC) that only some phones can"
                " open. Make a screenshot of it and send that. Or open Settings, Camera, Formats,"
                " choose Most Compatible, and take the photo again.",
                name=paper.name,
            )
        )
    kind = papers.sniffed(paper.content)
    suffix = "." + paper.name.rsplit(".", 1)[-1].lower() if "." in paper.name else ""
    if kind not in papers.ALLOWED or (suffix and suffix not in papers.ALLOWED[kind]):
        return str(
            gettext(
                "We cannot open %(name)s. Send a PDF or a photo (JPG or PNG)."
                " A screenshot of the photo works too.",
                name=paper.name,
            )
        )
    return ""
