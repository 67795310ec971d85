"""How to bring a request into each of its states, and how to take each of its steps."""

from datetime import date, timedelta

from casework.records.cuts import Reduction
from casework.records.determinations import LineRuling
from casework.services import authorizations, clocks, determinations, endings, pace, review
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission
from tests.services import stages
from tests.services.house import House

CONTRACT = "OH-MCD-2026"
LATE = MONDAY + timedelta(days=120)
SOON = MONDAY + timedelta(days=3)


def _received(house: House, contract: str = CONTRACT, **changes) -> str:
    sent = a_submission(house.town, contract, **changes)
    return submit_prior_auth(house.cx("Maple"), sent).ref


def _in_review(house: House, contract: str = CONTRACT, **changes) -> str:
    ref = _received(house, contract, **changes)
    review.start_review(house.cx("nurse"), ref, None)
    return ref


def _pended(house: House, contract: str = CONTRACT) -> str:
    ref = _in_review(house, contract)
    ask(house, ref, "nurse")
    return ref


def approved(house: House, contract: str = CONTRACT) -> str:
    """A request that is approved as asked."""
    ref = _in_review(house, contract)
    _approve(house, ref)
    return ref


def _partly(house: House) -> str:
    ref = stages.with_physician(house, CONTRACT, **stages.two_lines(house))
    _approve_in_part(house, ref)
    return ref


def _withdrawn(house: House) -> str:
    ref = _received(house)
    withdraw(house, ref, "Maple")
    return ref


def _dismissed(house: House) -> str:
    ref = _received(house)
    _dismiss(house, ref)
    return ref


STAGES = {
    "received": _received,
    "in_review": _in_review,
    "pended": _pended,
    "in_physician_review": lambda house: stages.with_physician(house, CONTRACT),
    "approved": approved,
    "partially_approved": _partly,
    "denied": lambda house: stages.a_denial(house, CONTRACT),
    "withdrawn": _withdrawn,
    "dismissed": _dismissed,
}

# ── Steps that several kinds share ──────────────────────────────────────────────────────────────


def ask(house: House, ref: str, who: str):
    """Ask for what is missing."""
    form = review.Ask(wanted=("Notes of the exam",), source="provider", hours=72)
    return review.request_information(house.cx(who), ref, None, form)


def withdraw(house: House, ref: str, who: str):
    """Take back what was filed."""
    return endings.withdraw(house.cx(who), ref, None, endings.Withdrawal(reason="No more."))


def extend(house: House, ref: str, who: str):
    """Five more days, asked for by the member."""
    form = pace.MoreTime(days=5, requested_by="member", ground="requested", reason="More papers.")
    return pace.extend(house.cx(who), ref, None, form)


def ask_faster(house: House, ref: str, who: str):
    """The member asks for the fast track."""
    form = pace.ExpediteAsk(asked_by="member", reason="It hurts.")
    return pace.request_expedite(house.cx(who), ref, None, form)


def go_faster(house: House, ref: str, who: str):
    """Grant the fast track that a member asked for."""
    ask_faster(house, ref, who)
    form = pace.ExpediteAnswer(criterion="health")
    return pace.grant_expedite(house.cx(who), ref, None, form)


def go_slower(house: House, ref: str, who: str):
    """Refuse the fast track that a member asked for."""
    ask_faster(house, ref, who)
    form = pace.ExpediteAnswer(reason="The standard time does no harm.")
    return pace.refuse_expedite(house.cx(who), ref, None, form)


def correct(house: House, ref: str):
    """Correct the receipt."""
    form = endings.Correction(
        received_at=MONDAY - timedelta(hours=2), reason="The fax came first.", evidence="Header."
    )
    return endings.correct_receipt(house.cx("supervisor"), ref, None, form)


def miss(house: House, ref: str):
    """Let the decision clock run out, and sweep."""
    case = stages.look(house, ref).case
    return clocks.sweep_case(house.cx("system", LATE), case.id)


def lapse(house: House, ref: str):
    """Let the time given for information pass."""
    return review.information_lapsed(house.cx("system", LATE), ref)


def shared(who: str) -> dict:
    """The steps that requests, appeals and grievances take alike, by the one who works them."""
    return {
        "request_information": lambda house, ref: ask(house, ref, who),
        "receive_information": lambda house, ref: review.receive_information(
            house.cx("intake"), ref, None, review.Reply(note="They called.")
        ),
        "information_lapsed": lapse,
        "resume": lambda house, ref: review.resume(
            house.cx(who), ref, None, review.Reason(reason="It will not come.")
        ),
        "request_expedite": lambda house, ref: ask_faster(house, ref, who),
        "grant_expedite": lambda house, ref: go_faster(house, ref, who),
        "refuse_expedite": lambda house, ref: go_slower(house, ref, who),
        "extend": lambda house, ref: extend(house, ref, who),
        "correct_receipt": correct,
        "deadline_missed": miss,
    }


# ── Steps of a request ──────────────────────────────────────────────────────────────────────────


def _rulings(house: House, *results: str) -> tuple[LineRuling, ...]:
    return tuple(
        LineRuling(number=n, result=result, reason=stages.REASON, criterion="MP-021")
        if result == "denied"
        else LineRuling(number=n, result=result)
        for n, result in enumerate(results, start=1)
    )


def _approve(house: House, ref: str):
    form = determinations.Ruling(lines=_rulings(house, "approved"))
    return determinations.approve(house.cx("nurse"), ref, None, form)


def _approve_in_part(house: House, ref: str):
    lines = _rulings(house, "denied", "approved")
    form = determinations.Ruling(lines=lines, words=stages.WORDS, attested=True)
    return determinations.approve_in_part(house.cx("physician"), ref, None, form)


def _deny(house: House, ref: str):
    lines = _rulings(house, "denied")
    form = determinations.Ruling(lines=lines, words=stages.WORDS, attested=True)
    return determinations.deny(house.cx("physician"), ref, None, form)


def _deny_administratively(house: House, ref: str):
    form = determinations.Ruling(lines=_rulings(house, "denied"), ground="not_eligible_on_date")
    return determinations.deny_administratively(house.cx("nurse"), ref, None, form)


def _confirm(house: House, ref: str):
    miss(house, ref)
    form = determinations.Ruling(lines=_rulings(house, "approved"))
    return determinations.confirm_deemed_approval(house.cx("nurse", LATE), ref, None, form)


def _dismiss(house: House, ref: str):
    form = endings.Dismissal(ground="not_our_member", evidence="No span on that day.")
    return endings.dismiss(house.cx("nurse"), ref, None, form)


def _offer(house: House, ref: str):
    form = review.Slot(at=SOON, phone="614-555-0100")
    return review.offer_peer_to_peer(house.cx("physician"), ref, None, form)


def _talk(house: House, ref: str, command):
    _offer(house, ref)
    form = review.Talk(outcome="no change", attempts=2)
    return command(house.cx("physician"), ref, None, form)


def _reopen(house: House, ref: str):
    form = determinations.Reopening(ground="obvious_error", reason="A page was missing.")
    return determinations.reopen(house.cx("physician"), ref, None, form)


def _change(house: House, ref: str):
    form = authorizations.Alteration(
        change="extend_dates", reason="Later.", ends_on=date(2027, 8, 1)
    )
    return authorizations.change_authorization(house.cx("Maple"), ref, None, form)


def cut(house: House, ref: str, command=authorizations.terminate):
    """Reduce or end an authorization after its advance notice."""
    form = Reduction(
        effective_on=date(2027, 4, 1),
        reason="The goal is reached.",
        criterion="MP-033",
        remaining="One visit a week." if command is authorizations.reduce else "",
        attested=True,
    )
    return command(house.cx("physician"), ref, None, form)


def _give(house: House, ref: str):
    appeal = stages.decided(house, CONTRACT, "overturn", about=ref)
    return stages.carry_out(house, appeal)


def _auto(house: House, _ref: str) -> None:
    line = a_submission(house.town).lines[0]
    simple = stages.replace(line, code="97110", units=8)
    _received(house, lines=(simple,))


STEPS = {
    **shared("nurse"),
    "receive": lambda house, _ref: _received(house),
    "auto_approve": _auto,
    "start_review": lambda house, ref: review.start_review(house.cx("nurse"), ref, None),
    "refer_to_physician": lambda house, ref: review.refer_to_physician(
        house.cx("nurse"), ref, None, review.Referral(summary="Summary.", criteria="Not met.")
    ),
    "return_to_nurse": lambda house, ref: review.return_to_nurse(
        house.cx("physician"), ref, None, review.Reason(reason="Criteria are met.")
    ),
    "offer_peer_to_peer": _offer,
    "hold_peer_to_peer": lambda house, ref: _talk(house, ref, review.hold_peer_to_peer),
    "close_peer_to_peer": lambda house, ref: _talk(house, ref, review.close_peer_to_peer),
    "approve": _approve,
    "approve_in_part": _approve_in_part,
    "deny": _deny,
    "deny_administratively": _deny_administratively,
    "confirm_deemed_approval": _confirm,
    "withdraw": lambda house, ref: withdraw(house, ref, "Maple"),
    "dismiss": _dismiss,
    "vacate_dismissal": lambda house, ref: endings.vacate_dismissal(
        house.cx("supervisor"), ref, None, endings.Vacating(good_cause="Our mistake.")
    ),
    "reopen": _reopen,
    "change_authorization": _change,
    "reduce": lambda house, ref: cut(house, ref, authorizations.reduce),
    "terminate": cut,
    "carry_out_reversal": _give,
}

# Where a step needs a case of its own to start from.
SPECIAL = {
    ("confirm_deemed_approval", "received"): lambda house: _received(house, "IN-QHP"),
    ("confirm_deemed_approval", "in_review"): lambda house: _in_review(house, "IN-QHP"),
    ("confirm_deemed_approval", "pended"): lambda house: _pended(house, "IN-QHP"),
    ("confirm_deemed_approval", "in_physician_review"): lambda house: stages.with_physician(
        house, "IN-QHP"
    ),
    ("approve_in_part", "in_physician_review"): lambda house: stages.with_physician(
        house, CONTRACT, **stages.two_lines(house)
    ),
}
OTHERWISE: dict = {}
