"""The plan of one step on one case: its words, the choices that this case offers, what is known.

It asks queries and the machine's table; it decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from casework import bridge, policy
from casework.bridge.letter_phrases import DENIAL_CODES
from casework.context import Context
from casework.queries import letter_needs
from casework.queries.case_file import CaseFile
from casework.queries.colleagues import colleagues
from casework.records import holding, refusing
from casework.records.forms import double_of
from casework.services.actions import OBSERVATIONS
from casework.web import moments
from casework.web.staff import (
    cut_choices,
    grievance_choices,
    joining_beside,
    letter_choices,
    readers,
    words,
)
from casework.web.staff.form_plan import Options, Plan
from casework.web.staff.plan_words import SPANISH_DOUBLES, step_of
from sla.calendars import zone
from sla.events import CLOCKS
from statemachines import engine, grounds
from statemachines.facts import Facts

_RULINGS: Final = (
    ("approved", "Approve, with the units and days below"),
    ("denied", "Deny"),
)
_ON_APPEAL: Final = (
    ("approved", "Overturn: give what was asked for"),
    ("approved_other", "Give other than requested, as below"),
    ("denied", "Uphold the denial"),
)
_ON_DISPUTE: Final = (
    ("approved", "Pay this line after all"),
    ("denied", "Leave its payment as it was"),
)
# What a line of a claim is not asked: it is paid or not, and priced elsewhere; and what only the
# member's letter says.
_OF_A_MEMBER: Final = frozenset(
    ("words.provision", "words.standard", "words.perfect", "expert_id", "criterion")
)
_NOT_OF_CLAIMS: Final = _OF_A_MEMBER | frozenset(
    f"lines.{name}"
    for name in (
        "code", "units", "starts_on", "ends_on", "servicing_name", "servicing_npi", "place",
        "reason_code", "criterion", "criterion_es",
    )
)  # fmt: skip
# For rows that are decided one by one: the disputed ones only.
_DISPUTED: Final = frozenset({"overturn_in_part"})
_CLINICAL_CODES: Final = ("D-10", "D-11")
_DISMISSALS: Final = {
    "prior_auth": grounds.REQUEST_DISMISSALS,
    "appeal": grounds.APPEAL_DISMISSALS,
    "grievance": grounds.GRIEVANCE_DISMISSALS,
}


def plan_of(cx: Context, file: CaseFile, trigger: str) -> Plan:
    """How the form of this step is asked on this case now."""
    step = step_of(file.case.kind, trigger)
    fixed = {"lines.result": step.result} if step.result else {}
    needed = _needed(cx, file, trigger, clinical=step.clinical)
    left_out = frozenset(step.left_out) | _doubles_of(file)
    if bridge.is_dispute(file.case):
        left_out |= _NOT_OF_CLAIMS
    if trigger in cut_choices.STEPS:
        left_out |= cut_choices.left_out(file)
    return Plan(
        lead=step.lead,
        left_out=left_out,
        fixed=fixed,
        hidden=frozenset({"lines.number"}),
        options=_options(cx, file, trigger),
        labels=dict(step.labels) | {f"{at}_es": double_of(label) for at, label in step.labels},
        hints=dict(step.hints) | _hints(cx, file, trigger),
        legends={"lines": tuple(line_words(line) for line in lines_for(file, trigger))},
        needed={name: said for name, said in needed.items() if not _is_out(name, left_out)},
        must=dict(step.must),
        unless={letter_needs.HELP[0]: letter_needs.HELP[1].replace(".", "-")},
        zone=file.zone,
    )


def _doubles_of(file: CaseFile) -> frozenset[str]:
    """The Spanish doubles of fields, unless the member's letters are in Spanish: nobody else is
    asked to write twice."""
    return frozenset() if file.member.language == "es" else SPANISH_DOUBLES


def lines_for(file: CaseFile, trigger: str) -> tuple[Any, ...]:
    """The service lines that this step decides: all, or after an appeal those still disputed."""
    if trigger in _DISPUTED and file.case.kind != "prior_auth":
        return tuple(line for line in file.lines if line.result != "approved")
    return file.lines


def line_words(line: Any) -> str:
    """A service line in one line: number, code, what it is, how much, when."""
    units = amount(line.units, line.unit) if line.units else ""
    dates = " to ".join(moments.day(each) for each in (line.from_date, line.to_date) if each)
    parts = (f"Line {line.number}: {line.code}", line.label, units, dates)
    return ", ".join(part for part in parts if part)


def amount(units: Any, unit: str = "") -> str:
    """A quantity in words: "24 units", "1 unit", "12 visits"; an unknown unit as it was sent."""
    one, many = words.UNITS.get(unit.upper(), (unit, unit)) if unit else words.UNITS["UN"]
    return f"{units.normalize():f} {one if units == 1 else many}"


def _is_out(name: str, left_out: frozenset[str]) -> bool:
    return name in left_out or name.partition(".")[0] in left_out


def _needed(cx: Context, file: CaseFile, trigger: str, *, clinical: bool) -> dict[str, str]:
    """What the letter of the event must say; asked of the catalogue, for decisions only."""
    event = next(
        (e.event for e in engine.edges(file.case.kind) if e.trigger == trigger and e.adverse), ""
    )
    if not event or trigger in OBSERVATIONS or not _decides(file.case.kind, trigger):
        return {}
    if bridge.is_dispute(file.case):  # its letter goes to an office and asks for nothing of these
        return {}
    on = cx.now.astimezone(zone(file.zone)).date()
    needs = dict(letter_needs.needs_of(file.case.kind, event, file.line, clinical=clinical, on=on))
    if file.case.kind == "appeal":  # the old reason of a line stands where none is given
        needs = {name: said for name, said in needs.items() if not name.startswith("lines.")}
    return needs


def _decides(kind: str, trigger: str) -> bool:
    return kind in {"prior_auth", "appeal"} and any(
        edge.dest in engine.decided_states(kind)
        for edge in engine.edges(kind)
        if edge.trigger == trigger
    )


def _hints(cx: Context, file: CaseFile, trigger: str) -> dict[str, str]:
    if trigger in cut_choices.STEPS:
        return cut_choices.hints(cx, file)
    if trigger != "extend":
        return {}
    left = _extension(cx, file, "plan").extension_days_left
    return {"days": f"The rule leaves {left}" if left else "The rule of this clock leaves none"}


def _options(cx: Context, file: CaseFile, trigger: str) -> dict[str, Options]:
    of_lines = _ON_APPEAL if file.case.kind == "appeal" else _RULINGS
    if bridge.is_dispute(file.case):
        of_lines = _ON_DISPUTE
    found: dict[str, Options] = {"lines.result": of_lines}
    found["lines.reason_code"] = tuple(
        (code, f"{code}: {meaning}")
        for code, (meaning, _spanish) in DENIAL_CODES.items()
        if (code in _CLINICAL_CODES) != (trigger == "deny_administratively")
    )
    if trigger in cut_choices.STEPS:
        found |= cut_choices.options(file)
    special = _SPECIAL.get(trigger)
    return found | (special(cx, file) if special else {})


def _said(values: Iterable[str]) -> Options:
    return tuple((value, words.value(value)) for value in values)


def _dismissal(cx: Context, file: CaseFile) -> dict[str, Options]:
    return {"ground": _said(_DISMISSALS.get(file.case.kind, ()))}


def _extending(cx: Context, file: CaseFile) -> dict[str, Options]:
    accepted = {
        ground: None
        for asker in ("plan", "member", "provider")
        for ground in _extension(cx, file, asker).extension_grounds
    }
    return {"ground": _said(accepted)} if accepted else {}


def _extension(cx: Context, file: CaseFile, asker: str) -> Facts:
    return bridge.of_extension(cx, file.case, Facts(), asked_by=asker)


def _people(field: str, roles: frozenset[str]) -> Callable[[Context, CaseFile], dict[str, Options]]:
    def offered(cx: Context, file: CaseFile) -> dict[str, Options]:
        known = colleagues(cx, contract_id=file.case.contract_id, roles=roles)
        return {field: tuple((str(number), name) for number, name in known)}

    return offered


def _reasons(table: Mapping[str, str]) -> Callable[[Context, CaseFile], dict[str, Options]]:
    return lambda _cx, _file: {"reason": tuple(table.items())}


def _categories(cx: Context, file: CaseFile) -> dict[str, Options]:
    return {"category": grievance_choices.category_options()}


def _escalations(cx: Context, file: CaseFile) -> dict[str, Options]:
    waiting = (
        row for row in file.escalations if row.acknowledged_at is None and row.ended_at is None
    )
    return {"escalation_id": tuple((str(row.id), escalation_words(row)) for row in waiting)}


def escalation_words(row: Any) -> str:
    """An escalation in one line: its number if it has one, its clock, how far it ran."""
    number = f"{row.ref}: " if row.ref else ""
    return f"{number}{clock_words(row.clock)}, {words.STEPS.get(row.step, row.step)}"


def _obligations(cx: Context, file: CaseFile) -> dict[str, Options]:
    return {
        "obligation_id": tuple(
            (str(row.id), row.says) for row in file.obligations if row.done_at is None
        )
    }


def _clocks(cx: Context, file: CaseFile) -> dict[str, Options]:
    return {
        "clock": tuple(
            (row.name, clock_words(row.name))
            for row in file.clocks
            if row.owner == "plan" and row.state == "open"
        )
    }


def clock_words(name: str) -> str:
    """What a clock is about, in words."""
    return CLOCKS[name].words if name in CLOCKS else words.plain(name)


def _joining(trigger: str) -> Callable[[Context, CaseFile], dict[str, Options]]:
    def offered(cx: Context, file: CaseFile) -> dict[str, Options]:
        return joining_beside.options(cx, file, trigger)

    return offered


def _parting(cx: Context, file: CaseFile) -> dict[str, Options]:
    return _categories(cx, file) | joining_beside.options(cx, file, "split")


def _capacities(cx: Context, file: CaseFile) -> dict[str, Options]:
    return {"capacity": _said(grounds.CONTINUERS.get(file.line, ()))}


_EXPERTS: Final = _people("expert_id", policy.CLINICIANS)
_SPECIAL: Final[dict[str, Callable[[Context, CaseFile], dict[str, Options]]]] = {
    "dismiss": _dismissal,
    "extend": _extending,
    "assign_reviewer": _people("reviewer_id", policy.CLINICIANS),
    "refer_quality_of_care": _people("clinician_id", policy.CLINICIANS),
    "uphold": _EXPERTS,
    "overturn": _EXPERTS,
    "overturn_in_part": _EXPERTS,
    "assign": _people("user_id", policy.STAFF - {"compliance"}),
    "refuse_work": _reasons(refusing.REASONS),
    "hold": _reasons(holding.REASONS),
    **grievance_choices.BY_STEP,
    "recategorize": _categories,
    "convert": _categories,
    "merge": _joining("merge"),
    "split": _parting,
    "take_as_appeal": _joining("take_as_appeal"),
    "substitute_party": _capacities,
    "acknowledge_escalation": _escalations,
    "settle_obligation": _obligations,
    "escalate": _clocks,
    "record_return": letter_choices.returns,
    "reissue_letter": letter_choices.letters_of,
    "answer_doubt": letter_choices.doubts,
    "answer_message": lambda cx, file: {"to": readers.readers(cx, file)},
    "record_mailing": letter_choices.unproved,
    "try_letter_again": letter_choices.stopped,
}
