"""A desk with work on it: people who sign in with one click, and cases in every colour.

All cases are made through the real services; only the people's addresses are set by hand.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from flask import Flask
from sqlalchemy import create_engine, update

from casework.config import Settings
from casework.db import Database
from casework.models import Member, User
from casework.records.determinations import LineRuling, Wanted, Words
from casework.services import determinations, operations, review
from casework.services.intake import submit_prior_auth
from casework.submission import LineAsSent, PaperAsSent
from casework.worker import Worker
from tests.builders import MONDAY, PDF, STAFF, Town, a_submission, a_town
from tests.pages import Pages

DAY = timedelta(days=1)
REASON = "The records show no warning sign, so this test is not needed now."
NAMES = (("Rosa", "Diaz"), ("Ben", "Okafor"), ("Lena", "Hart"), ("Tom", "Nguyen"), ("Ida", "Marsh"))


@dataclass
class Desk:
    """The town, its application, and the cases by what they show."""

    town: Town
    settings: Settings
    refs: dict[str, str] = field(default_factory=dict)
    browsers: dict[str, Pages] = field(default_factory=dict)

    def cx(self, who: str, now: datetime = MONDAY):
        """The context of a person of the town."""
        return self.town.cx(who, now)

    def sign_in(self, app: Flask, who: str) -> Pages:
        """The browser in which this person signed in with one click; one for each person."""
        if who not in self.browsers:
            pages = Pages(app.test_client())
            pages.get("/")
            pages.post("/demo-sign-in", {"person": str(self.town.users[who])})
            self.browsers[who] = pages
        return self.browsers[who]

    def open(self, name: str, contract: str = "OH-MCD", **changes) -> str:
        """One more request, kept under this name."""
        sent = a_submission(self.town, contract, **changes)
        now = max(MONDAY, sent.received_at)
        self.refs[name] = submit_prior_auth(self.cx("Maple", now), sent).ref
        return self.refs[name]

    def in_review(self, name: str, contract: str = "OH-MCD", **changes) -> str:
        """A request that the nurse has begun to review."""
        ref = self.open(name, contract, **changes)
        review.start_review(self.cx("nurse"), ref, None)
        return ref

    def with_physician(self, name: str, contract: str = "OH-MCD", **changes) -> str:
        """A request that lies with the physicians."""
        ref = self.in_review(name, contract, **changes)
        form = review.Referral(
            summary="Headache for three weeks, no red flags, exam normal.",
            criteria="MP-021: 1 met, 2 not met (no neurological sign), 3 not enough information.",
        )
        review.refer_to_physician(self.cx("nurse"), ref, None, form)
        return ref

    def denied(self, name: str, contract: str = "OH-MCD", **changes) -> str:
        """A request that a physician denied, with all the words that any line's notice needs."""
        ref = self.with_physician(name, contract, **changes)
        determinations.deny(self.cx("physician"), ref, None, a_denial())
        return ref

    def post(self) -> None:
        """Let the worker print and send what is owed."""
        worker = Worker(self.town.database)
        try:
            worker.relay()
        finally:
            worker.close()

    def sweep(self) -> None:
        """Let the worker fire what is due."""
        worker = Worker(self.town.database)
        try:
            worker.sweep()
        finally:
            worker.close()


def a_denial() -> determinations.Ruling:
    """A complete denial of one line."""
    return determinations.Ruling(
        lines=(
            LineRuling(
                number=1,
                result="denied",
                reason=REASON,
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


def a_bare_desk(database: Database, settings: Settings) -> Desk:
    """The town without any case, on the first of March 2027; everybody signs in with one click."""
    town = a_town(database, settings)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for who in STAFF:
            connection.execute(
                update(User).where(User.id == town.users[who]).values(email=f"{who}@demo.example")
            )
        named = zip(town.member_ids.values(), NAMES, strict=True)
        for member_id, (given, family) in named:
            connection.execute(
                update(Member)
                .where(Member.id == member_id)
                .values(given_name=given, family_name=family)
            )
    engine.dispose()
    operations.move_time(database.context(), MONDAY)
    return Desk(town, settings)


def a_desk(database: Database, settings: Settings) -> Desk:
    """The town with about a dozen cases: every colour, every stage of a request."""
    desk = a_bare_desk(database, settings)
    # The owner's 14 days end at midnight: received 14 days ago is due today.
    desk.open("overdue", received_at=MONDAY - 20 * DAY)
    desk.in_review("overdue_mine", received_at=MONDAY - 16 * DAY)
    desk.in_review("today", received_at=MONDAY - 14 * DAY)
    desk.open("fast", "OH-MA", priority="expedited", priority_reason="Vision loss since Friday.")
    desk.open("new")
    desk.open("new_qhp", "OH-QHP")
    desk.in_review("mine", lines=(*two_lines(),))
    desk.in_review("mine_ma", "OH-MA")
    desk.in_review("pended", received_at=MONDAY - 3 * DAY)
    review.request_information(
        desk.cx("nurse"),
        desk.refs["pended"],
        None,
        review.Ask(wanted=("Notes of the neurological exam", "Report of the last CT"), hours=72),
    )
    desk.in_review("answered", received_at=MONDAY - 5 * DAY)
    review.request_information(
        desk.cx("nurse"), desk.refs["answered"], None, review.Ask(wanted=("Sleep study",))
    )
    review.receive_information(
        desk.cx("Maple"),
        desk.refs["answered"],
        None,
        review.Reply(
            papers=(PaperAsSent(name="sleep.pdf", media_type="application/pdf", content=PDF),)
        ),
    )
    desk.with_physician("physician", "MA-2026")
    desk.with_physician("physician_qhp", "OH-QHP")
    desk.denied("denied")
    return desk


def two_lines() -> tuple[LineAsSent, ...]:
    """The MRI and twenty-four therapy units."""
    first = a_line()
    second = LineAsSent(
        number=2,
        code="97110",
        units=Decimal(24),
        from_date=first.from_date,
        to_date=first.to_date,
        place="11",
        diagnosis_numbers=(1,),
    )
    return first, second


def a_line() -> LineAsSent:
    """The MRI that `a_submission` asks for."""
    start = MONDAY.date() + 31 * DAY
    return LineAsSent(
        number=1,
        code="70551",
        units=Decimal(1),
        from_date=start,
        to_date=start + 90 * DAY,
        place="11",
        diagnosis_numbers=(1,),
    )
