"""The fax server's folder: one job for each copy, with a cover that says nothing about health.

A job is a folder under its key: `cover.pdf`, `letter.pdf`, `job.json`. The server answers in
`answers`: sent with the time and its number, or failed with the reason.
"""

import html
import json
from datetime import datetime
from pathlib import Path
from typing import Final

from casework.storage import write_folder

JOB: Final = "job.json"
ANSWERS: Final = "answers"
_COVER: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Fax cover</title></head><body>
<h1>Fax</h1>
<p>To: {to}<br>Fax: {number}</p>
<p>From: {sender}<br>Phone: {phone}</p>
<p>Date: {day}<br>Pages with this one: {pages}</p>
<p><strong>Confidential.</strong> This fax may hold health information that the law protects. It is
for the office named above and nobody else. If it reached you by mistake, do not read, copy or keep
it: call the number above at once, and destroy it.</p>
</body></html>
"""


def cover(*, to: str, number: str, sender: str, phone: str, day: str, pages: int) -> str:
    """The cover as HTML: names of two offices, numbers, a date, a count of pages."""
    told = {"to": to, "number": number, "sender": sender, "phone": phone, "day": day}
    said = {name: html.escape(value) for name, value in told.items()}
    return _COVER.format(**said, pages=pages)


def hand_over(
    folder: Path, key: str, *, number: str, cover_pdf: bytes, letter_pdf: bytes, at: datetime
) -> str:
    """Put the job into the server's folder, unless it is there; returns the proof."""
    job = {"key": key, "to": number, "files": ["cover.pdf", "letter.pdf"], "at": at.isoformat()}
    write_folder(
        folder / key,
        [
            ("cover.pdf", cover_pdf),
            ("letter.pdf", letter_pdf),
            (JOB, json.dumps(job, indent=1).encode()),
        ],
    )
    return "fax folder"
