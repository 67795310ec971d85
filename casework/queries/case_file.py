"""One case, whole: what stands on its page, each part in one query, however long its history.

Rows come out as frozen values; free text is unsealed here for those who may read the case. Looks at
a member's record are logged by the door that calls it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from casework import bridge, seal
from casework.context import Context
from casework.errors import NotFound
from casework.models import (
    Appeal,
    Authorization,
    Case,
    CaseDocument,
    Clock,
    Contract,
    Determination,
    Diagnosis,
    DiagnosisCode,
    Document,
    Escalation,
    ExternalReview,
    Grievance,
    InformationRequest,
    Letter,
    LineDecision,
    Member,
    Obligation,
    PriorAuth,
    RequestLine,
    User,
)
from casework.queries import claim_lines
from casework.records import keeping

_DETAIL: Mapping[str, Any] = {
    "prior_auth": PriorAuth,
    "appeal": Appeal,
    "grievance": Grievance,
    "external_review": ExternalReview,
}


# Kept statements: building one costs as much as asking it.
_DETAIL_OF: Mapping[Any, Any] = {
    table: select(table).where(table.case_id == bindparam("case")) for table in _DETAIL.values()
}
_ROWS_OF: Mapping[Any, Any] = {
    table: select(table).where(table.case_id == bindparam("case")).order_by(order)
    for table, order in (
        (Determination, Determination.version.desc()),
        (RequestLine, RequestLine.number),
        (Authorization, Authorization.id),
        (Clock, Clock.due_at),
        (Letter, Letter.id),
        (Escalation, Escalation.id),
        (Obligation, Obligation.due_at),
    )
}


@dataclass(frozen=True)
class CaseFile:
    """Everything on the page of a case. Rows are read-only; `key` unseals its free text."""

    case: Any
    member: Any
    contract: Any
    zone: str
    line: str
    detail: Any
    about: Any
    assignee: str
    lines: tuple[Any, ...]
    line_decisions: Mapping[int, Any]
    diagnoses: tuple[Any, ...]
    determinations: tuple[Any, ...]
    authorizations: tuple[Any, ...]
    documents: tuple[Any, ...]
    clocks: tuple[Any, ...]
    letters: tuple[Any, ...]
    escalations: tuple[Any, ...]
    obligations: tuple[Any, ...]
    question: Any
    series: tuple[Any, ...]
    key: bytes

    @property
    def kept_during(self) -> str:
        """The number of the open appeal under which the care that this request cut goes on."""
        return keeping.appeal_that_keeps(self.series) if self.case.kind == "prior_auth" else ""

    @property
    def care_costs_nothing(self) -> bool:
        """Whether nobody owes anything back for care that went on, whatever the appeal decides."""
        return self.line in keeping.UNASKED


def case_file(cx: Context, ref: str) -> CaseFile:
    """The case with this number. Raises NotFound when it is not within the principal's reach."""
    case, member, sold_as, assignee = _head(cx, ref)
    contract = bridge.contract_of(cx, case.contract_version_id)
    detail = _one(cx, _DETAIL[case.kind], case.id)
    about_id = getattr(detail, "about_case_id", None)
    determinations = _all(cx, Determination, case.id)
    return CaseFile(
        case=case,
        member=member,
        contract=sold_as,
        zone=contract.time_zone,
        line=contract.line,
        detail=detail,
        about=_brief(cx, about_id),
        assignee=assignee or "",
        lines=_lines(cx, case, about_id),
        line_decisions=_line_decisions(cx, determinations),
        diagnoses=_diagnoses(cx, case),
        determinations=determinations,
        authorizations=_all(cx, Authorization, case.id),
        documents=_documents(cx, case.id),
        clocks=_all(cx, Clock, case.id),
        letters=_all(cx, Letter, case.id),
        escalations=_all(cx, Escalation, case.id),
        obligations=_all(cx, Obligation, case.id),
        question=_open_question(cx, case.id),
        series=series_of(cx, case),
        key=key_of(cx, case),
    )


def case_by_ref(cx: Context, ref: str) -> Any:
    """The row of this case. Raises NotFound, the same for absent and out of reach."""
    found = cx.db.execute(select(Case).where(Case.ref == _as_written(ref))).scalar_one_or_none()
    if found is None:
        raise _not_here(ref)
    return found


def key_of(cx: Context, case: Any) -> bytes:
    """The data key that unseals the free text of this case."""
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    return seal.unwrap(wrapping, bytes(case.key_sealed), f"case:{case.id}")


def _one(cx: Context, table: Any, case_id: int) -> Any:
    return cx.db.execute(_DETAIL_OF[table], {"case": case_id}).scalar_one_or_none()


def _all(cx: Context, table: Any, case_id: int) -> tuple[Any, ...]:
    return tuple(cx.db.execute(_ROWS_OF[table], {"case": case_id}).scalars())


def _brief(cx: Context, case_id: int | None) -> Any:
    if case_id is None:
        return None
    return cx.db.execute(
        select(Case.ref, Case.kind, Case.state, Case.title, Case.id).where(Case.id == case_id)
    ).one_or_none()


def _head(cx: Context, ref: str) -> Any:
    """Case, member, contract and the name of who has it, at once."""
    found = cx.db.execute(
        select(Case, Member, Contract, User.name)
        .join(Member, Member.id == Case.member_id)
        .join(Contract, Contract.id == Case.contract_id)
        .outerjoin(User, User.id == Case.assignee_id)
        .where(Case.ref == _as_written(ref))
    ).one_or_none()
    if found is None:
        raise _not_here(ref)
    return found


def _as_written(ref: str) -> str:
    return ref.strip().upper()[:24]


def _not_here(ref: str) -> NotFound:
    return NotFound(f"There is no case {ref[:24]} here.")


def _lines(cx: Context, case: Any, about_id: int | None) -> tuple[Any, ...]:
    """The service lines: the case's own, those of the request that it is about, or of a dispute
    those of its claim."""
    if bridge.is_dispute(case):
        return claim_lines.lines_of(cx, case)
    of_case = case.id if case.kind == "prior_auth" else about_id
    if of_case is None:
        return ()
    return _all(cx, RequestLine, of_case)


def _line_decisions(cx: Context, determinations: tuple[Any, ...]) -> dict[int, Any]:
    if not determinations:
        return {}
    rows = cx.db.execute(
        select(LineDecision).where(LineDecision.determination_id == determinations[0].id)
    ).scalars()
    return {row.number: row for row in rows}


def _diagnoses(cx: Context, case: Any) -> tuple[Any, ...]:
    return tuple(
        cx.db.execute(
            select(Diagnosis.number, Diagnosis.code, Diagnosis.kind, DiagnosisCode.label)
            .outerjoin(DiagnosisCode, DiagnosisCode.code == Diagnosis.code)
            .where(Diagnosis.case_id == case.id)
            .order_by(Diagnosis.number)
        )
    )


def _documents(cx: Context, case_id: int) -> tuple[Any, ...]:
    return tuple(
        cx.db.execute(
            select(
                CaseDocument.id,
                CaseDocument.name,
                CaseDocument.kind,
                CaseDocument.line_number,
                CaseDocument.control_number,
                CaseDocument.added_at,
                CaseDocument.added_by,
                Document.sha256,
                Document.size,
                Document.media_type,
            )
            .outerjoin(Document, Document.id == CaseDocument.document_id)
            .where(CaseDocument.case_id == case_id)
            .order_by(CaseDocument.id)
        )
    )


def _open_question(cx: Context, case_id: int) -> Any:
    return cx.db.execute(
        select(InformationRequest)
        .where(
            InformationRequest.case_id == case_id,
            InformationRequest.answered_at.is_(None),
            InformationRequest.lapsed_at.is_(None),
        )
        .order_by(InformationRequest.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def series_of(cx: Context, case: Any) -> tuple[Any, ...]:
    """Every case of the same matter within reach: the request, its appeals, reviews outside."""
    return tuple(
        cx.db.execute(
            select(
                Case.ref,
                Case.kind,
                Case.state,
                Case.title,
                Case.received_at,
                Case.next_due_at,
                Case.version,
                Case.outcome,
                Case.benefits_continued,
            )
            .where(Case.series_id == case.series_id)
            .order_by(Case.id)
        )
    )
