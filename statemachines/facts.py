"""What the guards may know about a case, its people and the form that was just filled in.

Primitives and tuples only, so that nothing of a row, a web request or a clock can leak in. Every
default keeps its guards shut: a fact that nobody supplied never opens an edge.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple


class ServiceLine(NamedTuple):
    """One service line as it would stand after the decision. Dates are local calendar dates."""

    number: int = 0
    result: str = ""  # approved · approved_other (less or other than asked) · denied
    codes: tuple[str, ...] = ()  # the codes that are approved
    units: Decimal | None = None
    starts: date | None = None
    ends: date | None = None
    servicing_provider: str = ""
    place: str = ""
    reason: str = ""  # the specific reason for what is not approved
    criterion: str = ""  # the clinical criterion or plan provision that it rests on


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that a guard may ask. One class for all kinds; fill what the trigger needs.

    `None` means *not known* and refuses, where neither True nor False would be safe to assume.
    Ids are opaque strings of the caller. Instants stay outside: the caller says what has passed.
    """

    # ── The case ────────────────────────────────────────────────────────────────────────────────
    line: str = ""  # line of business: medicaid · medicare · marketplace
    priority: str = ""  # standard · expedited, as it runs now
    timing: str = ""  # pre_service · concurrent · post_service
    filer: str = ""  # member · representative · provider · physician
    filer_is_treating: bool | None = None  # the filing professional treats the member
    about: str = ""  # of an appeal: service · payment
    lines: tuple[ServiceLine, ...] = ()

    # ── Who acts ────────────────────────────────────────────────────────────────────────────────
    actor_id: str = ""
    actor_is_system: bool = True  # a rule, a timer or a model acts, no person
    approval_rule: str = ""  # the automatic rule that approves, by name and version

    # ── Who decides: the actor, or on assign_reviewer the person who is to be assigned ──────────
    decider_id: str = ""
    licence_type: str = ""  # MD · DO · DDS · PHARMD · RN …
    accepted_licences: tuple[str, ...] = ()  # what the contract accepts for adverse decisions
    licence_active: bool = False  # on the day of the decision
    licence_unrestricted: bool = False
    licence_reaches_state: bool = False  # held where the contract requires it
    service_domain: str = ""  # medical · behavioral · ltss · drug · dental
    expertise_domains: tuple[str, ...] = ()  # domains in which the decider attests expertise
    requester_ids: tuple[str, ...] | None = None  # who asked for the service or will furnish it
    earlier_deciders: tuple[str, ...] | None = None  # took part at any level before; complained of
    decider_superiors: tuple[str, ...] | None = None  # up the line, on the day of the decision
    check_subordinates: bool = True  # the contract may switch it off for Medicare only
    is_clinical: bool | None = None  # the decision turns on a clinical question
    on_necessity: bool | None = None  # … on lack of medical necessity
    expert_id: str = ""  # the health care professional who was consulted
    expert_superiors: tuple[str, ...] | None = None

    # ── Filing ──────────────────────────────────────────────────────────────────────────────────
    receipt_known: bool = False  # first instant at the plan or its delegate, and not in the future
    member_identified: bool = False
    requester_identified: bool = False
    line_count: int = 0
    dispute_named: bool = False  # the determination or claim that is appealed
    complaint_stated: bool = False
    filed_late: bool | None = None
    good_cause: str = ""  # the reason for a late filing, or for vacating a dismissal
    good_cause_accepted: bool = False
    consent_on_file: bool | None = None  # representative form or written consent
    consent_covers_case: bool = False  # for this service and this appeal, and for no other
    consent_time_passed: bool = False
    contact_attempts: int = 0
    withdrawal_by_party: bool = False  # asked by who filed, the member or the representative
    new_party: str = ""
    disputes_decision: bool | None = None  # the text disputes a coverage decision

    # ── Two cases that are one, one that is two, one that is another kind ───────────────────────
    same_member: bool | None = None  # the other case is this member's
    same_kind: bool | None = None  # … of the same kind, an appeal and a dispute being two
    same_matter: bool | None = None  # … about the same decision, or the same complaint
    other_open: bool | None = None  # … and nothing was decided there
    review_outside: bool | None = None  # a review outside the plan was asked for, of one of them
    split_into: str = ""  # what goes into a case of its own: appeal · grievance
    claim_named: bool = False
    whose_matter: str = ""  # of an appeal: member · office (a provider's own dispute)
    decision_made: bool | None = None  # on the service that is asked for
    new_party_capacity: str = ""  # estate · survivor · heir · assignee

    # ── Words and papers of the form ────────────────────────────────────────────────────────────
    reason: str = ""
    evidence: str = ""  # what proves it: a document, a log entry, a dated answer
    administrative_ground: str = ""
    dismissal_ground: str = ""
    duplicate_of: str = ""
    reopen_ground: str = ""

    # ── Waiting for information ─────────────────────────────────────────────────────────────────
    information_wanted: tuple[str, ...] = ()
    information_from: str = ""
    information_hours: int = 0  # time given to answer
    information_came: bool = False
    information_time_passed: bool = False

    # ── Fast track ──────────────────────────────────────────────────────────────────────────────
    expedite_asked_by: str = ""  # member · representative · provider · physician
    expedite_supporters: tuple[str, ...] | None = None  # all who asked for it or filed it so
    expedite_unanswered: bool = False
    expedite_criterion: str = ""  # life · health · function

    # ── Extension, as the rule of the decision clock allows it to the one who asks ──────────────
    extension_days: int = 0
    extension_days_left: int = 0
    extension_ground: str = ""
    extension_grounds: tuple[str, ...] = ()
    extension_notice_in_time: bool = False
    extension_answer_days: int = 0  # time given with the ground missing_information

    # ── The decision clock ──────────────────────────────────────────────────────────────────────
    decision_clock_open: bool = False  # running, and the notice has not left
    decision_due_passed: bool | None = None
    decision_missed: bool = False  # deadline_missed stands on the case
    deemed: str = ""  # deemed_denial · deemed_approval · deemed_affirmation · deemed_exhaustion

    # ── Review of a request ─────────────────────────────────────────────────────────────────────
    summary_written: bool = False
    criteria_recorded: bool = False
    peer_to_peer_slot: bool = False  # day, time and telephone number are named
    peer_to_peer_offered: bool = False  # an offer stands
    peer_to_peer_attempts: int = 0
    peer_to_peer_outcome: str = ""
    peer_to_peer_holds: bool | None = None  # a rule forbids denial until the offered slot passed
    appeal_open: bool | None = None
    reopen_window_open: bool = False
    authorization_stands: bool = False
    change_kind: str = ""  # extend_dates · add_line · cancel
    change_on_approved: bool = False  # it touches approved lines only
    advance_notice_kept: bool = False  # effective not before the earliest lawful day
    reversal_stands: bool = False  # an appeal or review overturned the denial

    # ── Appeal ──────────────────────────────────────────────────────────────────────────────────
    everything_considered: bool = False
    unread_papers: tuple[str, ...] | None = None  # came since the denial, unread by the decider
    decision_discussed: bool = False
    new_evidence: tuple[str, ...] = ()  # what share_new_evidence sends
    new_evidence_used: bool | None = None  # the plan relies on evidence or a rationale that is new
    new_evidence_answerable: bool = False  # it was sent, and there was time to answer
    subject_change_unread: bool | None = None  # the reviewer has not acknowledged a changed subject
    service_was_authorized: bool = False
    continuation_asked_by: str = ""
    continuation_window_open: bool = False
    care_kept_by_law: bool = False  # the cut was still ahead when the appeal came, and nobody asks
    vacate_window_open: bool = False
    carried_out_proof: str = ""  # authorization number or payment instruction
    still_to_carry_out: int | None = None  # services that remain after this one
    other_step_open: bool | None = None  # a forward still owed, or a review pending elsewhere

    # ── Grievance ───────────────────────────────────────────────────────────────────────────────
    category: str = ""
    findings: str = ""
    grievance_outcome: str = ""
    issues_without_finding: int | None = None  # of a grievance with several issues
    dispute_unfiled: bool | None = None  # it also disputes a decision, and nobody opened the appeal
    outcome_of_issues: str | None = None  # what their findings make; empty for one issue alone
    corrective_action: str = ""  # what is done, or why nothing is
    quality_of_care: bool | None = None
    referred_clinician: str = ""
    clinical_finding: str = ""

    # ── External review ─────────────────────────────────────────────────────────────────────────
    body: str = ""  # iro · ire · state_fair_hearing
    final_adverse_appeal: bool = False
    deemed_exhausted: bool = False
    urgent_with_appeal: bool = False  # urgent, beside an expedited appeal
    missing_items: tuple[str, ...] = ()
    perfecting_open: bool | None = None  # the claimant may still complete the request
    found_eligible: bool | None = None
    ineligibility_ground: str = ""
    iro_id: str = ""
    iro_next: str = ""  # whose turn it is
    iro_panel: int = 0  # how many IROs rotate
    iro_conflict_free: bool = False
    state_assigns: bool = False  # the State's own process assigns the reviewer
    packet_lacks: tuple[str, ...] | None = None  # () = complete
    proof_of_sending: str = ""
    hearing_set: bool = False  # day, hour and place are named
    body_decision: str = ""  # reference of the body's own decision
    plan_reversed: bool = False  # the plan reversed its whole denial
