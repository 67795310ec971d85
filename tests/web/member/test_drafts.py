"""What was begun and is not sent: sealed, nobody else's, and kept for thirty days."""

from flask import Flask
from sqlalchemy import select, text

from casework.models import FilingDraft
from casework.services import drafts
from tests.builders import MONDAY
from tests.web.member.appealing import denied
from tests.web.member.scene import DAY, Scene
from tests.web.member.walking import Walk


def test_drafts_are_sealed_and_nobody_elses(scene: Scene, site: Flask) -> None:
    ref = denied(scene)
    walk = Walk(scene.sign_in(site), f"/member/appeal/{ref}")
    walk.begin()
    walk.answer("why", "Only between us.")
    with scene.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'all', true)"))
        row = connection.execute(select(FilingDraft).where(FilingDraft.about == ref)).one()
        assert b"between us" not in bytes(row.body_ct)
    for who in ("nurse", "ag_specialist", "Maple", "member of OH-QHP"):
        with scene.database.reading(scene.house.cx(who)) as cx:
            seen = cx.db.execute(select(FilingDraft.about)).scalars().all()
            assert ref not in seen, who
    with scene.database.engine.connect() as connection:
        connection.execute(text("select set_config('app.reach', 'contracts', true)"))
        connection.execute(text("select set_config('app.ids', '{1,2,3,4,5}', true)"))
        assert connection.execute(text("select count(*) from filing_draft")).scalar() == 0


def test_a_draft_is_kept_for_thirty_days(scene: Scene) -> None:
    member = scene.house.member("OH-MCD-2026")
    mine = scene.member_id("OH-MCD-2026")
    first = drafts.begin(member, kind="grievance", about="", member_id=mine)
    again = drafts.begin(member, kind="grievance", about="", member_id=mine)
    assert (again.id, again.token) == (first.id, first.token)
    drafts.answer(member, first.id, {"told": "It began so."})
    later = scene.house.member("OH-MCD-2026", MONDAY + 31 * DAY)
    fresh = drafts.begin(later, kind="grievance", about="", member_id=mine)
    assert fresh.token != first.token
    assert fresh.answers == {}
