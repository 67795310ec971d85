"""How requests of the seeded past were decided: the edge, and what the determination says."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from casework.context import SYSTEM
from casework.ledger import Said
from casework.records.approval_by_rule import LIST
from casework.records.determinations import (
    LineRuling,
    Wanted,
    Words,
    as_service_lines,
)
from casework.seed import determinations
from casework.seed.requests import Request
from casework.seed.town import Person
from statemachines.facts import Facts

ADVERSE_CODE: Final = "D-10"
ADMINISTRATIVE: Final = {
    "benefit_exhausted": ("D-21", "All visits of this year were used.", "Benefit book, chapter 5"),
    "not_covered": ("D-22", "Your plan does not cover this service.", "Benefit book, chapter 3"),
}
_PROVISION: Final = "Your plan book, chapter 4: the service must be medically needed."
_STANDARD: Final = "We compared the records with each point of the policy."


def approve_by_rule(request: Request, at: datetime) -> None:
    """The plan's own list says yes at once; the machine can only say yes."""
    at = request.scribe.no_earlier(at)
    scene, scribe = request.scene, request.scribe
    rulings = _all_approved(request)
    rule = f"plan PA list, automatic approval ({request.about.policy})"
    facts = Facts(
        line=scene.line,
        approval_rule=rule,
        lines=as_service_lines(rulings),
        decision_clock_open=True,
    )
    scribe.step(
        "auto_approve",
        at=at,
        by=SYSTEM,
        facts=facts,
        said=Said(ground="rule"),
        text={"rule": rule},
        sets={"outcome": "approved"},
    )
    number = determinations.write(
        scene,
        scribe,
        None,
        at=at,
        outcome="approved",
        ground="rule",
        rulings=rulings,
        rule=rule,
        approved_by=_because(request, rulings),
    )
    _decided(request, None, number, rulings, at)
    scene.tell(scribe, at, "approval", "favorable")


def _because(request: Request, rulings: Sequence[LineRuling]) -> list[dict[str, Any]]:
    """The conditions of the plan's list with their values, line by line, as intake freezes them."""
    return [
        {
            "line": each.number,
            "rule": f"{LIST}, {request.about.policy}",
            "name": "",
            "because": [
                ["Code", "on the list, approved at once", each.code],
                ["Units", f"at most {request.about.auto}", f"{each.units:f}"],
                ["Network", "in network", "in network"],
            ],
        }
        for each in rulings
    ]


def approve(request: Request, by: Person, at: datetime, told_at: datetime) -> None:
    """All of it, by a nurse or a physician."""
    at = request.scribe.no_earlier(at)
    scene, scribe = request.scene, request.scribe
    rulings = _all_approved(request)
    facts = scene.deciding(by, lines=as_service_lines(rulings), is_clinical=False)
    _step(request, "approve", by, at, facts, ground="clinical", outcome="approved")
    number = determinations.write(
        scene, scribe, by, at=at, outcome="approved", ground="clinical", rulings=rulings
    )
    _decided(request, by, number, rulings, at)
    scene.tell(scribe, told_at, "approval", "favorable")


def approve_in_part(request: Request, by: Person, at: datetime, told_at: datetime) -> None:
    """The first line as asked, the others not."""
    rulings = [_denied(request, n) if n else _approved(request, n) for n in _numbers(request)]
    _adversely(request, "approve_in_part", by, at, rulings, outcome="partial")
    request.scene.tell(request.scribe, told_at, "partial_approval", "adverse")


def deny(request: Request, by: Person, at: datetime, told_at: datetime | None) -> None:
    """Not medically needed; the notice of action leaves at `told_at` (None: it has not left)."""
    rulings = [_denied(request, n) for n in _numbers(request)]
    _adversely(request, "deny", by, at, rulings, outcome="denied")
    if told_at is not None:
        request.scene.tell(request.scribe, told_at, "denial", "adverse")


def deny_administratively(request: Request, by: Person, at: datetime, told_at: datetime) -> None:
    """On a ground that no clinician needs to judge."""
    at = request.scribe.no_earlier(at)
    scene, scribe = request.scene, request.scribe
    ground = scene.one_of(sorted(ADMINISTRATIVE))
    code, reason, provision = ADMINISTRATIVE[ground]
    rulings = [
        replace(_denied(request, n), reason_code=code, reason=reason, criterion=provision)
        for n in _numbers(request)
    ]
    facts = scene.acting(by, lines=as_service_lines(rulings), administrative_ground=ground)
    _step(request, "deny_administratively", by, at, facts, ground=ground, outcome="denied")
    words = Words(reason=reason, provision=provision)
    number = determinations.write(
        scene,
        scribe,
        by,
        at=at,
        outcome="denied",
        ground=ground,
        rulings=rulings,
        words=words,
        criterion=provision,
    )
    _decided(request, by, number, rulings, at)
    scene.tell(scribe, told_at, "denial", "adverse")


def all_approved(request: Request) -> list[LineRuling]:
    """Every line as asked: what a reversal gives."""
    return _all_approved(request)


def all_denied(request: Request) -> list[LineRuling]:
    """Every line refused: what upholding leaves."""
    return [_denied(request, n) for n in _numbers(request)]


def wanted(request: Request) -> tuple[Wanted, ...]:
    """What would complete the request, and why it would help."""
    return tuple(
        Wanted(what=what, why="It may show what the notes do not.")
        for what in request.about.perfect
    )


def _adversely(
    request: Request,
    trigger: str,
    by: Person,
    at: datetime,
    rulings: Sequence[LineRuling],
    *,
    outcome: str,
) -> None:
    at = request.scribe.no_earlier(at)
    scene, scribe, about = request.scene, request.scribe, request.about
    facts = scene.deciding(
        by, lines=as_service_lines(rulings), is_clinical=True, peer_to_peer_holds=False
    )
    _step(request, trigger, by, at, facts, ground="clinical", outcome=outcome)
    words = Words(
        reason=about.reason,
        provision=_PROVISION,
        standard=_STANDARD,
        rationale=f"A doctor read the notes. {about.reason}",
        perfect=wanted(request),
    )
    number = determinations.write(
        scene,
        scribe,
        by,
        at=at,
        outcome=outcome,
        ground="clinical",
        rulings=rulings,
        words=words,
        criterion=about.criterion,
        version=request.determinations + 1,
    )
    _decided(request, by, number, rulings, at)


def _step(
    request: Request,
    trigger: str,
    by: Person,
    at: datetime,
    facts: Facts,
    *,
    ground: str,
    outcome: str,
) -> None:
    request.scribe.step(
        trigger,
        at=at,
        by=by.principal,
        facts=facts,
        said=Said(ground=ground),
        text={"reason": request.about.reason if outcome != "approved" else "", "criterion": ""},
        sets={"outcome": outcome, "new_papers_at": None},
    )


def _decided(
    request: Request,
    by: Person | None,
    number: int,
    rulings: Sequence[LineRuling],
    at: datetime,
) -> None:
    """What a decision leaves: results on the lines, the authorization, who took part."""
    request.determinations += 1
    request.determination_id = number
    if by is not None:
        request.deciders = (*request.deciders, by)
    for ruling in rulings:
        request.lines[ruling.number - 1]["result"] = ruling.result
    determinations.authorize(request.scene, request.scribe, rulings, at, determination_id=number)


def _numbers(request: Request) -> range:
    return range(len(request.lines))


def _all_approved(request: Request) -> list[LineRuling]:
    return [_approved(request, n) for n in _numbers(request)]


def _approved(request: Request, index: int) -> LineRuling:
    line: dict[str, Any] = request.lines[index]
    return LineRuling(
        number=line["number"],
        result="approved",
        code=line["code"],
        units=line["units"],
        starts_on=line["from_date"],
        ends_on=line["to_date"],
        servicing_name=line["servicing"]["name"],
        servicing_npi=line["servicing"]["npi"],
        place=line["place"],
    )


def _denied(request: Request, index: int) -> LineRuling:
    service = request.asked.services[index]
    return LineRuling(
        number=index + 1,
        result="denied",
        code=service.code,
        reason_code=ADVERSE_CODE,
        reason=service.reason,
        criterion=service.criterion,
    )
