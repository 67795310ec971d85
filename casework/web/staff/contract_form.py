"""The next version of a contract on its form: filled from the newest one, and read as changes.

It knows no rule: which values stand is judged below.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from casework.bridge import letter_release
from casework.records import licence_states
from casework.records.contract_differences import LAYERS, POLICIES, matters
from casework.records.contract_terms import DEFAULTS, WORK_DAYS, WORK_FLAGS, Proposal
from casework.web.staff.contract_fields import (
    LadderFields,
    PolicyFields,
    ReleaseFields,
    VersionForm,
)
from casework.web.staff.form_fields import TICKED
from casework.web.staff.form_plan import Plan
from sla.ladders import RUNGS
from sla.plan import STEPS as EVERY_STEP

ASKED_STEPS: Final = tuple(step for step in EVERY_STEP if step != "100")


def plan_for(line: str) -> Plan:
    """How the form is asked of a contract of this line."""
    left_out = {f"policies.{name}" for name in POLICIES if not matters(name, line)}
    if line != "medicaid":
        left_out.add("rating_period_start")
    minutes = [f"ladder.hand_on.{m}.{rung}" for m in ("hours", "days") for rung in RUNGS[:-1]]
    minutes += [f"ladder.returns.{m}" for m in ("hours", "days")]
    wholes = [f"work.{name}" for name in WORK_DAYS] + minutes
    wholes += [f"policies.{name}" for name in _figures() if f"policies.{name}" not in left_out]
    return Plan(
        left_out=frozenset(left_out),
        options={
            "policies.tolling": (
                ("conservative", "From the end of the time given, never before the first due"),
                ("literal", "The first due, plus the extension, plus the days that did not count"),
            ),
            "policies.external_process": (
                ("federal", "The federal process"),
                ("state", "The State’s own process"),
            ),
        },
        must=dict.fromkeys(wholes, "Write a whole number."),
    )


def typed_of(of: Proposal) -> dict[str, str]:
    """The form as this version would have filled it in; without reason and first day."""
    contract, stored = of.contract, of.ladder.as_stored()
    typed = {f"layers-{_flag(layer)}": TICKED for layer in contract.layers}
    typed["time_zone"] = contract.time_zone
    if contract.rating_period_start:
        typed["rating_period_start"] = contract.rating_period_start.isoformat()
    for each in fields(contract.policies):
        typed[f"policies-{each.name}"] = _text(getattr(contract.policies, each.name))
    for name, default in {**{n: d[0] for n, d in WORK_DAYS.items()}, **WORK_FLAGS}.items():
        typed[f"work-{name}"] = _text(of.workflow.get(name, default))
    typed["work-licence_states"] = "\n".join(licence_states.of(of.workflow))
    typed |= _typed_release(letter_release.release_of(of.workflow))
    for kind, steps in stored["steps"].items():
        typed |= {f"ladder-steps-{kind}-s{step}": TICKED for step in steps}
    typed |= {f"ladder-rungs-{rung}": TICKED for rung in stored["rungs"]}
    for measure, minutes in stored["hand_on"].items():
        typed |= {f"ladder-hand_on-{measure}-{rung}": str(n) for rung, n in minutes.items()}
    typed |= {f"ladder-returns-{measure}": str(n) for measure, n in stored["returns"].items()}
    if stored["quiet"]:
        typed["ladder-quiet-begins"] = stored["quiet"]["from"]
        typed["ladder-quiet-ends"] = stored["quiet"]["until"]
    return {name: text for name, text in typed.items() if text}


def changes_of(form: VersionForm, of: Proposal, line: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What this form changes of that version: terms and workflow, only what differs."""
    contract = of.contract
    layers = sorted(each for each in LAYERS if getattr(form.layers, _flag(each)))
    terms: dict[str, Any] = {}
    if layers != sorted(contract.layers):
        terms["layers"] = layers
    if form.time_zone != contract.time_zone:
        terms["time_zone"] = form.time_zone
    if line == "medicaid" and form.rating_period_start != contract.rating_period_start:
        terms["rating_period_start"] = _iso(form.rating_period_start)
    policies = dict(_policies(form.policies, of, line))
    if policies:
        terms["policies"] = policies
    return terms, dict(_workflow(form, of))


def placed_in_form(wrong: Mapping[str, str]) -> dict[str, str]:
    """The sentences of a refusal by the names of this form's fields."""
    return {_name(place): sentence for place, sentence in wrong.items()}


def _policies(given: PolicyFields, of: Proposal, line: str) -> Iterator[tuple[str, Any]]:
    for each in fields(given):
        if not matters(each.name, line):
            continue
        value: Any = getattr(given, each.name)
        was: Any = getattr(of.contract.policies, each.name)
        if each.name == "state_holidays":
            value, was = list(value), sorted(day.isoformat() for day in was)
        if value is not None and value != was:
            yield each.name, value


def _workflow(form: VersionForm, of: Proposal) -> Iterator[tuple[str, Any]]:
    for name, (default, *_) in WORK_DAYS.items():
        if getattr(form.work, name) != of.workflow.get(name, default):
            yield name, getattr(form.work, name)
    for name, flag in WORK_FLAGS.items():
        if getattr(form.work, name) != of.workflow.get(name, flag):
            yield name, getattr(form.work, name)
    states = tuple(each.upper() for each in form.work.licence_states)
    if states != licence_states.of(of.workflow):
        yield licence_states.KEY, list(states) or None
    release = _release(form.release)
    if release != _stored_release(letter_release.release_of(of.workflow)):
        yield letter_release.KEY, release or None
    ladder = _ladder(form.ladder)
    if ladder != of.ladder.as_stored():
        yield "ladder", ladder


def _typed_release(rule: letter_release.Release) -> dict[str, str]:
    typed = {"release-letters": "\n".join(rule.letters)}
    typed |= {f"release-{role}": TICKED for role in rule.roles}
    return typed | {"release-writer_may": _text(rule.writer_may)}


def _release(given: ReleaseFields) -> dict[str, Any]:
    """As stored; {} where no letter waits, whoever else is ticked."""
    if not given.letters:
        return {}
    return {
        "letters": list(given.letters),
        "roles": [role for role in letter_release.ROLES if getattr(given, role)],
        "writer_may": given.writer_may,
    }


def _stored_release(rule: letter_release.Release) -> dict[str, Any]:
    if not rule.letters:
        return {}
    return {
        "letters": list(rule.letters),
        "roles": [role for role in letter_release.ROLES if role in rule.roles],
        "writer_may": rule.writer_may,
    }


def _ladder(given: LadderFields) -> dict[str, Any]:
    steps = {
        kind.name: [
            step for step in ASKED_STEPS if getattr(getattr(given.steps, kind.name), f"s{step}")
        ]
        + ["100"]
        for kind in fields(given.steps)
    }
    quiet = given.quiet
    return {
        "steps": steps,
        "rungs": [each for each in RUNGS[:-1] if getattr(given.rungs, each)] + [RUNGS[-1]],
        "hand_on": {
            measure.name: {
                rung: getattr(getattr(given.hand_on, measure.name), rung) for rung in RUNGS[:-1]
            }
            for measure in fields(given.hand_on)
        },
        "returns": {"hours": given.returns.hours, "days": given.returns.days},
        "quiet": {"from": quiet.begins, "until": quiet.ends}
        if quiet.begins or quiet.ends
        else False,
    }


def _figures() -> tuple[str, ...]:
    names = [each.name for each in fields(DEFAULTS)]
    return tuple(name for name in names if type(getattr(DEFAULTS, name)) is int)


def _flag(layer: str) -> str:
    return layer.replace(":", "_")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return TICKED if value else ""
    if isinstance(value, frozenset | set):
        return "\n".join(sorted(day.isoformat() for day in value))
    return str(value)


def _name(place: str) -> str:
    if place in {*WORK_DAYS, *WORK_FLAGS, licence_states.KEY}:
        return f"work-{place}"
    if place == f"{letter_release.KEY}.roles":
        return "release-supervisor"
    given = place.replace("ladder.quiet.from", "ladder.quiet.begins")
    return given.replace("ladder.quiet.until", "ladder.quiet.ends").replace(".", "-")
