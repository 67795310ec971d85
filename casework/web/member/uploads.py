"""Files that members send, as photos of a phone or as papers: read, and refused in their language.

The rules are those of the papers of a case; only the sentences are said here once more, since a
member must understand them.
"""

import re
from dataclasses import dataclass
from typing import Final

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
        paper = PaperAsSent(
            name=_name(file.filename or ""),
            media_type=file.mimetype or "application/octet-stream",
            content=file.read(papers.MAX_BYTES + 1),
        )
        fault = _fault(paper)
        if fault:
            return Uploaded(fault=fault)
        found.append(paper)
    return Uploaded(tuple(found))


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
