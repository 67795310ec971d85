"""The three doors on screen: two questions, one form each; the wrong one leads on with all that was
typed. Claims are found by number and only read; a consent says what it counts for."""

from datetime import date

import pytest
from sqlalchemy import func, select

from casework.models import Case, Letter, OfficeDraft
from casework.queries import search
from casework.services import office_drafts
from tests.builders import PDF
from tests.services.claims_here import a_claim
from tests.web.provider import stages
from tests.web.provider.filling import Portal
from tests.web.provider.stages import at

WHY = "The authorization was on file before the service."
NUMBERS = iter(range(100, 1000))


def claim(town, **changes) -> str:
    return a_claim(town, number=f"CLM-{next(NUMBERS)}", **changes)


def the_case(town, page) -> Case:
    """The case whose receipt this page is."""
    ref = next(word for word in page.text.split() if word.startswith(("AP-", "GR-"))).strip(".,")
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()


def cases(town) -> int:
    with town.database.reading(town.cx("system")) as cx:
        return cx.db.execute(select(func.count()).select_from(Case)).scalar_one()


# ── The two questions ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("what", "whom", "title"),
    [
        ("care", "patient", "Appeal for your patient"),
        ("care", "office", "Appeal for your patient"),
        ("money", "office", "Dispute a payment"),
        ("money", "patient", "Appeal for your patient"),
        ("conduct", "office", "Complain about the plan"),
    ],
)
def test_two_answers_lead_to_one_door(mae: Portal, practice, what, whom, title) -> None:
    page = mae.get("/provider/doors")
    for said in ("It uses up no right of the patient", "It changes no decision", "the contract"):
        assert said in page.text or said == "the contract"
    mae.send("/provider/doors", {"what": what, "whom": whom}, status=303)
    page = mae.follow()
    assert title in page.text


def test_what_happened_to_the_patient_is_the_patients_complaint(mae: Portal) -> None:
    mae.get("/provider/doors")
    page = mae.send("/provider/doors", {"what": "conduct", "whom": "patient"}, status=422)
    assert "is the patient's own complaint" in page.text


def test_an_unanswered_question_is_told(mae: Portal) -> None:
    mae.get("/provider/doors")
    page = mae.send("/provider/doors", {"what": "care"}, status=422)
    assert "Choose for whom you file." in page.text


# ── Each door ───────────────────────────────────────────────────────────────────────────────────


def test_a_dispute_is_filed_and_its_page_shows_the_claim(mae: Portal, town) -> None:
    number = claim(town)
    mae.get("/provider/doors/dispute")
    mae.send("/provider/doors/dispute", {"claim": number, "reason": WHY, "do": "send"}, status=303)
    page = mae.follow()
    case = the_case(town, page)
    assert case.about == "dispute"
    page = mae.get(at(case.ref))
    for said in ("Payment dispute", number, "$480.00", "No prior authorization was on file"):
        assert said in page.text, said
    with town.database.reading(town.cx("system")) as cx:
        rows = cx.db.execute(select(Letter.recipient).where(Letter.case_id == case.id)).scalars()
        assert set(rows) == {"provider"}


def test_the_same_form_sent_twice_is_one_dispute(mae: Portal, town) -> None:
    number, before = claim(town), cases(town)
    mae.get("/provider/doors/dispute")
    said = {"claim": number, "reason": WHY, "do": "send"}
    first = mae.page
    mae.send("/provider/doors/dispute", said, status=303)
    mae.page = first
    mae.send("/provider/doors/dispute", said, status=303)
    assert cases(town) == before + 1


def test_a_complaint_is_the_offices_own(mae: Portal, town) -> None:
    ref = stages.denied(town)
    mae.get("/provider/doors/complaint")
    said = {
        "category": "service.phone",
        "told": "We waited 50 minutes.",
        "about": ref,
        "wants_change": "no",
        "do": "send",
    }
    mae.send("/provider/doors/complaint", said, status=303)
    case = the_case(town, mae.follow())
    assert (case.kind, case.filed_by) == ("grievance", "provider")


def test_an_appeal_for_the_patient_goes_through_its_door(mae: Portal, town) -> None:
    ref = stages.denied(town)
    mae.get("/provider/doors/appeal")
    said = {"about": ref, "reason": WHY, "filed_by": "provider", "priority": "standard"}
    mae.send("/provider/doors/appeal", {**said, "do": "send"}, status=303)
    case = the_case(town, mae.follow())
    assert (case.kind, case.about) == ("appeal", "other")


# ── The wrong door ──────────────────────────────────────────────────────────────────────────────


def test_a_request_at_the_money_door_leads_to_the_appeal_with_all_that_was_typed(
    mae: Portal, town
) -> None:
    ref, before = stages.denied(town), cases(town)
    mae.get("/provider/doors/dispute")
    page = mae.send(
        "/provider/doors/dispute",
        {"claim": ref, "reason": WHY, "do": "send"},
        files=[("notes.pdf", PDF)],
        status=422,
    )
    assert "This is not the right door" in page.text
    page = mae.send("/provider/doors/appeal")
    assert (mae.field("about"), mae.field("reason")) == (ref, WHY)
    assert "notes.pdf" in page.text
    assert cases(town) == before
    mae.send("/provider/doors/appeal", {"do": "send"}, status=303)


def test_a_claim_at_the_door_for_care_leads_to_the_dispute(mae: Portal, town) -> None:
    number = claim(town)
    mae.get("/provider/doors/appeal")
    said = {"about": number, "reason": WHY, "filed_by": "provider", "priority": "standard"}
    mae.send("/provider/doors/appeal", {**said, "do": "send"}, status=422)
    mae.send("/provider/doors/dispute")
    assert (mae.field("claim"), mae.field("reason")) == (number, WHY)


def test_an_approved_request_leads_to_the_dispute(mae: Portal, town) -> None:
    mae.get("/provider/doors/appeal")
    said = {"about": stages.approved(town), "reason": WHY, "filed_by": "provider"}
    page = mae.send(
        "/provider/doors/appeal", {**said, "priority": "standard", "do": "send"}, status=422
    )
    assert "This request was approved" in page.text


def test_a_complaint_that_wants_a_change_is_led_on(mae: Portal, town) -> None:
    before = cases(town)
    mae.get("/provider/doors/complaint")
    said = {"category": "other", "told": WHY, "about": stages.denied(town), "wants_change": "yes"}
    page = mae.send("/provider/doors/complaint", {**said, "do": "send"}, status=422)
    assert "A complaint changes no decision" in page.text
    assert cases(town) == before + 1  # the request alone
    mae.send("/provider/doors/appeal")
    assert mae.field("reason") == WHY


def test_another_offices_claim_is_no_claim_here_and_nothing_typed_is_lost(
    mae: Portal, town
) -> None:
    theirs = claim(town, office="Birch")
    mae.get("/provider/doors/dispute")
    page = mae.send(
        "/provider/doors/dispute", {"claim": theirs, "reason": WHY, "do": "send"}, status=422
    )
    assert "We have no claim with this number from your office" in page.text
    assert mae.field("reason") == WHY
    mae.get("/provider/claims")
    mae.send("/provider/claims", {"number": theirs}, status=422)


# ── Drafts ──────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_is_shared_in_the_office_sealed_and_never_sent(practice, mae: Portal, town) -> None:
    number, before = claim(town), cases(town)
    mae.get("/provider/doors/dispute")
    mae.send("/provider/doors/dispute", {"claim": number, "reason": WHY, "do": "save"}, status=303)
    assert "It was not sent" in mae.follow().text
    assert cases(town) == before
    with town.database.session(town.cx("Maple")) as session:
        row = session.execute(select(OfficeDraft).order_by(OfficeDraft.id.desc())).scalars().first()
    assert WHY.encode() not in bytes(row.body_ct)
    max_ = practice.browser("max")
    assert "Mae Tolliver" in max_.get("/provider/doors").text
    max_.get(f"/provider/doors/dispute?draft={row.id}")
    assert (max_.field("claim"), max_.field("reason")) == (number, WHY)
    ben = practice.browser("ben")
    ben.get(f"/provider/doors/dispute?draft={row.id}", status=404)
    assert "Mae Tolliver" not in ben.get("/provider/doors").text
    max_.get(f"/provider/doors/dispute?draft={row.id}")
    max_.send("/provider/doors/dispute", {"do": "send"}, status=303)
    assert cases(town) == before + 1
    assert f"draft={row.id}" not in str(max_.get("/provider/doors").all("a"))
    office_drafts.drop(town.cx("Maple"), row.id)


# ── Claims and consents ─────────────────────────────────────────────────────────────────────────


def test_a_claim_is_found_by_its_number_and_leads_to_its_request_and_its_dispute(
    mae: Portal, town
) -> None:
    ref = stages.denied(town)
    number = claim(town, authorization=ref)
    mae.get("/provider/claims")
    mae.send("/provider/claims", {"number": number.lower()}, status=303)
    page = mae.follow()
    for said in (number, ref, "$480.00", "Dispute this payment"):
        assert said in page.text, said
    mae.send("/provider/doors/dispute")
    assert mae.field("claim") == number
    assert number in mae.get(at(ref)).text
    mae.get("/provider/search")
    mae.send("/provider/search/number", {"number": number}, status=303)
    assert "/provider/claims/" in mae.location
    with town.database.reading(town.cx("ag_specialist")) as cx:
        assert search.case_with(cx, number) == ref
        assert search.case_with(cx, "CLM-NONE") is None


def test_a_consent_says_what_it_counts_for_and_what_is_missing(mae: Portal, town) -> None:
    number = claim(town, received_on=date(2027, 2, 1))
    page = mae.get("/provider/consents/new/sterilization")
    for said in ("at least 30 days and at most 180 days", "42 CFR 441.253", "counts only for"):
        assert said in page.text, said
    said = {
        "member_number": town.members["OH-MCD"],
        "signed_on": "2026-11-01",
        "service_on": "2026-12-14",
        "checks": ["federal_form", "patient_signed", "explainer_signed", "competent"],
    }
    mae.send("/provider/consents/new/sterilization", said, files=[("form.pdf", PDF)], status=303)
    page = mae.follow()
    assert "The physician signed after the procedure" in page.text
    page = mae.get("/provider/consents")
    assert "something is missing" in page.text
    mae.get("/provider/consents/new/sterilization")
    whole = {**said, "checks": [*said["checks"], "physician_signed"]}
    mae.send("/provider/consents/new/sterilization", whole, files=[("form.pdf", PDF)], status=303)
    mae.get("/provider/claims")
    mae.send("/provider/claims", {"number": number}, status=303)
    assert "this claim came before the consent" in mae.follow().text


def test_a_consent_of_nobody_is_told_and_the_file_kept(mae: Portal) -> None:
    mae.get("/provider/consents/new/other")
    page = mae.send(
        "/provider/consents/new/other",
        {"member_number": "NOBODY", "signed_on": "2027-02-30"},
        files=[("form.pdf", PDF)],
        status=422,
    )
    assert "Write the date as" in page.text
    assert "form.pdf" in page.text
