"""What a request says, as rows: who asks, its lines and its diagnoses; an update of its lines.

It judges nothing: what may stand was decided before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, update

from casework import codes, ledger, seal
from casework.context import Context
from casework.ledger.entries import case_key
from casework.metadata import table_of
from casework.models import Diagnosis, PriorAuth, RequestLine
from casework.records import occasions
from casework.records.findings import Recognised
from casework.submission import LineAsSent, Submission


def write(
    cx: Context, case: ledger.Head, sent: Submission, found: Recognised, missing: list[str]
) -> None:
    """The rows of a new request beside its case; `missing` as it was told to the sender."""
    reason = b""
    if sent.priority_reason:
        key = case_key(cx.database.settings, case)
        reason = seal.seal_text(key, sent.priority_reason, f"priority:{case.id}")
    cx.db.connection().execute(
        insert(table_of(PriorAuth)),
        [
            {
                "case_id": case.id,
                "requester": found.requester,
                "servicing": found.servicing,
                "facility": found.facility,
                "priority_reason_ct": reason,
                "contact_name": sent.contact_name[:120],
                "contact_phone": sent.contact_phone[:30],
                "trace": sent.trace[:300],
                "missing": missing,
                "wire": _beside(sent),
            }
        ],
    )
    cx.db.connection().execute(
        insert(table_of(RequestLine)),
        [_line_row(case, line, sent, found.pa_rules) for line in sent.lines],
    )
    if sent.diagnoses:
        cx.db.connection().execute(
            insert(table_of(Diagnosis)),
            [
                {
                    "case_id": case.id,
                    "number": diagnosis.number,
                    "code": codes.dotted(diagnosis.code),
                    "kind": diagnosis.kind,
                    "uri": diagnosis.uri,
                    "billable": codes.dotted(diagnosis.code) in found.billable,
                }
                for diagnosis in sent.diagnoses
            ],
        )


def _beside(sent: Submission) -> dict[str, Any]:
    """What no column holds: numbers of earlier requests, what makes this one unlike others."""
    earlier = {"prior_numbers": list(sent.prior_numbers)} if sent.prior_numbers else {}
    return earlier | occasions.kept(sent)


def add_lines(cx: Context, case: ledger.Head, lines: Sequence[LineAsSent]) -> None:
    """Add lines that an update of the request brought."""
    if lines:
        cx.db.connection().execute(
            insert(table_of(RequestLine)), [_line_row(case, line, None, {}) for line in lines]
        )


def bring_lines_up_to_date(cx: Context, case: ledger.Head, lines: Sequence[LineAsSent]) -> None:
    """Replace what known lines say by what an update says; their numbers stay."""
    for line in lines:
        row = _line_row(case, line, None, {})
        cx.db.execute(
            update(RequestLine)
            .where(RequestLine.case_id == case.id, RequestLine.number == line.number)
            .values({name: value for name, value in row.items() if name != "label" or value})
            .execution_options(synchronize_session=False)
        )


def _line_row(
    case: ledger.Head, line: LineAsSent, sent: Submission | None, rules: Mapping[str, Any]
) -> dict[str, Any]:
    rule = rules.get(line.code)
    servicing = line.servicing or (sent.servicing if sent else None)
    return {
        "case_id": case.id,
        "number": line.number,
        "system": line.system,
        "code": line.code,
        "code_end": line.code_end,
        "modifiers": list(line.modifiers),
        "label": (rule.label if rule else line.label)[:200],
        "units": line.units,
        "unit": line.unit,
        "from_date": line.from_date,
        "to_date": line.to_date,
        "place": line.place,
        "service_type": line.service_type,
        "diagnosis_numbers": list(line.diagnosis_numbers),
        "servicing": asdict(servicing) if servicing else {},
        "trace": line.trace,
        "uri": line.uri,
        "revenue": line.revenue,
    }
