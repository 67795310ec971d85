"""What the newest decision of a case rested on, as its page shows it, and whether that still is
what was frozen."""

from typing import Any

from casework.context import Context
from casework.queries.case_file import CaseFile
from casework.records import checklists, resting
from casework.seal import SealBroken


def beside(cx: Context, file: CaseFile) -> dict[str, Any]:
    """`rested` for the page of the case; None where nothing was decided or frozen with its hash."""
    if not file.determinations or resting.HASH not in file.determinations[0].frozen:
        return {"rested": None}
    row = file.determinations[0]
    try:
        found = resting.rested_on(
            cx,
            file.case,
            row.frozen,
            key=file.key,
            event_seq=row.event_seq,
            member=file.member,
        )
    except SealBroken:
        return {"rested": None, "rested_broken": True}
    then = resting.member_then(row.frozen, file.key, file.case.id)
    return {
        "rested": found,
        "member_then": then,
        "rested_result": checklists.RESULTS,
        "rested_marks": checklists.IN_WORDS,
    }
