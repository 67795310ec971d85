"""One case as its member is told of it: each line with its answer, why, and what could change it.

Free text is unsealed here, for those who may read the case. The plan's own notes are not read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from casework import seal
from casework.queries.case_file import CaseFile
from casework.records import determinations, waiting


@dataclass(frozen=True)
class ToldLine:
    """One service that was asked for. `result`: approved, approved_other, denied, or empty while
    nothing is decided; `given_*` is what was approved."""

    number: int
    label: str
    code: str
    units: Decimal | None
    from_date: date | None
    to_date: date | None
    by: str
    result: str
    reason: str
    criterion: str
    given_units: Decimal | None
    given_from: date | None
    given_to: date | None


@dataclass(frozen=True)
class Told:
    """What was asked and decided, in the plan's own words. `helps` are pairs of what would change
    the answer and why; `wanted` is what the plan asked for and waits for, by `wanted_by`."""

    lines: tuple[ToldLine, ...]
    decided_at: datetime | None
    outcome: str
    words: str
    helps: tuple[tuple[str, str], ...]
    wanted: tuple[str, ...]
    wanted_from: str
    wanted_by: datetime | None


def told(file: CaseFile) -> Told:
    """What the member is told of this case."""
    newest = file.determinations[0] if file.determinations else None
    place = determinations.sealed_place(file.case.id)
    words = seal.unseal_json(file.key, newest.words_ct, place) if newest is not None else {}
    question = file.question
    return Told(
        lines=tuple(_line(file, line, place) for line in file.lines),
        decided_at=newest.decided_at if newest is not None else None,
        outcome=newest.outcome if newest is not None else "",
        words=_plain(words),
        helps=tuple((each["what"], each["why"]) for each in words.get("perfect", ())),
        wanted=waiting.wanted(file.key, question, file.case.id) if question is not None else (),
        wanted_from=question.from_whom if question is not None else "",
        wanted_by=question.due_at if question is not None else None,
    )


def _plain(words: dict[str, Any]) -> str:
    """The words of the decision that speak to the member: what was found, else the reason."""
    parts = [words.get(name, "") for name in ("findings", "remedy")]
    found = "\n".join(part for part in parts if part)
    return found or words.get("reason", "") or words.get("rationale", "")


def _line(file: CaseFile, line: Any, place: str) -> ToldLine:
    decision = file.line_decisions.get(line.number)
    plain: dict[str, Any] = {
        "result": line.result if file.case.kind == "prior_auth" else "",
        "reason": "",
        "criterion": "",
        "given_units": None,
        "given_from": None,
        "given_to": None,
    }
    if decision is not None:
        plain = {
            "result": decision.result,
            "reason": seal.unseal_text(file.key, decision.reason_ct, place),
            "criterion": decision.criterion,
            "given_units": decision.units,
            "given_from": decision.starts_on,
            "given_to": decision.ends_on,
        }
    return ToldLine(
        number=line.number,
        label=line.label,
        code=line.code,
        units=line.units,
        from_date=line.from_date,
        to_date=line.to_date,
        by=_by(file, line, decision),
        **plain,
    )


def _by(file: CaseFile, line: Any, decision: Any) -> str:
    """Who gives the service, by name: as decided, as the line says, or as the request does."""
    if decision is not None and decision.servicing_name:
        return str(decision.servicing_name)
    named = [
        who
        for who in (getattr(file.detail, part, None) for part in ("servicing", "facility"))
        if who and who.get("name")
    ]
    own = line.servicing or {}
    same = next((who["name"] for who in named if who.get("npi") == own.get("npi")), "")
    plain = named[0]["name"] if named and not own else ""
    return str(own.get("name") or same or plain)
