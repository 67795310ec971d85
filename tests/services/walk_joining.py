"""Steps that walks of several kinds share: joining, parting, another kind, another party."""

import sys
from datetime import timedelta

from sqlalchemy import select

from casework.models import Case
from casework.services.actions import ACTIONS
from casework.services.merging import Merging
from casework.services.parties import AddedParty, NewParty
from casework.services.reclassifying import IntoRequest
from casework.services.splitting import Splitting
from statemachines import engine
from tests.builders import MONDAY, a_submission
from tests.services import stages
from tests.services.house import House

LATER = MONDAY + timedelta(hours=1)
NEVER_ASKED = "E0470"


def _take(house: House, ref: str, trigger: str, form, who: str = "ag_specialist"):
    kind = stages.look(house, ref).case.kind
    named = ACTIONS[kind][trigger].command
    # By its name, so that whoever watches the commands sees it taken.
    command = getattr(sys.modules[named.__module__], named.__name__)
    return command(house.cx(who), ref, None, form)


def merge(house: House, ref: str):
    """Join it with the case of the same matter that came before it."""
    case = stages.look(house, ref).case
    with house.town.database.reading(house.cx("system")) as cx:
        elder = cx.db.execute(
            select(Case.ref)
            .where(
                Case.member_id == case.member_id,
                Case.kind == case.kind,
                Case.id < case.id,
                Case.state.in_(engine.open_states(case.kind)),
            )
            .order_by(Case.id.desc())
            .limit(1)
        ).scalar_one()
    return _take(house, ref, "merge", Merging(other=elder, reason="They are one."))


def split(house: House, ref: str):
    """Part a complaint from it."""
    form = Splitting(
        into="grievance", category="attitude.plan", told="And rude.", reason="Two matters."
    )
    return _take(house, ref, "split", form)


def into_request(house: House, ref: str):
    """Go on with it as a request for care."""
    npi = a_submission(house.town, "OH-MCD-2026").requester.npi
    form = IntoRequest(code=NEVER_ASKED, provider_npi=npi, reason="It asks for care.")
    return _take(house, ref, "take_as_request", form)


def substitute(house: House, ref: str):
    """The member died, and the estate goes on."""
    form = NewParty(
        new_party="The estate",
        capacity="estate",
        evidence="Letters of administration.",
        address=("5 Oak Street", "Columbus, OH 43004"),
    )
    return _take(house, ref, "substitute_party", form)


def add_party(house: House, ref: str):
    """An office that has an interest too."""
    npi = house.town.npi["Maple"]
    return _take(house, ref, "add_party", AddedParty(provider_npi=npi, evidence="An assignment."))


PARTIES = {"substitute_party": substitute, "add_party": add_party}
JOINED = {"merge": merge, "split": split, "take_as_request": into_request}
