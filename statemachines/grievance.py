"""A complaint about anything but a coverage decision: looked into, resolved, told.

A complaint that disputes a decision is converted to an appeal and keeps its receipt. It knows no
roles and no clock rules.
"""

from statemachines.edges import BEFORE, Edge, Table
from statemachines.guards_deciding import (
    INDEPENDENT,
    a_person_acts,
    a_person_answers_for_it,
    the_decider_signs,
)
from statemachines.guards_filing import (
    a_reason_is_given,
    it_disputes_a_decision,
    the_complaint_is_stated,
    the_grievance_is_dismissible,
    the_new_category_is_stated,
    the_receipt_is_known,
)
from statemachines.guards_grievance import (
    a_clinician_finds,
    a_clinician_is_named,
    each_issue_has_its_finding,
    no_dispute_is_left_unfiled,
    quality_of_care_was_looked_at,
    the_finding_is_written,
    the_outcome_follows_its_issues,
    the_resolution_is_complete,
    the_resolver_is_clinically_expert,
)
from statemachines.joining import MERGED, as_request, joining, parties
from statemachines.recurring import correction, more_time, overdue, waiting, withdrawal

STATES = (
    ("received", "newly received"),
    ("in_investigation", "under investigation"),
    ("pended", "waiting for information"),
    ("resolved", "resolved"),
    ("withdrawn", "withdrawn"),
    ("dismissed", "dismissed"),
    ("converted", "continued as another kind of case"),
    MERGED,
)
OPEN = ("received", "in_investigation", "pended")
DECIDED = ("resolved",)

EDGES = (
    Edge(
        "receive",
        (BEFORE,),
        dest="received",
        event="received",
        label="Receive",
        guards=(the_receipt_is_known, the_complaint_is_stated),
    ),
    Edge(
        "start_investigation",
        ("received",),
        dest="in_investigation",
        event="investigation_started",
        label="Start the investigation",
    ),
    *waiting(("in_investigation",), back="in_investigation"),
    Edge(
        "recategorize",
        OPEN,
        dest=None,
        event="recategorized",
        label="Change the category",
        guards=(a_person_answers_for_it, the_new_category_is_stated),
    ),
    Edge(
        "refer_quality_of_care",
        ("received", "in_investigation", "pended"),
        dest=None,
        event="quality_of_care_referred",
        label="Refer to a clinician",
        guards=(a_clinician_is_named,),
    ),
    Edge(
        "record_clinical_finding",
        ("in_investigation", "pended"),
        dest=None,
        event="clinical_finding_recorded",
        label="Record the clinical finding",
        guards=(a_person_answers_for_it, a_clinician_finds, the_finding_is_written),
    ),
    more_time(OPEN),
    Edge(
        "resolve",
        ("in_investigation",),
        dest="resolved",
        event="resolved",
        label="Resolve",
        guards=(
            a_person_acts,
            the_decider_signs,
            *INDEPENDENT,
            the_resolver_is_clinically_expert,
            quality_of_care_was_looked_at,
            each_issue_has_its_finding,
            no_dispute_is_left_unfiled,
            the_resolution_is_complete,
            the_outcome_follows_its_issues,
        ),
        adverse=True,
    ),
    withdrawal(OPEN),
    Edge(
        "dismiss",
        ("received", "in_investigation"),
        dest="dismissed",
        event="dismissed",
        label="Dismiss",
        guards=(a_person_acts, the_grievance_is_dismissible),
        adverse=True,
    ),
    Edge(
        "convert",
        OPEN,
        dest="converted",
        event="converted",
        label="Continue as an appeal",
        guards=(a_person_answers_for_it, it_disputes_a_decision, a_reason_is_given),
    ),
    as_request(OPEN, adverse=False),
    *joining(OPEN),
    *parties(OPEN),
    overdue((*OPEN, *DECIDED), cite="42 CFR 438.408(b)(1); 42 CFR 422.564(e)-(f)"),
    correction(tuple(name for name, _ in STATES)),
)

TABLE = Table(
    kind="grievance", noun="grievance", states=STATES, open=OPEN, decided=DECIDED, edges=EDGES
)
