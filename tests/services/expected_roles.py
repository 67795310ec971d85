"""Who may take which step, written by hand from the workflows, not from the code.

One line a step: `step: roles`. `OFFICE` is a provider's office, its manager, an application that
acts for it; `OWN` the member and whoever speaks for the member; `CLINICIANS` the physician and the
appeals clinician. `system` is a rule or a timer of ours. The test fails until this page and the
policy agree, and when either of them gains a step or a role that the other has not.
"""

GROUPS = {
    "OFFICE": "provider provider_admin client",
    "OWN": "member representative",
    "CLINICIANS": "physician ag_clinician",
}
ROLES = (
    "intake",
    "nurse",
    "physician",
    "ag_specialist",
    "ag_clinician",
    "supervisor",
    "compliance",
    "admin",
    "provider",
    "provider_admin",
    "client",
    "member",
    "representative",
    "system",
)
# What somebody with the role is called in a refusal.
CALLED = {
    "intake": "an intake clerk",
    "nurse": "a nurse",
    "physician": "a physician",
    "ag_specialist": "an appeals specialist",
    "ag_clinician": "an appeals clinician",
    "supervisor": "a supervisor",
    "admin": "an administrator",
    "provider": "a provider's office",
    "provider_admin": "the manager of a provider's office",
    "client": "an application",
    "member": "a member",
    "representative": "a representative",
    "compliance": "compliance",
    "system": "system",
}

STEPS = {
    "prior_auth": """
        receive: OFFICE intake ag_specialist system
        auto_approve: system
        start_review: nurse
        request_information: nurse physician
        receive_information: OFFICE OWN intake nurse system
        information_lapsed: system
        resume: nurse physician
        refer_to_physician: nurse
        return_to_nurse: physician
        offer_peer_to_peer: physician nurse
        hold_peer_to_peer: physician nurse
        close_peer_to_peer: physician nurse
        approve: nurse physician
        approve_in_part: physician
        deny: physician
        deny_administratively: nurse supervisor
        confirm_deemed_approval: nurse physician supervisor
        request_expedite: OFFICE OWN physician intake nurse
        grant_expedite: nurse physician system
        refuse_expedite: nurse physician
        extend: nurse physician
        withdraw: OFFICE OWN intake
        dismiss: intake nurse
        vacate_dismissal: nurse supervisor
        reopen: physician
        deadline_missed: system
        correct_receipt: supervisor
        change_authorization: OFFICE intake
        reduce: physician
        terminate: physician
        carry_out_reversal: ag_specialist nurse system
    """,
    "appeal": """
        receive: OWN OFFICE intake ag_specialist
        require_consent: intake ag_specialist
        record_consent: OWN OFFICE intake ag_specialist system
        accept_late: ag_specialist
        refuse_late: ag_specialist
        assign_reviewer: ag_specialist supervisor
        request_information: ag_specialist CLINICIANS
        receive_information: OWN OFFICE intake ag_specialist
        information_lapsed: system
        resume: ag_specialist CLINICIANS
        request_expedite: OWN OFFICE intake ag_specialist
        grant_expedite: ag_specialist CLINICIANS system
        refuse_expedite: ag_specialist CLINICIANS
        extend: ag_specialist CLINICIANS
        share_new_evidence: ag_specialist
        continue_benefits: OWN intake ag_specialist system
        substitute_party: ag_specialist
        add_party: ag_specialist
        change_subject: ag_specialist
        acknowledge_subject: CLINICIANS
        uphold: CLINICIANS
        overturn: CLINICIANS
        overturn_in_part: CLINICIANS
        effectuate: ag_specialist system
        forward: ag_specialist system
        withdraw: OWN OFFICE intake ag_specialist
        dismiss: ag_specialist
        vacate_dismissal: ag_specialist
        convert: ag_specialist
        take_as_dispute: ag_specialist
        take_as_appeal: ag_specialist
        take_as_request: ag_specialist
        merge: ag_specialist
        split: ag_specialist
        deadline_missed: system
        correct_receipt: supervisor
    """,
    "grievance": """
        receive: OWN OFFICE intake ag_specialist system
        start_investigation: ag_specialist
        request_information: ag_specialist
        receive_information: OWN OFFICE intake ag_specialist
        information_lapsed: system
        resume: ag_specialist
        recategorize: ag_specialist intake
        refer_quality_of_care: ag_specialist
        record_clinical_finding: CLINICIANS
        extend: ag_specialist
        resolve: ag_specialist ag_clinician
        withdraw: OWN OFFICE intake ag_specialist
        dismiss: ag_specialist
        convert: ag_specialist
        take_as_request: ag_specialist
        merge: ag_specialist
        split: ag_specialist
        substitute_party: ag_specialist
        add_party: ag_specialist
        deadline_missed: system
        correct_receipt: supervisor
    """,
    "external_review": """
        request: OWN OFFICE intake ag_specialist system
        start_preliminary_review: ag_specialist system
        find_incomplete: ag_specialist
        perfect: OWN OFFICE intake ag_specialist
        find_eligible: ag_specialist
        find_ineligible: ag_specialist
        assign_iro: ag_specialist system
        send_file: ag_specialist system
        schedule_hearing: ag_specialist
        add_information: OWN OFFICE intake ag_specialist
        uphold: ag_specialist intake
        overturn: ag_specialist intake
        overturn_in_part: ag_specialist intake
        record_dismissal: ag_specialist intake
        effectuate: ag_specialist system
        terminate_by_reversal: CLINICIANS ag_specialist
        withdraw: OWN OFFICE intake ag_specialist
        substitute_party: ag_specialist
        add_party: ag_specialist
        deadline_missed: system
        correct_receipt: supervisor
    """,
}


def roles_of(kind: str) -> dict[str, frozenset[str]]:
    """The roles of each step of this kind, as the lines above say."""
    found = {}
    for line in STEPS[kind].strip().splitlines():
        step, _, said = line.strip().partition(": ")
        names = [each for word in said.split() for each in GROUPS.get(word, word).split()]
        found[step] = frozenset(names)
    return found


def sentence(kind: str, step: str, role: str) -> str:
    """What somebody with this role reads who may not take the step."""
    may = roles_of(kind)[step]
    *most, last = sorted(CALLED[each] for each in may - {"system"}) or ["the system"]
    who = f"{', '.join(most)} or {last}" if most else last
    return f"Only {who} may {step.replace('_', ' ')}; you are signed in as {CALLED[role]}."
