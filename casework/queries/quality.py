"""The quality sample to read: what was drawn of a month, what was found, and how often the second
look agrees with the first, by reviewer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, func, literal, or_, select, tuple_

from casework import seal
from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, QualitySample, SampledCase
from casework.queries.wilson import Share, share

QUESTIONS: Final = ("right_decision", "right_reason", "letter_right", "on_time")
MOST_SAMPLES: Final = 24
MOST_REVIEWERS: Final = 200
WHICH: Final = ("all", "open", "wrong")
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class Sample:
    """One draw."""

    id: int
    month: date
    seed: str
    most_each: int
    finished: int
    drawn: int
    drawn_at: datetime
    drawn_by: str


@dataclass(frozen=True)
class Reviewer:
    """What was found of one reviewer: `looked` of `drawn`; of those to which a question applied how
    many were right; `agreed`: the decision was right."""

    id: int
    name: str
    drawn: int
    looked: int
    right: dict[str, Share]

    @property
    def agreed(self) -> Share:
        """How often the second look would have decided alike."""
        return self.right["right_decision"]


@dataclass(frozen=True)
class Drawn:
    """One decision of a sample."""

    id: int
    sample_id: int
    ref: str
    title: str
    kind: str
    outcome: str
    decided_at: datetime
    decided_by_id: int
    decided_by: str
    answers: dict[str, str]
    note: str
    looked_at: datetime | None
    looked_by: str

    @property
    def wrong(self) -> bool:
        """Whether anything was found wrong."""
        return "no" in self.answers.values()


@dataclass(frozen=True)
class Page:
    """A page of them, and where the next begins (None: nowhere)."""

    rows: tuple[Drawn, ...]
    next_after: Cursor | None


def samples(cx: Context) -> tuple[Sample, ...]:
    """The last draws, the newest first."""
    rows = cx.db.execute(
        select(QualitySample).order_by(QualitySample.id.desc()).limit(MOST_SAMPLES)
    ).scalars()
    return tuple(
        Sample(
            id=row.id,
            month=row.month,
            seed=row.seed,
            most_each=row.most_each,
            finished=row.finished,
            drawn=row.drawn,
            drawn_at=row.drawn_at,
            drawn_by=row.drawn_by,
        )
        for row in rows
    )


def reviewers(cx: Context, month: date | None) -> tuple[Reviewer, ...]:
    """The findings by reviewer, of one month or of all, those with most wrong first."""
    columns: list[Any] = []
    for name in QUESTIONS:
        column = getattr(SampledCase, name)
        columns.append(func.count().filter(column == "yes").label(f"{name}_yes"))
        columns.append(func.count().filter(column.in_(("yes", "no"))).label(f"{name}_all"))
    statement = select(
        SampledCase.decided_by_id.label("id"),
        func.max(SampledCase.decided_by).label("name"),
        func.count().label("drawn"),
        func.count(SampledCase.looked_at).label("looked"),
        *columns,
    ).join(Case, Case.id == SampledCase.case_id)
    if month is not None:
        statement = statement.where(SampledCase.month == month)
    rows = cx.db.execute(statement.group_by(SampledCase.decided_by_id).limit(MOST_REVIEWERS))
    found = [
        Reviewer(
            id=row.id,
            name=row.name,
            drawn=row.drawn,
            looked=row.looked,
            right={
                name: share(getattr(row, f"{name}_yes"), getattr(row, f"{name}_all"))
                for name in QUESTIONS
            },
        )
        for row in rows
    ]
    return tuple(sorted(found, key=_rank))


def all_of(found: tuple[Reviewer, ...]) -> Reviewer:
    """All reviewers together."""
    return Reviewer(
        id=0,
        name="",
        drawn=sum(one.drawn for one in found),
        looked=sum(one.looked for one in found),
        right={
            name: share(
                sum(one.right[name].part for one in found),
                sum(one.right[name].whole for one in found),
            )
            for name in QUESTIONS
        },
    )


def drawn(
    cx: Context,
    *,
    month: date | None = None,
    which: str = "all",
    reviewer: int = 0,
    after: Cursor | None = None,
    limit: int = 50,
) -> Page:
    """The decisions of the samples within reach, the newest first; `open`: not looked at yet."""
    statement = _rows()
    if month is not None:
        statement = statement.where(SampledCase.month == month)
    if reviewer:
        statement = statement.where(SampledCase.decided_by_id == reviewer)
    if which == "open":
        statement = statement.where(SampledCase.looked_at.is_(None))
    if which == "wrong":
        statement = statement.where(
            or_(*(getattr(SampledCase, name) == "no" for name in QUESTIONS))
        )
    if after is not None:
        place = tuple_(SampledCase.decided_at, SampledCase.id)
        statement = statement.where(place < tuple_(*map(literal, after)))
    found = cx.db.execute(
        statement.order_by(SampledCase.decided_at.desc(), SampledCase.id.desc()).limit(limit + 1)
    ).all()
    rows = found[:limit]
    following = (
        (rows[-1].SampledCase.decided_at, rows[-1].SampledCase.id) if len(found) > limit else None
    )
    return Page(tuple(_drawn(cx, row, note=False) for row in rows), following)


def one(cx: Context, sampled_id: int) -> Drawn:
    """One decision with its note. Raises NotFound."""
    row = cx.db.execute(_rows().where(SampledCase.id == sampled_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such decision in a sample.")
    return _drawn(cx, row, note=True)


def next_open(cx: Context, month: date) -> int | None:
    """The next decision of a month that this reader may look at, the oldest draw first."""
    found = cx.db.execute(
        select(SampledCase.id)
        .join(Case, Case.id == SampledCase.case_id)
        .where(
            and_(SampledCase.month == month, SampledCase.looked_at.is_(None)),
            SampledCase.decided_by_id != cx.principal.id,
        )
        .order_by(SampledCase.sample_id, SampledCase.id)
        .limit(1)
    ).scalar()
    return int(found) if found is not None else None


def _rows() -> Any:
    return select(SampledCase, Case.ref, Case.title, Case.kind, Case.key_sealed).join(
        Case, Case.id == SampledCase.case_id
    )


def _drawn(cx: Context, row: Any, *, note: bool) -> Drawn:
    it: SampledCase = row.SampledCase
    said = ""
    if note and it.note_ct:
        wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
        key = seal.unwrap(wrapping, row.key_sealed, f"case:{it.case_id}")
        said = seal.unseal_text(key, it.note_ct, f"sampled:{it.id}")
    return Drawn(
        id=it.id,
        sample_id=it.sample_id,
        ref=row.ref,
        title=row.title,
        kind=row.kind,
        outcome=it.outcome,
        decided_at=it.decided_at,
        decided_by_id=it.decided_by_id,
        decided_by=it.decided_by,
        answers={name: getattr(it, name) for name in QUESTIONS},
        note=said,
        looked_at=it.looked_at,
        looked_by=it.looked_by,
    )


def _rank(one_of: Reviewer) -> tuple[float, str]:
    """By the upper end of the interval of agreement: one of one wrong does not stand first."""
    agreed = one_of.agreed
    return (agreed.high if agreed.high is not None else 2.0, one_of.name)
