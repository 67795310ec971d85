"""A matter that wanders: real people take real steps in any order, and after each of them what must
always hold is looked at."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from casework import clock_proof
from casework.bridge import facts as known
from casework.context import Context
from casework.errors import Problem
from casework.integrity import work
from casework.models import (
    Case,
    CaseDocument,
    CaseEvent,
    CaseLink,
    CaseParty,
    Determination,
    Document,
)
from casework.services import appeals, papers
from casework.services.actions import ACTIONS
from casework.services.merging import Merging
from casework.services.splitting import Splitting
from casework.submission import PaperAsSent
from statemachines import engine
from tests.services import (
    stages,
    walk_appeals,
    walk_grievances,
    walk_requests,
    walk_reviews,
)
from tests.services.house import House

CONTRACT = "OH-MCD-2026"
DECIDERS = ("physician", "junior", "ag_clinician", "ag_clinician")
# Steps of the walks that travel in time, or that bring a case of their own.
_NOT_HERE = frozenset(
    {
        "receive",
        "request",
        "deadline_missed",
        "information_lapsed",
        "accept_late",
        "refuse_late",
        "forward",
        "assign_iro",
        "send_file",
        "find_eligible",
    }
)
_WALKS: dict[str, dict[str, Callable[..., Any]]] = {
    "prior_auth": walk_requests.STEPS,
    "appeal": walk_appeals.STEPS,
    "grievance": walk_grievances.STEPS,
    "external_review": walk_reviews.STEPS,
}


@dataclass
class Matter:
    """What belongs together: two denied requests of one member and all that comes of them."""

    house: House
    dice: random.Random
    denied: tuple[str, str]
    first: int
    receipts: dict[int, datetime] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    def cases(self, cx: Context) -> list[Any]:
        """Every case of it, oldest first."""
        mine = Case.member_id == self.member
        return list(
            cx.db.execute(
                select(Case).where(mine, Case.id >= self.first).order_by(Case.id)
            ).scalars()
        )

    @property
    def member(self) -> int:
        return stages.look(self.house, self.denied[0]).case.member_id


def a_matter(house: House, dice: random.Random) -> Matter:
    """Two denials, an appeal of the first, and a complaint."""
    denied = (stages.a_denial(house, CONTRACT), stages.a_denial(house, CONTRACT))
    made = Matter(house, dice, denied, stages.look(house, denied[0]).case.id)
    stages.an_appeal(house, CONTRACT, about=denied[0])
    stages.a_grievance(house, CONTRACT)
    return made


def wander(matter: Matter, steps: int) -> None:
    """So many steps; one that is refused is none, and leaves nothing."""
    house, dice = matter.house, matter.dice
    for _ in range(steps):
        with house.town.database.reading(house.cx("system")) as cx:
            going = [
                (each.ref, each.kind, each.state)
                for each in matter.cases(cx)
                if each.state in engine.open_states(each.kind) or dice.random() < 0.2
            ]
        if not going:
            return
        ref, kind, state = dice.choice(going)
        name, step = dice.choice(_steps(matter, ref, kind, state))
        try:
            step()
        except (Problem, LookupError, NoResultFound):
            matter.taken["refused"] += 1
        else:
            matter.taken[name] += 1
        look(matter, corrected=ref if name == "correct_receipt" else "")


def _steps(matter: Matter, ref: str, kind: str, state: str) -> list[tuple[str, Callable[[], Any]]]:
    house, dice = matter.house, matter.dice
    possible = {
        trigger
        for edge in engine.edges(kind)
        for trigger in (edge.trigger,)
        if state in edge.sources
    }
    found: list[tuple[str, Callable[[], Any]]] = [
        (name, lambda step=step: step(house, ref))
        for name, step in _WALKS[kind].items()
        if name in possible - _NOT_HERE
    ]
    found.append(("paper", lambda: _paper(matter, ref)))
    found.append(("file", lambda: _file(matter)))
    if kind in ("appeal", "grievance"):
        found += [("merge", lambda: _merge(matter, ref, kind))] * 3
        found.append(("split", lambda: _split(matter, ref, kind)))
    if kind == "appeal":
        who = dice.choice(DECIDERS)
        how = dice.choice(("uphold", "overturn"))
        found += [("assign_reviewer", lambda: stages.give(house, ref, who))] * 2
        found += [("decide", lambda: stages.decide(house, ref, how, who=who))] * 3
    return found


def _file(matter: Matter) -> Any:
    """One more filing about the same: by the member, or by the office."""
    about = matter.dice.choice(matter.denied)
    if matter.dice.random() < 0.5:
        return walk_appeals.by_office(matter.house, CONTRACT, about)
    form = appeals.AppealFiling(about=about, reason="I write again.")
    return appeals.file_appeal(matter.house.member(CONTRACT), form)


def _paper(matter: Matter, ref: str) -> Any:
    name = f"note-{matter.dice.randrange(10_000)}.pdf"
    paper = PaperAsSent(
        name=name, media_type="application/pdf", content=b"%PDF-1.4 " + name.encode()
    )
    return papers.add_document(matter.house.cx("intake"), ref, None, papers.Upload(papers=(paper,)))


def _merge(matter: Matter, ref: str, kind: str) -> Any:
    with matter.house.town.database.reading(matter.house.cx("system")) as cx:
        others = [each.ref for each in matter.cases(cx) if each.kind == kind and each.ref != ref]
    form = Merging(other=matter.dice.choice(others), reason="They are one.")
    cx = matter.house.cx("ag_specialist")
    return ACTIONS[kind]["merge"].carry_out(cx, ref, None, form)


def _split(matter: Matter, ref: str, kind: str) -> Any:
    into = matter.dice.choice(("appeal", "grievance"))
    form = Splitting(
        into=into,
        about=matter.dice.choice(matter.denied) if into == "appeal" else "",
        category="attitude.plan",
        told="That too.",
        reason="Two matters.",
    )
    return ACTIONS[kind]["split"].carry_out(matter.house.cx("ag_specialist"), ref, None, form)


# ── What must always hold ───────────────────────────────────────────────────────────────────────


def look(matter: Matter, *, corrected: str = "") -> None:
    """Look at every case of the matter. Raises AssertionError with what is wrong."""
    house = matter.house
    with house.town.database.reading(house.cx("system")) as cx:
        cases = matter.cases(cx)
        ids = [each.id for each in cases]
        stuck = [found.says for found in work.without_future(cx, ids)]
        assert not stuck, f"open without a future: {stuck}; {matter.taken}"
        for one in clock_proof.recomputed(cx, ids):
            wrong = list(clock_proof.differences(one))
            assert not wrong, f"a clock is not what its events say: {wrong}; {matter.taken}"
        _receipts(matter, cases, corrected)
        _links(cx, ids)
        _deciders(cx, cases)


def _receipts(matter: Matter, cases: list[Any], corrected: str) -> None:
    for case in cases:
        before = matter.receipts.get(case.id, case.received_at)
        assert case.received_at == before or case.ref == corrected, f"{case.ref} lost its receipt"
        matter.receipts[case.id] = case.received_at


def _links(cx: Context, ids: list[int]) -> None:
    """Whatever went on in another case left nothing behind: receipt, papers, the office that
    filed."""
    links = cx.db.execute(select(CaseLink).where(CaseLink.case_id.in_(ids))).scalars().all()
    for link in links:
        old, new = (cx.db.get(Case, number) for number in (link.case_id, link.other_id))
        changed = cx.db.execute(
            select(CaseEvent.case_id).where(
                CaseEvent.case_id.in_([old.id, new.id]), CaseEvent.event == "receipt_corrected"
            )
        ).first()
        if changed is None:
            assert new.received_at <= old.received_at
            assert link.relation == "merged" or new.received_at == old.received_at
        came = (Document.sha256, CaseDocument.added_at)
        then = [
            set(
                cx.db.execute(
                    select(Document.sha256)
                    .join(CaseDocument, CaseDocument.document_id == Document.id)
                    .where(CaseDocument.case_id == number, came[1] <= link.at)
                ).scalars()
            )
            for number in (old.id, new.id)
        ]
        if link.relation != "split":
            assert then[0] <= then[1], f"{old.ref} lost a paper on its way to {new.ref}"
        if link.relation == "merged":
            offices = [
                set(
                    cx.db.execute(
                        select(CaseParty.organization_id).where(CaseParty.case_id == number)
                    ).scalars()
                )
                for number in (old.id, new.id)
            ]
            assert offices[0] <= offices[1], f"{old.ref} lost a party on its way to {new.ref}"


def _deciders(cx: Context, cases: list[Any]) -> None:
    """Nobody decided twice in one matter, nor a subordinate of who decided before."""
    by_series: dict[int, list[Any]] = {}
    for case in cases:
        rows = cx.db.execute(
            select(Determination).where(
                Determination.case_id == case.id, Determination.decided_by_id.is_not(None)
            )
        ).scalars()
        by_series.setdefault(case.series_id, []).extend((case, row) for row in rows)
    for decided in by_series.values():
        for case, row in decided:
            if case.kind != "appeal":
                continue
            above = known.superiors(cx, row.decided_by_id, on=date(2027, 3, 1))
            before = {
                known.person(each.decided_by_id)
                for other, each in decided
                if other.id != case.id and each.decided_at <= row.decided_at
            }
            assert known.person(row.decided_by_id) not in before, f"{case.ref}: decided twice"
            assert not before & set(above), f"{case.ref}: decided by a subordinate"
