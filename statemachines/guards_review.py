"""Review of a request: lines and their results, referral, peer-to-peer, the authorization.

The result of a case derives from its lines: approved, approved in part, denied.
"""

from collections.abc import Callable

from statemachines.facts import Facts, ServiceLine
from statemachines.grounds import ADMINISTRATIVE_GROUNDS, CHANGES, REOPEN_GROUNDS
from statemachines.guards import Law, guard

_APPROVED = ("approved", "approved_other")
_REFUSED = ("approved_other", "denied")
_REASON_MCD = Law("42 CFR 438.404(b)(2)", "P")
_REASON_MA = Law("42 CFR 422.568(e)(2)", "P")
_REASON_QHP = Law("45 CFR 147.136(b)(3)(ii)(E)(3); 29 CFR 2560.503-1(g)(1)(i)-(ii)", "P")
_CONTINUE_QHP = Law("29 CFR 2560.503-1(f)(2)(ii)(A); 45 CFR 147.136(b)(3)(iii)", "P")

# ── Lines ───────────────────────────────────────────────────────────────────────────────────────


def _authorization_lacks(line: ServiceLine) -> list[str]:
    """What an approved line lacks before anybody can rely on it."""
    window = bool(line.starts and line.ends and line.starts <= line.ends)
    return [
        word
        for word, there in (
            ("a window with first and last day", window),
            ("units", line.units is not None and line.units > 0),
            ("codes", bool(line.codes)),
            ("a servicing provider", bool(line.servicing_provider)),
            ("a place of service", bool(line.place)),
        )
        if not there
    ]


def _denial_lacks(line: ServiceLine) -> list[str]:
    """What a line that is not approved as asked lacks before it can be told."""
    return [
        word
        for word, there in (
            ("a specific reason", bool(line.reason.strip())),
            ("the criterion or provision it rests on", bool(line.criterion.strip())),
        )
        if not there
    ]


def _by_line(
    results: tuple[str, ...], lacks: Callable[[ServiceLine], list[str]]
) -> Callable[[Facts], str]:
    def telling(f: Facts) -> str:
        named = [
            f"line {line.number} lacks {', '.join(lacks(line))}"
            for line in f.lines
            if line.result in results and lacks(line)
        ]
        return f"{'; '.join(named)[:1].upper()}{'; '.join(named)[1:]}." if named else ""

    return telling


@guard(
    "Every approved line needs its window, units, codes, servicing provider and place.",
    about="form",
    cite="42 CFR 422.119(b)(1)(iv)",
    tag="S",
    telling=_by_line(_APPROVED, _authorization_lacks),
)
def every_approved_line_is_complete(f: Facts) -> bool:
    """An approval that nobody can bill or schedule by is none."""
    approved = [line for line in f.lines if line.result in _APPROVED]
    return bool(approved) and not any(_authorization_lacks(line) for line in approved)


@guard(
    "Every line must be approved as asked; less than asked is a partial approval.",
    about="form",
    medicaid=Law("42 CFR 438.210(b)(3)", "S"),
    medicare=Law("42 CFR 422.566(d)", "S"),
)
def every_line_is_approved(f: Facts) -> bool:
    """Fewer units, another code or other dates are adverse for the part not approved."""
    return bool(f.lines) and all(line.result == "approved" for line in f.lines)


@guard(
    "A partial approval has something approved and something not approved as asked.",
    about="form",
)
def the_lines_differ(f: Facts) -> bool:
    """One line approved other than asked is both at once."""
    results = {line.result for line in f.lines}
    known = results <= {"approved", "approved_other", "denied"}
    return known and bool(results & set(_APPROVED)) and bool(results & set(_REFUSED))


@guard("A denial denies every line; otherwise approve in part.", about="form")
def every_line_is_denied(f: Facts) -> bool:
    """The case result derives from the lines."""
    return bool(f.lines) and all(line.result == "denied" for line in f.lines)


@guard(
    "Every line that is not approved as asked needs its specific reason and the criterion or plan "
    "provision that it rests on.",
    about="form",
    medicaid=_REASON_MCD,
    medicare=_REASON_MA,
    marketplace=_REASON_QHP,
    telling=_by_line(_REFUSED, _denial_lacks),
)
def every_refusal_says_why(f: Facts) -> bool:
    """It goes into the notice to the member and to the provider."""
    refused = [line for line in f.lines if line.result in _REFUSED]
    return bool(refused) and not any(_denial_lacks(line) for line in refused)


@guard("An automatic approval names the rule that approves.")
def a_rule_stands_behind_it(f: Facts) -> bool:
    """By name and version, shown on the case (decision 16)."""
    return bool(f.approval_rule)


@guard(
    "A person approves, or a named rule does.",
    about="actor",
)
def a_person_or_a_rule_approves(f: Facts) -> bool:
    """A machine may say yes, by a rule that can be shown."""
    by_person = bool(f.actor_id) and not f.actor_is_system
    return by_person or bool(f.approval_rule)


@guard(
    "Without a clinician a request is denied only because the member was not eligible on the date, "
    "the benefit is exhausted or the service is not covered.",
    about="form",
    medicaid=Law("42 CFR 438.210(b)(3)", "K"),
    medicare=Law("42 CFR 422.566(d)", "K"),
    marketplace=Law("State law and the contract", "K"),
)
def the_ground_is_administrative(f: Facts) -> bool:
    """Still an adverse determination with its full notice and appeal rights."""
    return f.administrative_ground in ADMINISTRATIVE_GROUNDS


# ── Referral and peer-to-peer ───────────────────────────────────────────────────────────────────


@guard("The physician needs the nurse's summary and the criteria result.", about="form")
def the_referral_is_ready(f: Facts) -> bool:
    """Nobody is asked what the nurse could answer."""
    return f.summary_written and f.criteria_recorded


@guard("Name the day, the time and the number to call.", about="form")
def a_slot_is_named(f: Facts) -> bool:
    """In the provider's time zone."""
    return f.peer_to_peer_slot


@guard("A peer-to-peer talk must have been offered.")
def a_talk_was_offered(f: Facts) -> bool:
    """And not been held or closed since."""
    return f.peer_to_peer_offered


@guard("Log how the talk ended.", about="form")
def the_talk_is_logged(f: Facts) -> bool:
    """What was said that matters to the decision, and by whom."""
    return bool(f.peer_to_peer_outcome.strip())


@guard("'No contact' counts only after a logged attempt.", about="form")
def attempts_are_logged(f: Facts) -> bool:
    """An offer that nobody tried to keep is not closed."""
    return f.peer_to_peer_attempts > 0


@guard("Where the rule says so, nothing is denied before the offered talk has passed.")
def no_talk_holds_the_denial(f: Facts) -> bool:
    """Set by the contract's rule; the slot has passed, or was held or closed."""
    return f.peer_to_peer_holds is False


# ── After the decision ──────────────────────────────────────────────────────────────────────────


@guard("A decision is reopened after a peer-to-peer talk or for an obvious error.", about="form")
def the_reopening_has_its_ground(f: Facts) -> bool:
    """With the reason; everything else is an appeal."""
    return f.reopen_ground in REOPEN_GROUNDS and bool(f.reason.strip())


@guard("While an appeal is open the appeal decides, not a reopening.")
def no_appeal_is_open(f: Facts) -> bool:
    """Two decisions on one matter at a time would race."""
    return f.appeal_open is False


@guard("A decision is reopened only within the time that the contract gives.")
def the_reopening_window_runs(f: Facts) -> bool:
    """Policy of the contract."""
    return f.reopen_window_open


@guard("There must be an authorization that still stands.")
def an_authorization_stands(f: Facts) -> bool:
    """Issued, not ended, not cancelled."""
    return f.authorization_stands


@guard(
    "A change extends the dates, adds a line or cancels, and touches approved lines only: what was "
    "denied needs a new request or an appeal.",
    about="form",
)
def the_change_is_possible(f: Facts) -> bool:
    """It opens a new linked request; the old determination stays."""
    return f.change_kind in CHANGES and f.change_on_approved


@guard(
    "A reduction or an end takes effect only after the advance notice: nothing changes before.",
    about="form",
    medicaid=Law("42 CFR 438.404(c)(1); 431.211, 431.213, 431.214", "O"),
    marketplace=_CONTINUE_QHP,
)
def the_advance_notice_is_kept(f: Facts) -> bool:
    """The effective date is not before the clock `earliest_action`."""
    return f.advance_notice_kept


@guard("A reversal on appeal or external review must stand behind it.")
def a_reversal_stands(f: Facts) -> bool:
    """The old determination stays as history; the authorization is new."""
    return f.reversal_stands


APPROVAL = (a_person_or_a_rule_approves, every_line_is_approved, every_approved_line_is_complete)
