"""What a decision rested on, frozen with it: contract, clock rules, medical policies and marks,
papers, letters, licence and member as they were. Its hash stands in the chained event as well.

A new version of anything that is published afterwards changes nothing here.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import select

from casework import bridge, seal
from casework.context import Context
from casework.ledger.entries import case_key
from casework.models import (
    CaseDocument,
    CaseEvent,
    Clock,
    CoverageSpan,
    Document,
    Licence,
    Member,
)
from casework.records import checklists, medical_policies
from casework.records.checklists import Checklist
from letters import catalogue
from letters.catalogue_files import FOLDER
from letters.entries import LetterFacts
from sla.calendars import local_day, zone
from statemachines import engine

HASH: Final = "sha256"
MEMBER: Final = "member_sealed"
# Beside the hash: it is taken over everything else.
_OUTSIDE: Final = frozenset({HASH, MEMBER})


def freeze(
    cx: Context, case: Any, *, trigger: str = "", licence_id: int | None = None
) -> dict[str, Any]:
    """All that a decision of this case by this trigger rests on at this instant, with its hash."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    key = case_key(cx.database.settings, case)
    on = local_day(cx.now, zone(contract.time_zone))
    papers = _papers(cx, case.id)
    found = checklists.of_case(cx, case, key=key)
    member = member_facts(cx, case)
    kept: dict[str, Any] = {
        "contract_version_id": case.contract_version_id,
        "line": contract.line,
        "layers": list(contract.layers),
        "rules": _rules(cx, case.id),
        "policies": [_policy(each) for each in found],
        "criteria": [one for each in found for one in _criteria(each, papers)],
        **_office(found),
        "papers": sorted(papers.values()),
        "letters": _letters(case.kind, trigger, contract.line, on),
        "licence": _licence(cx, licence_id),
        "member": hashed(member),
    }
    sealed = seal.seal_json(key, member, member_place(case.id))
    return kept | {HASH: hashed(kept), MEMBER: base64.b64encode(sealed).decode()}


def hash_of(frozen: Mapping[str, Any]) -> str:
    """The hash over what was frozen, taken anew."""
    return hashed({name: value for name, value in frozen.items() if name not in _OUTSIDE})


def hashed(value: Any) -> str:
    """SHA-256 over a value as canonical JSON."""
    told = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def member_place(case_id: int) -> str:
    """What the sealed data of the member are bound to."""
    return f"rested:{case_id}"


def member_facts(cx: Context, case: Any, member: Any = None) -> dict[str, Any]:
    """The member as the plan knows him now: what eligibility and letters go by."""
    row = member
    if row is None:
        row = cx.db.execute(select(Member).where(Member.id == case.member_id)).scalar_one()
    spans = cx.db.execute(
        select(CoverageSpan)
        .where(CoverageSpan.member_id == row.id, CoverageSpan.contract_id == case.contract_id)
        .order_by(CoverageSpan.starts_on, CoverageSpan.id)
    ).scalars()
    return {
        "number": row.number,
        "name": f"{row.given_name} {row.family_name}",
        "birth_date": row.birth_date.isoformat(),
        "address": list(row.address),
        "zip_code": row.zip_code,
        "language": row.language,
        "letter_format": row.letter_format,
        "needs": dict(row.needs),
        "coverage": [[_iso(each.starts_on), _iso(each.ends_on), each.product] for each in spans],
    }


def _rules(cx: Context, case_id: int) -> list[dict[str, str]]:
    rows = cx.db.execute(
        select(Clock.name, Clock.rule, Clock.rule_version, Clock.layer, Clock.citation)
        .where(Clock.case_id == case_id)
        .order_by(Clock.name)
    )
    return [dict(row._mapping) for row in rows]


def _papers(cx: Context, case_id: int) -> dict[int, str]:
    """The hash of each paper on the case, by its number there."""
    rows = cx.db.execute(
        select(CaseDocument.id, Document.sha256)
        .join(Document, Document.id == CaseDocument.document_id)
        .where(CaseDocument.case_id == case_id)
        .order_by(CaseDocument.id)
    )
    return {row.id: row.sha256 for row in rows}


def _policy(checklist: Checklist) -> dict[str, Any]:
    policy = checklist.policy
    return {
        "line": checklist.line.number,
        "id": policy.id,
        "code": policy.code,
        "version": policy.version,
        "title": policy.title,
        "sha256": policy.sha256,
        "result": checklist.found.state,
    }


def _criteria(checklist: Checklist, papers: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {
            "line": checklist.line.number,
            "policy": checklist.policy.code,
            "criterion": name,
            "mark": each.mark,
            "number": each.id,
            "by": each.by_id,
            "paper": papers.get(each.paper_id or 0, ""),
            "page": each.page,
        }
        for name, each in sorted(checklist.marks.items())
    ]


def _office(found: Sequence[Checklist]) -> dict[str, Any]:
    """What the office had said to the questions of these policies, where it said anything."""
    said = [
        {
            "line": each.line.number,
            "policy": each.policy.code,
            "version": each.policy.version,
            "criterion": name,
            "answer": one.answer,
        }
        for each in found
        for name, one in sorted(each.office.items())
    ]
    return {"office_answers": said} if said else {}


def _letters(kind: str, trigger: str, line: str, on: date) -> list[dict[str, Any]]:
    """The letters that the decision may call for, each with its version and its template's hash."""
    event = next((each.event for each in engine.edges(kind) if each.trigger == trigger), "")
    facts = LetterFacts(line=line, has_representative=True, has_provider=True, on=on)
    codes = {each.code for each in catalogue.due_for(kind, event, facts)} if event else set()
    entries = [catalogue.get(code, on) for code in sorted(codes)]
    return [
        {"code": each.code, "version": each.version, "template": _template(each.template)}
        for each in entries
    ]


@dataclass(frozen=True)
class Held:
    """A medical policy of the decision: whether the stored version still is what it was."""

    said: Mapping[str, Any]
    same: bool


@dataclass(frozen=True)
class Rested:
    """What a decision rested on, and whether that still is what was frozen. `chained` is None where
    the history does not hold its hash."""

    said: Mapping[str, Any]
    whole: bool
    chained: bool | None
    policies: tuple[Held, ...]
    member_same: bool


def rested_on(
    cx: Context,
    case: Any,
    frozen: Mapping[str, Any],
    *,
    key: bytes,
    event_seq: int | None,
    member: Any = None,
) -> Rested:
    """What was frozen, held against what is there now: its own hash, the chained event, each
    version of a policy, the member (whose row may be at hand). Three queries. Raises SealBroken
    where the member's data were changed."""
    said = dict(frozen)
    then = member_then(said, key, case.id)
    untouched = not then or hashed(then) == said.get("member")
    return Rested(
        said=said,
        whole=said.get(HASH) == hash_of(said) and untouched,
        chained=_chained(cx, case.id, event_seq, said.get(HASH, "")),
        policies=_held(cx, said.get("policies", ())),
        member_same=hashed(member_facts(cx, case, member)) == said.get("member"),
    )


def member_then(frozen: Mapping[str, Any], key: bytes, case_id: int) -> dict[str, Any]:
    """The member as the plan knew him at the decision; empty where it was not kept."""
    sealed = base64.b64decode(frozen.get(MEMBER, ""))
    found: dict[str, Any] = seal.unseal_json(key, sealed, member_place(case_id))
    return found


def _chained(cx: Context, case_id: int, event_seq: int | None, wanted: str) -> bool | None:
    if event_seq is None:
        return None
    facts = cx.db.execute(
        select(CaseEvent.facts).where(CaseEvent.case_id == case_id, CaseEvent.seq == event_seq)
    ).scalar_one_or_none()
    kept = json.loads(facts or "{}").get("rests_on")
    return None if kept is None else kept == wanted


def _held(cx: Context, said: Sequence[Mapping[str, Any]]) -> tuple[Held, ...]:
    now = medical_policies.editions_by_id(cx, [int(each["id"]) for each in said])
    return tuple(
        Held(each, now[each["id"]].whole and now[each["id"]].sha256 == each["sha256"])
        for each in said
    )


@lru_cache(maxsize=256)
def _template(name: str) -> str:
    return hashlib.sha256((FOLDER / "templates" / name).read_bytes()).hexdigest()


def _licence(cx: Context, licence_id: int | None) -> dict[str, Any]:
    if licence_id is None:
        return {}
    row = cx.db.execute(select(Licence).where(Licence.id == licence_id)).scalar_one()
    held = {
        name: getattr(row, name)
        for name in ("id", "kind", "state", "number", "specialty", "starts_on", "ends_on")
        if hasattr(row, name)
    }
    return {name: _iso(value) if isinstance(value, date) else value for name, value in held.items()}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
