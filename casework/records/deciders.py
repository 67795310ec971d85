"""Who decides, with the credential of that day, as the record of a determination keeps it."""

from casework import bridge
from casework.bridge import facts as known
from casework.context import Context
from casework.ledger.change import Head
from casework.records.determinations import Decider
from sla.calendars import local_day, zone


def by_user(cx: Context, case: Head, *, attested: bool) -> Decider:
    """The one who acts, with the licence that he holds on the local day."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    on = local_day(cx.now, zone(contract.time_zone))
    licence = known.best_licence(cx, cx.principal.id, state=contract.state, on=on)
    person = known.name_of(cx, cx.principal.id)
    credential = f"{licence.kind} {licence.state}, {licence.specialty}" if licence else ""
    return Decider(
        kind="user",
        user_id=cx.principal.id,
        name=person.name,
        credential=credential.strip(", "),
        licence_id=licence.id if licence else None,
        expertise_attested=attested,
    )


def by_body(name: str) -> Decider:
    """A body outside the plan: its decision is only recorded here."""
    return Decider(kind="body", user_id=None, name=name[:120])
