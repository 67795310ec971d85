"""What the plan and the bodies outside do on a path, by the services; time; and how it must end."""

from dataclasses import replace
from datetime import timedelta

from casework.records.determinations import LineRuling, Wanted, Words
from casework.records.reversals import Effectuation
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    contacts,
    determinations,
    endings,
    external_decisions,
    review,
)
from casework.services.intake import submit_prior_auth
from casework.submission import MemberAsSent
from tests.builders import a_submission
from tests.journeys.paths.journey import Journey, Step, looks

SPECIALIST, CLINICIAN = "ag_specialist", "ag_clinician"
REASON = "The records show no warning sign, so this test is not needed now."
REASON_ES = "Los registros no muestran ninguna señal de alarma. Ahora no necesita este examen."
CRITERION = "Imaging policy MP-021, part 2."
CRITERION_ES = "Regla de imágenes MP-021, parte 2."
WORDS = Words(
    provision="Your plan book, chapter 4: imaging must be medically needed.",
    provision_es="El libro de su plan, capítulo 4: debe haber necesidad médica.",
    standard="We compared the records with each point of the policy.",
    standard_es="Comparamos los registros con cada punto de la regla.",
    considered=("The appeal", "The file of the first decision"),
    considered_es=("La apelación", "El expediente de la primera decisión"),
    rationale="A doctor who had no part before read the notes. The nerve exam was normal.",
    rationale_es="Una doctora sin parte en lo anterior leyó las notas. El examen fue normal.",
    perfect=(
        Wanted(
            what="Notes of the exam",
            what_es="Notas del examen",
            why="They may show a warning sign.",
            why_es="Pueden mostrar una señal de alarma.",
        ),
    ),
)


def denied(journey: Journey) -> None:
    """An office asks, a nurse reads, a physician denies."""
    town = journey.town
    today = town.now.date()
    sent = a_submission(town.house.town, journey.contract)
    line = replace(
        sent.lines[0],
        from_date=today + timedelta(days=31),
        to_date=today + timedelta(days=120),
    )
    sent = replace(
        sent,
        received_at=town.now,
        member=MemberAsSent(numbers=(journey.number,)),
        lines=(line, replace(line, number=2, code="E0601")) if journey.two else (line,),
    )
    ref = journey.refs["denied"] = submit_prior_auth(town.cx("Maple"), sent).ref
    review.start_review(town.cx("nurse"), ref, None)
    told = review.Referral(summary="Three weeks of pain.", criteria="MP-021: not met.")
    review.refer_to_physician(town.cx("nurse"), ref, None, told)
    ruling = determinations.Ruling(
        lines=tuple(no_to(each.number) for each in sent.lines),
        words=WORDS,
        criterion="MP-021",
        attested=True,
    )
    determinations.deny(town.cx("physician"), ref, None, ruling)


def no_to(number: int) -> LineRuling:
    """This line is denied, with its reason in both languages."""
    return LineRuling(
        number=number,
        result="denied",
        reason=REASON,
        reason_es=REASON_ES,
        criterion=CRITERION,
        criterion_es=CRITERION_ES,
    )


# ── The appeal ──────────────────────────────────────────────────────────────────────────────────


def reviewer_named(journey: Journey) -> None:
    """The specialist gives it to a clinician who took no part."""
    town = journey.town
    form = appeal_review.Assignment(reviewer_id=town.house.user(CLINICIAN), expertise=True)
    appeal_review.assign_reviewer(town.cx(SPECIALIST), journey.refs["appeal"], None, form)


def decides(how: str) -> Step:
    """The clinician decides: uphold, overturn, overturn_in_part."""

    def step(journey: Journey) -> None:
        form = appeal_decisions.Resolution(
            words=WORDS, everything_considered=True, attested=True, criterion="MP-021"
        )
        if how == "overturn_in_part":
            form = replace(form, lines=(LineRuling(number=2, result="approved"), no_to(1)))
        command = getattr(appeal_decisions, how)
        command(journey.town.cx(CLINICIAN), journey.refs["appeal"], None, form)

    return step


def carried_out(which: str) -> Step:
    """What the appeal or the body gave is set up."""

    def step(journey: Journey) -> None:
        command = {
            "appeal": appeal_decisions.effectuate,
            "review": external_decisions.effectuate,
        }[which]
        command(journey.town.cx(SPECIALIST), journey.refs[which], None, Effectuation())

    return step


def late_refused(journey: Journey) -> None:
    """It came after the last day, and the reason does not hold."""
    form = appeal_review.TooLate(
        reason="You asked after the last day, and no reason was given that we can take.",
        reason_es="Usted pidió después del último día y no dio una razón que podamos aceptar.",
    )
    appeal_review.refuse_late(journey.town.cx(SPECIALIST), journey.refs["appeal"], None, form)


def opened_again(journey: Journey) -> None:
    """There was a good cause after all."""
    form = endings.Vacating(good_cause="She was in the hospital until last week.")
    endings.vacate_dismissal(journey.town.cx(SPECIALIST), journey.refs["appeal"], None, form)


def consent_asked(journey: Journey) -> None:
    """The form is missing: it is asked for, and the specialist calls as often as the law wants."""
    town, ref = journey.town, journey.refs["appeal"]
    appeal_review.require_consent(town.cx(SPECIALIST), ref, None)
    form = contacts.ContactMade(
        direction="out",
        channel="phone",
        with_whom="Maple Clinic",
        purpose="The form with the member's signature",
        outcome="They will send it",
    )
    for _ in range(3):
        contacts.log_contact(town.cx(SPECIALIST), ref, None, form)


def office_appeals(journey: Journey) -> None:
    """The office appeals for the member, without the form that she must sign."""
    form = appeals.AppealFiling(
        about=journey.refs["denied"], reason="She needs it.", filer_treats=True
    )
    journey.refs["appeal"] = appeals.file_appeal(journey.town.cx("Maple"), form).ref


def consent_refused(journey: Journey) -> None:
    """The form never came: closed, after the last day that the letter printed."""
    form = endings.Dismissal(ground="consent_missing", evidence="Two letters and three calls.")
    endings.dismiss(journey.town.cx(SPECIALIST), journey.refs["appeal"], None, form)


# ── Time ────────────────────────────────────────────────────────────────────────────────────────


def days_pass(days: int) -> Step:
    """So many days pass; the house keeps its clocks."""
    return lambda journey: journey.town.later(days=days)


def its_time_runs_out(journey: Journey) -> None:
    """Nobody decides until an hour after the decision was due."""
    due = journey.town.look(journey.refs["appeal"]).clocks["decision"].due_at
    journey.town.until(due + timedelta(hours=1))


# ── The end ─────────────────────────────────────────────────────────────────────────────────────


@looks
def all_is_done(journey: Journey) -> None:
    """Decided, told, carried out: nothing is owed, no clock of the plan runs, no check finds
    anything."""
    left = [fault for ref in journey.refs.values() for fault in _left(journey, ref)]
    assert left == [], "\n".join(left)
    assert journey.town.alarms() == []


def _left(journey: Journey, ref: str) -> list[str]:
    """What is still to be done on this case."""
    sight = journey.town.look(ref)
    return [
        *(f"{ref} owes: {o.kind}: {o.says}" for o in sight.owed if o.done_at is None),
        *(
            f"{ref}: the clock {clock.name} runs"
            for clock in sight.clocks.values()
            if clock.state == "open" and clock.owner == "plan"
        ),
        *(
            f"{ref}: the letter {each.code} to {each.recipient} is {each.state} {each.missing}"
            for each in sight.letters
            if each.state != "sent"
        ),
        *([f"{ref} is {sight.case.state} and open"] if sight.case.open else []),
    ]


def ends_as(**states: str) -> Step:
    """Each case stands where it must."""

    @looks
    def step(journey: Journey) -> None:
        found = {name: journey.town.look(journey.refs[name]).case.state for name in states}
        assert found == states

    return step


def told(which: str, *codes: str) -> Step:
    """These letters to the member left, and are in the portal."""

    @looks
    def step(journey: Journey) -> None:
        for code in codes:
            assert journey.letter(which, code).state == "sent", (code, journey.letter(which, code))

    return step
