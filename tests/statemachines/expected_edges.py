"""The four tables once more, written by hand from the workflows, not from the code.

One line a step: `step: from → to`, or `step: from ↻` where the state is kept. The test fails until
this page and the machines agree.
"""

OPEN = {
    "prior_auth": "received in_review pended in_physician_review",
    "appeal": "received awaiting_consent in_review pended",
    "grievance": "received in_investigation pended",
    "external_review": "requested in_preliminary_review incomplete assigned file_sent "
    "hearing_scheduled",
}
DECIDED = {
    "prior_auth": "approved partially_approved denied",
    "appeal": "upheld overturned partially_overturned effectuated forwarded",
    "grievance": "resolved",
    "external_review": "upheld overturned partially_overturned effectuated",
}
ENDED = {
    "prior_auth": "withdrawn dismissed",
    "appeal": "withdrawn dismissed converted merged",
    "grievance": "withdrawn dismissed converted merged",
    "external_review": "ineligible withdrawn terminated",
}

EDGES = {
    "prior_auth": """
        receive: new → received
        auto_approve: received → approved
        start_review: received → in_review
        request_information: in_review in_physician_review → pended
        receive_information: pended → in_review
        information_lapsed: pended → in_review
        resume: pended → in_review
        refer_to_physician: in_review → in_physician_review
        return_to_nurse: in_physician_review → in_review
        offer_peer_to_peer: in_physician_review denied partially_approved ↻
        hold_peer_to_peer: in_physician_review denied partially_approved ↻
        close_peer_to_peer: in_physician_review denied partially_approved ↻
        approve: in_review in_physician_review → approved
        approve_in_part: in_physician_review → partially_approved
        deny: in_physician_review → denied
        deny_administratively: in_review → denied
        confirm_deemed_approval: OPEN → approved
        request_expedite: OPEN ↻
        grant_expedite: OPEN ↻
        refuse_expedite: OPEN ↻
        extend: OPEN ↻
        withdraw: OPEN → withdrawn
        dismiss: received in_review → dismissed
        vacate_dismissal: dismissed → in_review
        reopen: denied partially_approved → in_physician_review
        deadline_missed: OPEN DECIDED ↻
        correct_receipt: OPEN DECIDED ENDED ↻
        change_authorization: approved partially_approved ↻
        reduce: approved partially_approved ↻
        terminate: approved partially_approved ↻
        carry_out_reversal: denied partially_approved ↻
    """,
    "appeal": """
        receive: new → received
        require_consent: received → awaiting_consent
        record_consent: awaiting_consent → received
        record_consent: in_review pended ↻
        accept_late: received ↻
        refuse_late: received → dismissed
        assign_reviewer: received → in_review
        assign_reviewer: in_review pended ↻
        request_information: in_review → pended
        receive_information: pended → in_review
        information_lapsed: pended → in_review
        resume: pended → in_review
        request_expedite: OPEN ↻
        grant_expedite: OPEN ↻
        refuse_expedite: OPEN ↻
        extend: OPEN ↻
        share_new_evidence: in_review pended ↻
        continue_benefits: OPEN ↻
        substitute_party: OPEN ↻
        add_party: OPEN ↻
        change_subject: OPEN ↻
        acknowledge_subject: in_review pended ↻
        uphold: in_review → upheld
        overturn: in_review → overturned
        overturn_in_part: in_review → partially_overturned
        effectuate: overturned partially_overturned forwarded ↻
        effectuate: overturned partially_overturned forwarded ↻
        effectuate: overturned partially_overturned forwarded → effectuated
        forward: upheld partially_overturned → forwarded
        forward: OPEN → forwarded
        withdraw: OPEN → withdrawn
        dismiss: received awaiting_consent → dismissed
        vacate_dismissal: dismissed → in_review
        convert: OPEN → converted
        take_as_dispute: OPEN → converted
        take_as_appeal: OPEN → converted
        take_as_request: OPEN → converted
        merge: OPEN → merged
        split: OPEN ↻
        deadline_missed: OPEN DECIDED ↻
        correct_receipt: OPEN DECIDED ENDED ↻
    """,
    "grievance": """
        receive: new → received
        start_investigation: received → in_investigation
        request_information: in_investigation → pended
        receive_information: pended → in_investigation
        information_lapsed: pended → in_investigation
        resume: pended → in_investigation
        recategorize: OPEN ↻
        refer_quality_of_care: OPEN ↻
        record_clinical_finding: in_investigation pended ↻
        extend: OPEN ↻
        resolve: in_investigation → resolved
        withdraw: OPEN → withdrawn
        dismiss: received in_investigation → dismissed
        convert: OPEN → converted
        take_as_request: OPEN → converted
        merge: OPEN → merged
        split: OPEN ↻
        substitute_party: OPEN ↻
        add_party: OPEN ↻
        deadline_missed: OPEN DECIDED ↻
        correct_receipt: OPEN DECIDED ENDED ↻
    """,
    "external_review": """
        request: new → requested
        start_preliminary_review: requested → in_preliminary_review
        find_incomplete: in_preliminary_review → incomplete
        perfect: incomplete → in_preliminary_review
        find_eligible: in_preliminary_review ↻
        find_ineligible: in_preliminary_review → ineligible
        find_ineligible: incomplete → ineligible
        assign_iro: in_preliminary_review → assigned
        assign_iro: assigned file_sent → assigned
        send_file: assigned → file_sent
        send_file: requested → file_sent
        send_file: hearing_scheduled ↻
        schedule_hearing: requested file_sent hearing_scheduled → hearing_scheduled
        add_information: assigned file_sent hearing_scheduled ↻
        uphold: assigned file_sent hearing_scheduled → upheld
        uphold: requested → upheld
        overturn: assigned file_sent hearing_scheduled → overturned
        overturn: requested → overturned
        overturn_in_part: assigned file_sent hearing_scheduled → partially_overturned
        overturn_in_part: requested → partially_overturned
        record_dismissal: requested assigned file_sent hearing_scheduled → ineligible
        effectuate: overturned partially_overturned terminated ↻
        effectuate: overturned partially_overturned terminated → effectuated
        terminate_by_reversal: OPEN → terminated
        withdraw: OPEN → withdrawn
        substitute_party: OPEN ↻
        add_party: OPEN ↻
        deadline_missed: OPEN DECIDED ↻
        correct_receipt: OPEN DECIDED ENDED ↻
    """,
}

EVENTS = {
    "prior_auth": """
        received approved review_started information_requested information_received
        information_lapsed resumed referred_to_physician returned_to_nurse peer_to_peer_offered
        peer_to_peer_held peer_to_peer_closed partially_approved denied deemed_approved
        expedite_requested expedite_granted expedite_refused extended withdrawn dismissed
        dismissal_vacated reopened deadline_missed receipt_corrected
        authorization_change_requested authorization_reduced authorization_terminated
        reversal_carried_out
    """,
    "appeal": """
        received consent_required consent_recorded late_filing_accepted late_filing_refused
        reviewer_assigned information_requested information_received information_lapsed resumed
        expedite_requested expedite_granted expedite_refused extended new_evidence_shared
        benefits_continued party_substituted party_added subject_changed subject_acknowledged
        upheld overturned partially_overturned partly_effectuated effectuated forwarded withdrawn
        dismissed dismissal_vacated converted merged split_off deadline_missed receipt_corrected
    """,
    "grievance": """
        received investigation_started information_requested information_received
        information_lapsed resumed recategorized quality_of_care_referred
        clinical_finding_recorded extended resolved withdrawn dismissed converted merged split_off
        party_substituted party_added deadline_missed receipt_corrected
    """,
    "external_review": """
        requested preliminary_review_started found_incomplete perfected found_eligible
        found_ineligible iro_assigned file_sent hearing_scheduled information_added upheld
        overturned partially_overturned dismissed_by_body partly_effectuated effectuated
        terminated_by_reversal withdrawn party_substituted party_added deadline_missed
        receipt_corrected
    """,
}

ADVERSE = {
    "prior_auth": "approve_in_part deny deny_administratively refuse_expedite dismiss reduce "
    "terminate",
    "appeal": "refuse_late refuse_expedite uphold overturn_in_part dismiss convert "
    "take_as_dispute take_as_request",
    "grievance": "resolve dismiss",
    "external_review": "find_ineligible uphold overturn_in_part record_dismissal",
}


def states_of(kind: str) -> set[str]:
    """Every state that may be stored."""
    return {name for group in (OPEN, DECIDED, ENDED) for name in group[kind].split()}


def edges_of(kind: str) -> list[tuple[str, frozenset[str], str | None]]:
    """(step, from, to or None) of each line above, in order."""
    groups = {"OPEN": OPEN[kind], "DECIDED": DECIDED[kind], "ENDED": ENDED[kind]}
    rows = []
    for line in EDGES[kind].strip().splitlines():
        step, _, rest = line.strip().partition(": ")
        sources, _, dest = rest.rstrip(" ↻").partition(" → ")
        names = [each for word in sources.split() for each in groups.get(word, word).split()]
        rows.append((step, frozenset(names), dest or None))
    return rows
