"""The fields of a form as the page shows them, made from the dataclass that the command takes.

One way for a fresh form and for one that comes back with errors: values are text by name, as a
browser sends them, so nothing that was typed is ever lost. It knows no command.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from casework.records.forms import Ask, asked_by
from casework.web.staff import words
from casework.web.staff.form_plan import Plan, dotted, name_of

Path = tuple[str, ...]
Typed = Mapping[str, str]
MOST_ROWS: Final = 60
FEW: Final = 4
COUNT: Final = "count"  # the hidden field that says how many rows a field has
TICKED: Final = "yes"

Shape = Literal[
    "text",
    "area",
    "list",
    "date",
    "instant",
    "whole",
    "number",
    "radios",
    "select",
    "yesno",
    "flag",
    "papers",
    "part",
    "rows",
    "hidden",
]
_PLAIN: Final[Mapping[str, Shape]] = {
    "text": "text",
    "long": "area",
    "list": "list",
    "date": "date",
    "instant": "instant",
    "whole": "whole",
    "number": "number",
    "papers": "papers",
}


@dataclass(frozen=True)
class Row:
    """The fields of a part, or of one of its rows, under their heading; `name` of a row."""

    legend: str
    fields: tuple["Field", ...]
    name: str = ""
    error: str = ""


@dataclass(frozen=True)
class Field:
    """One field. `rows` of a part; `open` when another row can be added."""

    name: str
    shape: Shape
    label: str
    hint: str = ""
    demand: str = ""
    required: bool = False
    value: str = ""
    error: str = ""
    options: tuple[tuple[str, str], ...] = ()
    most: int = 0
    rows: tuple[Row, ...] = ()
    open: bool = False

    def names(self) -> Iterator[str]:
        """The names of this field and of all below it that somebody can see."""
        if self.shape != "hidden":
            yield self.name
        for row in self.rows:
            if row.name:
                yield row.name
            for below in row.fields:
                yield from below.names()


@dataclass(frozen=True)
class _Page:
    """What every field of one page is made with."""

    typed: Typed
    errors: Mapping[str, str]
    plan: Plan


def fields_of(
    form: type, typed: Typed, *, errors: Mapping[str, str] | None = None, plan: Plan | None = None
) -> tuple[Field, ...]:
    """The fields of this form in the order of the plan, holding what was typed."""
    page = _Page(typed, errors or {}, plan or Plan())
    found = _below(form, (), page)
    order = {name: place for place, name in enumerate(page.plan.order)}
    return tuple(sorted(found, key=lambda each: order.get(each.name, len(order))))


def row_count(typed: Typed, path: Path, plan: Plan) -> int:
    """How many rows this field has: as many as the plan fixes, as the form says, or one."""
    fixed = plan.legends.get(dotted(path))
    if fixed is not None:
        return len(fixed)
    said = typed.get(name_of((*path, COUNT)), "1")
    return max(1, min(int(said), MOST_ROWS)) if said.isdecimal() and len(said) < 4 else 1


def _below(form: type, path: Path, page: _Page) -> tuple[Field, ...]:
    return tuple(
        _field(ask, (*path, ask.name), page)
        for ask in asked_by(form)
        if dotted((*path, ask.name)) not in page.plan.left_out
    )


def _field(ask: Ask, path: Path, page: _Page) -> Field:
    name, known = name_of(path), dotted(path)
    if known in page.plan.fixed:
        return Field(name, "hidden", ask.label, value=page.plan.fixed[known])
    if known in page.plan.hidden:
        return Field(name, "hidden", ask.label, value=page.typed.get(name, ""))
    if ask.kind == "part":
        assert ask.part is not None
        rows = (Row("", _below(ask.part, path, page)),)
        return _made(ask, path, page, "part", rows=rows)
    if ask.kind == "parts":
        return _with_rows(ask, path, page)
    options = page.plan.options.get(known)
    if options is not None or ask.kind == "choice":
        options = options or tuple((value, words.value(value)) for value in ask.choices)
        shape = _of_choice(ask, options, decided=known in page.plan.must)
        return _made(ask, path, page, shape, options=options)
    if ask.kind == "flag":
        shape = "yesno" if ask.default is None and not ask.required else "flag"
        return _made(ask, path, page, shape)
    return _made(ask, path, page, _PLAIN[ask.kind])


def _error_at(name: str, shape: Shape, errors: Mapping[str, str]) -> str:
    """What is wrong with this field; of a list in one box, what is wrong with which line of it."""
    if name in errors or shape != "list":
        return errors.get(name, "")
    for below, sentence in errors.items():
        line = below.removeprefix(f"{name}-").partition("-")[0]
        if below.startswith(f"{name}-") and line.isdigit():
            return f"Line {int(line) + 1}: {sentence}"
    return ""


def _of_choice(ask: Ask, options: tuple[tuple[str, str], ...], *, decided: bool) -> Shape:
    decided = decided or ask.required or ask.default not in (None, "")
    return "radios" if len(options) <= FEW and decided else "select"


def _with_rows(ask: Ask, path: Path, page: _Page) -> Field:
    assert ask.part is not None
    part, fixed = ask.part, page.plan.legends.get(dotted(path))
    rows = tuple(
        Row(
            fixed[index] if fixed is not None else str(index + 1),
            _below(part, (*path, str(index)), page),
            name=name_of((*path, str(index))),
            error=page.errors.get(name_of((*path, str(index))), ""),
        )
        for index in range(row_count(page.typed, path, page.plan))
    )
    return _made(ask, path, page, "rows", rows=rows, open=fixed is None)


def _made(
    ask: Ask,
    path: Path,
    page: _Page,
    shape: Shape,
    *,
    options: tuple[tuple[str, str], ...] = (),
    rows: tuple[Row, ...] = (),
    open: bool = False,
) -> Field:
    name, known, plan = name_of(path), dotted(path), page.plan
    return Field(
        name=name,
        shape=shape,
        label=plan.labels.get(known, ask.label),
        hint=plan.hints.get(known, ask.hint),
        demand=plan.needed.get(known, ""),
        required=ask.required or known in plan.needed or known in plan.must,
        value=page.typed.get(name, ""),
        error=_error_at(name, shape, page.errors),
        options=options,
        most=ask.most,
        rows=rows,
        open=open,
    )
