"""Stages of a case for tests of appeals, grievances and outside reviews, all by real commands.

A House is a town with more people: a clinician below the one who denies, one who may see restricted
cases, four review organizations. Each function brings a case to a stage and returns its number.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import create_engine, insert, select

from casework.context import Context, Principal
from casework.models import (
    Authorization,
    Case,
    CaseEvent,
    Clock,
    Contract,
    ContractVersion,
    CoverageSpan,
    ExternalReview,
    Letter,
    Licence,
    Member,
    Obligation,
    ReportingLine,
    ReviewOrganization,
    Role,
    User,
    UserContract,
    user_role,
)
from casework.records import series
from casework.records.determinations import LineRuling, Wanted, Words
from casework.records.reversals import Effectuation
from casework.seed import contracts
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    determinations,
    external_reviews,
    grievances,
    review,
)
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, Town, a_submission, a_town

CONTRACTS = ("OH-MCD", "OH-QHP", "OH-MA", "OH-MCD-2026", "MA-2026")
LATER = timedelta(days=1)
REASON = "The records show no warning sign, so this test is not needed now."
WORDS = Words(
    provision="Your plan book, chapter 4: imaging must be medically needed.",
    standard="We compared the records with each point of the policy.",
    rationale="A doctor who had no part before read the notes. The nerve exam was normal.",
    considered=("Your appeal letter", "The file of the first decision"),
    perfect=(Wanted(what="Notes of the exam", why="They may show a warning sign."),),
)
IROS = ("Amber Review", "Beacon Review", "Cedar Review", "Dune Review")


@dataclass
class House:
    """A town with more people. `extra` are their user ids by name; `denials` are requests whose
    denial was told, `upheld` appeals that were upheld and told, by contract."""

    town: Town
    extra: dict[str, int] = field(default_factory=dict)
    iros: dict[str, int] = field(default_factory=dict)
    denials: dict[str, str] = field(default_factory=dict)
    upheld: dict[str, str] = field(default_factory=dict)

    def cx(self, who: str, now: datetime = MONDAY) -> Context:
        """The context of somebody of the house at `now`."""
        if who not in self.extra:
            return self.town.cx(who, now)
        principal = Principal(
            kind="user",
            id=self.extra[who],
            name=who.title(),
            roles=frozenset({"ag_specialist" if who == "keeper" else "ag_clinician"}),
            reach="contracts",
            ids=tuple(contract for contract, _ in self.town.contracts.values()),
            restricted=who in ("guardian", "keeper"),
        )
        return Context(now=now, principal=principal, database=self.town.database)

    def user(self, who: str) -> int:
        """The id of somebody of the house."""
        return self.extra.get(who) or self.town.users[who]

    def told(self, contract: str) -> str:
        """A denied request of this contract whose notice has left."""
        return self.denials[contract]

    def reviews_of(self, ref: str) -> list[str]:
        """The outside reviews that are about this case."""
        with self.town.database.reading(self.cx("system")) as cx:
            about = select(Case.id).where(Case.ref == ref).scalar_subquery()
            rows = cx.db.execute(
                select(Case.ref)
                .join(ExternalReview, ExternalReview.case_id == Case.id)
                .where(ExternalReview.about_case_id == about)
                .order_by(Case.id)
            ).scalars()
            return list(rows)

    def member(self, contract: str, now: datetime = MONDAY) -> Context:
        """The context of the member of this contract."""
        return self.town.cx(f"member of {contract}", now)


def a_house(database, settings, *, indiana: bool = False) -> House:
    """The town of the builders, with the people and organizations that appeals need."""
    house = House(a_town(database, settings))
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for who, role, restricted in (
            ("junior", "ag_clinician", False),
            ("guardian", "ag_clinician", True),
            ("keeper", "ag_specialist", True),
        ):
            house.extra[who] = _person(connection, house.town, who, role, restricted=restricted)
        connection.execute(
            insert(ReportingLine).values(
                user_id=house.extra["junior"],
                manager_id=house.town.users["physician"],
                starts_on=date(2020, 1, 1),
            )
        )
        for name in IROS:
            house.iros[name] = connection.execute(
                insert(ReviewOrganization)
                .values(
                    name=name,
                    body="iro",
                    state="OH",
                    address=["9 Review Road", "Columbus, OH 43085"],
                    phone="1-800-555-0160",
                )
                .returning(ReviewOrganization.id)
            ).scalar_one()
        if indiana:
            _indiana(connection, house.town)
    engine.dispose()
    return house


def _indiana(connection, town: Town) -> None:
    """A sixth contract, of a State whose law takes a missed request as approved."""
    known = next(each for each in contracts.specified() if each["code"] == "OH-QHP")
    contract_id = connection.execute(
        insert(Contract)
        .values(code="IN-QHP", name="Indiana Marketplace", line="marketplace", state="IN")
        .returning(Contract.id)
    ).scalar_one()
    terms = {
        **known["terms"],
        "id": "IN-QHP",
        "state": "IN",
        "time_zone": "America/Indiana/Indianapolis",
        "layers": ["owner", "federal", "state:in"],
    }
    version_id = connection.execute(
        insert(ContractVersion)
        .values(
            contract_id=contract_id,
            version=1,
            effective_from=date(2024, 1, 1),
            terms=terms,
            plan=known["plan"],
            created_at=MONDAY,
        )
        .returning(ContractVersion.id)
    ).scalar_one()
    town.contracts["IN-QHP"] = (contract_id, version_id)
    town.members["IN-QHP"] = "10101019999"
    member_id = connection.execute(
        insert(Member)
        .values(
            number="10101019999",
            family_name="Example",
            given_name="Indy",
            birth_date=date(1970, 1, 1),
            address=["7 Elm Street", "Muncie, IN 47302"],
            zip_code="47302",
        )
        .returning(Member.id)
    ).scalar_one()
    connection.execute(
        insert(CoverageSpan).values(
            member_id=member_id, contract_id=contract_id, starts_on=date(2024, 1, 1)
        )
    )
    staff = connection.execute(select(UserContract.user_id).distinct()).scalars().all()
    connection.execute(
        insert(UserContract),
        [{"user_id": user_id, "contract_id": contract_id} for user_id in staff],
    )


def _person(connection, town: Town, who: str, role: str, *, restricted: bool) -> int:
    user = connection.execute(
        insert(User)
        .values(
            email=f"{uuid.uuid4().hex[:10]}@people.example",
            fs_uniquifier=uuid.uuid4().hex,
            name=who.title(),
            kind="staff",
            sees_restricted=restricted,
        )
        .returning(User.id)
    ).scalar_one()
    role_id = connection.execute(select(Role.id).where(Role.name == role)).scalar_one()
    connection.execute(insert(user_role).values(user_id=user, role_id=role_id))
    for contract_id, _version in town.contracts.values():
        connection.execute(insert(UserContract).values(user_id=user, contract_id=contract_id))
    if role == "ag_clinician":
        connection.execute(
            insert(Licence).values(
                user_id=user,
                kind="MD",
                state="OH",
                number=f"OH-{user}",
                starts_on=date(2015, 1, 1),
                specialty="Neurology",
            )
        )
    return user


# ── Stages ──────────────────────────────────────────────────────────────────────────────────────


def with_physician(house: House, contract: str = "OH-MCD", **changes) -> str:
    """A request that a nurse has referred to a physician."""
    sent = a_submission(house.town, contract, **changes)
    ref = submit_prior_auth(house.cx("Maple"), sent).ref
    review.start_review(house.cx("nurse"), ref, None)
    review.refer_to_physician(
        house.cx("nurse"), ref, None, review.Referral(summary="Summary.", criteria="Not met.")
    )
    return ref


def a_denial(house: House, contract: str = "OH-MCD", **changes) -> str:
    """A request denied by the physician for medical necessity."""
    ref = with_physician(house, contract, **changes)
    lines = a_submission(house.town, contract, **changes).lines
    ruling = determinations.Ruling(
        lines=tuple(
            LineRuling(
                number=line.number,
                result="denied",
                reason=REASON,
                criterion="Imaging policy MP-021, part 2.",
            )
            for line in lines
        ),
        words=WORDS,
        criterion="MP-021",
        attested=True,
    )
    determinations.deny(house.cx("physician"), ref, None, ruling)
    return ref


def an_appeal(
    house: House, contract: str = "OH-MCD", *, about: str = "", now: datetime = MONDAY, **said
) -> str:
    """An appeal that the member files online."""
    about = about or a_denial(house, contract)
    form = appeals.AppealFiling(about=about, reason="My doctor says I need it.", **said)
    return appeals.file_appeal(house.member(contract, now), form).ref


def a_reviewed_appeal(house: House, contract: str = "OH-MCD", **said) -> str:
    """An appeal with its reviewer."""
    ref = an_appeal(house, contract, **said)
    give(house, ref)
    return ref


def give(house: House, ref: str, to: str = "ag_clinician", now: datetime = MONDAY):
    """Assign a reviewer to an appeal."""
    form = appeal_review.Assignment(reviewer_id=house.user(to), expertise=True)
    return appeal_review.assign_reviewer(house.cx("ag_specialist", now), ref, None, form)


def resolution(**changes) -> appeal_decisions.Resolution:
    """A complete decision of an appeal."""
    plain = appeal_decisions.Resolution(
        words=WORDS, everything_considered=True, attested=True, criterion="MP-021"
    )
    return replace(plain, **changes)


def decided(house: House, contract: str, how: str, *, now: datetime = MONDAY, **said) -> str:
    """An appeal decided by the independent clinician: uphold, overturn or overturn_in_part."""
    ref = a_reviewed_appeal(house, contract, **said)
    decide(house, ref, how, now=now)
    return ref


def decide(house: House, ref: str, how: str, *, who: str = "ag_clinician", now=MONDAY, **changes):
    """Decide an appeal."""
    command = getattr(appeal_decisions, how)
    return command(house.cx(who, now), ref, None, resolution(**changes))


def carry_out(house: House, ref: str, *, now: datetime = MONDAY, **form):
    """Carry out what an appeal gave."""
    return appeal_decisions.effectuate(
        house.cx("ag_specialist", now), ref, None, Effectuation(**form)
    )


def a_grievance(
    house: House, contract: str = "OH-MCD", *, category: str = "service.phone", **said
) -> str:
    """A grievance that the member files online."""
    form = grievances.GrievanceFiling(
        told="I waited on the phone for two hours.",
        category=category,
        incident_on=date(2027, 2, 20),
        **said,
    )
    return grievances.file_grievance(house.member(contract), form).ref


def a_review(house: House, contract: str, about: str, *, now: datetime = MONDAY, **said) -> str:
    """An external review that the member asks for."""
    form = external_reviews.ReviewFiling(about=about, reason="I still think it is wrong.", **said)
    return external_reviews.request_review(house.member(contract, now), form).ref


# ── Looking ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sight:
    """A case with all that hangs on it."""

    case: Case
    events: list
    clocks: dict
    letters: list
    owed: list
    authorizations: list

    @property
    def happened(self) -> list[str]:
        """Its events by name, in order."""
        return [event.event for event in self.events]


def look(house: House, ref: str) -> Sight:
    """Read a case as the system sees it."""
    with house.town.database.reading(house.cx("system")) as cx:

        def rows(table, order):
            return list(
                cx.db.execute(select(table).where(table.case_id == case.id).order_by(order))
                .scalars()
                .all()
            )

        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        return Sight(
            case,
            rows(CaseEvent, CaseEvent.seq),
            {clock.name: clock for clock in rows(Clock, Clock.id)},
            rows(Letter, Letter.id),
            rows(Obligation, Obligation.id),
            rows(Authorization, Authorization.id),
        )


def unsent(house: House, *refs: str) -> list:
    """Letters of these cases that did not leave, with what the gate says is missing."""
    return [
        (ref, letter.code, letter.recipient, letter.state, letter.missing)
        for ref in refs
        for letter in look(house, ref).letters
        if letter.state != "sent"
    ]


def at(text: str) -> datetime:
    """An instant of UTC from ISO text."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def approved_for_less() -> LineRuling:
    """The one line of the plain request, given for a shorter time than asked."""
    return LineRuling(number=1, result="approved", ends_on=date(2027, 5, 31))


def two_lines(house: House) -> dict:
    """Changes to a submission that ask for a second service."""
    first = a_submission(house.town).lines[0]
    return {"lines": (first, replace(first, number=2, code="E0601"))}


def detail(cx, ref: str):
    """What only this kind of case has, of the case with this number."""
    case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
    return series.detail_of(cx, case)
