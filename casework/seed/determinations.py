"""The rows of a determination of the seeded past: who decided, line by line; the authorization.

Those of `records.determinations`, told to a scribe instead of a session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from casework.ledger.scribe import Scribe
from casework.models import AUTHORIZATION_SERIAL, Authorization, Determination, LineDecision
from casework.records.determinations import LineRuling, Words, sealed_place, window
from casework.seed.scene import Scene
from casework.seed.town import Person


def write(
    scene: Scene,
    scribe: Scribe,
    by: Person | None,
    *,
    at: datetime,
    outcome: str,
    ground: str,
    rulings: Sequence[LineRuling] = (),
    words: Words | None = None,
    criterion: str = "",
    rule: str = "",
    body: str = "",
    version: int = 1,
    approved_by: Sequence[Mapping[str, Any]] = (),
) -> int:
    """The determination made by the last step of this case, and its line decisions; returns its
    id. `body` names who decided outside the plan, `approved_by` the rule of each line."""
    number = scene.book.row_of(Determination)
    kind = "user" if by else ("body" if body else "system")
    adverse = ground == "clinical" and outcome not in {"approved", "overturned", "resolved"}
    scribe.add(
        Determination,
        id=number,
        version=version,
        event_seq=scribe.head.event_seq,
        outcome=outcome,
        ground=ground,
        decided_at=at,
        decided_by_id=by.id if by else None,
        decided_by_name=by.name if by else (body or "Casework"),
        decided_by_kind=kind,
        credential=f"{by.licence} OH, {by.specialty}" if by and by.licence else "",
        licence_id=by.licence_id if by else None,
        expertise_attested=adverse or bool(by and by.licence in {"MD", "DO"}),
        criterion=criterion,
        words_ct=scribe.sealed(asdict(words) if words else {}, sealed_place(scribe.id)),
        rule=rule[:60],
        frozen={
            "contract_version_id": scene.contract.version_id,
            "line": scene.line,
            "layers": list(scene.contract.terms.layers),
        }
        | ({"approved_by": list(approved_by)} if approved_by else {}),
    )
    for ruling in rulings:
        _write_line(scribe, number, ruling)
    return number


def authorize(
    scene: Scene,
    scribe: Scribe,
    rulings: Sequence[LineRuling],
    at: datetime,
    *,
    determination_id: int | None,
    effectuates: int | None = None,
) -> str:
    """The authorization of what is approved; its number, empty when nothing is."""
    span = window(rulings)
    if span is None:
        return ""
    number = scene.book.reference("authorization", AUTHORIZATION_SERIAL.name, at)
    scribe.add(
        Authorization,
        number=number,
        determination_id=determination_id,
        effectuates_case_id=effectuates,
        issued_at=at,
        starts_on=span[0],
        ends_on=span[1],
    )
    return number


def _write_line(scribe: Scribe, number: int, ruling: LineRuling) -> None:
    scribe.add(
        LineDecision,
        determination_id=number,
        number=ruling.number,
        result=ruling.result,
        code=ruling.code,
        units=ruling.units,
        starts_on=ruling.starts_on,
        ends_on=ruling.ends_on,
        servicing_name=ruling.servicing_name,
        servicing_npi=ruling.servicing_npi,
        place=ruling.place,
        reason_code=ruling.reason_code,
        reason_ct=scribe.sealed(ruling.reason, sealed_place(scribe.id)),
        criterion=ruling.criterion,
    )
