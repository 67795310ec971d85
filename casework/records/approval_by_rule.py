"""Approval by the plan's own list: data, shown on the case; the machine can only say yes."""

from casework import ledger
from casework.context import SYSTEM, Context
from casework.records import determinations
from casework.records.findings import Recognised
from casework.submission import LineAsSent, Submission
from statemachines.facts import Facts

AUTO_RULE = "plan PA list, automatic approval"


def approve_by_rule(cx: Context, case: ledger.Head, sent: Submission, found: Recognised) -> str:
    """The number of the authorization where the plan's own list approves every line; else empty.

    The caller has seen that nothing is missing and nothing looks like a second copy.
    """
    if not found.in_network:
        return ""
    rulings = [_ruled(line, sent, found) for line in sent.lines]
    if not all(rulings):
        return ""
    approved = [ruling for ruling in rulings if ruling]
    policies = sorted({found.pa_rules[line.code].policy for line in sent.lines})
    rule = f"{AUTO_RULE} ({', '.join(policies)})"
    facts = Facts(
        line=found.line,
        approval_rule=rule,
        lines=determinations.as_service_lines(approved),
        decision_clock_open=True,
    )
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                trigger="auto_approve",
                facts=facts,
                actor=SYSTEM,
                said=ledger.Said(ground="rule"),
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
        frozen=determinations.frozen_versions(cx, case),
    )
    starts_on, ends_on = determinations.window(approved) or (cx.now.date(), cx.now.date())
    return determinations.authorize(
        cx, recorded.case, determination_id=determination_id, starts_on=starts_on, ends_on=ends_on
    )


def _ruled(
    line: LineAsSent, sent: Submission, found: Recognised
) -> determinations.LineRuling | None:
    rule = found.pa_rules.get(line.code)
    if rule is None or rule.auto_approve_units is None or line.units is None:
        return None
    if line.units > rule.auto_approve_units or not (line.from_date and line.to_date):
        return None
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
