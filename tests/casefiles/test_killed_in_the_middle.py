"""A worker that is killed while it binds a file: the file is made once, nothing clear is left."""

import subprocess
import sys

from sqlalchemy import create_engine, text, update

from casework.config import Settings
from casework.models import OutboxItem
from casework.services.intake import submit_prior_auth
from tests.browser import ROOT
from tests.builders import a_submission
from tests.casefiles.conftest import Desk, paper
from tests.casefiles.papers_made import pdf, saved, text_of
from tests.worker.processes import environment, eventually, kill

SHEETS = 1200
RELAY = (
    "from casework.ground import database_here; from casework.worker import Worker;"
    "Worker(database_here()).relay()"
)


def test_a_killed_worker_makes_no_second_file_and_leaves_no_clear_paper(
    desk: Desk, settings: Settings
) -> None:
    long = saved(pdf(*[f"Sheet {number}" for number in range(SHEETS)]))
    sent = a_submission(desk.house.town, papers=(paper("long.pdf", long),))
    ref = submit_prior_auth(desk.house.cx("Maple"), sent).ref
    desk.hush()
    number = desk.ask(ref, cx=desk.house.town.cx("member of OH-MCD"))
    process = subprocess.Popen(
        [sys.executable, "-c", RELAY],
        env=environment(settings, PYTHONPATH=str(ROOT)),
        start_new_session=True,
    )
    try:
        eventually(
            lambda: desk.row(number).state == "being_made" and desk.row(number).pages_total > 0,
            seconds=60,
            what="the binding to begin",
        )
    finally:
        kill(process)
    assert desk.row(number).state == "being_made"
    assert list((settings.data_dir / "scratch").iterdir())
    _let_the_lease_run_out(settings)
    desk.make()
    assert desk.row(number).state == "ready_for_look"
    assert desk.events(ref).count("case_file_made") == 1
    said = text_of(desk.bytes_of(number))
    assert sum(f"Sheet {SHEETS - 1}" in page for page in said) == 1
    assert list((settings.data_dir / "scratch").iterdir()) == []


def _let_the_lease_run_out(settings: Settings) -> None:
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        long_ago = text("timestamptz '2020-01-01 00:00+00'")
        connection.execute(
            update(OutboxItem).where(OutboxItem.state == "claimed").values(lease_until=long_ago)
        )
    owner.dispose()
