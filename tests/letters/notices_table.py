"""The table of notices, as facts: which elements the law asks of which letter on which line.

A copy of the ● cells of the plan's legal reference on notice contents (sections 1 to 4), read from
the law and not from our catalogue: what the catalogue loses, this table still asks for. `when` names
the condition that the cell itself states; without one the element stands in every such letter.
"""
# ruff: noqa: E501 - a table reads best one row a line

from dataclasses import dataclass

MEDICAID, MEDICARE, MARKETPLACE = "medicaid", "medicare", "marketplace"
ALL = (MEDICAID, MEDICARE, MARKETPLACE)
# Letters about a first decision against the member.
DENIALS = ("denial", "partial_approval", "reduction")


@dataclass(frozen=True)
class Cell:
    """One ●: for these letters and lines, these elements, by this law."""

    row: str
    codes: tuple[str, ...]
    lines: tuple[str, ...]
    elements: tuple[str, ...]
    law: str
    when: str = "always"


def _cell(
    row: str,
    codes: str | tuple[str, ...],
    lines: str | tuple[str, ...],
    elements: str,
    law: str,
    when: str = "always",
) -> Cell:
    return Cell(
        row,
        (codes,) if isinstance(codes, str) else codes,
        (lines,) if isinstance(lines, str) else lines,
        tuple(elements.split()),
        law,
        when,
    )


# Section 1, for every letter to a person (code "*").
COMMON = (
    _cell(
        "1 date, member, id, case, plan, address, phone",
        "*",
        ALL,
        "issue_date member_name member_id case_number plan_name plan_address plan_phone recipient_address",
        "Ohio NOA rule; Integrated Denial Notice",
    ),
    _cell(
        "1 another language, oral interpretation, free",
        "*",
        ALL,
        "interpreter",
        "42 CFR 438.10(d)(4)-(5); 422.2267(a); 45 CFR 147.136(e)",
    ),
    _cell("1 notice of availability", "*", ALL, "language_block", "45 CFR 92.11(b)-(c)"),
    _cell("1 nondiscrimination", "*", ALL, "nondiscrimination", "45 CFR 92.10"),
    _cell(
        "1 alternate formats",
        "*",
        ALL,
        "alternate_formats",
        "42 CFR 438.10(d)(3),(6); 45 CFR 92.202",
    ),
    _cell("1 whose letter a copy is of", "*", ALL, "copy_note", "45 CFR 164.502(b)", "copy"),
)

CELLS = (
    # ── 2 Approval ────────────────────────────────────────────────────────────────────────────────
    _cell("2 what was approved", ("approval", "deemed_approval", "partial_approval"), ALL, "what_was_approved approved_from approved_until", "42 CFR 422.119(b)(1)(iv); 29 CFR 2560.503-1(f)(2)"),
    _cell("2 authorization number (policy)", ("approval", "deemed_approval", "partial_approval"), ALL, "authorization_number", "policy"),
    _cell("2 not a guarantee of payment, only if true", ("approval", "deemed_approval", "partial_approval"), ALL, "payment_caveat", "policy", "payment_caveat"),
    _cell("2 less than requested: section 3 for the rest", "partial_approval", ALL, "what_was_decided specific_reason appeal_right appeal_deadline", "42 CFR 438.404; 422.568(e); 2560.503-1(g)"),
    # ── 3 Denial, partial denial, reduction ───────────────────────────────────────────────────────
    _cell("3 what was decided", DENIALS, ALL, "what_was_decided", "42 CFR 438.404(b)(1); Integrated Denial Notice; 147.136(b)(3)(ii)(E)(1)"),
    _cell("3 its dates and provider", DENIALS, (MEDICAID, MEDICARE), "claim_details", "42 CFR 438.404(b)(1); Integrated Denial Notice", "details_known"),
    _cell("3 date of service, provider name", DENIALS, MARKETPLACE, "claim_details", "45 CFR 147.136(b)(3)(ii)(E)(1)"),
    _cell("3 specific reason", DENIALS, ALL, "specific_reason", "42 CFR 438.404(b)(2); 422.568(e)(2); 147.136(b)(3)(ii)(E)(3)"),
    _cell("3 Medicare rule or provision", DENIALS, MEDICARE, "criterion plan_provision", "42 CFR 422.568(e)(2)"),
    _cell("3 denial code and meaning, provision, standard", DENIALS, MARKETPLACE, "denial_code plan_provision standard_used", "45 CFR 147.136(b)(3)(ii)(E)(3); 2560.503-1(g)(1)(i)-(ii)"),
    _cell("3 criterion", DENIALS, (MEDICAID, MARKETPLACE), "criterion", "42 CFR 438.404(b)(2); 2560.503-1(g)(1)(v)(A)", "clinical"),
    _cell("3 free copies of file and criteria", DENIALS, (MEDICAID, MARKETPLACE), "criteria_free", "42 CFR 438.404(b)(2); 2560.503-1(g)(1)(v)(A)"),
    _cell("3 clinical judgment", DENIALS, MARKETPLACE, "clinical_judgment", "29 CFR 2560.503-1(g)(1)(v)(B)", "clinical"),
    _cell("3 what would perfect the request", DENIALS, MARKETPLACE, "information_to_perfect", "29 CFR 2560.503-1(g)(1)(iii)", "information_would_help"),
    _cell("3 diagnosis and treatment codes and meaning", DENIALS, MARKETPLACE, "diagnosis_codes", "45 CFR 147.136(b)(3)(ii)(E)(1)-(2)"),
    _cell("3 right to appeal, how, where, deadline", (*DENIALS, "deemed_denial"), ALL, "appeal_right appeal_how appeal_where appeal_deadline", "42 CFR 438.404(b)(3); 422.568(e)(3); 2560.503-1(g)(1)(iv)"),
    _cell("3 exhaustion and State fair hearing", (*DENIALS, "deemed_denial"), MEDICAID, "exhaustion fair_hearing", "42 CFR 438.404(b)(3)"),
    _cell("3 expedited review, when and how", (*DENIALS, "deemed_denial"), ALL, "expedited_review expedited_hours", "42 CFR 438.404(b)(5); 422.568(e)(4); 2560.503-1(g)(1)(vi)"),
    _cell("3 both standard and expedited described", (*DENIALS, "deemed_denial"), MEDICARE, "standard_review", "42 CFR 422.568(e)(4)"),
    _cell("3 simultaneous expedited external review", DENIALS, MARKETPLACE, "expedited_external", "29 CFR 2560.503-1(g)(1)(vi)"),
    _cell("3 continuation, how, by when, cost", (*DENIALS, "deemed_denial"), MEDICAID, "continuation continuation_deadline liability", "42 CFR 438.404(b)(6), 438.420", "care_was_authorized"),
    _cell("3 ongoing course goes on", DENIALS, MARKETPLACE, "ongoing_course", "45 CFR 147.136(b)(3)(iii)", "care_was_authorized"),
    _cell("3 representative", (*DENIALS, "deemed_denial"), ALL, "representative", "42 CFR 438.402(c)(1)(ii); form CMS-1696"),
    _cell("3 QIO for quality of care, where to get help", (*DENIALS, "deemed_denial"), MEDICARE, "quality_organization medicare_help share_with_doctor", "Integrated Denial Notice"),
    _cell("3 form number displayed", (*DENIALS, "deemed_denial"), MEDICARE, "form_imprint", "OMB 0938-0829"),
    _cell("3 external review, DOI, consumer assistance", DENIALS, MARKETPLACE, "external_review external_where insurance_department ombudsman", "45 CFR 147.136(b)(3)(ii)(E)(4)-(5)"),
    _cell("3 State-law remedies instead of ERISA 502(a)", DENIALS, MARKETPLACE, "state_remedies", "29 CFR 2560.503-1(g)(1)(iv)", "state_remedies"),
    _cell("3 specific reason to the provider", "provider_denial", (MEDICAID, MARKETPLACE), "what_was_decided specific_reason", "42 CFR 438.242(b)(8); 45 CFR 156.223(a)"),
    _cell("3 criterion to the provider (Georgia)", "provider_denial", (MEDICAID, MARKETPLACE), "criterion", "O.C.G.A. 33-46-20(a)", "clinical"),
    _cell("3 specific reason to the provider", DENIALS, MEDICARE, "provider_reason", "42 CFR 422.122(a)", "to_provider"),
    _cell("3 Medicaid: a missed clock is a denial", "deemed_denial", (MEDICAID, MEDICARE), "late_services late_reason", "42 CFR 438.404(c)(5); 422.568(f)"),
    # ── 4 Other letters ───────────────────────────────────────────────────────────────────────────
    _cell("4 extension: reason, new due date", "extension", ALL, "extension_reason new_due_date", "42 CFR 438.404(c)(4); 422.568(b)(2); 2560.503-1(f)(2)(iii)"),
    _cell("4 extension: grievance right (Medicare: expedited)", "extension", ALL, "grievance_right grievance_where", "42 CFR 438.404(c)(4); 422.564(f)"),
    _cell("4 extension: beyond control", "extension", MARKETPLACE, "circumstances", "29 CFR 2560.503-1(f)(2)(iii)", "plan_extends"),
    _cell("4 extension: exact list and 45 days", "extension", MARKETPLACE, "information_wanted information_deadline", "29 CFR 2560.503-1(f)(2)(iii)(A)", "missing_information"),
    _cell("4 information: what, by when, where", "information_request", ALL, "information_wanted information_deadline records_where", "29 CFR 2560.503-1(f)(2)(i)"),
    _cell("4 information: does not stop the clock", "information_request", ALL, "due_date without_information", "42 CFR 438.210(d); 422.568(b)(1)"),
    _cell("4 refusal to expedite: standard date", "expedite_refused", ALL, "standard_due_date", "42 CFR 438.410(c); 422.570(d)"),
    _cell("4 refusal to expedite: standard clock, grievance", "expedite_refused", (MEDICAID, MEDICARE), "standard_clock grievance_right grievance_where", "42 CFR 438.408(c)(2); 422.570(d)"),
    _cell("4 refusal to expedite: resubmit with a physician", "expedite_refused", MEDICARE, "resubmit_with_physician", "42 CFR 422.570(d)"),
    _cell("4 refusal to expedite: reason", "expedite_refused", MARKETPLACE, "refusal_reason", "45 CFR 147.136(b)(3)(ii)(B)"),
    _cell("4 refusal to expedite: expedited external", "expedite_refused", MARKETPLACE, "expedited_external external_where", "45 CFR 147.136(d)(3)", "fast_external"),
    _cell("4 acknowledgement of an appeal", "appeal_received", ALL, "receipt_date what_it_is_about due_date how_to_add case_file", "42 CFR 438.406(b)(1)"),
    _cell("4 acknowledgement of a grievance", "grievance_received", ALL, "receipt_date what_it_is_about due_date how_to_add", "42 CFR 438.406(b)(1)"),
    _cell("4 upheld: result and date, reasons", ("appeal_upheld", "appeal_partly_overturned"), ALL, "result_date what_was_decided specific_reason", "42 CFR 438.408(e); 422.590; 2560.503-1(j)(1)"),
    _cell("4 upheld: fair hearing, how, deadline", ("appeal_upheld", "appeal_partly_overturned"), MEDICAID, "fair_hearing_right fair_hearing_how fair_hearing_deadline fair_hearing", "42 CFR 438.408(e)(2)(i), (f)(2)"),
    _cell("4 upheld: continuation and cost", ("appeal_upheld", "appeal_partly_overturned"), MEDICAID, "continuation continuation_deadline liability", "42 CFR 438.408(e)(2)(ii)-(iii)", "care_was_authorized"),
    _cell("4 upheld: the file went to the IRE", ("appeal_upheld", "appeal_partly_overturned"), MEDICARE, "forwarded_to_ire reviewer next_levels submit_evidence", "42 CFR 422.590, 422.592"),
    _cell("4 upheld: (j)(1)-(5), (E)(1)-(5), discussion", ("appeal_upheld", "appeal_partly_overturned"), MARKETPLACE, "claim_details denial_code discussion plan_provision standard_used criteria_free diagnosis_codes insurance_department ombudsman", "29 CFR 2560.503-1(j)(1)-(5); 45 CFR 147.136(b)(3)(ii)(E)"),
    _cell("4 upheld: the rule itself", ("appeal_upheld", "appeal_partly_overturned"), MARKETPLACE, "criterion", "29 CFR 2560.503-1(j)(5)(i)", "clinical"),
    _cell("4 upheld: external review, deadline, form, (j)(5)(iii)", ("appeal_upheld", "appeal_partly_overturned"), MARKETPLACE, "external_review external_deadline external_how external_where external_form expedited_external voluntary_options", "45 CFR 147.136(b)(3)(ii)(E)(4), (d)(2)(i)"),
    _cell("4 overturned: result, date, by when", ("appeal_overturned", "appeal_partly_overturned"), ALL, "result_date effectuation_date what_was_approved", "42 CFR 438.424(a); 422.618(a)"),
    _cell("4 passed on undecided", "appeal_forwarded", MEDICARE, "not_decided_in_time forwarded_to_ire reviewer submit_evidence next_levels", "42 CFR 422.590(d), (g)"),
    _cell("4 grievance: result", "grievance_resolved", ALL, "result", "42 CFR 438.408(d)(1); 422.564(e)"),
    _cell("4 grievance: quality of care, the QIO", "grievance_resolved", MEDICARE, "quality_right quality_organization", "42 CFR 422.564(e)(3)", "quality_of_care"),
    _cell("4 dismissal: reason", ("request_dismissed", "appeal_dismissed", "grievance_dismissed"), ALL, "dismissal_reason", "42 CFR 422.582(f)-(h)"),
    _cell("4 dismissal: vacate within 6 months", ("request_dismissed", "appeal_dismissed"), MEDICARE, "vacate_right vacate_deadline", "42 CFR 422.582(f)-(h), 422.568(g)"),
    _cell("4 dismissal: IRE review within 65 days", "appeal_dismissed", MEDICARE, "dismissal_review dismissal_review_deadline reviewer", "42 CFR 422.590(i)"),
    _cell("4 dismissal: what to fix", ("request_dismissed", "appeal_dismissed"), MARKETPLACE, "what_to_fix", "29 CFR 2560.503-1(c)(1)"),
    _cell("4 withdrawal: confirmed", ("request_withdrawn", "appeal_withdrawn", "grievance_withdrawn", "external_review_withdrawn"), ALL, "confirmation", "42 CFR 422.582(e)"),
    _cell("4 withdrawal: first decision stands", "appeal_withdrawn", ALL, "decision_stands", "State contract"),
    _cell("4 withdrawal: windows still open", "appeal_withdrawn", MEDICAID, "appeal_deadline", "State contract", "window_open"),
    _cell("4 eligible", "external_review_started", MARKETPLACE, "eligibility who_decides", "45 CFR 147.136(d)(2)(ii)"),
    _cell("4 not eligible: reasons and contact", "external_review_ineligible", MARKETPLACE, "ineligibility_reason insurance_department ombudsman", "45 CFR 147.136(d)(2)(ii)"),
    _cell("4 not complete: what is missing, by when", "external_review_incomplete", MARKETPLACE, "missing_for_review review_wanted_by", "45 CFR 147.136(d)(2)(ii)"),
    _cell("4 forwarding: hearing packet, its day", "packet_cover", ALL, "packet_sent packet_about packet_index", "42 CFR 431.244; 422.590; 45 CFR 147.136(d)(2)(iii)(B)(3)"),
    _cell("4 forwarding: told that it went, to whom", "external_review_started", (MEDICAID, MEDICARE), "file_sent_on reviewer", "42 CFR 431.244; CMS page on Part C reconsiderations"),
    _cell("4 forwarding: 10 business days to add", "external_review_started", MARKETPLACE, "submit_evidence", "45 CFR 147.136(d)(2)(iii)(B)(2)"),
    _cell("4 forwarding: by which day to add", "external_review_started", MARKETPLACE, "information_deadline", "45 CFR 147.136(d)(2)(iii)(B)(2)", "reviewer_known"),
    _cell("4 outside decision: result, by when it is done", "external_review_decided", ALL, "effectuation_date what_was_approved", "42 CFR 438.424(a); 422.618(b); 147.136(d)(2)(iv)", "something_approved"),
    _cell("4 outside decision: immediate authorization", "external_review_decided", MARKETPLACE, "immediate", "45 CFR 147.136(d)(2)(iv)", "something_approved"),
    _cell("4 effectuation", "effectuated", ALL, "carried_out what_was_approved authorization_number", "42 CFR 438.424; 422.618"),
    _cell("4 effectuation: the IRE is told", "effectuated", MEDICARE, "reviewer_told", "42 CFR 422.618(b)", "reviewer_decided"),
    # ── What the law makes of a missed clock (rules, section 1.7) ─────────────────────────────────
    _cell("1.7 exhaustion: the hearing at once", "deemed_exhaustion", MEDICAID, "not_decided_in_time fair_hearing_right fair_hearing_how fair_hearing", "42 CFR 438.408(c)(3), (f)(1)(i)"),
    _cell("1.7 exhaustion: external review or court at once", "deemed_exhaustion", MARKETPLACE, "not_decided_in_time external_review external_how external_where", "45 CFR 147.136(b)(3)(ii)(F)"),
    _cell("1.7 exhaustion: written explanation in 10 days", "deemed_exhaustion", MARKETPLACE, "written_explanation", "45 CFR 147.136(b)(3)(ii)(F)(2)"),
    _cell("1.7 deemed approval", "deemed_approval", ALL, "not_decided_in_time", "IC 27-1-37.5-28; O.C.G.A. 33-46-29; KRS 304.17A-607(2)"),
)  # fmt: skip
