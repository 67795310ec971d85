"""Keeping a case from those who may not see restricted ones, from within the step that does it."""

from dataclasses import replace

from sqlalchemy import insert, text

from casework.context import Context
from casework.ledger.change import Head
from casework.models import Restriction


def restrict(cx: Context, case: Head, *, ground: str) -> None:
    """Write why this case is restricted from now on; the event itself sets the mark.

    Whoever refers a case may lose sight of it by that very step. Until this transaction commits he
    still writes on it: the binding is raised for this transaction alone and ends with it.
    """
    cx.db.execute(_SEE_TO_THE_END)
    cx.db.info["principal"] = replace(cx.principal, restricted=True)
    cx.db.execute(insert(Restriction).values(case_id=case.id, ground=ground, set_at=cx.now))


_SEE_TO_THE_END = text("select set_config('app.restricted', 'yes', true)")
