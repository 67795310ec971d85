"""One filter of the work list at a time: the count of each of its values, found by its index.

It is asked where a view is too large to be counted in one scan, and for the filters that are set.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, String, and_, cast, func, literal, null, select
from sqlalchemy.dialects.postgresql import ARRAY

from casework.context import Context
from casework.metadata import INSTANT
from casework.models import Case, Determination
from casework.queries.due import windows
from casework.queries.worklist_wanted import DESK_ZONE, Wanted, conditions, done_since

COUNT_LIMIT: Final = 1000
# So many cases of a view are read at once; what is rare among them is counted by its own index.
SCAN: Final = 10_000
# More choices than this are no filter any more.
MOST_CHOICES: Final = 40
KINDS: Final = ("prior_auth", "appeal", "grievance", "external_review")
DUES: Final = ("overdue", "today", "soon", "later")
URGENCIES: Final = ("expedited", "standard")
NAMES: Final = ("kind", "urgency", "queue", "specialty", "contract", "who", "due")
# These three narrow one another, and all are counted by contract.
OF_PLAN: Final = frozenset({"contract", "line", "region"})
_EVER: Final = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC))


def capped(cx: Context, wanted: Wanted) -> Any:
    """How many cases this would list, up to COUNT_LIMIT: a scalar for a select."""
    some = select(literal(1).label("one")).select_from(Case).where(*conditions(cx, wanted))
    return select(func.count()).select_from(some.limit(COUNT_LIMIT).subquery()).scalar_subquery()


def one_by_one(
    cx: Context, wanted: Wanted, sure: Mapping[str, Collection[Any]], **known: Any
) -> dict[str, dict[Any, int]]:
    """For each of these filters the count of each value, the filter's own choice left out; `sure`
    names the filters, each with its values that are known to reach the limit."""
    names = tuple(sure)
    if not names:
        return {}

    def left(name: str, values: Iterable[Any]) -> list[Any]:
        return [value for value in values if value not in sure.get(name, ())]

    dues = left("due", DUES)
    spans = [windows(cx.now, DESK_ZONE)[due] for due in dues]
    people = [row[0] for row in known["team"] if f"u{row[0]}" not in sure.get("who", ())]
    contracts = left("contract", (row[0] for row in known["plans"]))
    made: dict[str, tuple[Any, Any]] = {
        "kind": _matching(left("kind", KINDS), String, Case.kind),
        "queue": _matching(left("queue", (row[0] for row in known["queues"])), String, Case.queue),
        "contract": _matching(contracts, BigInteger, Case.contract_id),
        "who": _of_people(cx, wanted, people),
        "due": _dues(dues, spans),
        "specialty": _specialties(sure.get("specialty", ())),
    }
    columns = [
        _each(cx, wanted, *made[name], but=OF_PLAN if name == "contract" else {name}).label(name)
        for name in names
        if name in made
    ]
    # Said outright, not as a value of a list, so that the small index of what is urgent serves.
    urgencies = left("urgency", URGENCIES if "urgency" in names else ())
    columns += [capped(cx, replace(wanted, urgency=one)).label(one) for one in urgencies]
    nobody = capped(cx, replace(wanted, who="nobody")) if "who" in names else null()
    found = cx.db.execute(select(*columns, nobody.label("nobody"))).one()._mapping
    told: dict[str, dict[Any, int]] = {name: dict(found.get(name) or []) for name in names}
    if "urgency" in told:
        told["urgency"] = {one: int(found[one]) for one in urgencies}
    if "who" in told:
        told["who"] = {f"u{each}": count for each, count in told["who"].items()}
        told["who"][""] = int(found["nobody"])
    return {name: dict.fromkeys(sure[name], COUNT_LIMIT) | told[name] for name in names}


def _matching(values: Iterable[Any], kind: Any, column: Any) -> tuple[Any, Any]:
    source = func.unnest(cast(list(values), ARRAY(kind))).table_valued("value").render_derived()
    return source, column == cast(source.c.value, kind)


def _of_people(cx: Context, wanted: Wanted, people: Sequence[int]) -> tuple[Any, Any]:
    if wanted.tab != "done":
        return _matching(people, BigInteger, Case.assignee_id)
    source, by = _matching(people, BigInteger, Determination.decided_by_id)
    lately = Determination.decided_at >= done_since(cx)
    return source, Case.id.in_(select(Determination.case_id).where(lately, by).correlate(source))


def _dues(dues: Sequence[str], within: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    begins = [start or _EVER[0] for start, _ in within]
    ends = [end or _EVER[1] for _, end in within]
    spans = func.unnest(
        cast(list(dues), ARRAY(String)),
        cast(list(begins), ARRAY(INSTANT)),
        cast(list(ends), ARRAY(INSTANT)),
    )
    source = spans.table_valued("value", "begins", "ends").render_derived()
    begin, end = cast(source.c.begins, INSTANT), cast(source.c.ends, INSTANT)
    return source, and_(Case.next_due_at >= begin, Case.next_due_at < end)


def _specialties(sure: Collection[str]) -> tuple[Any, Any]:
    """The specialties of open cases: one step of the index for each, not all rows."""
    first = select(func.min(Case.specialty).label("value"))
    steps = first.where(Case.open, Case.specialty > "").cte("steps", recursive=True)
    further = (
        select(func.min(Case.specialty))
        .where(Case.open, Case.specialty > steps.c.value)
        .scalar_subquery()
    )
    steps = steps.union_all(select(further).where(steps.c.value.is_not(None)))
    there = and_(steps.c.value.is_not(None), steps.c.value.not_in(sorted(sure)))
    source = select(steps.c.value).where(there).limit(MOST_CHOICES).subquery()
    return source, Case.specialty == source.c.value


def _each(cx: Context, wanted: Wanted, source: Any, fits: Any, *, but: Collection[str]) -> Any:
    """Pairs of each value of `source` and its count, as JSON."""
    some = (
        select(literal(1).label("one"))
        .select_from(Case)
        .where(*conditions(cx, wanted, but=frozenset(but)), fits)
        .correlate(source)
        .limit(COUNT_LIMIT)
        .subquery()
    )
    counting = select(func.count()).select_from(some).scalar_subquery()
    pair = func.json_build_array(source.c.value, counting)
    return select(func.json_agg(pair)).select_from(source).scalar_subquery()
