"""What goes to a body that has the packet already: what came since, and nothing twice."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.file_sheets.contents import CaseTold, Contents
from casework.models import Case
from casework.records import case_file_contents, case_file_told, packet_rows, packets


def of_request(cx: Context, row: Any) -> Contents:
    """The contents of the file that this request asks for; a supplement holds the papers and the
    words that came after the packet left, with page numbers that go on."""
    contents = case_file_contents.of_request(cx, row)
    if row.scope != "supplement":
        return contents
    rows = packet_rows.rows_of(cx, row.case_id)
    wanted = set(packet_rows.to_forward(packets.packet_now(cx, row.case_id), rows))
    return replace(
        contents,
        cases=tuple(_told(cx, row, contents, wanted)),
        rules=(),
        letters=(),
        papers=tuple(paper for paper in contents.papers if paper.sha256 in wanted),
        awaited=(),
        needs_look=False,
        first_page=packet_rows.next_page(rows),
        number=1 + len(packet_rows.gone(rows)),
    )


def _told(cx: Context, row: Any, contents: Contents, wanted: set[str]) -> list[CaseTold]:
    """The review, with only the notes that came since."""
    case = cx.db.execute(select(Case).where(Case.id == row.case_id)).scalar_one()
    notes = case_file_told.notes_at(
        cx,
        case,
        seqs={int(key.rsplit(":", 1)[1]) for key in wanted if key.startswith(f"event:{case.id}:")},
        marks=contents.marks,
        language=contents.language,
    )
    kind = next((told.kind for told in contents.cases if told.ref == case.ref), "")
    return [CaseTold(ref=case.ref, kind=kind, facts=(), notes=notes)]
