"""What parent and child of the press say to each other: one request, one answer, length first.

A frame is four bytes of length, big-endian, and that many bytes. It knows no letter, no renderer.
"""

import json
from dataclasses import asdict, dataclass
from typing import IO

from letters.refusals import PrintRefused

LONGEST_FRAME = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintRequest:
    """One letter to print: finished HTML, its title and BCP 47 language, 12 or 18 point."""

    html: str
    title: str
    lang: str
    large_print: bool = False


def write_frame(pipe: IO[bytes], payload: bytes) -> None:
    """Send one frame; BrokenPipeError if nobody reads."""
    pipe.write(len(payload).to_bytes(4, "big") + payload)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None at the end of the stream, also in the middle of a frame."""
    head = pipe.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    if length > LONGEST_FRAME:
        raise PrintRefused("request", f"A frame of {length} bytes is longer than any letter.")
    payload = pipe.read(length)
    return payload if len(payload) == length else None


def request_bytes(request: PrintRequest) -> bytes:
    """The request as the payload of a frame."""
    return json.dumps(asdict(request)).encode()


def request_from(payload: bytes) -> PrintRequest:
    """The request that `request_bytes` made; PrintRefused if it is none."""
    try:
        fields = json.loads(payload)
        request = PrintRequest(**fields)
    except (ValueError, TypeError):
        raise PrintRefused("request", "That is no request to print.") from None
    texts = (request.html, request.title, request.lang)
    if not all(isinstance(text, str) and text for text in texts):
        raise PrintRefused("request", "A request to print needs html, title and lang.")
    return request


def answer_bytes(answer: bytes | PrintRefused) -> bytes:
    """The PDF, or the refusal, as the payload of a frame."""
    if isinstance(answer, PrintRefused):
        return b"E" + json.dumps({"kind": answer.kind, "sentence": answer.sentence}).encode()
    return b"P" + answer


def pdf_from(payload: bytes) -> bytes:
    """The PDF of an answer; raises the PrintRefused that it holds."""
    if payload[:1] == b"P":
        return payload[1:]
    refusal = json.loads(payload[1:])
    raise PrintRefused(refusal["kind"], refusal["sentence"])
