"""The services of a letter: the lines of the request, and what the latest decision made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.bridge.letter_phrases import (
    DENIAL_CODES,
    PLACES,
    other,
    phrase,
    units_in_words,
)
from casework.context import Context
from casework.models import (
    Authorization,
    Case,
    Determination,
    LineDecision,
    PaRule,
    PriorAuth,
    RequestLine,
)
from letters.context import ServiceLine

CODE_OF_GROUND: Final = {
    "clinical": "D-10",
    "not_eligible_on_date": "D-20",
    "benefit_exhausted": "D-21",
    "not_covered": "D-22",
    "deemed": "D-30",
}


def determination_of(cx: Context, case_id: int, *, until: int | None = None) -> Any:
    """The latest determination on this case made by an event not after `until`, or None."""
    statement = select(Determination).where(Determination.case_id == case_id)
    if until is not None:
        statement = statement.where(Determination.event_seq <= until)
    return cx.db.execute(
        statement.order_by(Determination.version.desc()).limit(1)
    ).scalar_one_or_none()


def authorization_of(cx: Context, *, case_id: int, effectuates: int | None = None) -> str:
    """The newest authorization number that this case gave, or that carried out `effectuates`."""
    statement = select(Authorization.number).order_by(Authorization.id.desc()).limit(1)
    if effectuates is not None:
        return (
            cx.db.execute(
                statement.where(Authorization.effectuates_case_id == effectuates)
            ).scalar()
            or ""
        )
    return cx.db.execute(statement.where(Authorization.case_id == case_id)).scalar() or ""


def services_of(
    cx: Context, request_id: int, key: bytes, *, determination: Any, language: str = "en"
) -> tuple[ServiceLine, ...]:
    """The lines of a request with their results; less than asked shows as two lines.

    Places, units and codes are in `language`, and so is the name of a service where the plan's own
    list has one; reasons are in it where the decider gave them in it, else as they were written.
    """
    asked = cx.db.execute(
        select(RequestLine).where(RequestLine.case_id == request_id).order_by(RequestLine.number)
    ).scalars()
    ruled: Mapping[int, Any] = {}
    if determination is not None:
        rows = cx.db.execute(
            select(LineDecision).where(LineDecision.determination_id == determination.id)
        ).scalars()
        ruled = {row.number: row for row in rows}
    lines: list[ServiceLine] = []
    for line in asked:
        page = _Page(language, _ground(determination), _own_words(determination, key, language))
        lines += _lines(line, ruled.get(line.number), key, page)
    names = _names(cx, request_id)
    labels = spanish_labels(cx, request_id) if language == "es" else {}
    return tuple(
        replace(
            line,
            provider=names.get(line.provider, line.provider),
            label=labels.get((line.number, line.code), line.label),
        )
        for line in lines
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """What every line of one letter is said with: language, ground, the decider's own words in
    that language by line."""

    language: str
    ground: str
    words: Mapping[str, Mapping[str, str]]


def _own_words(determination: Any, key: bytes, language: str) -> Mapping[str, Mapping[str, str]]:
    """What the decider wrote in Spanish about each line, by its number."""
    if language != "es" or determination is None:
        return {}
    words = seal.unseal_json(key, determination.words_ct, f"determination:{determination.case_id}")
    lines: Mapping[str, Mapping[str, str]] = words.get("lines_es", {})
    return lines


def spanish_labels(cx: Context, request_id: int) -> dict[tuple[int, str], str]:
    """The names of the request's services in Spanish, by line and code, from the plan's list."""
    rows = cx.db.execute(
        select(RequestLine.number, RequestLine.code, PaRule.label_es)
        .join(Case, Case.id == RequestLine.case_id)
        .join(
            PaRule,
            (PaRule.contract_id == Case.contract_id)
            & (PaRule.code == RequestLine.code)
            & (PaRule.label == RequestLine.label),
        )
        .where(RequestLine.case_id == request_id, PaRule.label_es != "")
        .order_by(PaRule.effective_from)
    )
    return {(row.number, row.code): row.label_es for row in rows}


def _names(cx: Context, request_id: int) -> dict[str, str]:
    """The names of the request's providers by NPI: people read a name, not a number."""
    row = cx.db.execute(
        select(PriorAuth.requester, PriorAuth.servicing, PriorAuth.facility).where(
            PriorAuth.case_id == request_id
        )
    ).one_or_none()
    known = (row.requester, row.servicing, row.facility) if row else ()
    return {who["npi"]: who["name"] for who in known if who.get("npi") and who.get("name")}


def cut(
    lines: Sequence[ServiceLine], said: Mapping[str, str], language: str
) -> tuple[ServiceLine, ...]:
    """The approved lines as they are cut: each refused, with the reason and the criterion of the
    cut (`said`)."""
    return tuple(
        replace(
            line,
            result="denied",
            reason=said.get("reason", ""),
            criterion=said.get("criterion", ""),
            reason_code=CODE_OF_GROUND["clinical"],
            reason_code_meaning=phrase(DENIAL_CODES, CODE_OF_GROUND["clinical"], language),
        )
        for line in lines
        if line.result == "approved"
    )


def _ground(determination: Any) -> str:
    return determination.ground if determination is not None else ""


def _lines(line: Any, ruling: Any, key: bytes, page: _Page) -> list[ServiceLine]:
    if ruling is None:
        return [_service(line, page, result="requested")]
    if ruling.result == "approved":
        return [_approved(line, ruling, page)]
    denied = _denied(line, ruling, key, page)
    if ruling.result == "denied":
        return [denied]
    return [_approved(line, ruling, page), denied]


def _approved(line: Any, ruling: Any, page: _Page) -> ServiceLine:
    return _service(
        line,
        page,
        result="approved",
        code=ruling.code,
        units=units_in_words(ruling.units, line.unit, page.language),
        starts=ruling.starts_on,
        ends=ruling.ends_on,
        provider=ruling.servicing_name or ruling.servicing_npi,
        place=_place(ruling.place, page),
    )


def _denied(line: Any, ruling: Any, key: bytes, page: _Page) -> ServiceLine:
    code = ruling.reason_code or CODE_OF_GROUND.get(page.ground, "D-10")
    rest = line.units
    if ruling.result == "approved_other" and line.units is not None and ruling.units is not None:
        rest = line.units - ruling.units if ruling.units < line.units else line.units
    own = page.words.get(str(line.number), {})
    reason = seal.unseal_text(key, ruling.reason_ct, f"determination:{ruling.case_id}")
    return _service(
        line,
        page,
        result="denied",
        units=units_in_words(rest, line.unit, page.language),
        reason=own.get("reason") or reason,
        reason_code=code,
        reason_code_meaning=phrase(DENIAL_CODES, code, page.language),
        criterion=own.get("criterion") or ruling.criterion,
    )


def _service(line: Any, page: _Page, *, result: str, **over: Any) -> ServiceLine:
    who = line.servicing or {}
    values: dict[str, Any] = {
        "number": line.number,
        "code": line.code,
        "label": line.label or other("service", page.language, code=line.code),
        "units": units_in_words(line.units, line.unit, page.language),
        "starts": line.from_date,
        "ends": line.to_date,
        "provider": who.get("name", "") or who.get("npi", ""),
        "place": _place(line.place, page),
        "result": result,
    }
    return ServiceLine(**values | over)


def _place(code: str, page: _Page) -> str:
    return phrase(PLACES, code, page.language) or code
