"""Is prior authorization required? For everybody, without signing in, dated and printable."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from casework import codes
from casework.context import Context
from casework.errors import NotFound
from casework.queries import pa_list, pa_list_history
from casework.queries.pa_list import ContractSummary, PaAnswer
from casework.queries.pa_list_history import Held
from casework.records.pa_list_changes import Difference
from casework.web import edge
from casework.web.access import PUBLIC, entry
from casework.web.list_file import difference_file

lookup = Blueprint("lookup", __name__)
MOST_CODES: Final = 20
MOST_HISTORIES: Final = 5
MOST_SHOWN: Final = 500
DIFFERS: Final[dict[str, tuple[Any, str]]] = {
    "added": (lazy_gettext("added"), "info"),
    "stricter": (lazy_gettext("asks more"), "soon"),
    "looser": (lazy_gettext("asks less"), "good"),
    "removed": (lazy_gettext("taken off"), "neutral"),
    "reworded": (lazy_gettext("other words"), "neutral"),
}
# The answer in words, and the sign beside it.
ANSWERS: Final[dict[str, tuple[Any, str]]] = {
    "auth-needed": (lazy_gettext("Prior authorization is needed"), "soon"),
    "no-auth": (lazy_gettext("No prior authorization is needed"), "good"),
    "satisfied": (lazy_gettext("Already authorized"), "good"),
    "indeterminate": (lazy_gettext("Not on the list: send a request, or call"), "info"),
}


@dataclass
class Asked:
    """What was typed, and what of it must be corrected."""

    contract: str = ""
    codes: str = ""
    date: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """True before anything was asked."""
        return not (self.contract or self.codes or self.date)


@lookup.get("/lookup")
@entry(PUBLIC)
def pa_required() -> Any:
    """The question and, once it is asked, what the plan's list says that day."""
    asked = Asked(
        contract=request.args.get("contract", "")[:40],
        codes=request.args.get("codes", "")[:400],
        date=request.args.get("date", "")[:20],
    )
    answers: tuple[PaAnswer, ...] = ()
    contract: ContractSummary | None = None
    history: tuple[tuple[str, tuple[Held, ...]], ...] = ()
    with edge.reading() as cx:
        contracts = pa_list.contracts(cx)
        if not asked.empty:
            contract, answers = _answers(cx, asked, contracts)
        if contract is not None:
            history = _history(cx, contract, answers)
    page = render_template(
        "lookup.html",
        asked=asked,
        errors=asked.errors,
        contracts=[(one.code, one.name) for one in contracts],
        contract=contract,
        answers=answers,
        history=history,
        words=ANSWERS,
    )
    return page, 422 if asked.errors else 200


@lookup.get("/lookup/changes")
@entry(PUBLIC)
def pa_list_changes() -> str:
    """What the list of a plan says otherwise on one day than on another, for everybody."""
    contract, first, second, contracts = _compared()
    found: tuple[Difference, ...] = ()
    if contract is not None:
        with edge.reading() as cx:
            found = pa_list_history.differences(cx, contract.id, first, second)
    return render_template(
        "lookup_changes.html",
        contracts=[(one.code, one.name) for one in contracts],
        contract=contract,
        first=first,
        second=second,
        found=found[:MOST_SHOWN],
        count=len(found),
        most=MOST_SHOWN,
        kinds=DIFFERS,
    )


@lookup.get("/lookup/changes.csv")
@entry(PUBLIC)
def pa_list_changes_file() -> Response:
    """The same as a file."""
    contract, first, second, _ = _compared()
    if contract is None:
        raise NotFound(gettext("No plan has published a list yet."))
    with edge.reading() as cx:
        found = pa_list_history.differences(cx, contract.id, first, second)
    return difference_file(contract, first, second, found)


def _compared() -> tuple[ContractSummary | None, date, date, tuple[ContractSummary, ...]]:
    """The plan and the two days that were asked for: else the first plan, a year ago and in 90
    days, so that what is to come is seen."""
    today = edge.cx().now.date()
    with edge.reading() as cx:
        contracts = pa_list.contracts(cx)
    asked = request.args.get("contract", "")[:40]
    plan = next(
        (one for one in contracts if one.code == asked), contracts[0] if contracts else None
    )
    days = [_day(Asked(date=request.args.get(name, "")[:20])) for name in ("first", "second")]
    first = days[0] or today - timedelta(days=365)
    return plan, first, days[1] or today + timedelta(days=90), contracts


def _history(
    cx: Context, contract: ContractSummary, answers: tuple[PaAnswer, ...]
) -> tuple[tuple[str, tuple[Held, ...]], ...]:
    """How the list stood for each code that was asked for, where it ever changed."""
    found = []
    for one in answers[:MOST_HISTORIES]:
        rows = pa_list_history.history(cx, contract.id, one.code)
        held = tuple(row for row in rows if not row.never)
        if len(held) > 1 or any(row.until for row in held):
            found.append((one.code, held))
    return tuple(found)


def _answers(
    cx: Context, asked: Asked, contracts: tuple[ContractSummary, ...]
) -> tuple[ContractSummary | None, tuple[PaAnswer, ...]]:
    contract = next((one for one in contracts if one.code == asked.contract), None)
    if contract is None:
        asked.errors["contract"] = gettext("Choose the plan.")
    wanted = _codes(asked)
    on = _day(asked)
    if contract is None or on is None or asked.errors:
        return contract, ()
    return contract, pa_list.is_required(cx, contract, wanted, on=on)


def _codes(asked: Asked) -> list[str]:
    """The codes that were typed, in capitals, each once."""
    found = list(dict.fromkeys(re.split(r"[\s,;]+", asked.codes.strip().upper())))
    strange = [code for code in found if codes.system_of(code) in {"unknown", "service_type"}]
    if not asked.codes.strip():
        asked.errors["codes"] = gettext("Write at least one code, such as 97110 or E0601.")
    elif strange:
        asked.errors["codes"] = gettext(
            "%(code)s is no procedure code: write five characters, such as 97110 or E0601.",
            code=strange[0][:20],
        )
    elif len(found) > MOST_CODES:
        asked.errors["codes"] = gettext("Ask for at most %(count)s codes.", count=MOST_CODES)
    return found


def _day(asked: Asked) -> date | None:
    for pattern in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            found = datetime.strptime(asked.date.strip(), pattern).date()  # noqa: DTZ007 - a date
        except ValueError:
            continue
        if 2000 <= found.year < 2100:
            return found
    asked.errors["date"] = gettext("Write the date of the service as month/day/year: 3/14/2026.")
    return None
