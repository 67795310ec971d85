"""The demo town, served by a real server: every journey starts at its front door."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.ground import database_for
from casework.models import Case, CaseDocument, Letter
from casework.queries import accounts
from casework.seed import planting
from casework.services import studies
from casework.worker import Worker
from tests.browser import Served, served
from tests.conftest import TEMPLATE, settings_for
from tests.journeys.ward import Ward
from tests.services import planted_policies
from tests.web.staff.scene import a_bare_desk

CASES = 200


@dataclass(frozen=True)
class House:
    """A served demo town."""

    settings: Settings
    database: Database
    served: Served

    def people(self, role: str) -> list[str]:
        """The names of the demo people with this role."""
        with self.database.reading(self.database.context()) as cx:
            return [p.name for p in accounts.demo_people(cx) if role in p.roles]

    def refs(self) -> list[str]:
        """The numbers of all cases."""
        return self._all(select(Case.ref).order_by(Case.id))

    def numbers(self) -> list[int]:
        """The numbers of all letters and papers, in the addresses of their pages."""
        return [*self._all(select(Letter.id)), *self._all(select(CaseDocument.id))]

    def papers(self) -> list[tuple[str, int]]:
        """Each paper with the number of its case, as the addresses of a case's papers have them."""
        rows = select(Case.ref, CaseDocument.id).join(Case, Case.id == CaseDocument.case_id)
        with self.database.reading(self.database.context()) as cx:
            return [(ref, number) for ref, number in cx.db.execute(rows)]

    def one(self, statement: Any) -> Any:
        """The one value that this statement finds."""
        with self.database.reading(self.database.context()) as cx:
            return cx.db.execute(statement).scalar_one()

    def _all(self, statement: Any) -> list[Any]:
        with self.database.reading(self.database.context()) as cx:
            return list(cx.db.execute(statement).scalars())


@pytest.fixture(scope="package")
def house(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A town with the letters of its demo members, as of this hour."""
    settings = settings_for(
        server.copy(TEMPLATE, f"t_{uuid.uuid4().hex[:12]}"), tmp_path_factory.mktemp("house")
    )
    settings = replace(settings, demo=True)
    database = database_for(settings)
    as_of = database.case_now().replace(minute=0, second=0, microsecond=0)
    planting.plant(settings, cases=CASES, seed=1, as_of=as_of, post_room=Worker)
    asked = studies.Question(kind="diff", after="stamped,+federal", contract="OH-MCD")
    who = replace(SYSTEM, roles=frozenset({"compliance"}))
    studies.ask_study(database.context(who), asked)
    worker = Worker(database)
    worker.sweep()
    worker.relay()
    with served(settings, workers=2) as running:
        yield House(settings, database, running)
    worker.close()
    database.engine.dispose()


@pytest.fixture(scope="package")
def ward(server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """A town without a case, as of March 2027, for those who work through cases in a known order:
    in the house somebody else's is always due first, and each case more is a page more to walk."""
    addresses = server.copy(TEMPLATE, f"t_{uuid.uuid4().hex[:12]}")
    settings = replace(settings_for(addresses, tmp_path_factory.mktemp("ward")), demo=True)
    database = database_for(settings)
    desk = a_bare_desk(database, settings)
    planted_policies.plant(settings, desk.town.users)
    with served(settings) as running:
        yield Ward(desk, running)
    database.engine.dispose()
