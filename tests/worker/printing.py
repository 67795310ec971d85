"""A house with letters for the print vendor, a vendor that is a program, and killed workers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, select, text

from casework.carriers import printing
from casework.config import Settings
from casework.context import SYSTEM
from casework.models import Case, Clock, ContractVersion, Delivery, Letter, Obligation, PrintBatch
from casework.records.determinations import LineRuling, Wanted, Words
from casework.services import determinations, review
from casework.services.intake import submit_prior_auth
from casework.worker import Worker
from tests.builders import MONDAY, Town, a_submission
from tests.worker.processes import CONSOLE, environment

# A worker that is killed, as a machine kills, at a point of its way.
KILLED = """
import os, signal, sys
from pathlib import Path
from casework import config, storage
from casework.ground import database_for
from casework.worker import Worker

def die(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

point = sys.argv[1]
if point == "before the rename":
    whole = Path.rename
    Path.rename = lambda self, to: die() if self.is_dir() else whole(self, to)
elif point == "after the rename":
    import casework.post_room as room
    room.print_batches.batch_written = die
elif point == "after the batch is written down":
    import casework.post_room as room
    room.print_batches.copy_left = die
Worker(database_for(config.load())).relay()
"""


@dataclass
class Post:
    """The town, its worker, and the folder of the print vendor."""

    town: Town
    settings: Settings
    worker: Worker

    @property
    def folder(self) -> Path:
        return self.settings.print_dir

    def denial(self, contract: str = "OH-MCD", at: datetime = MONDAY) -> str:
        """A denial whose letters are owed; returns its number."""
        town = self.town
        ref = submit_prior_auth(
            town.cx("Maple", at), a_submission(town, contract, received_at=at)
        ).ref
        nurse, doctor = town.cx("nurse", at), town.cx("physician", at)
        review.start_review(nurse, ref, None)
        review.refer_to_physician(
            nurse, ref, None, review.Referral(summary="Summary.", criteria="Not met.")
        )
        determinations.deny(doctor, ref, None, RULING)
        return ref

    def rows(self, statement: Any) -> list[Any]:
        database = self.town.database
        with database.reading(database.context(SYSTEM)) as cx:
            return list(cx.db.execute(statement))

    def copies(self, ref: str, channel: str = "print") -> list[Delivery]:
        """The copies of this case that go this way."""
        return [
            row.Delivery
            for row in self.rows(
                select(Delivery)
                .join(Case, Case.id == Delivery.case_id)
                .where(Case.ref == ref, Delivery.channel == channel)
                .order_by(Delivery.id)
            )
        ]

    def denial_copy(self, ref: str) -> Delivery:
        """The printed copy of the member's denial."""
        [row] = self.rows(
            select(Delivery)
            .join(Letter, Letter.id == Delivery.letter_id)
            .join(Case, Case.id == Letter.case_id)
            .where(
                Case.ref == ref,
                Letter.code == "denial",
                Letter.recipient == "member",
                Delivery.channel == "print",
            )
        )
        return row.Delivery

    def letter(self, ref: str, code: str = "denial") -> Letter:
        [row] = self.rows(
            select(Letter)
            .join(Case, Case.id == Letter.case_id)
            .where(Case.ref == ref, Letter.code == code, Letter.recipient == "member")
        )
        return row.Letter

    def clock(self, ref: str, name: str = "decision") -> Clock:
        [row] = self.rows(
            select(Clock)
            .join(Case, Case.id == Clock.case_id)
            .where(Case.ref == ref, Clock.name == name)
        )
        return row.Clock

    def tasks(self, ref: str) -> dict[str, Obligation]:
        """What is owed on this case, by kind without its number."""
        found = self.rows(
            select(Obligation)
            .join(Case, Case.id == Obligation.case_id)
            .where(Case.ref == ref, Obligation.done_at.is_(None))
        )
        owed = [row.Obligation for row in found]
        return {each.kind.rstrip("0123456789").rstrip("_"): each for each in owed}

    def batches(self) -> list[PrintBatch]:
        return [row.PrintBatch for row in self.rows(select(PrintBatch).order_by(PrintBatch.id))]

    def manifests(self) -> list[dict[str, Any]]:
        """What the vendor finds, batch by batch."""
        return [printing.read_manifest(place) for place in printing.batches(self.folder)]

    def vendor(self, *more: str) -> str:
        """The vendor's own program, once; returns what it says."""
        done = subprocess.run(
            [CONSOLE, "letters", "vendor", str(self.folder), *more],
            env=environment(self.settings),
            cwd=self.settings.data_dir,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def answer(self, name: str, **said: Any) -> Path:
        """An answer as some vendor might write it."""
        path = self.folder / "acks" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(said))
        return path

    def killed(self, point: str) -> None:
        """A real worker that dies by SIGKILL at this point; its lease runs out."""
        dead = subprocess.run(
            [sys.executable, "-c", KILLED, point],
            env=environment(self.settings) | {"PYTHONPATH": os.getcwd()},
            cwd=self.settings.data_dir,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert dead.returncode == -signal.SIGKILL, dead.stderr.decode()[-2000:]
        self.sql("update outbox set lease_until = now() - interval '1 hour' where state='claimed'")

    def sql(self, statement: str) -> None:
        """As the owner of the tables."""
        engine = create_engine(self.settings.database_owner_url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()


RULING = determinations.Ruling(
    lines=(
        LineRuling(
            number=1,
            result="denied",
            reason="The records show no warning sign, so this test is not needed now.",
            criterion="Imaging policy MP-021, part 2.",
        ),
    ),
    words=Words(
        provision="Your plan book, chapter 4: imaging must be medically needed.",
        standard="We compared the records with each point of the policy.",
        rationale="A doctor read the notes. The nerve exam was normal.",
        perfect=(Wanted(what="Notes of the exam", why="They may show a warning sign."),),
    ),
    criterion="MP-021",
    attested=True,
)


def add_cutoffs(settings: Settings, contract_id: int, cutoffs: Sequence[str], **more: Any) -> None:
    """A newer version of this contract, in force since long, that prints at these times."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        table = ContractVersion.__table__
        row = (
            connection.execute(
                select(table).where(table.c.contract_id == contract_id).order_by(table.c.version)
            )
            .mappings()
            .all()[-1]
        )
        values = {name: value for name, value in row.items() if name != "id"}
        values |= {
            "version": row["version"] + 1,
            "workflow": {**row["workflow"], "print": {"cutoffs": list(cutoffs), **more}},
        }
        connection.execute(insert(table).values(**values))
    engine.dispose()


def days(number: float) -> datetime:
    """Case time so many days after the Monday on which all begins."""
    return MONDAY + timedelta(days=number)
