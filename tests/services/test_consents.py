"""Consents: what a form must show, which claims one counts for, and the one for an appeal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from casework.errors import Invalid, NotAllowed, StateRefused
from casework.models import Case, Consent
from casework.queries import claims as claim_queries
from casework.queries import consents as queries
from casework.records import consent_forms, consents
from casework.records.consent_forms import Read
from casework.services import appeal_review, appeals, contacts, endings
from casework.services.consents import ConsentFiling, keep_consent
from casework.services.operations import move_time
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF
from tests.services import stages
from tests.services.claims_here import a_claim
from tests.services.house import House, a_house

PAPER = PaperAsSent(name="consent.pdf", media_type="application/pdf", content=PDF)
ALL = ("federal_form", "patient_signed", "explainer_signed", "physician_signed", "competent")
NUMBERS = iter(range(100, 1000))


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def paper(**changes) -> Read:
    """A sterilization consent that lacks nothing."""
    plain = Read(
        kind=consent_forms.STERILIZATION,
        answers=dict.fromkeys(ALL, True),
        signed_on=date(2026, 11, 1),
        service_on=date(2026, 12, 14),
        born_on=date(1990, 5, 1),
        has_paper=True,
    )
    return replace(plain, **changes)


def filing(house, contract="OH-MCD", **changes) -> ConsentFiling:
    plain = ConsentFiling(
        kind="sterilization",
        member_number=house.town.members[contract],
        signed_on=date(2026, 11, 1),
        service_on=date(2026, 12, 14),
        checks=ALL,
        papers=(PAPER,),
    )
    return replace(plain, **changes)


# ── The form ────────────────────────────────────────────────────────────────────────────────────


def with_answers(*more: str, without: str = "") -> dict[str, bool]:
    return {code: True for code in (*ALL, *more) if code != without}


@pytest.mark.parametrize(
    ("changes", "lacks"),
    [
        ({}, ()),
        ({"service_on": date(2026, 12, 1)}, ()),  # day 30 (42 CFR 441.253(d))
        ({"service_on": date(2026, 11, 30)}, ("thirty_days",)),
        ({"service_on": date(2027, 4, 30)}, ()),  # day 180
        ({"service_on": date(2027, 5, 1)}, ("hundred_eighty_days",)),
        (
            {
                "service_on": date(2026, 11, 4),
                "answers": with_answers("premature_delivery"),
            },
            (),
        ),
        (
            {"service_on": date(2026, 11, 3), "answers": with_answers("emergency_surgery")},
            ("thirty_days",),
        ),
        ({"born_on": date(2005, 11, 2)}, ("of_age",)),
        ({"born_on": date(2005, 11, 1)}, ()),  # 21 on the day of the signature
        ({"signed_on": None}, ("signed_on",)),
        ({"service_on": None}, ("service_on",)),
        ({"answers": with_answers(without="physician_signed")}, ("physician_signed",)),
        ({"has_paper": False}, ("paper",)),
    ],
)
def test_what_a_sterilization_consent_lacks(changes, lacks) -> None:
    assert consent_forms.missing(paper(**changes)) == lacks


def test_a_hysterectomy_is_excused_by_what_a_physician_certifies() -> None:
    bare = paper(kind=consent_forms.HYSTERECTOMY, answers={})
    assert consent_forms.missing(bare) == ("told_beforehand", "patient_signed")
    assert consent_forms.missing(replace(bare, answers={"life_threat": True})) == ()


def test_every_kind_has_its_rule_its_source_and_words_for_all_that_can_be_missing() -> None:
    for kind, form in consent_forms.FORMS.items():
        assert form.rule
        assert form.cite
        for code in consent_forms.missing(paper(kind=kind, answers={}, has_paper=False)):
            assert consent_forms.in_words(kind, code) != code


# ── Which claims it counts for ──────────────────────────────────────────────────────────────────


def verdict(house, consent_id: int, number: str) -> str:
    with house.town.database.reading(house.cx("Maple")) as cx:
        claim = claim_queries.claim_numbered(cx, number)
        row = queries.consent_by_id(cx, consent_id)
        return consents.verdict(row, claim, zone="America/New_York")


def claim(house, **changes) -> str:
    return a_claim(house.town, number=f"CLM-{next(NUMBERS)}", **changes)


def test_without_a_claim_number_it_counts_only_for_claims_that_come_after_it(house) -> None:
    kept = keep_consent(house.cx("Maple"), filing(house))
    assert (kept.counts_for, kept.missing) == ("later_claims", [])
    today = MONDAY.date()
    before, same_day, after = (
        claim(house, received_on=day, adjudicated_on=today + timedelta(days=9))
        for day in (today - timedelta(days=1), today, today + timedelta(days=1))
    )
    assert verdict(house, kept.id, before) == consents.CAME_BEFORE
    assert verdict(house, kept.id, same_day) == consents.CAME_BEFORE
    assert verdict(house, kept.id, after) == consents.COVERED


def test_with_a_claim_number_it_counts_for_that_claim_and_no_other(house) -> None:
    mine, other = claim(house), claim(house, received_on=date(2027, 3, 9))
    kept = keep_consent(house.cx("Maple"), filing(house, claim=mine))
    assert verdict(house, kept.id, mine) == consents.COVERED
    assert verdict(house, kept.id, other) == consents.OTHER_CLAIM


def test_one_that_lacks_something_is_kept_and_does_not_count(house) -> None:
    mine = claim(house)
    kept = keep_consent(house.cx("Maple"), filing(house, claim=mine, checks=ALL[1:]))
    assert kept.missing == ["It is the federal form, in a language the patient reads"]
    assert verdict(house, kept.id, mine) == consents.NOT_VALID


def test_tied_to_an_authorization_it_counts_for_claims_that_name_it(house) -> None:
    about = stages.a_denial(house)
    later = {"received_on": date(2027, 3, 9), "adjudicated_on": date(2027, 3, 20)}
    kept = keep_consent(house.cx("Maple"), filing(house, authorization=about))
    assert verdict(house, kept.id, claim(house, authorization=about, **later)) == consents.COVERED
    assert verdict(house, kept.id, claim(house, **later)) == consents.OTHER_SERVICE
    with house.town.database.reading(house.cx("nurse")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == about)).scalar_one()
        assert kept.id in {row.id for row in queries.beside(cx, case, ())}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"member_number": "NOBODY"}, "member_number"),
        ({"claim": "CLM-NONE"}, "claim"),
        ({"authorization": "AUTH-1"}, "authorization"),
        ({"signed_on": date(2027, 3, 2)}, "signed_on"),
        ({"checks": ("made_up",)}, "checks"),
        ({"papers": (PAPER, PAPER)}, "papers"),
        ({"received_at": MONDAY}, "received_at"),
    ],
)
def test_what_cannot_stand_is_told_by_its_field(house, changes, name) -> None:
    with pytest.raises(Invalid) as refused:
        keep_consent(house.cx("Maple"), filing(house, **changes))
    assert name in refused.value.fields


def test_a_consent_is_seen_by_its_office_its_member_and_staff_and_changed_by_nobody(house) -> None:
    kept = keep_consent(house.cx("Maple"), filing(house))

    def seen(who: str) -> bool:
        with house.town.database.reading(house.cx(who)) as cx:
            bare = cx.db.execute(
                text("select count(*) from consent where id = :id"), {"id": kept.id}
            ).scalar()
            there = cx.db.execute(select(Consent.id).where(Consent.id == kept.id)).scalar()
            assert bool(bare) == (there is not None)  # both walls say the same
            return bool(bare)

    assert [seen(who) for who in ("Maple", "member of OH-MCD", "ag_specialist")] == [True] * 3
    assert [seen(who) for who in ("Birch", "member of OH-QHP")] == [False] * 2
    with pytest.raises(NotAllowed):
        keep_consent(house.member("OH-MCD"), filing(house))


# ── For an appeal ───────────────────────────────────────────────────────────────────────────────


def waiting(house) -> str:
    """An appeal of the office that waits for the member's consent."""
    about = stages.a_denial(house)
    form = appeals.AppealFiling(about=about, reason="She needs it.")
    ref = appeals.file_appeal(house.cx("Maple"), form).ref
    appeal_review.require_consent(house.cx("ag_specialist"), ref, None)
    return ref


def test_a_consent_for_an_appeal_is_kept_with_it_and_covers_no_claim(house) -> None:
    ref = waiting(house)
    form = appeal_review.Consent(signed_on=date(2027, 2, 26), fits=True, papers=(PAPER,))
    with pytest.raises(StateRefused, match="this service and this appeal"):
        appeal_review.record_consent(house.cx("Maple"), ref, None, replace(form, fits=False))
    appeal_review.record_consent(house.cx("Maple"), ref, None, form)
    with house.town.database.reading(house.cx("ag_specialist")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        [row] = queries.beside(cx, case, ())
    assert (row.kind, row.case_id, row.valid) == (consent_forms.APPEAL, case.id, True)
    assert verdict(house, row.id, claim(house)) == consents.FOR_AN_APPEAL
    assert waiting(house)  # another appeal of the same office waits for its own


def test_want_of_consent_ends_an_appeal_only_after_three_tries_and_its_time(house) -> None:
    ref = waiting(house)
    late = MONDAY + timedelta(days=60)
    form = endings.Dismissal(ground="consent_missing", evidence="Three calls, no answer.")
    call = contacts.ContactMade(
        direction="out", channel="phone", with_whom="Maple Clinic", purpose="The consent"
    )
    for _ in range(2):
        contacts.log_contact(house.cx("ag_specialist"), ref, None, call)
    with pytest.raises(StateRefused, match="three attempts"):
        endings.dismiss(house.cx("ag_specialist", late), ref, None, form)
    contacts.log_contact(house.cx("ag_specialist"), ref, None, call)
    with pytest.raises(StateRefused, match="three attempts"):
        endings.dismiss(house.cx("ag_specialist"), ref, None, form)  # its time has not passed
    done = endings.dismiss(house.cx("ag_specialist", late), ref, None, form)
    assert done.state == "dismissed"
