"""Is prior authorization required? For everybody, without signing in, dated and printable."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask_babel import gettext, lazy_gettext

from casework import codes
from casework.context import Context
from casework.queries import pa_list
from casework.queries.pa_list import ContractSummary, PaAnswer
from casework.web import edge
from casework.web.access import PUBLIC, entry

lookup = Blueprint("lookup", __name__)
MOST_CODES: Final = 20
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
    with edge.reading() as cx:
        contracts = pa_list.contracts(cx)
        if not asked.empty:
            contract, answers = _answers(cx, asked, contracts)
    page = render_template(
        "lookup.html",
        asked=asked,
        errors=asked.errors,
        contracts=[(one.code, one.name) for one in contracts],
        contract=contract,
        answers=answers,
        words=ANSWERS,
    )
    return page, 422 if asked.errors else 200


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
