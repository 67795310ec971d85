"""Denied requests, the appeals that members filed about them, and what their reviewers read."""

import re

from sqlalchemy import select

from casework.models import Appeal, Case
from casework.queries.timeline import timeline
from tests.services import stages
from tests.web.member.scene import Scene

NUMBER = re.compile(r"AP-2027-\d{6}-\d")


def denied(scene: Scene, contract: str = "OH-MCD") -> str:
    """One more denied request; its letter has not left."""
    return stages.a_denial(scene.house, contract)


def appeals_of(scene: Scene, ref: str) -> list:
    """The appeals of this request, as the system sees them."""
    with scene.database.reading(scene.house.cx("system")) as cx:
        about = select(Case.id).where(Case.ref == ref).scalar_subquery()
        return list(
            cx.db.execute(
                select(Case, Appeal)
                .join(Appeal, Appeal.case_id == Case.id)
                .where(Appeal.about_case_id == about)
            ).all()
        )


def reason_of(scene: Scene, ref: str) -> str:
    """What the reviewer reads as the reason of this appeal."""
    happened = stages.look(scene.house, ref)
    with scene.database.reading(scene.house.cx("system")) as cx:
        entries = timeline(cx, happened.case)
    return next(entry.said.get("reason", "") for entry in entries if entry.event == "received")
