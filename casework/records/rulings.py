"""What is still disputed about a request, line by line, and what a later decision makes of it.

An appeal and a review outside rule only on the lines that the decision before them did not give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from casework import ledger, seal
from casework.context import Context
from casework.errors import Invalid
from casework.ledger.entries import body_place, case_key
from casework.models import CaseEvent, Determination, LineDecision, PriorAuth
from casework.records import determinations, lines
from casework.records.appeal_facts import CUTS
from casework.records.determinations import LineRuling
from casework.records.series import Family


@dataclass(frozen=True)
class Disputed:
    """One line that is not given: as it was asked, and why it was refused (empty: not said), with
    what was said of it in Spanish."""

    asked: Any
    reason: str = ""
    reason_es: str = ""
    reason_code: str = ""
    criterion: str = ""
    criterion_es: str = ""


def disputed(cx: Context, kin: Family) -> dict[int, Disputed]:
    """The lines that the newest decision below this case refused, with its reasons.

    Where nothing was decided line by line (the time ran out, or it is about payment) every line is
    disputed; where an authorization was cut, every line that it had.
    """
    if kin.request is None:
        return {}
    asked = lines.asked(cx, kin.request.id)
    for elder in _elders(kin):
        refused = _refused(cx, elder)
        if refused is not None:
            found = {n: replace(d, asked=asked[n]) for n, d in refused.items() if n in asked}
            if found:
                return found
            break
    cut = _cut(cx, kin.request)
    return {n: replace(cut, asked=row) for n, row in asked.items()}


def overturned(cx: Context, kin: Family, given: Sequence[LineRuling]) -> tuple[LineRuling, ...]:
    """Every disputed line approved as asked, completed by what the form adds. Raises Invalid."""
    still = disputed(cx, kin)
    said = _said(given, still)
    wanted = [_approving(n, said.get(n)) for n in still]
    return _approved(cx, kin, wanted, still, whole=True)


def upheld(cx: Context, kin: Family, given: Sequence[LineRuling]) -> tuple[LineRuling, ...]:
    """Every disputed line still refused, with the old reason unless the form gives a new one."""
    still = disputed(cx, kin)
    said = _said(given, still)
    return tuple(_denied(n, said.get(n), still[n]) for n in still)


def in_part(cx: Context, kin: Family, given: Sequence[LineRuling]) -> tuple[LineRuling, ...]:
    """The disputed lines that the form approves, the others still refused. Raises Invalid."""
    still = disputed(cx, kin)
    said = _said(given, still)
    yes = [n for n in still if n in said and said[n].result != "denied"]
    approved = _approved(cx, kin, [said[n] for n in yes], still, whole=False)
    less = [r.number for r in approved if r.result == "approved_other"]
    if not yes or (len(yes) == len(still) and not less):
        raise Invalid(
            "In part means that some of it is given and some is not.",
            fields={"lines": "Approve some lines, or one for less, and leave the rest denied."},
        )
    denied = [_denied(n, said.get(n), still[n]) for n in still if n not in yes]
    for number in less:
        _require_words(number, _with_words(said[number], still[number]))
    finished = [
        _with_words(r, still[r.number]) if r.result == "approved_other" else r for r in approved
    ]
    return tuple(sorted((*finished, *denied), key=lambda r: r.number))


def window_of(cx: Context, case_id: int) -> Any:
    """First and last day of what the newest determination of this case approved, or None."""
    rows = cx.db.execute(
        select(LineDecision)
        .join(Determination, Determination.id == LineDecision.determination_id)
        .where(Determination.case_id == case_id, LineDecision.result != "denied")
        .order_by(Determination.version.desc())
    ).scalars()
    spans = [(r.starts_on, r.ends_on) for r in rows if r.starts_on and r.ends_on]
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _elders(kin: Family) -> list[ledger.Head]:
    elders = [each for each in (kin.about, kin.request) if each is not None]
    return list({each.id: each for each in elders}.values())


def _refused(cx: Context, case: ledger.Head) -> dict[int, Disputed] | None:
    """What the newest determination of this case refused; None where it made none by line."""
    newest = cx.db.execute(
        select(Determination.id, Determination.words_ct)
        .where(Determination.case_id == case.id)
        .order_by(Determination.version.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return None
    rows = (
        cx.db.execute(select(LineDecision).where(LineDecision.determination_id == newest.id))
        .scalars()
        .all()
    )
    if not rows:
        return None
    key = case_key(cx.database.settings, case)
    place = determinations.sealed_place(case.id)
    spanish = seal.unseal_json(key, newest.words_ct, place).get("lines_es", {})
    return {
        row.number: Disputed(
            None,
            reason=seal.unseal_text(key, row.reason_ct, place),
            reason_es=spanish.get(str(row.number), {}).get("reason", ""),
            reason_code=row.reason_code,
            criterion=row.criterion,
            criterion_es=spanish.get(str(row.number), {}).get("criterion", ""),
        )
        for row in rows
        if row.result != "approved"
    }


def _cut(cx: Context, request: ledger.Head) -> Disputed:
    """Why the authorization of this request was cut, in its own words; empty where it was not."""
    event = cx.db.execute(
        select(CaseEvent.seq, CaseEvent.body_ct)
        .where(CaseEvent.case_id == request.id, CaseEvent.event.in_(CUTS))
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).one_or_none()
    if event is None:
        return Disputed(None)
    key = case_key(cx.database.settings, request)
    body = seal.unseal_json(key, event.body_ct, body_place(request.id, event.seq))
    words = ("reason", "reason_es", "criterion", "criterion_es")
    return Disputed(None, **{name: body.get(name, "") for name in words})


def _said(given: Sequence[LineRuling], still: Mapping[int, Disputed]) -> dict[int, LineRuling]:
    unknown = sorted({ruling.number for ruling in given} - set(still))
    if unknown:
        raise Invalid(
            "Only what is still denied can be decided here.",
            fields={f"lines/{n}": "This line is not disputed." for n in unknown},
        )
    return {ruling.number: ruling for ruling in given}


def _approving(number: int, said: LineRuling | None) -> LineRuling:
    return replace(said or LineRuling(number=number, result="approved"), result="approved")


def _approved(
    cx: Context,
    kin: Family,
    wanted: Sequence[LineRuling],
    still: Mapping[int, Disputed],
    *,
    whole: bool,
) -> tuple[LineRuling, ...]:
    """The approving rulings, filled from what was asked. Raises Invalid for what still lacks."""
    numbers = [ruling.number for ruling in wanted]
    servicing = _servicing(cx, kin)
    asked = {n: still[n].asked for n in numbers}
    filled = lines.completed(wanted, asked, servicing=servicing)
    lacks = {f"lines/{r.number}": sentence for r in filled if (sentence := _lacks(r))}
    if whole:
        lacks |= {
            f"lines/{r.number}": "Less than asked is a decision in part."
            for r in filled
            if r.result != "approved"
        }
    if lacks:
        raise Invalid("What is given must be complete, so that it can be set up.", fields=lacks)
    return filled


def _servicing(cx: Context, kin: Family) -> dict[str, str]:
    assert kin.request is not None
    row = cx.db.execute(
        select(PriorAuth.servicing, PriorAuth.requester).where(PriorAuth.case_id == kin.request.id)
    ).one_or_none()
    return dict(row.servicing or row.requester) if row else {}


def _lacks(ruling: LineRuling) -> str:
    missing = [
        word
        for word, there in (
            ("first and last day", ruling.starts_on and ruling.ends_on),
            ("the servicing provider", ruling.servicing_name or ruling.servicing_npi),
            ("the place of service", ruling.place),
        )
        if not there
    ]
    return f"Say {', '.join(missing)}." if missing else ""


def _denied(number: int, said: LineRuling | None, line: Disputed) -> LineRuling:
    ruling = replace(said or LineRuling(number=number, result="denied"), result="denied")
    ruling = replace(_with_words(ruling, line), code=ruling.code or line.asked.code)
    _require_words(number, ruling)
    return ruling


def _with_words(ruling: LineRuling, line: Disputed) -> LineRuling:
    """The old words where the form gives none, in both languages; Spanish words of an old reason
    never stand beside a new one."""
    if not ruling.reason:
        ruling = replace(ruling, reason=line.reason, reason_es=ruling.reason_es or line.reason_es)
    if not ruling.criterion:
        spanish = ruling.criterion_es or line.criterion_es
        ruling = replace(ruling, criterion=line.criterion, criterion_es=spanish)
    return replace(ruling, reason_code=ruling.reason_code or line.reason_code)


def _require_words(number: int, ruling: LineRuling) -> None:
    if not ruling.reason.strip() or not ruling.criterion.strip():
        raise Invalid(
            "What stays denied needs its reason and its criterion.",
            fields={f"lines/{number}": "Give the specific reason and the criterion."},
        )
