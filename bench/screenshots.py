"""`python -m bench.screenshots`: the pictures of the README, from the demo town in real Chromium.

It plants a town of its own in a temporary folder, writes docs/pictures/*.png, and leaves no more.
"""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image
from sqlalchemy import exists, select

from bench import contact_sheet
from bench.ground import _settings
from casework import embedded, migrations
from casework.config import Settings
from casework.db import Database
from casework.ground import database_for
from casework.models import Case, Member, User
from casework.queries import accounts
from casework.seed import planting
from casework.worker import Worker
from tests.browser import ROOT, Served, chromium, opened, served

PICTURES: Final = ROOT / "docs" / "pictures"
CASES: Final = 400
COLOURS: Final = 128


@dataclass(frozen=True)
class Town:
    """A planted town, served."""

    settings: Settings
    database: Database
    served: Served

    def person(self, role: str) -> str:
        """The name of a demo person with this role; of members the second one."""
        with self.database.reading(self.database.context()) as cx:
            names = [p.name for p in accounts.demo_people(cx) if role in p.roles]
        return names[1 if role == "member" else 0]

    def reads(self, language: str) -> str:
        """The name of a demo member who reads this language and has something to appeal."""
        own = exists().where(Case.member_id == Member.id, Case.state == "denied")
        wanted = (
            select(User.name)
            .join(Member, Member.id == User.member_id)
            .where(Member.language == language, User.kind == "member")
            .order_by(own.desc(), User.id)
        )
        with self.database.reading(self.database.context()) as cx:
            return str(cx.db.execute(wanted.limit(1)).scalar_one())

    def case(self, state: str, kind: str = "prior_auth") -> str:
        """The number of an open case in this state that is due next."""
        now = self.database.case_now()
        wanted = select(Case.ref).where(
            Case.state == state, Case.kind == kind, Case.next_due_at > now
        )
        with self.database.reading(self.database.context()) as cx:
            return str(cx.db.execute(wanted.order_by(Case.next_due_at).limit(1)).scalar_one())


def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with town() as here, chromium() as browser:
        referred = here.case("in_physician_review")
        shots: tuple[tuple[str, str, str, str], ...] = (
            ("desk", "nurse", "/staff/", ""),
            ("case", "physician", f"/staff/cases/{referred}", ""),
            ("why", "physician", f"/staff/cases/{referred}", "details"),
            ("rules", "compliance", "/staff/rules", ""),
            ("member", "member", "/member/", ""),
        )
        for name, role, path, unfold in shots:
            with opened(browser, here.served, width=1280, height=860) as page:
                page.goto("/")
                page.get_by_role("button", name=here.person(role)).first.click()
                page.wait_for_load_state()
                page.goto(path)
                if unfold:
                    page.locator("main details summary").first.click()
                _keep(name, page.screenshot())
        _appeal_in_spanish(here, browser)
    contact_sheet.main()


def _appeal_in_spanish(here: Town, browser: Any) -> None:
    """The question that frightens most, as a member who reads Spanish has it on a telephone."""
    with opened(browser, here.served, width=390, height=844) as page:
        page.goto("/")
        page.get_by_role("button", name=here.reads("es")).first.click()
        page.wait_for_load_state()
        page.locator("a[href^='/member/appeal/']").first.click()
        page.locator("main form button").first.click()
        page.locator("main form button").first.click()
        page.wait_for_load_state()
        _keep("appeal-es", page.screenshot())


@contextmanager
def town() -> Iterator[Town]:
    """A town of the demo as of this hour, served until the block ends."""
    # As root the server runs as a user of its own, which must be able to enter the folder.
    above = "/var/lib" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="casework-pictures-", dir=above))
    server = embedded.Server(folder / "pg")
    try:
        settings = _settings(server.database("pictures"), folder / "data")
        migrations.upgrade(settings)
        database = database_for(settings)
        as_of = database.case_now().replace(minute=0, second=0, microsecond=0)
        planting.plant(settings, cases=CASES, seed=1, as_of=as_of, post_room=Worker)
        worker = Worker(database)
        worker.sweep()
        worker.relay()
        worker.close()
        with served(settings, workers=2) as running:
            yield Town(settings, database, running)
        database.engine.dispose()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _keep(name: str, png: bytes) -> None:
    """As a small PNG: flat colours, no photographs."""
    picture: Any = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
