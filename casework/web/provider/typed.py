"""A request as it is being typed: every field as it came, kept in the form from step to step.

Nothing is judged here and nothing is stored. Adding, removing and pasting lines works without a
script: each is a button that sends the form and gets it back.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from casework.web.provider.questions import TypedAnswer, read_answers
from casework.web.provider.saying import clean

MOST_LINES: Final = 50
MOST_DIAGNOSES: Final = 25
OTHER: Final = "other"
_LINE: Final = re.compile(r"line-(\d{1,3})-[a-z]+", re.ASCII)
_DIAGNOSIS: Final = re.compile(r"diagnosis-(\d{1,3})", re.ASCII)
_FORM_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
# Fields of one line of text with the most characters that are read of each.
_SHORT: Final = {
    "member_id": 20, "birth_date": 20, "timing": 20, "course_ends": 20, "service": 20,
    "priority": 20, "orderer": 12, "orderer_npi": 20, "servicing_npi": 20, "facility_npi": 20,
    "place": 10, "contact_name": 120, "contact_phone": 40, "follows": 60, "search": 80,
    "occasion": 20, "occasion_why": 20, "occasion_began": 20, "occasion_changed": 20,
    "occasion_ends": 20, "occasion_previous": 120, "occasion_born": 20, "occasion_mother": 20,
    "occasion_intensive": 5,
}  # fmt: skip
_LONG: Final = {"priority_reason": 2000, "note": 10_000, "paste": 4000}
_OF_LINE: Final = {
    "code": 20, "units": 20, "unit": 20, "first": 20, "last": 20, "modifiers": 30, "label": 200,
}  # fmt: skip


@dataclass(frozen=True)
class TypedLine:
    """One service as typed; `first` and `last` are its days."""

    code: str = ""
    units: str = ""
    unit: str = ""
    first: str = ""
    last: str = ""
    modifiers: str = ""
    label: str = ""

    @property
    def empty(self) -> bool:
        """True when nothing but the kind of unit was chosen."""
        return not any(getattr(self, f.name) for f in fields(self) if f.name != "unit")


@dataclass(frozen=True)
class Typed:
    """The whole form. `orderer` is an NPI of the office, or `other` with `orderer_npi`."""

    form_id: str = ""
    member_id: str = ""
    birth_date: str = ""
    timing: str = "pre_service"
    course_ends: str = ""
    service: str = "medical"
    priority: str = "standard"
    priority_reason: str = ""
    physician: bool = False
    orderer: str = ""
    orderer_npi: str = ""
    servicing_npi: str = ""
    facility_npi: str = ""
    place: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    note: str = ""
    follows: str = ""
    occasion: str = ""
    occasion_why: str = ""
    occasion_began: str = ""
    occasion_changed: str = ""
    occasion_ends: str = ""
    occasion_previous: str = ""
    occasion_born: str = ""
    occasion_mother: str = ""
    occasion_intensive: str = ""
    search: str = ""
    paste: str = ""
    diagnoses: tuple[str, ...] = ("",)
    lines: tuple[TypedLine, ...] = field(default=(TypedLine(),))
    answers: tuple[TypedAnswer, ...] = ()

    @property
    def asked(self) -> tuple[tuple[int, TypedLine], ...]:
        """The services with their places, from 1: without rows where nothing was typed, and a row
        that was only added repeats the days above it."""
        above = (TypedLine(), *self.lines)
        return tuple(
            (place, line)
            for place, line in enumerate(self.lines, start=1)
            if not line.empty and line != _like(above[place - 1])
        )

    @property
    def occasion_said(self) -> bool:
        """Whether something of why it is unlike others was filled in, but its kind."""
        named = (f.name for f in fields(self) if f.name.startswith("occasion_"))
        return any(getattr(self, name) for name in named)

    @property
    def content(self) -> dict[str, Any]:
        """What would be sent, for telling whether two forms say the same."""
        said = asdict(self)
        return {
            name: value
            for name, value in said.items()
            if name not in {"form_id", "search", "paste"}
        }


def _like(line: TypedLine) -> TypedLine:
    """A new row below this one."""
    return TypedLine(unit=line.unit, first=line.first, last=line.last)


def new_form_id() -> str:
    """The name of one form: sent twice, it is one request."""
    return secrets.token_hex(16)


def form_id_of(form: Mapping[str, str]) -> str:
    """The name that this form carries, or a new one when it carries none of ours."""
    given = form.get("form_id", "")
    return given if _FORM_ID.fullmatch(given) else new_form_id()


def read(form: MultiDict[str, str]) -> Typed:
    """The form as it was sent, cleaned of invisible characters; missing fields are empty."""
    short = {n: clean(form.get(n, ""), most=most) for n, most in _SHORT.items()}
    long = {n: clean(form.get(n, ""), most=most, lines=True) for n, most in _LONG.items()}
    typed = Typed(
        form_id=form_id_of(form),
        physician=form.get("physician", "") == "yes",
        diagnoses=tuple(
            clean(form.get(f"diagnosis-{place}", ""), most=12)
            for place in _places(form, _DIAGNOSIS, MOST_DIAGNOSES)
        )
        or ("",),
        lines=tuple(_line(form, place) for place in _places(form, _LINE, MOST_LINES))
        or (TypedLine(),),
        answers=read_answers(form),
        **{**short, **long},
    )
    return replace(
        typed,
        timing=typed.timing or Typed.timing,
        service=typed.service or Typed.service,
        priority=typed.priority or Typed.priority,
    )


def _places(form: Mapping[str, str], shape: re.Pattern[str], most: int) -> list[int]:
    found = {int(match[1]) for name in form if (match := shape.fullmatch(name))}
    return sorted(found)[:most]


def _line(form: Mapping[str, str], place: int) -> TypedLine:
    return TypedLine(
        **{n: clean(form.get(f"line-{place}-{n}", ""), most=most) for n, most in _OF_LINE.items()}
    )


# ── Steps that change the form and send it back ─────────────────────────────────────────────────


def edited(typed: Typed, step: str) -> Typed:
    """The form after a button such as `add-line`, `remove-line-2`, `use-diagnosis-M54.50`; the
    same form for a step that it does not know."""
    verb, _, rest = step.partition("-")
    what, _, where = rest.partition("-")
    change = _STEPS.get((verb, what))
    return change(typed, where) if change else typed


def _add_line(typed: Typed, _where: str) -> Typed:
    if len(typed.lines) >= MOST_LINES:
        return typed
    return replace(typed, lines=(*typed.lines, _like(typed.lines[-1])))


def _remove_line(typed: Typed, where: str) -> Typed:
    left = tuple(x for place, x in enumerate(typed.lines, start=1) if str(place) != where)
    return replace(typed, lines=left or (TypedLine(),))


def _add_diagnosis(typed: Typed, _where: str) -> Typed:
    if len(typed.diagnoses) >= MOST_DIAGNOSES:
        return typed
    return replace(typed, diagnoses=(*typed.diagnoses, ""))


def _remove_diagnosis(typed: Typed, where: str) -> Typed:
    left = tuple(x for place, x in enumerate(typed.diagnoses, start=1) if str(place) != where)
    return replace(typed, diagnoses=left or ("",))


def _use_diagnosis(typed: Typed, code: str) -> Typed:
    """Put a code that was found into the first empty field, or into a new one."""
    code = clean(code, most=12)
    if code in typed.diagnoses:
        return replace(typed, search="")
    given = list(typed.diagnoses)
    if "" in given:
        given[given.index("")] = code
    elif len(given) < MOST_DIAGNOSES:
        given.append(code)
    return replace(typed, diagnoses=tuple(given), search="")


def _paste_lines(typed: Typed, _where: str) -> Typed:
    """Each pasted row is a line: code, units, first day, last day; blanks, commas or tabs part
    them. Dates stand as they were pasted and are judged with the rest."""
    pasted = []
    for row in typed.paste.splitlines():
        parts = [part for part in re.split(r"[\s,;]+", row.strip()) if part]
        if parts:
            pasted.append(_pasted(parts, unit=typed.lines[0].unit))
    kept = [line for _place, line in typed.asked]
    lines = tuple([*kept, *pasted][:MOST_LINES])
    return replace(typed, lines=lines or (TypedLine(),), paste="")


def _pasted(parts: list[str], *, unit: str) -> TypedLine:
    code, units, first, last, *_rest = [*parts, "", "", ""]
    return TypedLine(
        code=code[:20].upper(), units=units[:20], unit=unit, first=first[:20], last=last[:20]
    )


_STEPS: Final = {
    ("add", "line"): _add_line,
    ("remove", "line"): _remove_line,
    ("add", "diagnosis"): _add_diagnosis,
    ("remove", "diagnosis"): _remove_diagnosis,
    ("use", "diagnosis"): _use_diagnosis,
    ("paste", "lines"): _paste_lines,
}
