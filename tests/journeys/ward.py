"""A quiet desk for the journeys of clinicians: the bare town, a member for each request, and nobody
else's work between; what the database says of a case afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, insert, select

from casework.db import Database
from casework.models import (
    Case,
    CaseDocument,
    CoverageSpan,
    Determination,
    Letter,
    LineDecision,
    Member,
    SecurityEvent,
)
from casework.services import review
from casework.submission import LineAsSent, MemberAsSent, PaperAsSent
from tests.browser import Served
from tests.builders import MONDAY
from tests.casefiles.papers_made import pdf, saved
from tests.web.staff.scene import Desk

DAY = timedelta(days=1)
CONTRACT = "OH-MCD"
FAMILIES = ("Abbott", "Brandt", "Castro", "Duffy", "Eklund", "Farah", "Gallo", "Haines", "Ibarra")


@dataclass
class Ward:
    """The desk and the server on it; what was opened before stands behind what is opened now."""

    desk: Desk
    served: Served
    opened: int = 0
    members: int = 0
    _days: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The database of the town."""
        return self.desk.town.database

    def earlier(self, kind: str, first: int) -> datetime:
        """An instant that is a day before the last one of this kind: what is received then is due
        before all that this kind left over, such as from a test that is run again."""
        days = self._days[kind] = self._days.get(kind, first) + 1
        return MONDAY - days * DAY

    def member(self) -> str:
        """The number of one more member."""
        self.members += 1
        contract_id, _version = self.desk.town.contracts[CONTRACT]
        number = f"2020202{self.members:04d}"
        engine = create_engine(self.desk.settings.database_owner_url)
        with engine.begin() as connection:
            member_id = connection.execute(
                insert(Member)
                .values(
                    number=number,
                    family_name=FAMILIES[self.members % len(FAMILIES)],
                    given_name="June",
                    birth_date=date(1961, 6, 1) + self.members * DAY,
                    address=["12 Oak Street", "Columbus, OH 43085"],
                    zip_code="43085",
                )
                .returning(Member.id)
            ).scalar_one()
            connection.execute(
                insert(CoverageSpan).values(
                    member_id=member_id, contract_id=contract_id, starts_on=date(2024, 1, 1)
                )
            )
        engine.dispose()
        return number

    def open(
        self, pages: Sequence[str], at: datetime, lines: tuple[LineAsSent, ...] | None = None
    ) -> str:
        """One more request, received at this instant, with a paper of these pages."""
        self.opened += 1
        asked: dict[str, Any] = {} if lines is None else {"lines": lines}
        return self.desk.open(
            str(self.opened),
            received_at=at,
            member=MemberAsSent(numbers=(self.member(),)),
            papers=(PaperAsSent(name="notes.pdf", media_type="", content=saved(pdf(*pages))),),
            **asked,
        )

    def begin(self, ref: str) -> None:
        """The nurse takes a request into review."""
        review.start_review(self.desk.cx("nurse"), ref, None)

    def case(self, ref: str) -> Case:
        """The row of a case."""
        return self.all(select(Case).where(Case.ref == ref))[0]

    def paper(self, ref: str) -> int:
        """The number of its paper."""
        return int(self.of(ref, CaseDocument)[0].id)

    def letters(self, ref: str) -> list[tuple[str, str]]:
        """Each letter that was called for after the receipt: its code, and to whom."""
        found = ((row.code, row.recipient) for row in self.of(ref, Letter))
        return sorted(each for each in found if each[0] != "request_received")

    def looks_of(self, user_id: int, ref: str) -> set[str]:
        """What of this case this person looked at."""
        looks = select(SecurityEvent.what).where(
            SecurityEvent.event == "look",
            SecurityEvent.actor_id == user_id,
            SecurityEvent.case_id == self.case(ref).id,
        )
        return set(self.all(looks))

    def decision(self, ref: str) -> Determination:
        """The one determination of a case."""
        [found] = self.of(ref, Determination)
        return found

    def lines(self, ref: str) -> list[LineDecision]:
        """What was decided of each line, by its number."""
        return sorted(self.of(ref, LineDecision), key=lambda row: row.number)

    def all(self, statement: Any) -> list[Any]:
        """All that this statement finds."""
        with self.database.reading(self.desk.cx("compliance")) as cx:
            return list(cx.db.execute(statement).scalars())

    def of(self, ref: str, model: Any) -> list[Any]:
        """The rows of this kind that belong to a case."""
        return self.all(select(model).join(Case, Case.id == model.case_id).where(Case.ref == ref))
