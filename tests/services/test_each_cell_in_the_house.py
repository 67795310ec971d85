"""The same cells through the house: each step of each kind for each role, by the real commands on
real cases; the policy part by page and API."""

import os
from collections import Counter
from dataclasses import replace

import pytest

from casework.context import Context, Principal
from casework.errors import Invalid, NotAllowed, Problem, Stale, StateRefused
from casework.services.actions import ACTIONS
from casework.services.operations import move_time
from statemachines import engine
from tests.builders import MONDAY
from tests.services import expected_roles, stages, walk_appeals, walk_grievances, walk_requests
from tests.services.claims_here import a_claim
from tests.services.house import House, a_house
from tests.services.sample_forms import sample

CONTRACT = "OH-MCD-2026"
NEVER_SEEN = 987_654
YEAR = os.environ.get("CHAOS") == "year"  # every state and role, not one state and the next three
STAFF = tuple(
    each
    for each in expected_roles.ROLES
    if each not in ("provider", "provider_admin", "client", "member", "representative", "system")
)


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def known(house) -> dict[str, object]:
    """What forms name: people, requests, a claim, another case."""
    about = stages.a_denial(house, CONTRACT)
    return {
        "reviewer_id": house.user("ag_clinician"),
        "clinician_id": house.user("guardian"),
        "about": about,
        "other": stages.an_appeal(house, CONTRACT, about=about),
        "claim": a_claim(house.town, CONTRACT, number="CLM-1"),
        "category": "attitude.plan",
        "provider_npi": house.town.npi["Maple"],
        "received_at": MONDAY,
        "address": ("5 Oak Street", "Columbus, OH 43004"),
    }


@pytest.fixture(scope="module")
def cases(house) -> dict[tuple[str, str], str]:
    """A case of each kind in an open state in which most can be done, and one that was decided."""
    upheld = stages.decided(house, "OH-QHP", "uphold")
    return {
        ("prior_auth", "in_review"): walk_requests.STAGES["in_review"](house),
        ("prior_auth", "in_physician_review"): stages.with_physician(house, CONTRACT),
        ("prior_auth", "denied"): stages.a_denial(house, CONTRACT),
        ("appeal", "received"): walk_appeals.STAGES["received"](house),
        ("appeal", "in_review"): walk_appeals.STAGES["in_review"](house),
        ("appeal", "overturned"): walk_appeals.STAGES["overturned"](house),
        ("grievance", "in_investigation"): walk_grievances.STAGES["in_investigation"](house),
        ("grievance", "resolved"): walk_grievances.STAGES["resolved"](house),
        ("external_review", "requested"): stages.a_review(house, "OH-QHP", upheld),
    }


def context(house: House, role: str) -> Context:
    """Somebody with this role who can reach the case."""
    if role in STAFF:
        return house.cx(role)
    cx = house.cx("system")
    if role == "system":
        return cx
    who = Principal(kind="user", id=1, name="Somebody", roles=frozenset({role}), reach="all")
    return replace(cx, principal=replace(who, kind="client") if role == "client" else who)


def tried(house: House, kind: str, ref: str, trigger: str, role: str, known) -> Problem | None:
    """What comes of it; whoever may take the step is stopped by the version that nobody saw."""
    action = ACTIONS[kind][trigger]
    form = sample(house, action.form, **known)
    try:
        action.carry_out(context(house, role), ref, NEVER_SEEN, form)
    except Problem as problem:
        return problem
    return None


def where(kind: str, trigger: str, cases) -> list[str]:
    """The cases on which this step is tried: one whose state fits, or all of them in the year."""
    mine = {state: ref for (of, state), ref in cases.items() if of == kind}
    if YEAR:
        return list(mine.values())
    sources = {s for e in engine.edges(kind) if e.trigger == trigger for s in e.sources}
    fitting = [ref for state, ref in mine.items() if state in sources]
    return (fitting or list(mine.values()))[:1]


def who(kind: str, trigger: str, turn: int) -> list[str]:
    """The roles that try it: who may, and of the others three in turn, or all in the year."""
    may = expected_roles.roles_of(kind)[trigger]
    others = [role for role in expected_roles.ROLES if role not in may]
    if YEAR or len(others) <= 3:
        return list(expected_roles.ROLES)
    return [*sorted(may), *(others[(turn * 3 + each) % len(others)] for each in range(3))]


@pytest.mark.parametrize("kind", engine.KINDS)
def test_the_commands_say_what_the_table_says(house, cases, known, kind):
    """Law first, then the house's rules with the exact sentence, then state and version."""
    may = expected_roles.roles_of(kind)
    counted: Counter[str] = Counter()
    before = {ref: stages.look(house, ref).case.event_seq for ref in cases.values()}
    tries = [
        (trigger, ref, role)
        for turn, trigger in enumerate(ACTIONS[kind])
        for ref in where(kind, trigger, cases)
        for role in who(kind, trigger, turn)
    ]
    for trigger, ref, role in tries:
        problem = tried(house, kind, ref, trigger, role, known)
        said = f"{ref} {trigger} {role}: {problem!r}"
        if isinstance(problem, NotAllowed):
            assert role not in may[trigger], said
            assert problem.sentence == expected_roles.sentence(kind, trigger, role)
            counted["policy"] += 1
        elif isinstance(problem, StateRefused) and problem.source == "guard":
            counted["law"] += 1
        else:
            assert role in may[trigger], said
            assert isinstance(problem, Stale | StateRefused | Invalid), said
            counted["allowed"] += 1
    assert {role for _, _, role in tries} == set(expected_roles.ROLES)
    assert min(counted[each] for each in ("policy", "law", "allowed")) > 0, counted
    assert before == {ref: stages.look(house, ref).case.event_seq for ref in before}
