"""What the page of a complaint or an appeal shows beside what every case has: what is missing, the
contacts, and of a grievance its issues, quality track, corrective actions. It decides nothing."""

from typing import Any, Final

from casework import policy
from casework.context import Context
from casework.queries import corrections, grievance_desk, still_missing
from casework.queries.case_file import CaseFile
from casework.records import quality_track
from casework.services.actions import ACTIONS, OBSERVATIONS
from casework.web.staff.grievance_choices import category_options

FINDINGS: Final = {
    "substantiated": ("Substantiated", "late"),
    "partly_substantiated": ("Partly substantiated", "soon"),
    "not_substantiated": ("Not substantiated", "neutral"),
}
# What each step is called where the list of what is missing leads to it.
BRINGS: Final = {
    "accept_late": "Decide the lateness",
    "answer_dispute": "Ask and answer it",
    "assign_reviewer": "Assign a reviewer",
    "find_issue": "Record the finding",
    "log_contact": "Log a contact",
    "oral_notice": "Log the oral answer",
    "record_consent": "Record it",
    "refer_quality_of_care": "Refer it",
}


def beside(cx: Context, file: CaseFile) -> dict[str, Any]:
    """What the page of a complaint or an appeal shows beside what every case has."""
    if file.case.kind not in still_missing.KINDS:
        return {"missing": (), "talks": (), "grievance": None}
    talks = still_missing.contacts_of(cx, file.case.id)
    return {
        "missing": [
            (item, may(cx, file, item.step)) for item in still_missing.items_of(cx, file, talks)
        ],
        "brings": BRINGS,
        "talks": talks,
        "grievance": _desk(cx, file) if file.case.kind == "grievance" else None,
    }


def _desk(cx: Context, file: CaseFile) -> dict[str, Any]:
    named = dict(category_options())
    return {
        "issues": grievance_desk.issues_of(cx, file),
        "named": named,
        "findings": FINDINGS,
        "severity": "Serious" if file.detail.severity == "high" else "Normal",
        "track": grievance_desk.track_of(cx, file),
        "levels": quality_track.LEVELS,
        "outcomes": quality_track.OUTCOMES,
        "actions": corrections.actions_of(cx, file),
        "may": {
            name: may(cx, file, name)
            for name in (
                "add_issue",
                "answer_dispute",
                "find_issue",
                "rate_severity",
                "open_corrective_action",
                "move_corrective_action",
                "complete_corrective_action",
                "recategorize",
            )
        },
    }


def may(cx: Context, file: CaseFile, step: str) -> bool:
    """Whether this person's role lets him take this step here (the command judges the rest)."""
    there = step in OBSERVATIONS or step in ACTIONS[file.case.kind]
    return there and policy.refusal(cx.principal, file.case.kind, step) is None
