"""Every rule of the shipped layers at least once: its limit, its anchor, and that it binds when it
is its turn. The dues were counted by hand from the law's figures (1 June 2026 is a Monday)."""

from typing import Any

import pytest

from sla.rules import load
from tests.sla import cases as sc
from tests.sla.cases import asked, decided, event, extended, notice, received, reduction

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
ORAL_APPEAL = [received(MORNING), decided("upheld", "2026-06-02T16:00", oral=True)]
LONGER = [received(MORNING), extended(14, "2026-06-03T10:00")]
BEYOND = [received(MORNING), extended(15, "2026-06-03T10:00", by="plan", ground="beyond_control")]
COMPLETE = [received(MORNING, complete=False), event("info_complete", "2026-06-03T15:00")]
PRELIMINARY = [event("preliminary_completed", "2026-06-05T16:00", outcome="eligible")]


def ordered(by: str) -> list[sc.Event]:
    return [event("effectuation_ordered", MORNING, by=by)]


# rule, line, events, clock, due, and what differs from a pre-service standard request
TABLE: list[tuple[str, str, list[sc.Event], str, str, dict[str, Any]]] = [
    ("owner/OWN-PA-STD", MCD, START, "decision", "2026-06-15T23:59:59", OWNER),
    ("owner/OWN-PA-STD", MCD, START, "decision", "2026-06-15T23:59:59", OWNER | RX),
    ("owner/OWN-PA-STD", QHP, START, "decision", "2026-06-16T23:59:59", OWNER),
    ("owner/OWN-PA-STD", MA, START, "decision", "2026-06-16T23:59:59", OWNER),
    ("owner/OWN-PA-STD", MA, START, "decision", "2026-06-16T23:59:59", OWNER | PART_B),
    ("owner/OWN-PA-EXP", MCD, START, "decision", "2026-06-04T10:00:00", OWNER | EXP),
    ("owner/OWN-APP-STD", MCD, START, "decision", "2026-07-01T23:59:59", OWNER | APPEAL),
    ("owner/OWN-APP-STD", MCD, START, "decision", "2026-07-01T23:59:59", OWNER | APPEAL | POST),
    ("owner/OWN-APP-STD", QHP, START, "decision", "2026-07-31T23:59:59", OWNER | APPEAL | POST),
    ("owner/OWN-APP-STD", MA, START, "decision", "2026-07-31T23:59:59", OWNER | APPEAL | POST),
    ("owner/OWN-APP-EXP", QHP, START, "decision", "2026-06-04T10:00:00", OWNER | APPEAL | EXP),
    ("owner/OWN-GRV", MCD, START, "decision", "2026-08-30T23:59:59", OWNER | GRIEVANCE),
    ("owner/OWN-GRV", QHP, START, "decision", "2026-07-31T23:59:59", OWNER | GRIEVANCE | EXP),
    ("owner/OWN-GRV", MA, START, "decision", "2026-07-01T23:59:59", OWNER | GRIEVANCE),
    ("owner/OWN-FILE", MCD, ADVERSE, "filing_window", "2026-07-31T23:59:59", OWNER),
    ("owner/OWN-FILE", QHP, ADVERSE, "filing_window", "2026-11-28T23:59:59", OWNER),
    ("owner/OWN-FILE", MA, ADVERSE, "filing_window", "2026-11-28T23:59:59", OWNER),
    ("federal/MCD-PA-STD", MCD, START, "decision", "2026-06-08T23:59:59", {}),
    ("federal/MCD-PA-STD", MCD, START, "decision", "2026-06-15T23:59:59", {"rating": "2025-07-01"}),
    ("federal/MCD-PA-EXP", MCD, START, "decision", "2026-06-04T10:00:00", EXP),
    ("federal/MCD-RX", MCD, START, "decision", "2026-06-02T10:00:00", RX),
    ("federal/MCD-RX", MCD, START, "decision", "2026-06-02T10:00:00", RX | EXP),
    ("federal/MCD-GRV-STD", MCD, START, "decision", "2026-08-30T23:59:59", GRIEVANCE | EXP),
    ("federal/MCD-APP-STD", MCD, START, "decision", "2026-07-01T23:59:59", APPEAL),
    ("federal/MCD-APP-STD", MCD, START, "decision", "2026-07-01T23:59:59", APPEAL | POST),
    ("federal/MCD-APP-EXP", MCD, START, "decision", "2026-06-04T10:00:00", APPEAL | EXP),
    ("federal/MCD-SFH-STD", MCD, [event("appealed", "2026-05-01T09:00"), received(MORNING)],
     "decision", "2026-07-30T23:59:59", REVIEW),
    ("federal/MCD-SFH-EXP", MCD, [event("reviewer_received", "2026-06-05T10:00")], "decision",
     "2026-06-10T23:59:59", REVIEW | EXP),
    ("federal/MCD-NOA", MCD, [received(MORNING), event("expired", "2026-06-09T08:00")],
     "denial_notice", "2026-06-08T23:59:59", {}),
    ("federal/MCD-NOA", MCD, [received(MORNING), decided("partial", "2026-06-20T10:00")],
     "denial_notice", "2026-06-20T23:59:59", POST),
    ("federal/MCD-ACK", MCD, [received("2026-06-05T10:00")], "acknowledgement",
     "2026-06-10T23:59:59", APPEAL),
    ("federal/MCD-ACK", MCD, [received("2026-06-05T10:00")], "acknowledgement",
     "2026-06-08T23:59:59", GRIEVANCE | {"policies": {"acknowledgement_business_days": 1}}),
    ("federal/MCD-EXTN", MCD, LONGER, "extension_notice", "2026-06-08T23:59:59", {}),
    ("federal/MCD-EXTN", MCD, [received(MORNING), extended(14, "2026-06-03T10:00", by="plan",
     ground="need_information")], "extension_notice", "2026-06-05T23:59:59", APPEAL),
    ("federal/MCD-DOWN", MCD, REFUSED, "downgrade_notice", "2026-06-04T23:59:59", EXP),
    ("federal/MCD-DOWN", MCD, REFUSED, "downgrade_notice", "2026-06-04T23:59:59", APPEAL | EXP),
    ("federal/MCD-REDUCE", MCD, [reduction(MORNING, "2026-06-20")], "earliest_action",
     "2026-06-11T00:00:00", {}),
    ("federal/MCD-REDUCE", MCD, [reduction(MORNING, "2026-06-20", ground="fraud")],
     "earliest_action", "2026-06-06T00:00:00", {}),
    ("federal/MCD-REDUCE", MCD, [reduction(MORNING, "2026-06-20", ground="exempt")],
     "earliest_action", "2026-06-01T00:00:00", {}),
    ("federal/MCD-CONT", MCD, [reduction(MORNING, "2026-06-05", ground="fraud")],
     "continuation_window", "2026-06-11T23:59:59", {}),
    ("federal/MCD-CONT-SFH", MCD, ADVERSE, "continuation_window", "2026-06-11T23:59:59",
     APPEAL | {"benefits_continued": True}),
    ("federal/MCD-FILE-APP", MCD, ADVERSE, "filing_window", "2026-07-31T23:59:59", {}),
    ("federal/MCD-FILE-SFH", MCD, ADVERSE, "filing_window", "2026-09-29T23:59:59", APPEAL),
    ("federal/MCD-FILE-SFH", MCD, ADVERSE, "filing_window", "2026-08-30T23:59:59",
     REVIEW | {"policies": {"sfh_window_days": 90}}),
    ("federal/MCD-EFF", MCD, [received(MORNING), decided("partial", "2026-06-10T10:00")],
     "effectuation", "2026-06-13T10:00:00", APPEAL),
    ("federal/MCD-EFF", MCD, ordered("fair_hearing"), "effectuation", "2026-06-04T10:00:00",
     REVIEW),
    ("federal/MA-OD-STD-PA", MA, START, "decision", "2026-06-08T23:59:59", {}),
    ("federal/MA-OD-STD-PA", MA, START, "decision", "2026-06-08T23:59:59",
     {"timing": "concurrent"}),
    ("federal/MA-OD-STD-PA", MA, [received("2025-12-31T23:59:59")], "decision",
     "2026-01-14T23:59:59", {}),
    ("federal/MA-OD-STD", MA, START, "decision", "2026-06-15T23:59:59", {"pa_required": False}),
    ("federal/MA-OD-EXP", MA, START, "decision", "2026-06-04T10:00:00", EXP),
    ("federal/MA-OD-EXP", MA, START, "decision", "2026-06-04T10:00:00", EXP | RX),
    ("federal/MA-OD-PB-STD", MA, START, "decision", "2026-06-04T10:00:00",
     PART_B | {"pa_required": False}),
    ("federal/MA-OD-PB-EXP", MA, START, "decision", "2026-06-02T10:00:00", PART_B | EXP),
    ("federal/MA-OD-PAY", MA, START, "decision", "2026-07-31T23:59:59", POST | PART_B),
    ("federal/MA-RECON-STD", MA, START, "decision", "2026-07-01T23:59:59", APPEAL),
    ("federal/MA-RECON-PAY", MA, START, "decision", "2026-07-31T23:59:59", APPEAL | POST | PART_B),
    ("federal/MA-RECON-PB", MA, START, "decision", "2026-06-08T23:59:59", APPEAL | PART_B),
    ("federal/MA-RECON-EXP", MA, START, "decision", "2026-06-04T10:00:00", APPEAL | EXP),
    ("federal/MA-RECON-EXP", MA, START, "decision", "2026-06-04T10:00:00", APPEAL | EXP | PART_B),
    ("federal/MA-GRV-STD", MA, START, "decision", "2026-07-01T23:59:59", GRIEVANCE | EXP),
    ("federal/MA-GRV-EXP", MA, START, "decision", "2026-06-02T10:00:00",
     GRIEVANCE | {"about": "refused_expedite"}),
    ("federal/MA-IRE-DEC", MA, WITH_REVIEWER, "decision", "2026-07-31T23:59:59",
     REVIEW | POST | PART_B),
    ("federal/MA-IRE-DEC", MA, WITH_REVIEWER, "decision", "2026-06-04T10:00:00",
     REVIEW | EXP | PART_B),
    ("federal/MA-IRE-DEC", MA, WITH_REVIEWER, "decision", "2026-06-08T23:59:59", REVIEW | PART_B),
    ("federal/MA-IRE-DEC", MA, WITH_REVIEWER, "decision", "2026-07-01T23:59:59", REVIEW),
    ("federal/MA-EXTN", MA, LONGER, "extension_notice", "2026-07-01T23:59:59", APPEAL),
    ("federal/MA-EXTN", MA, LONGER, "extension_notice", "2026-06-04T10:00:00", GRIEVANCE),
    ("federal/MA-DOWN", MA, REFUSED, "downgrade_notice", "2026-06-05T23:59:59", EXP),
    ("federal/MA-WRITTEN", MA, ORAL, "written_notice", "2026-06-05T23:59:59", EXP),
    ("federal/MA-WRITTEN", MA, ORAL_APPEAL, "written_notice", "2026-06-05T23:59:59", APPEAL | EXP),
    ("federal/MA-IRE-FWD-STD", MA, [received(MORNING), decided("upheld", "2026-06-10T10:00")],
     "forward_to_ire", "2026-07-01T23:59:59", APPEAL),
    ("federal/MA-IRE-FWD-EXP", MA, ORAL_APPEAL, "forward_to_ire", "2026-06-03T16:00:00",
     APPEAL | EXP),
    ("federal/MA-FILE-RECON", MA, ADVERSE, "filing_window", "2026-08-05T23:59:59", {}),
    ("federal/MA-FILE-RECON", MA, [notice("adverse", "2024-12-31T10:00")], "filing_window",
     "2025-03-01T23:59:59", {}),
    ("federal/MA-FILE-GRV", MA, [event("incident", "2026-06-01")], "filing_window",
     "2026-07-31T23:59:59", GRIEVANCE),
    ("federal/MA-FILE-DISMISSAL", MA, [notice("dismissal", MORNING)], "filing_window",
     "2026-08-05T23:59:59", APPEAL),
    ("federal/MA-EFF-PLAN", MA, [received(MORNING), decided("overturned", "2026-06-10T10:00")],
     "effectuation", "2026-07-01T23:59:59", APPEAL),
    ("federal/MA-EFF-IRE", MA, ordered("ire"), "effectuation", "2026-07-01T23:59:59",
     REVIEW | POST),
    ("federal/MA-EFF-IRE", MA, ordered("ire"), "effectuation", "2026-06-02T10:00:00",
     REVIEW | EXP | PART_B),
    ("federal/MA-EFF-IRE", MA, ordered("ire"), "effectuation", "2026-06-04T10:00:00",
     REVIEW | PART_B),
    ("federal/MA-EFF-IRE", MA, ordered("ire"), "effectuation", "2026-06-04T10:00:00", REVIEW | EXP),
    ("federal/MA-EFF-IRE-PROVIDE", MA, ordered("ire"), "provision", "2026-06-15T23:59:59", APPEAL),
    ("federal/MA-EFF-ALJ", MA, ordered("alj"), "effectuation", "2026-07-31T23:59:59", REVIEW),
    ("federal/QHP-PA-STD", QHP, [received(MORNING, complete=False)], "decision",
     "2026-06-16T23:59:59", {}),
    ("federal/QHP-PA-URG", QHP, START, "decision", "2026-06-04T10:00:00", EXP),
    ("federal/QHP-CONC-URG", QHP, START, "decision", "2026-06-02T10:00:00",
     EXP | {"timing": "concurrent", "course_ends_at": "2026-06-02T10:00"}),
    ("federal/QHP-PA-URG", QHP, START, "decision", "2026-06-04T10:00:00",
     EXP | {"timing": "concurrent", "course_ends_at": "2026-06-02T09:59:59"}),
    ("federal/QHP-INFO-REQ", QHP, [received(MORNING, complete=False)], "information_request",
     "2026-06-02T10:00:00", EXP),
    ("federal/QHP-POST", QHP, START, "decision", "2026-07-01T23:59:59", POST),
    ("federal/QHP-APP-PRE", QHP, START, "decision", "2026-07-01T23:59:59", APPEAL),
    ("federal/QHP-APP-POST", QHP, START, "decision", "2026-07-31T23:59:59", APPEAL | POST),
    ("federal/QHP-APP-URG", QHP, START, "decision", "2026-06-04T10:00:00", APPEAL | EXP),
    ("federal/QHP-EXTN", QHP, BEYOND, "extension_notice", "2026-06-16T23:59:59", {}),
    ("federal/QHP-WRITTEN", QHP, ORAL, "written_notice", "2026-06-05T23:59:59", EXP),
    ("federal/QHP-WRITTEN", QHP, ORAL_APPEAL, "written_notice", "2026-06-05T23:59:59",
     APPEAL | EXP),
    ("federal/QHP-FILE-APP", QHP, ADVERSE, "filing_window", "2026-12-03T23:59:59", {}),
    ("federal/QHP-EXT-FILE", QHP, ADVERSE, "filing_window", "2026-10-06T23:59:59", APPEAL),
    ("federal/QHP-EXT-FLOOR", QHP, [event("notice_received", "2026-03-05")], "filing_window",
     "2026-07-05T23:59:59", REVIEW | {"policies": {"external_process": "state"}}),
    ("federal/QHP-EXT-PRE", QHP, START, "preliminary_review", "2026-06-08T23:59:59", REVIEW),
    ("federal/QHP-EXT-PRE", QHP, START, "preliminary_review", "2026-06-02T10:00:00", REVIEW | EXP),
    ("federal/QHP-EXT-ELIG", QHP, PRELIMINARY, "eligibility_notice", "2026-06-08T23:59:59",
     REVIEW),
    ("federal/QHP-EXT-ELIG", QHP, PRELIMINARY, "eligibility_notice", "2026-06-05T20:00:00",
     REVIEW | EXP | {"policies": {"immediately_hours": 4}}),
    ("federal/QHP-EXT-PERFECT", QHP, [event("preliminary_completed", MORNING,
     outcome="incomplete"), notice("eligibility", "2026-06-02T16:00")], "perfect_request",
     "2026-06-04T16:00:00", REVIEW),
    ("federal/QHP-EXT-DOC", QHP, [event("reviewer_assigned", MORNING)], "file_to_reviewer",
     "2026-06-08T23:59:59", REVIEW),
    ("federal/QHP-EXT-STD", QHP, WITH_REVIEWER, "decision", "2026-07-16T23:59:59", REVIEW),
    ("federal/QHP-EXT-EXP", QHP, WITH_REVIEWER, "decision", "2026-06-04T10:00:00", REVIEW | EXP),
    ("federal/QHP-EXT-WRITTEN", QHP, [decided("upheld", MORNING, oral=True)], "written_notice",
     "2026-06-03T10:00:00", REVIEW | EXP),
    ("federal/QHP-EFF-IRO", QHP, ordered("iro"), "effectuation", "2026-06-02T10:00:00", REVIEW),
    ("state:oh/OH-MCD-PA-STD", MCD, START, "decision", "2026-06-11T23:59:59", {"layers": OH} | RX),
    ("state:oh/OH-MCD-PA-EXP", MCD, START, "decision", "2026-06-03T10:00:00", {"layers": OH} | EXP),
    ("state:oh/OH-MCD-APP-STD", MCD, START, "decision", "2026-06-16T23:59:59",
     {"layers": OH} | APPEAL | POST),
    ("state:oh/OH-MCD-APP-EXP", MCD, START, "decision", "2026-06-04T10:00:00",
     {"layers": OH} | APPEAL | EXP),
    ("state:oh/OH-MCD-GRV", MCD, START, "decision", "2026-07-01T23:59:59",
     {"layers": OH} | GRIEVANCE),
    ("state:oh/OH-MCD-GRV-ACCESS", MCD, START, "decision", "2026-06-03T23:59:59",
     {"layers": OH, "about": "access"} | GRIEVANCE),
    ("state:oh/OH-MCD-GRV-BILLING", MCD, START, "decision", "2026-07-31T23:59:59",
     {"layers": OH, "about": "billing"} | GRIEVANCE),
    ("state:oh/OH-MCD-FILE-SFH", MCD, ADVERSE, "filing_window", "2026-09-29T23:59:59",
     {"layers": OH} | APPEAL),
    ("state:oh/OH-QHP-PA-STD", QHP, START, "decision", "2026-06-11T23:59:59", {"layers": OH}),
    ("state:oh/OH-QHP-PA-EXP", QHP, [received(MORNING), asked("provider", "2026-06-02T10:00")],
     "decision", "2026-06-04T10:00:00", {"layers": OH}),
    ("state:oh/OH-QHP-EXT-FILE", QHP, ADVERSE, "filing_window", "2026-11-28T23:59:59",
     {"layers": OH} | REVIEW),
    ("state:oh/OH-QHP-EXT-DOC", QHP, COMPLETE, "file_to_reviewer", "2026-06-08T23:59:59",
     {"layers": OH} | REVIEW),
    ("state:in/IN-PA-STD", MCD, START, "decision", "2026-06-03T10:00:00", {"layers": IN} | RX),
    ("state:in/IN-PA-URG", QHP, START, "decision", "2026-06-02T10:00:00", {"layers": IN} | EXP),
    ("state:in/IN-MCD-ACK", MCD, START, "acknowledgement", "2026-06-04T23:59:59",
     {"layers": IN} | APPEAL),
    ("state:in/IN-MCD-GRV-STD", MCD, START, "decision", "2026-07-01T23:59:59",
     {"layers": IN} | GRIEVANCE),
    ("state:in/IN-MCD-GRV-EXP", MCD, START, "decision", "2026-06-03T10:00:00",
     {"layers": IN} | GRIEVANCE | EXP),
    ("state:ky/KY-PA-STD", QHP, COMPLETE, "decision", "2026-06-08T23:59:59", {"layers": KY}),
    ("state:ky/KY-PA-URG", QHP, COMPLETE, "decision", "2026-06-04T15:00:00", {"layers": KY} | EXP),
    ("state:ga/GA-PA-STD", QHP, START, "decision", "2026-06-08T23:59:59", {"layers": GA}),
    ("state:ga/GA-PA-STD", QHP, [received("2022-12-31T10:00")], "decision", "2023-01-15T23:59:59",
     {"layers": GA}),
    ("state:ga/GA-PA-URG", QHP, COMPLETE, "decision", "2026-06-06T15:00:00", {"layers": GA} | EXP),
    ("state:ga/GA-MCD-FILE", MCD, ADVERSE, "filing_window", "2026-08-05T23:59:59",
     {"layers": GA}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "line", "events", "clock", "due", "more"),
    TABLE,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(TABLE)],
)
def test_a_rule_binds_when_it_is_its_turn(
    rule: str, line: str, events: list[sc.Event], clock: str, due: str, more: dict[str, Any]
) -> None:
    answer = sc.solved(line, *events, **more)
    assert (sc.winner(answer, clock), sc.due(answer, clock)) == (rule, due)
    assert sc.refused(answer) == []


def test_the_table_has_every_published_version() -> None:
    seen = set()
    for _, line, events, clock, _, more in TABLE:
        terms = sc.clock(sc.solved(line, *events, **more), clock).winner.terms
        seen.add((terms.id, terms.variant, terms.version))
    every = {(rule.id, rule.variant, rule.version) for rule in load().versions}
    assert every - seen == set()
