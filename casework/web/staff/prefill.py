"""What a fresh form holds already: the lines as they were asked, the one thing that is meant.

Values are text by name, as a browser would send them.
"""

from collections.abc import Mapping
from typing import Any, Final

from casework.queries.case_file import CaseFile
from casework.records.forms import asked_by
from casework.web.staff import occasion_beside
from casework.web.staff.form_fields import TICKED
from casework.web.staff.form_plan import Plan
from casework.web.staff.plans import lines_for

# What a link may say beforehand: a number out of the form's own choices, never a text.
LINKED: Final = frozenset(
    {
        "action_id",
        "category",
        "clock",
        "delivery_id",
        "escalation_id",
        "issue",
        "letter_id",
        "obligation_id",
        "severity",
    }
)


def prefilled(
    file: CaseFile, form: type, trigger: str, *, plan: Plan, linked: Mapping[str, str]
) -> dict[str, str]:
    """The values of a fresh form of this step on this case."""
    typed = {name: text for name, text in defaults(form).items() if not _decided(name, plan)}
    for ask in asked_by(form):
        if ask.name in LINKED:
            typed |= _chosen(ask.name, linked, plan)
        if ask.name == "lines":
            for index, line in enumerate(lines_for(file, trigger)):
                typed |= _line(index, line, file)
    return {name: value for name, value in typed.items() if value}


def _decided(name: str, plan: Plan) -> bool:
    """True for what somebody must choose: then nothing is chosen beforehand."""
    return name in plan.must and len(plan.options.get(name, ())) != 1


def defaults(form: type) -> dict[str, str]:
    """What a form says where nobody says otherwise."""
    said = {ask.name: _text(ask.default) for ask in asked_by(form) if ask.default is not None}
    return {name: text for name, text in said.items() if text}


def _chosen(name: str, linked: Mapping[str, str], plan: Plan) -> dict[str, str]:
    offered = [value for value, _ in plan.options.get(name, ())]
    given = linked.get(name, "")
    if given in offered:
        return {name: given}
    return {name: offered[0]} if len(offered) == 1 else {}


def _line(index: int, line: Any, file: CaseFile) -> dict[str, str]:
    who = line.servicing or getattr(file.detail, "servicing", None) or {}
    values = {
        "number": str(line.number),
        "code": line.code,
        "units": f"{line.units.normalize():f}" if line.units is not None else "",
        "starts_on": line.from_date.isoformat() if line.from_date else "",
        "ends_on": _until(line, file),
        "servicing_name": who.get("name", ""),
        "servicing_npi": who.get("npi", ""),
        "place": line.place,
    }
    return {f"lines-{index}-{name}": value for name, value in values.items()}


def _until(line: Any, file: CaseFile) -> str:
    """The last day that was asked for; of a treatment that goes on after a change at most that of
    its transition, which whoever decides may lengthen."""
    days = [each for each in (line.to_date, occasion_beside.until_of(file)) if each is not None]
    return min(days).isoformat() if days else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return TICKED if value else ""
    return "" if value in ("", ()) else str(value)
