"""A house with one worker, and short ways to ask for a file and to read what became of it."""

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import create_engine, select, update

from casework import file_maker
from casework.models import Case, CaseEvent, CaseFileRequest, Letter, Obligation, OutboxItem
from casework.services import case_files
from casework.services.operations import move_time
from casework.storage import Storage
from casework.submission import PaperAsSent
from casework.worker import Worker
from tests.builders import MONDAY, a_town
from tests.services.house import House


@dataclass
class Desk:
    """The house, its worker, and what is looked at."""

    house: House
    worker: Worker

    def ask(self, ref: str, *, cx: Any, **form: Any) -> int:
        """Ask for a file; its number."""
        done = case_files.ask_case_file(cx, ref, None, case_files.Asking(**form))
        return int(done.made["case_file"])

    def hush(self) -> None:
        """The letters that are owed now are not looked at: nobody prints them."""
        owner = create_engine(self.house.town.database.settings.database_owner_url)
        with owner.begin() as connection:
            waiting = update(OutboxItem).where(OutboxItem.state == "waiting")
            connection.execute(waiting.where(OutboxItem.topic != "case_file").values(state="done"))
        owner.dispose()

    def make(self) -> None:
        """Make every file that is asked for, and print no letter."""
        while file_maker.make_one(self.house.town.database, self.worker.files):
            pass

    def row(self, number: int) -> CaseFileRequest:
        """The request as it stands."""
        with self.reading() as cx:
            found = select(CaseFileRequest).where(CaseFileRequest.id == number)
            return cx.db.execute(found).scalar_one()

    def bytes_of(self, number: int) -> bytes:
        """The file."""
        sha256 = self.row(number).sha256
        assert sha256, self.row(number).says
        return Storage(self.house.town.database.settings).get(sha256)

    def events(self, ref: str) -> list[str]:
        """What happened on the case, in order."""
        with self.reading() as cx:
            return list(
                cx.db.execute(
                    select(CaseEvent.event)
                    .join(Case, Case.id == CaseEvent.case_id)
                    .where(Case.ref == ref)
                    .order_by(CaseEvent.seq)
                ).scalars()
            )

    def owed(self, ref: str) -> dict[str, Obligation]:
        """What is still owed on the case, by kind."""
        with self.reading() as cx:
            rows = cx.db.execute(
                select(Obligation)
                .join(Case, Case.id == Obligation.case_id)
                .where(Case.ref == ref, Obligation.done_at.is_(None))
            ).scalars()
            return {row.kind: row for row in rows}

    def letters(self, ref: str, code: str) -> list[Letter]:
        """The letters of this code on the case."""
        with self.reading() as cx:
            return list(
                cx.db.execute(
                    select(Letter)
                    .join(Case, Case.id == Letter.case_id)
                    .where(Case.ref == ref, Letter.code == code)
                ).scalars()
            )

    def reading(self) -> Any:
        """A session that sees all."""
        database = self.house.town.database
        return database.reading(database.context())


@pytest.fixture(scope="module")
def desk(database, settings):
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    worker = Worker(database)
    yield Desk(House(town), worker)
    worker.close()


def paper(name: str, data: bytes, kind: str = "application/pdf") -> PaperAsSent:
    """A paper as it is sent."""
    return PaperAsSent(name=name, media_type=kind, content=data)


def pages(data: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(io.BytesIO(data)) as document:
        return len(document.pages)


def bookmarks(data: bytes) -> list[tuple[str, int]]:
    """Each bookmark, in order, with the page, from 1, that it opens."""
    with pypdfium2.PdfDocument(data) as document:
        return [(each.get_title(), each.get_dest().get_index() + 1) for each in document.get_toc()]
