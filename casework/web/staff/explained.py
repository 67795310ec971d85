"""Explain this case: one page to print on which every clock, letter, decision and step says where
it comes from. It is the case read from its history, in order; it changes nothing.
"""

from typing import Any, Final

from flask import render_template

from casework import audit
from casework.queries import case_file, timeline
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_parts
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.case_page import case_number, frame_of, see

MOST: Final = 2_000


@staff.get("/cases/<ref>/explained")
@entry(*CASEWORKERS)
def explained_page(ref: str) -> str:
    """The whole case, explained."""
    number = case_number(ref)
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        frame = frame_of(cx, file)
        entries = _all(cx, file.case)
        told = case_parts.episodes(cx, file.case.kind, entries)
        proof = audit.Histories(cx, [file.case.id])
        view: dict[str, Any] = {
            "told": list(reversed(told)),
            "decisions": file.determinations,
            "letters": case_parts.letters_of(cx, file),
            "lines": [case_parts.line(file, line) for line in file.lines],
            "events": proof.events,
            "faults": proof.faults,
        }
    see(file.case, "explained")
    return render_template("staff/explained.html", **frame, **view)


def _all(cx: Any, case: Any) -> list[Any]:
    """Every entry of the history, newest first, up to MOST."""
    found: list[Any] = []
    before = None
    while len(found) < MOST:
        page = timeline.timeline(cx, case, before=before, limit=timeline.MOST)
        found += page
        if len(page) < timeline.MOST:
            break
        before = page[-1].seq
    return found
