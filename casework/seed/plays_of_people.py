"""What the demo's administrator did about people: licences recorded, one of which ends soon, and a
change that waits for a second administrator."""

from datetime import datetime, timedelta
from typing import Any

from casework.seed.living import Living
from casework.seed.scene import DAY
from casework.services import house_tasks, people

ENDS_IN = timedelta(days=45)


def the_administrator_was_here(living: Living, now: datetime) -> None:
    """A nurse's second licence ends in six weeks; a supervisor shall stand in for compliance."""
    staff = living.town.staff
    living.at(now - 20 * DAY)
    licence = {
        "kind": "RN",
        "state": "KY",
        "number": "KY-RN-48120",
        "specialty": "",
        "starts_on": f"{(now - 700 * DAY).date()}",
        "ends_on": f"{(now + ENDS_IN).date()}",
    }
    _ask(living, staff["nurse_7"].id, "licence", licence, "She reviews for Kentucky members too.")
    living.at(now - DAY)
    house_tasks.warn_of_licences(living.database.context())
    supervisor = staff["supervisor"]
    rights = {
        "roles": ["supervisor", "compliance"],
        "contracts": list(supervisor.principal.ids),
        "sees_restricted": supervisor.principal.restricted,
    }
    _ask(living, supervisor.id, "rights", rights, "Stands in while compliance is away.")


def _ask(living: Living, user_id: int, kind: str, wanted: Any, reason: str) -> None:
    cx = living.of("admin")
    people.ask_change(cx, user_id, kind, wanted, reason=reason, effective_on=cx.now.date())
