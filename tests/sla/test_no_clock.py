"""Where the law is silent there is no clock: limits of lines, layers, dates and processes."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import decided, event, notice, received

MORNING = "2026-06-01T10:00"
MCD, MA, QHP = "medicaid", "medicare", "marketplace"
OH, IN, KY, GA = ("state:oh",), ("state:in",), ("state:ky",), ("state:ga",)
OWNER: dict[str, Any] = {"layers": sc.OWNER}
EXP: dict[str, Any] = {"priority": "expedited"}
POST: dict[str, Any] = {"timing": "post_service"}
APPEAL: dict[str, Any] = {"kind": "appeal"}
GRIEVANCE: dict[str, Any] = {"kind": "grievance"}
REVIEW: dict[str, Any] = {"kind": "external_review"}
RX: dict[str, Any] = {"service": "outpatient_drug"}
PART_B: dict[str, Any] = {"service": "part_b_drug"}

START = [received(MORNING)]
ADVERSE = [notice("adverse", MORNING)]
WITH_REVIEWER = [event("reviewer_received", MORNING)]
REFUSED = [received(MORNING), event("expedite_refused", "2026-06-02T11:00")]
ORAL = [received(MORNING), decided("denied", "2026-06-02T16:00", oral=True)]


def ordered(by: str) -> list[sc.Event]:
    return [event("effectuation_ordered", MORNING, by=by)]


# No rule of the adopted layers gives a clock.
NONE: list[tuple[str, str, list[sc.Event], str, dict[str, Any]]] = [
    ("no decision clock for Medicaid payment", MCD, START, "decision", POST),
    ("no decision clock for Medicaid payment for a drug", MCD, START, "decision", POST | RX),
    ("the published figures know no payment decision", MA, START, "decision", OWNER | POST),
    ("no federal clock for a Marketplace grievance", QHP, START, "decision", GRIEVANCE),
    ("no acknowledgement on Medicare", MA, START, "acknowledgement", APPEAL),
    ("no acknowledgement of a request", MCD, START, "acknowledgement", {}),
    ("no window for a Medicaid grievance", MCD, [event("incident", "2026-06-01")],
     "filing_window", GRIEVANCE),
    ("Indiana before July 2025", MCD, [received("2025-06-30T10:00")], "decision", {"layers": IN}),
    ("Georgia before 2022", QHP, [received("2021-12-31T10:00")], "decision", {"layers": GA}),
    ("Kentucky does not speak of Medicaid", MCD, START, "decision", {"layers": KY}),
    ("Indiana does not speak of Medicare", MA, START, "decision", {"layers": IN}),
    ("States bind no payment decisions", QHP, START, "decision", {"layers": OH} | POST),
    ("no layer, no clock", MA, START, "decision", {"layers": ()}),
    ("no letter about a refusal on the Marketplace", QHP, REFUSED, "downgrade_notice", EXP),
    ("an own reversal on the Marketplace is the decision itself", QHP,
     [received(MORNING), decided("overturned", "2026-06-10T10:00")], "effectuation", APPEAL),
    ("the alternative is for standard cases", MA, ordered("ire"), "provision", REVIEW | EXP),
    ("the alternative is for services not given yet", MA, ordered("ire"), "provision",
     REVIEW | POST),
    ("the alternative is not for drugs", MA, ordered("ire"), "provision", REVIEW | PART_B),
    ("the alternative is the IRE's", MA, ordered("alj"), "provision", REVIEW),
    ("the plan never forwards an initial decision", MA, ORAL, "forward_to_ire", EXP),
    ("nothing is forwarded when overturned", MA,
     [received(MORNING), decided("overturned", MORNING)], "forward_to_ire", APPEAL),
    ("a notice without receipt is none for a window from before 2025", MA,
     [event("notice_received", "2024-12-31")], "filing_window", {}),
    ("a window from the date needs the notice", MCD, [event("notice_received", "2026-06-01")],
     "filing_window", {}),
    ("benefits were not continued", MCD, ADVERSE, "continuation_window", APPEAL),
    ("under a State process the federal steps are gone", QHP, START, "preliminary_review",
     REVIEW | {"policies": {"external_process": "state"}}),
    ("under a State process the federal documents are gone", QHP,
     [event("reviewer_assigned", MORNING)], "file_to_reviewer",
     REVIEW | {"policies": {"external_process": "state"}}),
    ("an upheld payment is no denial of payment", MCD,
     [received(MORNING), decided("approved", MORNING)], "denial_notice", POST),
    ("a fair hearing needs the plan appeal", MCD, START, "decision", REVIEW),
    ("a fair hearing needs the request", MCD, [event("appealed", MORNING)], "decision", REVIEW),
    ("Medicaid has no oral notice", MCD, ORAL, "written_notice", EXP),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "events", "clock", "more"), [row[1:] for row in NONE], ids=[row[0] for row in NONE]
)
def test_where_no_rule_speaks_there_is_no_clock(
    line: str, events: list[sc.Event], clock: str, more: dict[str, Any]
) -> None:
    assert sc.due(sc.solved(line, *events, **more), clock) is None
