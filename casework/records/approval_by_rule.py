"""Approval by the plan's own list and by approval rules: data, shown on the case.

The machine can only say yes: a line that no rule approves sends the whole request to a nurse.
"""

from datetime import date
from typing import Any

from casework import bridge, codes, ledger
from casework.context import SYSTEM, Context
from casework.models import Contract
from casework.records import approval_rules, determinations, office_answers, resting
from casework.records.approval_conditions import Answered, Asked, Judged
from casework.records.approval_rules import Approving
from casework.records.findings import Recognised
from casework.submission import LineAsSent, Submission
from sla.calendars import local_day, zone
from statemachines.facts import Facts

AUTO_RULE = "plan PA list, automatic approval"
LIST = "The plan’s PA list"


def approve_by_rule(
    cx: Context,
    case: ledger.Head,
    sent: Submission,
    found: Recognised,
    *,
    on: date | None = None,
) -> str:
    """The number of the authorization where rules approve every line; else empty. `on`: the local
    day whose rules count, by default that of the receipt.

    The caller has seen that nothing is missing and nothing looks like a second copy.
    """
    reasons = _reasons(cx, case, sent, found, on)
    if len(reasons) < len(sent.lines):
        return ""
    approved = [_ruled(line, found) for line in sent.lines]
    rule = _named(reasons, sent, found)
    facts = Facts(
        line=found.line,
        approval_rule=rule,
        lines=determinations.as_service_lines(approved),
        decision_clock_open=True,
    )
    frozen = _frozen(cx, case, reasons)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="auto_approve",
                facts=facts,
                actor=SYSTEM,
                said=ledger.Said(ground="rule", more={"rests_on": frozen[resting.HASH]}),
                text={"rule": rule},
                sets={"outcome": "approved"},
            )
        ],
    )
    system = determinations.Decider(kind="system", user_id=None, name="Casework")
    determination_id = determinations.write(
        cx,
        recorded.case,
        system,
        outcome="approved",
        ground="rule",
        rulings=approved,
        criterion=rule,
        rule=rule[:60],
        frozen=frozen,
    )
    starts_on, ends_on = determinations.window(approved) or (cx.now.date(), cx.now.date())
    return determinations.authorize(
        cx, recorded.case, determination_id=determination_id, starts_on=starts_on, ends_on=ends_on
    )


def _frozen(cx: Context, case: ledger.Head, reasons: list[Approving]) -> dict[str, Any]:
    """What the approval rests on, with the conditions of each rule and their values; hashed."""
    frozen = determinations.frozen_versions(cx, case, trigger="auto_approve")
    frozen["approved_by"] = [each.frozen() for each in reasons]
    return frozen | {resting.HASH: resting.hash_of(frozen)}


def _reasons(
    cx: Context, case: ledger.Head, sent: Submission, found: Recognised, on: date | None
) -> list[Approving]:
    """Which rule approves each line, in order; shorter than the lines where one is not approved.
    The list is asked first: what it approves asks the tables nothing."""
    reasons: dict[int, Approving] = {}
    for line in sent.lines:
        by_list = _by_the_list(line, found)
        if by_list is not None:
            reasons[line.number] = by_list
    if len(reasons) < len(sent.lines):
        rest = [line for line in sent.lines if line.number not in reasons]
        reasons |= _by_rules(cx, case, sent, found, rest, on=on)
    return [reasons[line.number] for line in sent.lines if line.number in reasons]


def _by_the_list(line: LineAsSent, found: Recognised) -> Approving | None:
    rule = found.pa_rules.get(line.code)
    if rule is None or rule.auto_approve_units is None or line.units is None:
        return None
    if not found.in_network or not (line.from_date and line.to_date):
        return None
    if line.units > rule.auto_approve_units:
        return None
    because = (
        Judged("Code", "on the list, approved at once", line.code, True),
        Judged("Units", f"at most {rule.auto_approve_units}", f"{line.units:f}", True),
        Judged("Network", "in network", "in network", True),
    )
    return Approving(line.number, f"{LIST}, {rule.policy}".rstrip(", "), "", because)


def _by_rules(
    cx: Context,
    case: ledger.Head,
    sent: Submission,
    found: Recognised,
    lines: list[LineAsSent],
    *,
    on: date | None,
) -> dict[int, Approving]:
    """What the approval rules of this local day say of these lines."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    on = on or local_day(sent.received_at, zone(contract.time_zone))
    rules = approval_rules.standing(cx, on)
    if not rules:
        return {}
    sold_as = cx.db.get_one(Contract, case.contract_id).code
    asks_gold = any(rule.conditions.gold_card for rule in rules)
    gold = (
        approval_rules.gold_policies(cx, found.requesting_organization_id, on)
        if asks_gold
        else frozenset()
    )
    answered = office_answers.answered(office_answers.stated(sent, found.policies))
    approved = {}
    for line in lines:
        said = answered.get(line.number, ())
        asked = _asked(line, sent, found, contract=sold_as, gold=gold, answered=said)
        reason = approval_rules.approving(rules, asked)
        if reason is None:
            return {}
        approved[line.number] = reason
    return approved


def _asked(
    line: LineAsSent,
    sent: Submission,
    found: Recognised,
    *,
    contract: str,
    gold: frozenset[str],
    answered: tuple[Answered, ...],
) -> Asked:
    listed = found.pa_rules.get(line.code)
    policy = listed.policy if listed else ""
    numbers = line.diagnosis_numbers
    diagnoses = tuple(
        codes.dotted(each.code) for each in sent.diagnoses if not numbers or each.number in numbers
    )
    return Asked(
        contract=contract,
        line=found.line,
        timing=sent.timing,
        in_network=found.in_network,
        number=line.number,
        code=line.code,
        units=line.units,
        starts_on=line.from_date,
        ends_on=line.to_date,
        place=line.place,
        diagnoses=diagnoses,
        policy=policy,
        gold_card=bool(policy) and policy in gold,
        answered=answered,
    )


def _named(reasons: list[Approving], sent: Submission, found: Recognised) -> str:
    """The rules in the words of the decision: the list with its policies, then each rule."""
    by_list = [line.code for line, each in zip(sent.lines, reasons, strict=True) if not each.name]
    policies = sorted({found.pa_rules[code].policy for code in by_list})
    said = [f"{AUTO_RULE} ({', '.join(policies)})"] if by_list else []
    said += sorted({f"{each.rule}, {each.name}" for each in reasons if each.name})
    return "; ".join(said)[:400]


def _ruled(line: LineAsSent, found: Recognised) -> determinations.LineRuling:
    servicing = found.servicing or found.requester
    return determinations.LineRuling(
        number=line.number,
        result="approved",
        code=line.code,
        units=line.units,
        starts_on=line.from_date,
        ends_on=line.to_date,
        servicing_name=servicing.get("name", ""),
        servicing_npi=servicing.get("npi", ""),
        place=line.place,
    )
