"""The supervisor's figures over a seeded town: every number equals a second count over the bare
rows, opens to just its cases, and is asked for in a bounded number of statements."""

from collections import defaultdict
from datetime import UTC, date, datetime
from statistics import mean, median
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from casework.app import create_app
from casework.context import SYSTEM
from casework.models import (
    Appeal,
    Case,
    CaseEvent,
    CaseParty,
    Clock,
    Contract,
    Organization,
    PriorAuth,
    User,
)
from casework.queries import accounts, work_figures
from casework.queries.work_counted import DECIDED, NOBODY, RECEIVED, RULE, SLICES, Months
from casework.queries.work_figures import WHICH
from casework.seed import planting
from tests.pages import Pages

AS_OF = datetime(2027, 3, 15, 15, tzinfo=UTC)
DECISIONS = {
    "approved": "approved",
    "deemed_approved": "approved",
    "overturned": "approved",
    "partially_approved": "partly",
    "partially_overturned": "partly",
    "denied": "denied",
    "upheld": "denied",
    "resolved": "",
}
ALL = Months(since=date(2026, 11, 1), until=date(2027, 4, 1), kind="")
SIGHTS = (
    ALL,
    Months(since=date(2027, 1, 1), until=date(2027, 3, 1)),
    Months(since=date(2027, 2, 1), until=date(2027, 4, 1), counted_by=DECIDED, kind=""),
    Months(since=date(2026, 12, 1), until=date(2027, 4, 1), kind="appeal", line="medicaid"),
)


@pytest.fixture(scope="module")
def town(demo):
    """A seeded town of a hundred and sixty cases, without letters."""
    planting.plant(demo.settings, cases=160, seed=5, as_of=AS_OF)
    return demo


@pytest.fixture(scope="module")
def known(town):
    """Every case as the bare rows tell it."""
    return known_cases(town)


@pytest.fixture(scope="module")
def pages(town):
    """A supervisor's browser."""
    client = Pages(create_app(database=town).test_client())
    client.get("/")
    client.post("/demo-sign-in", {"person": str(supervisor(town))})
    return client


def supervisor(town) -> int:
    with town.reading(town.context()) as cx:
        return next(p.id for p in accounts.demo_people(cx) if "supervisor" in p.roles)


# ── A second, independent count: plain Python over the rows ─────────────────────────────────────


def known_cases(town) -> list[dict]:
    """Every case with all that a figure may ask of it."""
    with town.reading(town.context(SYSTEM)) as cx:

        def rows(table):
            return list(cx.db.execute(select(table)).scalars())

        events, parties = defaultdict(list), {}
        for row in sorted(rows(CaseEvent), key=lambda e: (e.case_id, e.seq)):
            events[row.case_id].append(row)
        offices = {row.id: row.name for row in rows(Organization)}
        for row in rows(CaseParty):
            if row.role == "requesting":
                parties[row.case_id] = offices[row.organization_id]
        clocks = {row.case_id: row for row in rows(Clock) if row.name == "decision"}
        reasons = {row.case_id: bool(row.priority_reason_ct) for row in rows(PriorAuth)}
        contracts = {row.id: row for row in rows(Contract)}
        people = {row.id: row.name for row in rows(User)}
        appeals = defaultdict(list)
        for row in rows(Appeal):
            if row.about_case_id and row.dispute_about == "service":
                appeals[row.about_case_id].append(row.case_id)
        return [
            _known(c, events, clocks, reasons, contracts, people, appeals, parties)
            for c in rows(Case)
        ]


def _known(case, events, clocks, reasons, contracts, people, appeals, parties) -> dict:
    mine = events[case.id]
    decided = [e for e in mine if e.event in DECISIONS]
    last = decided[-1] if decided else None
    clock = clocks.get(case.id)
    met = clock.satisfied_at if clock else None
    names = {e.event for e in mine}
    asked = case.priority == "expedited" or "expedite_requested" in names
    blank = any(e.event == "expedite_requested" and not e.body_ct for e in mine) or (
        case.priority == "expedited" and not reasons.get(case.id, False)
    )
    outcome = last.event if last else ""
    adverse = outcome in ("denied", "partially_approved")
    fell = any(
        e.event in ("overturned", "partially_overturned")
        for appeal in appeals[case.id]
        for e in events[appeal]
    )
    days = (last.occurred_at - case.received_at).total_seconds() / 86_400 if last else None
    refused = asked and "expedite_refused" in names
    who = NOBODY if not last else people[last.actor_id] if last.actor_kind == "user" else RULE
    return {
        "ref": case.ref,
        "case_kind": case.kind,
        "received": case.received_at,
        "decided_at": last.occurred_at if last else None,
        "days": days,
        "line": contracts[case.contract_id].line,
        "contract": contracts[case.contract_id].code,
        "state": contracts[case.contract_id].state or "Not said",
        "kind": case.kind,
        "reviewer": who,
        "provider": parties.get(case.id, "Not said"),
        "came": True,
        "decided": last is not None,
        "in_time": bool(met and met <= clock.due_at),
        "late": bool(clock and ((met and met > clock.due_at) or clock.state == "missed")),
        "approved": DECISIONS.get(outcome) == "approved",
        "partly": DECISIONS.get(outcome) == "partly",
        "denied": DECISIONS.get(outcome) == "denied",
        "adverse": adverse,
        "appealed": adverse and bool(appeals[case.id]),
        "fell": adverse and fell,
        "fast_asked": asked,
        "fast_granted": asked and case.fast_track,
        "fast_refused": refused,
        "fast_misused": refused and blank,
    }


def inside(known: list[dict], asked: Months) -> list[dict]:
    """The cases of a sight. Ohio is five hours behind in winter, four from March 14 on."""
    start = datetime(asked.since.year, asked.since.month, 1, 5, tzinfo=UTC)
    end = datetime(asked.until.year, asked.until.month, 1, 5, tzinfo=UTC)
    end = end.replace(hour=4) if asked.until.month == 4 else end
    at = "received" if asked.counted_by == RECEIVED else "decided_at"
    return [
        one
        for one in known
        if one[at] is not None
        and start <= one[at] < end
        and asked.kind in ("", one["case_kind"])
        and asked.line in ("", one["line"])
    ]


def same(figures, rows: list[dict]) -> None:
    for name in WHICH:
        assert getattr(figures, name) == sum(row[name] for row in rows), name
    days = [row["days"] for row in rows if row["days"] is not None]
    if days:
        assert figures.days_mean == pytest.approx(mean(days), abs=1e-4)
        assert figures.days_median == pytest.approx(median(days), abs=1e-4)
    else:
        assert figures.days_mean is None


@pytest.mark.parametrize("asked", SIGHTS)
def test_every_number_equals_a_second_count(town, known, asked) -> None:
    rows = inside(known, asked)
    assert len(rows) > 5
    with town.reading(town.context(SYSTEM)) as cx:
        for by in ("line", "contract", "state", "kind", "reviewer", "provider"):
            expected = defaultdict(list)
            for row in rows:
                expected[row[by]].append(row)
            whole, found = work_figures.sliced(cx, asked, by)
            same(whole, rows)
            assert {one.key for one in found} == set(expected)
            for one in found:
                same(one.figures, expected[one.key])


def test_the_town_has_something_of_every_number(town) -> None:
    with town.reading(town.context(SYSTEM)) as cx:
        whole, _ = work_figures.sliced(cx, ALL, "line")
    for name in ("came", "decided", "late", "partly", "denied", "appealed", "fell", "fast_asked"):
        assert getattr(whole, name) > 0, name


@pytest.mark.parametrize("by", sorted(SLICES))
def test_a_slice_sums_to_the_whole_and_each_number_opens_to_its_cases(town, by) -> None:
    with town.reading(town.context(SYSTEM)) as cx:
        whole, groups = work_figures.sliced(cx, ALL, by)
        assert len(groups) > (1 if by != "state" else 0)
        for which in WHICH:
            assert sum(getattr(g.figures, which) for g in groups) == getattr(whole, which)
        for group in groups[:2]:
            for which in ("came", "late"):
                found, after = [], None
                while True:
                    page = work_figures.cases(
                        cx, ALL, which=which, by=by, key=group.key, after=after, limit=30
                    )
                    found += [row.ref for row in page.rows]
                    after = page.next_after
                    if after is None:
                        break
                assert len(found) == len(set(found)) == getattr(group.figures, which)


def test_each_link_of_the_page_leads_to_as_many_cases_as_it_says(pages) -> None:
    page = pages.get("/staff/figures?since=2027-01&until=2027-03&by=team&kind=all")
    links = [e for e in page.all("a") if "/figures/cases" in (e.get("href") or "")]
    assert len(links) > 30
    for link in links[::11]:
        listed = pages.get(link.get("href"))
        number = int(link.text.split()[0].replace(",", ""))
        refs = [e for e in listed.all("a") if "/staff/cases/" in (e.get("href") or "")]
        assert len(refs) == min(number, 50), parse_qs(urlsplit(link.get("href")).query)


@pytest.mark.parametrize("show", ["volume", "timeliness", "turnaround", "approval", "fast"])
def test_the_chart_shows_what_is_asked_for(pages, show) -> None:
    page = pages.get(f"/staff/figures?since=2026-11&until=2027-03&by=line&kind=all&show={show}")
    assert page.all("rect")


@pytest.mark.parametrize(
    "query",
    [
        "since=soon&until=2027-03",
        "since=2027-03&until=2027-01",
        "since=2001-01&until=2027-01",
        "by=moon&show=stars&kind=x&line=y&counted=z",
        "since=1999-99",
    ],
)
def test_an_address_that_cannot_be_read_shows_something_all_the_same(pages, query) -> None:
    pages.get(f"/staff/figures?{query}")
    pages.get(f"/staff/figures/cases?{query}&which=none&group=%00&cursor=1_2")


def test_the_file_has_the_rows_of_the_page(pages) -> None:
    answer = pages.client.get("/staff/figures.csv?since=2026-11&until=2027-03&by=line&kind=all")
    lines = answer.text.splitlines()
    assert answer.headers["Content-Disposition"].endswith('figures-line-2026-11-2027-03.csv"')
    assert len(lines) == 4
    assert lines[0].removeprefix("\ufeff").startswith("group,came,decided,in_time,late")


@pytest.mark.parametrize("by", sorted(SLICES))
def test_the_pages_ask_a_bounded_number_of_questions(pages, watched, by) -> None:
    for path in ("figures", "figures/cases"):
        address = f"/staff/{path}?since=2026-11&until=2027-03&by={by}&kind=all"
        pages.get(address)
        with watched() as seen:
            pages.get(address)
        assert len(seen) <= 12, seen.texts
