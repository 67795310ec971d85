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
    spoken: str = "en"


@dataclass(frozen=True)
class Told:
    """What was asked and decided, in the words of the plan and in the language (`spoken`) in which
    they were written. `helps` are pairs of what would change the answer and why; `wanted` is what
    the plan asked for and waits for, by `wanted_by`."""

    lines: tuple[ToldLine, ...]
    decided_at: datetime | None
    outcome: str
    words: str
    helps: tuple[tuple[str, str], ...]
    wanted: tuple[str, ...]
    wanted_from: str
    wanted_by: datetime | None
    spoken: str = "en"
    helps_spoken: str = "en"


def told(file: CaseFile, *, language: str = "en") -> Told:
    """What the member is told of this case, in this language (`en`, `es`) as far as it is known."""
    newest = file.determinations[0] if file.determinations else None
    place = determinations.sealed_place(file.case.id)
    words = seal.unseal_json(file.key, newest.words_ct, place) if newest is not None else {}
    question = file.question
    lines_es = words.get("lines_es", {}) if language == "es" else {}
    plain, spoken = _plain(words, language)
    helps, helps_spoken = _helps(words.get("perfect", ()), language)
    return Told(
        lines=tuple(_line(file, line, place, lines_es) for line in file.lines),
        decided_at=newest.decided_at if newest is not None else None,
        outcome=newest.outcome if newest is not None else "",
        words=plain,
        helps=helps,
        wanted=waiting.wanted(file.key, question, file.case.id) if question is not None else (),
        wanted_from=question.from_whom if question is not None else "",
        wanted_by=question.due_at if question is not None else None,
        spoken=spoken,
        helps_spoken=helps_spoken,
    )


def _plain(words: dict[str, Any], language: str) -> tuple[str, str]:
    """The words of the decision that speak to the member: what was found, else the reason; and the
    language that they are in."""
    for spoken, suffix in (("es", "_es"), ("en", "")) if language == "es" else (("en", ""),):
        parts = [words.get(f"{name}{suffix}", "") for name in ("findings", "remedy")]
        found = "\n".join(part for part in parts if part)
        for said in (found, words.get(f"reason{suffix}", ""), words.get(f"rationale{suffix}", "")):
            if said:
                return said, spoken
    return "", "en"


def _helps(listed: Any, language: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """What could change the answer and why, and the language: all of it in one."""
    if language == "es" and listed and all(each.get("what_es") for each in listed):
        return tuple((each["what_es"], each.get("why_es", "")) for each in listed), "es"
    return tuple((each["what"], each["why"]) for each in listed), "en"


def _line(file: CaseFile, line: Any, place: str, lines_es: dict[str, Any]) -> ToldLine:
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
    in_spanish = lines_es.get(str(line.number), {})
    if in_spanish.get("reason") and plain["reason"]:
        plain |= {name: said for name, said in in_spanish.items() if said} | {"spoken": "es"}
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
