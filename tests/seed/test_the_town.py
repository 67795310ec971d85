"""The demo town: everything is in it, it verifies, and it can be worked on."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import audit, clock_proof, codes, policy, refs
from casework.context import SYSTEM, Context
from casework.integrity import ROUNDS
from casework.models import (
    Case,
    Clock,
    ClockMark,
    CoverageSpan,
    Determination,
    Escalation,
    Letter,
    Member,
    Obligation,
    Organization,
    OutboxItem,
    PaRule,
    Practitioner,
    ReviewOrganization,
    User,
)
from casework.queries import accounts
from casework.queries.due import GROUPS, time_left
from casework.queries.principals import principal_for
from casework.records.determinations import LineRuling
from casework.services import determinations
from casework.services.clocks import sweep_batch
from casework.storage import Storage
from statemachines import engine
from tests.seed.conftest import AS_OF

# One town is planted for all who read it.
pytestmark = pytest.mark.xdist_group("town")

EVERY_STATE = [(kind, state) for kind in engine.KINDS for state in engine.states(kind)]


def rows(town, statement):
    """All rows of a statement, as the system sees them."""
    with town.database.reading(town.database.context()) as cx:
        return cx.db.execute(statement).all()


def test_every_kind_of_case_is_in_every_state(town) -> None:
    there = {(r.kind, r.state) for r in rows(town, select(Case.kind, Case.state).distinct())}
    assert sorted(set(EVERY_STATE) - there) == []


def test_there_are_as_many_cases_as_were_asked_for(town) -> None:
    assert rows(town, select(func.count()).select_from(Case))[0][0] == 400


@pytest.mark.parametrize("kind", ["prior_auth", "appeal", "grievance"])
def test_the_clocks_of_a_kind_show_every_colour(town, kind) -> None:
    due = rows(town, select(Case.next_due_at).where(Case.open, Case.kind == kind))
    colours = Counter(time_left(r.next_due_at, AS_OF, "America/New_York").group for r in due)
    assert {"overdue", "today", "soon", "later"} <= set(colours), colours
    assert set(colours) <= set(GROUPS)


def test_every_state_of_a_clock_is_there(town) -> None:
    there = {r.state for r in rows(town, select(Clock.state).distinct())}
    assert there == {"open", "met", "missed", "closed"}


def test_the_history_verifies(town) -> None:
    with town.database.reading(town.database.context()) as cx:
        report = audit.verify(cx)
    assert report.faults == ()
    assert report.cases == 400
    assert report.events > 1500


def test_the_clocks_are_what_the_events_say(town) -> None:
    with town.database.reading(town.database.context()) as cx:
        report = clock_proof.verify(cx)
    assert report.differ == ()
    assert report.cases == 400


def test_the_integrity_checks_find_nothing(town) -> None:
    """At the instant of the town, whatever the clock on the wall of the machine says."""
    cx = town.database.context().but(now=AS_OF)
    found = []
    with town.database.reading(cx) as reading:
        for kind in ROUNDS.values():
            after = 0
            while (looked := kind.look(reading, after, AS_OF)).ids:
                found += looked.findings
                after = looked.ids[-1]
    # What was missed on purpose is owed still, and calls the supervisor.
    late = {each.key for each in found if each.code == "obligation_overdue"}
    with town.database.reading(cx) as reading:
        owed = select(Obligation.id).where(Obligation.done_at.is_(None), Obligation.due_at < AS_OF)
        assert late == {f"obligation/{number}" for number in reading.db.execute(owed).scalars()}
    # One restricted case was opened with a reason, for compliance to look at.
    rest = [each.code for each in found if each.code != "obligation_overdue"]
    assert rest == ["access_unreviewed"]


def test_whoever_ran_out_of_time_has_one_number_and_an_obligation(town) -> None:
    late = rows(
        town,
        select(Clock.case_id, Clock.name, Clock.due_at).where(
            Clock.owner == "plan", Clock.name == "decision", Clock.state == "missed"
        ),
    )
    assert late
    numbers = {
        (r.case_id, r.clock): r.ref
        for r in rows(town, select(Escalation.case_id, Escalation.clock, Escalation.ref))
    }
    owed = {r.case_id for r in rows(town, select(Obligation.case_id))}
    for each in late:
        assert refs.kind_of(numbers[each.case_id, each.name]) == "escalation"
        assert each.case_id in owed
    assert len(set(numbers.values())) == len(numbers)


def test_nothing_is_left_to_fire_in_the_past(town) -> None:
    assert sweep_batch(_cx(town, SYSTEM)).cases == 0
    past = rows(
        town, select(ClockMark.state, ClockMark.reason).where(ClockMark.fire_at <= AS_OF).distinct()
    )
    assert {r.state for r in past} == {"done", "skipped"}
    assert "before the seed" in {r.reason for r in past}


def test_marks_ahead_still_fire(town) -> None:
    ahead = rows(
        town,
        select(func.count())
        .select_from(ClockMark)
        .where(ClockMark.fire_at > AS_OF, ClockMark.state == "pending"),
    )
    assert ahead[0][0] > 100


def test_a_demo_person_signs_in_for_every_role(town) -> None:
    with town.database.reading(town.database.context()) as cx:
        people = accounts.demo_people(cx)
        with_password = cx.db.execute(
            select(func.count()).select_from(User).where(User.password.is_not(None))
        ).scalar_one()
    roles = {role for person in people for role in person.roles}
    assert roles == policy.ROLES - {"system", "client"}
    assert with_password == len(people)


def test_every_person_has_the_reach_of_his_role(town) -> None:
    with town.database.reading(town.database.context()) as cx:
        for user in cx.db.execute(select(User)).scalars():
            principal = principal_for(cx.db, user)
            assert principal.roles, user.email
            assert (principal.reach == "none") == (principal.roles == {"admin"}), user.email


def test_the_numbers_of_providers_pass_the_check_digit(town) -> None:
    npis = [
        *(r.npi for r in rows(town, select(Organization.npi))),
        *(r.npi for r in rows(town, select(Practitioner.npi))),
    ]
    assert len(npis) > 150
    assert [npi for npi in npis if codes.npi_problem(npi)] == []


def test_the_codes_of_the_list_have_the_shape_of_codes(town) -> None:
    listed = rows(town, select(PaRule.contract_id, PaRule.code, PaRule.required))
    assert len({r.code for r in listed}) >= 80
    assert [r.code for r in listed if not codes.is_procedure(r.code)] == []
    assert {r.required for r in listed} == {True, False}


def test_the_member_of_the_public_samples_is_covered_on_their_dates(town) -> None:
    [joe] = rows(town, select(Member).where(Member.number == "12345678901"))
    assert (joe.Member.family_name, joe.Member.birth_date.isoformat()) == ("Smith", "1987-02-20")
    [span] = rows(town, select(CoverageSpan).where(CoverageSpan.member_id == joe.Member.id))
    assert span.CoverageSpan.starts_on.year <= 2005
    assert span.CoverageSpan.ends_on is None


def test_reviews_outside_can_rotate(town) -> None:
    bodies = Counter(r.body for r in rows(town, select(ReviewOrganization.body)))
    assert bodies["iro"] >= 4
    assert bodies["ire"] == 1


def test_nobody_who_denied_decided_the_appeal(town) -> None:
    decided = rows(
        town,
        select(Case.series_id, Case.kind, Determination.decided_by_id).join(
            Determination, Determination.case_id == Case.id
        ),
    )
    first = {(r.series_id, r.decided_by_id) for r in decided if r.kind == "prior_auth"}
    second = {(r.series_id, r.decided_by_id) for r in decided if r.kind == "appeal"}
    assert second
    assert first & second == set()


def test_the_letters_of_the_demos_members_are_real(town) -> None:
    letters = rows(town, select(Letter))
    assert {r.Letter.state for r in letters} == {"sent"}
    assert 20 <= len(letters) <= 90
    storage = Storage(town.settings)
    for row in letters:
        pdf = storage.get(row.Letter.sha256)
        assert pdf.startswith(b"%PDF")
        assert len(pdf) == row.Letter.size
    waiting = rows(town, select(OutboxItem.id).where(OutboxItem.state != "done"))
    assert waiting == []


def test_a_seeded_case_can_be_worked_on(town) -> None:
    """The chain goes on from where the scribe left it."""
    with town.database.reading(town.database.context()) as cx:
        case = (
            cx.db.execute(
                select(Case)
                .where(
                    Case.kind == "prior_auth", Case.state == "in_review", Case.next_due_at > AS_OF
                )
                .where(Case.restricted.is_(False))
                .order_by(Case.id)
            )
            .scalars()
            .first()
        )
        nurse = cx.db.execute(select(User).where(User.email == "nurse@demo.example")).scalar_one()
        principal = principal_for(cx.db, nurse)
        lines = cx.db.execute(
            select(func.count())
            .select_from(Case.metadata.tables["request_line"])
            .where(Case.metadata.tables["request_line"].c.case_id == case.id)
        ).scalar_one()
    rulings = tuple(LineRuling(number=n + 1, result="approved") for n in range(lines))
    done = determinations.approve(
        _cx(town, principal), case.ref, case.version, determinations.Ruling(lines=rulings)
    )
    assert done.state == "approved"
    with town.database.reading(town.database.context()) as cx:
        assert audit.verify(cx, ref=case.ref).holds


def _cx(town, principal) -> Context:
    now = AS_OF + timedelta(seconds=30)
    return Context(now=now, principal=principal, database=town.database)
