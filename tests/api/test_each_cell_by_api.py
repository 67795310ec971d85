"""The policy part of the table through the API: each step of each kind, for tokens of people of
several roles and for a program of an office; refused with the very sentence, nothing happens."""

from collections import Counter

import pytest

from casework.services.actions import ACTIONS
from casework.services.operations import move_time
from statemachines import engine
from tests.builders import MONDAY
from tests.services import expected_roles, stages, walk_requests
from tests.services.house import House

CONTRACT = "OH-MCD-2026"
ROLES = ("nurse", "physician", "ag_specialist", "supervisor", "intake")


@pytest.fixture(scope="module")
def cases(town, database) -> dict[str, str]:
    """One open case of each kind, of the office whose program asks."""
    move_time(database.context(), MONDAY)
    house = House(town)
    upheld = stages.decided(house, "OH-QHP", "uphold")
    return {
        "prior_auth": walk_requests.STAGES["in_review"](house),
        "appeal": stages.an_appeal(house, CONTRACT),
        "grievance": stages.a_grievance(house, CONTRACT),
        "external_review": stages.a_review(house, "OH-QHP", upheld),
    }


@pytest.fixture(scope="module")
def callers(caller):
    return {"client": caller()} | {role: caller(who=role) for role in ROLES}


@pytest.mark.parametrize("kind", engine.KINDS)
def test_each_step_says_by_api_what_the_table_says(cases, callers, kind):
    ref, may = cases[kind], expected_roles.roles_of(kind)
    counted: Counter[str] = Counter()
    for role, who in callers.items():
        listed = who.get(f"/api/v1/cases/{ref}")
        if listed.status_code == 404:
            counted["out of reach"] += 1
            continue
        for trigger in ACTIONS[kind]:
            answer = who.post(f"/api/v1/cases/{ref}/actions/{trigger}", {}, If_Match='"999"')
            said = answer.json.get("detail", "") if answer.is_json else ""
            if role not in may[trigger]:
                assert answer.status_code in (403, 409, 422), (role, trigger, said)
            if answer.status_code == 403:
                assert role not in may[trigger], (role, trigger, said)
                assert said == expected_roles.sentence(kind, trigger, role)
                counted["policy"] += 1
            else:
                counted[str(answer.status_code)] += 1
                assert answer.status_code in (409, 412, 422), (role, trigger, said)
    assert counted["policy"] > 5, counted
