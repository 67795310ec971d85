"""What stands on the desk for one grievance: its issues, and the track of the quality of care.

Free text is unsealed here for those who may read the case. Of a peer review whoever is not on the
track learns that there is one, and not a word of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from casework import seal
from casework.context import Context
from casework.models import CaseEvent, QualityReview, User
from casework.queries.case_file import CaseFile
from casework.records import issues, quality_track

TREND: Final = timedelta(days=730)


@dataclass(frozen=True)
class IssueShown:
    """One issue in clear; `finding` is empty while nothing was found."""

    number: int
    category: str
    words: str
    finding: str
    reasons: str
    found_by: str
    found_at: datetime | None


@dataclass(frozen=True)
class Reviewed:
    """One peer review in clear, for those on the track."""

    clinician: str
    referred_at: datetime
    referred_by: str
    question: str
    finding: str
    level: int | None
    outcome: str
    provider_npi: str
    provider_name: str
    found_at: datetime | None
    found_by: str


@dataclass(frozen=True)
class Trend:
    """How often the care of one provider was reviewed in the last two years, by level."""

    npi: str
    name: str
    count: int
    levels: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Track:
    """The quality of care on one case. `may_read` says whether the reader is on the track; who is
    not sees when it was referred and whether it was answered."""

    asked: bool
    answered: bool
    may_read: bool
    reviews: tuple[Reviewed, ...] = ()
    trends: tuple[Trend, ...] = ()


def issues_of(cx: Context, file: CaseFile) -> tuple[IssueShown, ...]:
    """The issues of this grievance; one filed before there were issues has what it was filed as."""
    rows = issues.rows_of(cx, file.case.id)
    if not rows:
        said = seal.unseal_text(file.key, file.detail.told_ct, f"told:{file.case.id}")
        found = file.detail.outcome
        return (IssueShown(1, file.detail.category, said, found, "", "", None),)
    return tuple(_issue(file, row) for row in rows)


def track_of(cx: Context, file: CaseFile) -> Track | None:
    """The quality track of this case, or None where there is none."""
    if not file.detail.quality_of_care:
        return None
    happened = set(
        cx.db.execute(
            select(CaseEvent.event).where(
                CaseEvent.case_id == file.case.id,
                CaseEvent.event.in_(("quality_of_care_referred", "clinical_finding_recorded")),
            )
        ).scalars()
    )
    asked = "quality_of_care_referred" in happened
    answered = "clinical_finding_recorded" in happened
    if not (cx.principal.restricted or cx.principal.reach == "all"):
        return Track(asked, answered, may_read=False)
    rows = cx.db.execute(
        select(QualityReview, User.name.label("clinician"))
        .join(User, User.id == QualityReview.clinician_id)
        .where(QualityReview.case_id == file.case.id)
        .order_by(QualityReview.id)
    ).all()
    reviews = tuple(_review(file, row.QualityReview, row.clinician) for row in rows)
    about = sorted({each.provider_npi for each in reviews if each.provider_npi})
    return Track(asked, answered, True, reviews, trends(cx, about))


def trends(cx: Context, npis: Sequence[str]) -> tuple[Trend, ...]:
    """The peer reviews of these providers in the last two years, as far as the reader may see."""
    if not npis:
        return ()
    rows = cx.db.execute(
        select(
            QualityReview.provider_npi,
            func.max(QualityReview.provider_name).label("name"),
            QualityReview.level,
            func.count().label("count"),
        )
        .where(
            QualityReview.provider_npi.in_(npis),
            QualityReview.found_at > cx.now - TREND,
        )
        .group_by(QualityReview.provider_npi, QualityReview.level)
        .order_by(QualityReview.provider_npi, QualityReview.level)
    ).all()
    return tuple(_trend(npi, [row for row in rows if row.provider_npi == npi]) for npi in npis)


def _trend(npi: str, rows: Sequence[Any]) -> Trend:
    levels = tuple((row.level, row.count) for row in rows if row.level is not None)
    name = next((row.name for row in rows if row.name), "")
    return Trend(npi, name, sum(row.count for row in rows), levels)


def _issue(file: CaseFile, row: Any) -> IssueShown:
    case_id = file.case.id
    return IssueShown(
        number=row.number,
        category=row.category,
        words=seal.unseal_text(file.key, row.words_ct, issues.words_place(case_id, row.number)),
        finding=row.finding,
        reasons=seal.unseal_text(
            file.key, row.reasons_ct, issues.reasons_place(case_id, row.number)
        ),
        found_by=row.found_by,
        found_at=row.found_at,
    )


def _review(file: CaseFile, row: Any, clinician: str) -> Reviewed:
    def clear(sealed: bytes, what: str) -> str:
        return seal.unseal_text(file.key, sealed, quality_track.place(file.case.id, what))

    return Reviewed(
        clinician=clinician,
        referred_at=row.referred_at,
        referred_by=row.referred_by,
        question=clear(row.question_ct, "question"),
        finding=clear(row.finding_ct, "finding"),
        level=row.level,
        outcome=row.outcome,
        provider_npi=row.provider_npi,
        provider_name=row.provider_name,
        found_at=row.found_at,
        found_by=row.found_by,
    )
