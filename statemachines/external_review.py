"""The review outside the plan: IRO (Marketplace), IRE (Medicare), State fair hearing (Medicaid).

The plan does not decide here: it checks, sends the file, records what the body decided and carries
it out. It knows no roles and no clock rules.
"""

from statemachines.edges import BEFORE, Edge, Table
from statemachines.guards_appeal import all_is_carried_out, it_is_proven, more_is_to_be_carried_out
from statemachines.guards_deciding import a_person_acts, a_person_answers_for_it
from statemachines.guards_filing import a_reason_is_given, the_receipt_is_known
from statemachines.guards_outside import (
    a_hearing_is_held,
    an_iro_reviews,
    eligibility_is_undecided,
    it_was_filed_in_time,
    it_was_found_eligible,
    the_body_decided,
    the_body_fits_the_line,
    the_body_takes_it_directly,
    the_claimant_may_complete,
    the_hearing_is_set,
    the_ineligibility_is_proven,
    the_iro_has_no_conflict,
    the_packet_is_complete,
    the_plan_appeal_is_exhausted,
    the_plan_reversed_itself,
    the_rotation_is_kept,
    the_sending_is_proven,
    the_time_to_complete_has_passed,
    what_is_missing_is_listed,
)
from statemachines.guards_timing import something_came
from statemachines.joining import parties
from statemachines.recurring import correction, overdue, withdrawal

STATES = (
    ("requested", "newly requested"),
    ("in_preliminary_review", "in preliminary review"),
    ("incomplete", "incomplete"),
    ("ineligible", "not eligible"),
    ("assigned", "assigned to an independent review organization"),
    ("file_sent", "with the reviewing body"),
    ("hearing_scheduled", "set for a hearing"),
    ("upheld", "upheld"),
    ("overturned", "overturned"),
    ("partially_overturned", "overturned in part"),
    ("effectuated", "carried out"),
    ("withdrawn", "withdrawn"),
    ("terminated", "ended by the plan's own reversal"),
)
OPEN = (
    "requested",
    "in_preliminary_review",
    "incomplete",
    "assigned",
    "file_sent",
    "hearing_scheduled",
)
DECIDED = ("upheld", "overturned", "partially_overturned", "effectuated")
WITH_THE_BODY = ("assigned", "file_sent", "hearing_scheduled")
TO_CARRY_OUT = ("overturned", "partially_overturned", "terminated")
SENT = (the_packet_is_complete, the_sending_is_proven)


def _recorded(trigger: str, dest: str, label: str, *, adverse: bool) -> tuple[Edge, Edge]:
    """The body's decision, also where it decided without the plan's file (never so an IRO before
    it was assigned)."""
    person = a_person_acts if adverse else a_person_answers_for_it
    with_body = (person, the_body_decided)
    without_file = (person, the_body_takes_it_directly, the_body_decided)
    return (
        Edge(
            trigger,
            WITH_THE_BODY,
            dest=dest,
            event=dest,
            label=label,
            guards=with_body,
            adverse=adverse,
        ),
        Edge(
            trigger,
            ("requested",),
            dest=dest,
            event=dest,
            label=label,
            guards=without_file,
            adverse=adverse,
        ),
    )


PRELIMINARY = (
    Edge(
        "request",
        (BEFORE,),
        dest="requested",
        event="requested",
        label="Request",
        guards=(the_receipt_is_known, the_body_fits_the_line, the_plan_appeal_is_exhausted),
    ),
    Edge(
        "start_preliminary_review",
        ("requested",),
        dest="in_preliminary_review",
        event="preliminary_review_started",
        label="Start the preliminary review",
        guards=(an_iro_reviews,),
    ),
    Edge(
        "find_incomplete",
        ("in_preliminary_review",),
        dest="incomplete",
        event="found_incomplete",
        label="Find incomplete",
        guards=(a_person_answers_for_it, eligibility_is_undecided, what_is_missing_is_listed),
    ),
    Edge(
        "perfect",
        ("incomplete",),
        dest="in_preliminary_review",
        event="perfected",
        label="Record what completes it",
        guards=(the_claimant_may_complete, something_came),
    ),
    Edge(
        "find_eligible",
        ("in_preliminary_review",),
        dest=None,
        event="found_eligible",
        label="Find eligible",
        guards=(eligibility_is_undecided, it_was_filed_in_time),
    ),
    Edge(
        "find_ineligible",
        ("in_preliminary_review",),
        dest="ineligible",
        event="found_ineligible",
        label="Find not eligible",
        guards=(a_person_acts, eligibility_is_undecided, the_ineligibility_is_proven),
        adverse=True,
    ),
    Edge(
        "find_ineligible",
        ("incomplete",),
        dest="ineligible",
        event="found_ineligible",
        label="Find not eligible",
        guards=(a_person_acts, the_time_to_complete_has_passed, the_ineligibility_is_proven),
        adverse=True,
    ),
)

WITH_REVIEWER = (
    Edge(
        "assign_iro",
        ("in_preliminary_review",),
        dest="assigned",
        event="iro_assigned",
        label="Assign the IRO whose turn it is",
        guards=(it_was_found_eligible, the_rotation_is_kept, the_iro_has_no_conflict),
    ),
    Edge(
        "assign_iro",
        ("assigned", "file_sent"),
        dest="assigned",
        event="iro_assigned",
        label="Assign the IRO whose turn it is",
        guards=(an_iro_reviews, the_rotation_is_kept, the_iro_has_no_conflict, a_reason_is_given),
    ),
    Edge(
        "send_file",
        ("assigned",),
        dest="file_sent",
        event="file_sent",
        label="Send the file",
        guards=SENT,
    ),
    Edge(
        "send_file",
        ("requested",),
        dest="file_sent",
        event="file_sent",
        label="Send the file",
        guards=(the_body_takes_it_directly, *SENT),
    ),
    Edge(
        "send_file",
        ("hearing_scheduled",),
        dest=None,
        event="file_sent",
        label="Send the file",
        guards=SENT,
    ),
    Edge(
        "schedule_hearing",
        ("requested", "file_sent", "hearing_scheduled"),
        dest="hearing_scheduled",
        event="hearing_scheduled",
        label="Enter the hearing date",
        guards=(a_hearing_is_held, the_hearing_is_set),
    ),
    Edge(
        "add_information",
        WITH_THE_BODY,
        dest=None,
        event="information_added",
        label="Add information",
        guards=(something_came,),
        cite="45 CFR 147.136(d)(2)(iii)(B)(2), (4)",
    ),
)

DECISIONS = (
    *_recorded("uphold", "upheld", "Record: upheld", adverse=True),
    *_recorded("overturn", "overturned", "Record: overturned", adverse=False),
    *_recorded(
        "overturn_in_part", "partially_overturned", "Record: overturned in part", adverse=True
    ),
    Edge(
        "record_dismissal",
        ("requested", *WITH_THE_BODY),
        dest="ineligible",
        event="dismissed_by_body",
        label="Record: dismissed by the body",
        guards=(a_person_acts, the_body_decided),
        adverse=True,
    ),
    Edge(
        "effectuate",
        TO_CARRY_OUT,
        dest=None,
        event="partly_effectuated",
        label="Carry out the reversal",
        guards=(it_is_proven, more_is_to_be_carried_out),
    ),
    Edge(
        "effectuate",
        TO_CARRY_OUT,
        dest="effectuated",
        event="effectuated",
        label="Carry out the reversal",
        guards=(it_is_proven, all_is_carried_out),
    ),
)

ENDS = (
    Edge(
        "terminate_by_reversal",
        OPEN,
        dest="terminated",
        event="terminated_by_reversal",
        label="End it: the plan reverses itself",
        guards=(a_person_answers_for_it, the_plan_reversed_itself),
    ),
    withdrawal(OPEN),
    *parties(OPEN),
    overdue((*OPEN, *DECIDED), cite="42 CFR 431.244(f); 42 CFR 422.592(b); 45 CFR 147.136(d)"),
    correction(tuple(name for name, _ in STATES)),
)

TABLE = Table(
    kind="external_review",
    noun="external review",
    states=STATES,
    open=OPEN,
    decided=DECIDED,
    edges=(*PRELIMINARY, *WITH_REVIEWER, *DECISIONS, *ENDS),
)
