"""Who may: the organisation's own rules, as one table of rows, each with a name and its roles.

What the law demands of the person who decides is a guard of the machine, never a row here; a row
never mentions a licence, a guard never mentions a role. It reads no table.
"""

from dataclasses import dataclass
from typing import Final

from casework.context import Principal
from casework.errors import NotAllowed

CLINICIANS: Final = frozenset({"physician", "ag_clinician"})
STAFF: Final = frozenset(
    {"intake", "nurse", "physician", "ag_specialist", "ag_clinician", "supervisor", "compliance"}
)
OFFICE: Final = frozenset({"provider", "provider_admin", "client"})
MEMBERS: Final = frozenset({"member", "representative"})
ROLES: Final = STAFF | OFFICE | MEMBERS | {"admin", "system"}


# What somebody with a role is, in a sentence.
_AS: Final = {
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
}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: these roles may do these things, on this kind of case (empty: on any)."""

    name: str
    kind: str
    actions: tuple[str, ...]
    roles: frozenset[str]


def _row(name: str, kind: str, actions: str, *roles: str | frozenset[str]) -> Row:
    flat: set[str] = set()
    for role in roles:
        flat |= {role} if isinstance(role, str) else role
    return Row(name, kind, tuple(actions.split()), frozenset(flat))


_PA, _AP, _GR, _ER = "prior_auth", "appeal", "grievance", "external_review"
_FILE = "clear_case_file withhold_part show_part refuse_case_file extend_case_file"
_P2P = "offer_peer_to_peer hold_peer_to_peer close_peer_to_peer log_talk_try"

ROWS: Final = (
    # ── Prior authorization ─────────────────────────────────────────────────────────────────────
    _row("pa-submit", _PA, "receive", OFFICE, "intake", "ag_specialist", "system"),
    _row("pa-review", _PA, "start_review", "nurse"),
    _row("pa-refer", _PA, "refer_to_physician", "nurse"),
    _row("pa-ask", _PA, "request_information", "nurse", "physician"),
    _row("pa-answer", _PA, "receive_information", OFFICE, MEMBERS, "intake", "nurse", "system"),
    _row("pa-lapse", _PA, "information_lapsed deadline_missed", "system"),
    _row("pa-resume", _PA, "resume", "nurse", "physician"),
    _row("pa-return", _PA, "return_to_nurse", "physician"),
    _row("pa-peer", _PA, _P2P, "physician", "nurse"),
    _row("pa-choose-talk", _PA, "choose_talk", OFFICE),
    _row("pa-criteria", _PA, "mark_criteria", "nurse", "physician"),
    _row("pa-approve", _PA, "approve", "nurse", "physician"),
    _row("pa-auto-approve", _PA, "auto_approve", "system"),
    _row("pa-deny", _PA, "deny approve_in_part", "physician"),
    _row("pa-deny-administratively", _PA, "deny_administratively", "nurse", "supervisor"),
    _row("pa-ask-fast", _PA, "request_expedite", OFFICE, MEMBERS, "physician", "intake", "nurse"),
    _row("pa-confirm-deemed", _PA, "confirm_deemed_approval", "nurse", "physician", "supervisor"),
    _row("pa-grant-faster", _PA, "grant_expedite", "nurse", "physician", "system"),
    _row("pa-refuse-faster", _PA, "refuse_expedite", "nurse", "physician"),
    _row("pa-extend", _PA, "extend", "nurse", "physician"),
    _row("pa-withdraw", _PA, "withdraw", OFFICE, MEMBERS, "intake"),
    _row("pa-dismiss", _PA, "dismiss", "intake", "nurse"),
    _row("pa-vacate", _PA, "vacate_dismissal", "nurse", "supervisor"),
    _row("pa-reopen", _PA, "reopen", "physician"),
    _row("pa-change", _PA, "change_authorization", OFFICE, "intake"),
    _row("pa-reduce", _PA, "reduce terminate", "physician"),
    _row("pa-carry-out", _PA, "carry_out_reversal", "ag_specialist", "nurse", "system"),
    # ── Appeal ──────────────────────────────────────────────────────────────────────────────────
    _row("appeal-file", _AP, "receive", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row("appeal-consent-ask", _AP, "require_consent", "intake", "ag_specialist"),
    _row(
        "appeal-consent", _AP, "record_consent",
        MEMBERS, OFFICE, "intake", "ag_specialist", "system",
    ),
    _row("appeal-late", _AP, "accept_late refuse_late", "ag_specialist"),
    _row("appeal-assign", _AP, "assign_reviewer", "ag_specialist", "supervisor"),
    _row("appeal-ask", _AP, "request_information", "ag_specialist", CLINICIANS),
    _row("appeal-answer", _AP, "receive_information", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row("appeal-lapse", _AP, "information_lapsed deadline_missed", "system"),
    _row("appeal-resume", _AP, "resume", "ag_specialist", CLINICIANS),
    _row("appeal-ask-faster", _AP, "request_expedite", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row("appeal-grant-faster", _AP, "grant_expedite", "ag_specialist", CLINICIANS, "system"),
    _row("appeal-refuse-faster", _AP, "refuse_expedite", "ag_specialist", CLINICIANS),
    _row("appeal-extend", _AP, "extend", "ag_specialist", CLINICIANS),
    _row("appeal-evidence", _AP, "share_new_evidence", "ag_specialist"),
    _row("appeal-continue", _AP, "continue_benefits", MEMBERS, "intake", "ag_specialist", "system"),
    _row("appeal-decide", _AP, "uphold overturn overturn_in_part", CLINICIANS),
    _row("appeal-effectuate", _AP, "effectuate", "ag_specialist", "system"),
    _row("appeal-forward", _AP, "forward", "ag_specialist", "system"),
    _row("appeal-dismiss", _AP, "dismiss vacate_dismissal", "ag_specialist"),
    _row(
        "appeal-convert", _AP, "convert take_as_dispute take_as_appeal take_as_request",
        "ag_specialist",
    ),
    _row("appeal-join", _AP, "merge split", "ag_specialist"),
    _row("appeal-parties", _AP, "substitute_party add_party change_subject", "ag_specialist"),
    _row("appeal-subject-read", _AP, "acknowledge_subject", CLINICIANS),
    _row("appeal-papers-read", _AP, "consider_paper", CLINICIANS),
    _row("appeal-withdraw", _AP, "withdraw", MEMBERS, OFFICE, "intake", "ag_specialist"),
    # ── Grievance ───────────────────────────────────────────────────────────────────────────────
    _row("grievance-file", _GR, "receive", MEMBERS, OFFICE, "intake", "ag_specialist", "system"),
    _row("grievance-investigate", _GR, "start_investigation", "ag_specialist"),
    _row("grievance-ask", _GR, "request_information", "ag_specialist"),
    _row(
        "grievance-answer", _GR, "receive_information", MEMBERS, OFFICE, "intake", "ag_specialist"
    ),
    _row("grievance-lapse", _GR, "information_lapsed deadline_missed", "system"),
    _row("grievance-resume", _GR, "resume", "ag_specialist"),
    _row("grievance-category", _GR, "recategorize", "intake", "ag_specialist"),
    _row("grievance-quality", _GR, "refer_quality_of_care", "ag_specialist"),
    _row("grievance-clinical", _GR, "record_clinical_finding", CLINICIANS),
    _row("grievance-issues", _GR, "add_issue answer_dispute", "intake", "ag_specialist"),
    _row("grievance-find", _GR, "find_issue", "ag_specialist", "ag_clinician"),
    _row("grievance-severity", _GR, "rate_severity", "ag_specialist", "supervisor"),
    _row(
        "correction-open", _GR, "open_corrective_action",
        "ag_specialist", "ag_clinician", "supervisor",
    ),
    _row("correction-move", _GR, "move_corrective_action", "ag_specialist", "supervisor"),
    _row("correction-done", _GR, "complete_corrective_action", STAFF - {"intake", "compliance"}),
    _row("grievance-extend", _GR, "extend", "ag_specialist"),
    _row("grievance-resolve", _GR, "resolve", "ag_specialist", "ag_clinician"),
    _row("grievance-withdraw", _GR, "withdraw", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row("grievance-dismiss", _GR, "dismiss", "ag_specialist"),
    _row("grievance-convert", _GR, "convert take_as_request", "ag_specialist"),
    _row("grievance-join", _GR, "merge split", "ag_specialist"),
    _row("grievance-parties", _GR, "substitute_party add_party", "ag_specialist"),
    # ── External review ─────────────────────────────────────────────────────────────────────────
    _row("external-ask", _ER, "request", MEMBERS, OFFICE, "intake", "ag_specialist", "system"),
    _row("external-screen", _ER, "start_preliminary_review", "ag_specialist", "system"),
    _row("external-found", _ER, "find_incomplete find_eligible find_ineligible", "ag_specialist"),
    _row("external-perfect", _ER, "perfect", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row("external-assign", _ER, "assign_iro", "ag_specialist", "system"),
    _row("external-send", _ER, "send_file prove_packet", "ag_specialist", "system"),
    _row("external-hearing", _ER, "schedule_hearing", "ag_specialist"),
    _row("external-ties", _ER, "declare_tie", "supervisor"),
    _row("external-add", _ER, "add_information", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row(
        "external-decision", _ER, "uphold overturn overturn_in_part record_dismissal",
        "ag_specialist", "intake",
    ),
    _row("external-effectuate", _ER, "effectuate", "ag_specialist", "system"),
    _row("external-reverse", _ER, "terminate_by_reversal", CLINICIANS, "ag_specialist"),
    _row("external-parties", _ER, "substitute_party add_party", "ag_specialist"),
    _row("external-withdraw", _ER, "withdraw", MEMBERS, OFFICE, "intake", "ag_specialist"),
    _row("external-missed", _ER, "deadline_missed", "system"),
    # ── Any kind ────────────────────────────────────────────────────────────────────────────────
    _row("receipt-correct", "", "correct_receipt", "supervisor"),
    _row("work-take", "", "take_work", STAFF - {"compliance"}),
    _row("work-assign", "", "assign", "supervisor", "ag_specialist"),
    _row("work-refuse", "", "refuse_work", "nurse", "physician", "ag_specialist", "ag_clinician"),
    _row("work-hold", "", "hold end_hold", STAFF - {"intake", "compliance"}),
    _row("work-hand-out", "", "hand_out", "supervisor"),
    _row("note", "", "note", STAFF - {"compliance"}),
    _row("stay-plan", _PA, "plan_next_review", "nurse", "physician"),
    _row("case-restrict", "", "restrict_case lift_restriction", "supervisor", "compliance"),
    _row("glass-break", "", "open_restricted", STAFF - {"compliance"}),
    _row("glass-review", "", "review_access", "compliance"),
    _row("care-refer", "", "refer_to_care", STAFF - {"intake", "compliance"}),
    _row("papers-mark", "", "mark_paper unmark_paper", STAFF - {"compliance"}),
    _row("documents-add", "", "add_document", STAFF - {"compliance"}, OFFICE, MEMBERS),
    _row("contact-log", "", "log_contact", STAFF - {"compliance"}),
    _row("message", "", "message", OFFICE, MEMBERS),
    _row("message-answer", "", "answer_message", STAFF - {"compliance"}),
    _row("escalation-acknowledge", "", "acknowledge_escalation", STAFF),
    _row("escalate-by-hand", "", "escalate", STAFF - {"compliance"}, OFFICE, MEMBERS),
    _row("oral-notice", "", "oral_notice", "nurse", "physician", "ag_specialist", "ag_clinician"),
    _row("obligation-settle", "", "settle_obligation", STAFF - {"compliance"}),
    _row(
        "letter-release", "", "release_letter send_letter_back",
        "supervisor", "compliance", "ag_specialist", CLINICIANS,
    ),
    _row("letter-reword", "", "reword_letter", STAFF - {"intake", "compliance"}),
    _row(
        "letter-retry", "", "try_letter_again", "nurse", "ag_specialist", "supervisor", CLINICIANS
    ),
    _row("mail-observe", "", "observe_receipt", "intake", "ag_specialist", "system"),
    _row("mail-return", "", "record_return", "intake", "nurse", "ag_specialist", "supervisor",
         "system"),
    _row("letter-reissue", "", "reissue_letter", "nurse", "ag_specialist", "supervisor"),
    _row("address-correct", "", "correct_address", "intake", "nurse", "ag_specialist",
         "supervisor"),
    _row("doubt-answer", "", "answer_doubt", "supervisor", "ag_specialist", "system"),
    _row("needs-change", "", "change_needs", STAFF - {"compliance"}, MEMBERS),
    _row("needs-safe", "", "change_address change_confidential", STAFF - {"compliance"}, MEMBERS),
    _row("mail-prove", "", "record_mailing", "intake", "supervisor", "system"),
    _row("note-completeness", "", "info_complete", "intake", "nurse", "ag_specialist", "system"),
    _row("letter-edition", "", "ask_edition", STAFF, OFFICE, MEMBERS),
    _row("case-file-ask", "", "ask_case_file", STAFF - {"compliance"}, OFFICE, MEMBERS),
    _row("case-file-look", "", _FILE, STAFF - {"intake", "compliance"}),
    _row("case-file-harm", "", "withhold_for_harm", CLINICIANS),
    _row("administer", "", "administer", "admin"),
    _row("locks-lift", "", "lift_locks", "intake", "ag_specialist", "supervisor", "admin"),
    _row("form-record", "", "record_form end_form set_household", "intake", "ag_specialist",
         "supervisor"),
    _row("form-name", "", "name_helper", "member"),
    _row("account-prove", "", "prove_account", "intake", "ag_specialist", "supervisor"),
    _row("form-invite", "", "invite_representative", "intake", "ag_specialist", "supervisor"),
    _row("organization-change", "", "change_organization", "admin"),
    _row("contracts-publish", "", "publish_contract_version", "admin", "system"),
    _row("policies-write", "", "write_medical_policy publish_medical_policy", "admin", "physician"),
    _row("claims-import", "", "import_claims", "system"),
    _row("consent-keep", "", "keep_consent", OFFICE, "intake", "ag_specialist"),
    _row("job-retry", "", "retry_job", "admin", "supervisor"),
    _row("overturns-read", "", "read_overturns", "supervisor", "compliance", "admin"),
    _row("staffing-study", "", "study_staffing", "supervisor", "compliance"),
    _row("forecast-ask", "", "ask_forecast", "supervisor", "compliance"),
    _row("quality-sample", "", "draw_sample review_sample", "supervisor", "compliance"),
    _row("rules-study", "", "study_rules", "supervisor", "compliance", "admin"),
    _row(
        "approval-study", "", "study_approval_rule",
        "physician", "supervisor", "compliance", "admin",
    ),
    _row("approval-propose", "", "propose_approval_rule", "physician", "supervisor", "admin"),
    _row("approval-release", "", "release_approval_rule", "physician", "compliance"),
    _row(
        "approval-stop", "", "stop_approval_rule",
        "physician", "supervisor", "compliance", "admin",
    ),
    _row("gold-cards", "", "keep_gold_cards", "supervisor", "compliance"),
    _row("list-change", "", "change_pa_list", "admin"),
    _row("house-arrange", "", "set_queues announce", "supervisor", "admin"),
    _row("figures-count", "", "count_figures", "supervisor", "compliance", "system"),
    _row("figures-publish", "", "publish_figures", "compliance"),
)  # fmt: skip


def _index() -> dict[tuple[str, str], Row]:
    table: dict[tuple[str, str], Row] = {}
    for row in ROWS:
        for action in row.actions:
            if (row.kind, action) in table:
                raise ValueError(f"Two policy rows for {action} on {row.kind or 'any kind'}.")
            table[row.kind, action] = row
    return table


_TABLE: Final = _index()


def row_for(kind: str, action: str) -> Row | None:
    """The row that governs this action on this kind of case, or None when nobody may."""
    return _TABLE.get((kind, action)) or _TABLE.get(("", action))


def refusal(principal: Principal, kind: str, action: str) -> NotAllowed | None:
    """Why this principal may not do this, or None when he may."""
    row = row_for(kind, action)
    if row is None:
        return NotAllowed(f"Nobody may {_words(action)} here.", source="no row")
    if principal.roles & row.roles:
        return None
    return NotAllowed(
        f"Only {_any_of(row.roles)} may {_words(action)}; you are signed in as"
        f" {_AS.get(principal.role, _words(principal.role))}.",
        source=row.name,
    )


def require(principal: Principal, kind: str, action: str) -> None:
    """Raises NotAllowed with the sentence and the name of the row."""
    refused = refusal(principal, kind, action)
    if refused is not None:
        raise refused


def _any_of(roles: frozenset[str]) -> str:
    """These roles in words: "a nurse, a physician or a supervisor"."""
    *most, last = sorted(_AS.get(role, _words(role)) for role in roles - {"system"}) or [
        "the system"
    ]
    return f"{', '.join(most)} or {last}" if most else last


def _words(action: str) -> str:
    return action.replace("_", " ")
