"""What came with a request: attachments, clinical resources, messages, and what will follow.

Base64 is decoded here, once per document however often it is referred to, under caps. What the
bytes really are is the upload pipe's question. An address is never fetched (PAS forbids it).
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.elements import (
    Node,
    code,
    extension,
    node,
    nodes,
    numbered,
    text,
    wholes,
)
from casework.interop.fhir.outcome import NotPas, TooBig, Unreadable
from casework.interop.fhir.references import Entries, Entry
from casework.interop.fhir.wire import write
from casework.submission import PaperAsSent

MAX_PAPERS: Final = 100
MAX_PAPER_BYTES: Final = 4_000_000
_MAX_NAME: Final = 200
_MAX_CONTROL_NUMBER: Final = 60
_SPACES: Final = str.maketrans("", "", " \t\r\n")
_BYTES: Final = "application/octet-stream"


@dataclass
class Enclosures:
    """What was found: papers, the message, and sentences for what came without its content."""

    papers: list[PaperAsSent] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def enclosures(claim: Entry, entries: Entries) -> Enclosures:
    """All that supportingInfo carries. Raises Unreadable (bad base64), TooBig or NotPas (caps)."""
    found = Enclosures()
    seen: set[str] = set()
    for index, info in numbered(claim.resource, "supportingInfo"):
        message = text(info, "valueString")
        if message:
            found.messages.append(message)
        for paper in _papers(
            info, claim, entries, at=f"{claim.path}.supportingInfo[{index}]", seen=seen
        ):
            _take(paper, found, number=info["sequence"])
    return found


def _take(paper: PaperAsSent, found: Enclosures, *, number: int) -> None:
    if not paper.content and not paper.control_number:
        found.missing.append(
            f"The content of the document that supporting information {number} names: please "
            "send it inline."
        )
        return
    found.papers.append(paper)
    if len(found.papers) > MAX_PAPERS:
        raise TooBig(f"More than {MAX_PAPERS} documents came at once: send the rest apart.")


def _papers(
    info: Node, claim: Entry, entries: Entries, *, at: str, seen: set[str]
) -> Iterator[PaperAsSent]:
    about = _about(info, claim, at=at)
    attachment = node(info, "valueAttachment")
    if attachment:
        yield _attached(attachment, about, f"{at}.valueAttachment")
        return
    reference = node(info, "valueReference")
    resource = entries.target(reference, of=claim)
    if not resource:
        if about.control_number:
            yield about
        return
    entry = entries.find(reference, of=claim)
    key = entry.path if entry else f"{claim.path}.contained.{text(resource, 'id')}"
    if key not in seen:
        seen.add(key)
        yield from _document(resource, about, entry.path if entry else f"{claim.path}.contained")


def _about(info: Node, claim: Entry, *, at: str) -> PaperAsSent:
    """What documentInformation says, as a paper without content."""
    told = extension(info, names.DOCUMENT_INFORMATION)
    report_type = code(node(extension(told, "reportTypeCode"), "valueCodeableConcept"))
    description = text(extension(told, "description"), "valueString")
    control_number = text(extension(told, "controlNumber"), "valueString")
    if len(control_number) > _MAX_CONTROL_NUMBER:
        raise NotPas(
            f"A control number has at most {_MAX_CONTROL_NUMBER} characters.",
            f"{at}.extension",
            issue="too-long",
        )
    return PaperAsSent(
        name=description[:_MAX_NAME] or "Document",
        media_type=_BYTES,
        control_number=control_number,
        description=description,
        report_type=report_type,
        line_number=_only_line(claim.resource, info.get("sequence")),
    )


def _only_line(claim: Node, sequence: object) -> int | None:
    """The line that alone points to this information; None when it belongs to all or several."""
    items = nodes(claim, "item")
    picking = [i["sequence"] for i in items if sequence in wholes(i, "informationSequence")]
    return picking[0] if len(picking) == 1 and len(items) > 1 else None


def _document(resource: Node, about: PaperAsSent, path: str) -> Iterator[PaperAsSent]:
    """A DocumentReference gives its attachments, a Binary its data, all else itself as JSON."""
    kind = text(resource, "resourceType")
    if kind == "DocumentReference":
        named = replace(about, name=_title(resource, about))
        for index, content in numbered(resource, "content"):
            at = f"{path}.content[{index}].attachment"
            yield _attached(node(content, "attachment"), named, at)
    elif kind == "Binary":
        yield _attached(resource, about, path)
    else:
        yield replace(
            about,
            name=f"{kind}.json",
            media_type="application/fhir+json",
            content=write(resource),
        )


def _title(document: Node, about: PaperAsSent) -> str:
    kind = node(document, "type")
    return text(document, "description") or text(kind, "text") or about.name


def _attached(attachment: Node, about: PaperAsSent, at: str) -> PaperAsSent:
    return replace(
        about,
        name=(text(attachment, "title") or about.name)[:_MAX_NAME],
        media_type=text(attachment, "contentType") or _BYTES,
        content=_decoded(text(attachment, "data"), f"{at}.data"),
    )


def _decoded(data: str, at: str) -> bytes:
    bare = data.translate(_SPACES)
    if len(bare) > MAX_PAPER_BYTES * 4 // 3 + 4:
        raise TooBig(f"A document may have {MAX_PAPER_BYTES:,} bytes: send it apart.", at)
    try:
        return base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("The data is no base64.", at) from None
