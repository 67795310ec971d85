"""Which command carries out which trigger of which machine, and what its form asks.

One table for pages, API and documentation. A trigger that is not here is not offered by hand: it
belongs to the system (a lapse, a missed deadline) or to a door of its own (filing).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from casework.context import Context
from casework.errors import NotFound
from casework.records import cuts
from casework.records.answers import Done
from casework.records.incoming import Came
from casework.records.reversals import Effectuation
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    authorizations,
    contacts,
    corrective_actions,
    desk,
    determinations,
    doubts,
    endings,
    escalations,
    external_decisions,
    external_file,
    external_hearings,
    external_reviews,
    following,
    grievance_findings,
    grievance_issues,
    grievances,
    holds,
    letter_retry,
    mailing,
    marks,
    merging,
    messages,
    pace,
    papers,
    parties,
    pulling,
    reclassifying,
    reissue,
    restricting,
    returned_mail,
    review,
    splitting,
    talk_choices,
    talk_tries,
)
from statemachines import engine

Command = Callable[..., Done]


@dataclass(frozen=True)
class Action:
    """A command and the form that it takes (None: it asks nothing)."""

    command: Command
    form: type | None = None

    def carry_out(self, cx: Context, ref: str, seen: int | None, form: Any) -> Done:
        """Run the command on this case as the caller saw it."""
        if self.form is None:
            return self.command(cx, ref, seen)
        return self.command(cx, ref, seen, form)


_PA, _AP, _GR, _ER = engine.KINDS

# Steps that several kinds share: the machine of the case decides what they mean there.
_WAITING: Final = {
    "request_information": Action(review.request_information, review.Ask),
    "receive_information": Action(review.receive_information, review.Reply),
    "resume": Action(review.resume, review.Reason),
}
_PACE: Final = {
    "request_expedite": Action(pace.request_expedite, pace.ExpediteAsk),
    "grant_expedite": Action(pace.grant_expedite, pace.ExpediteAnswer),
    "refuse_expedite": Action(pace.refuse_expedite, pace.ExpediteAnswer),
}
_MORE_TIME: Final = {"extend": Action(pace.extend, pace.MoreTime)}
_ENDS: Final = {
    "withdraw": Action(endings.withdraw, endings.Withdrawal),
    "correct_receipt": Action(endings.correct_receipt, endings.Correction),
}
_DISMISSAL: Final = {"dismiss": Action(endings.dismiss, endings.Dismissal)}
_VACATING: Final = {"vacate_dismissal": Action(endings.vacate_dismissal, endings.Vacating)}

_JOINED: Final = {
    "merge": Action(merging.merge, merging.Merging),
    "split": Action(splitting.split, splitting.Splitting),
    "take_as_request": Action(reclassifying.take_as_request, reclassifying.IntoRequest),
}
_PARTIES: Final = {
    "substitute_party": Action(parties.substitute_party, parties.NewParty),
    "add_party": Action(parties.add_party, parties.AddedParty),
}

_REVIEW: Final = {
    "start_review": Action(review.start_review),
    "refer_to_physician": Action(review.refer_to_physician, review.Referral),
    "return_to_nurse": Action(review.return_to_nurse, review.Reason),
    "offer_peer_to_peer": Action(review.offer_peer_to_peer, review.Slot),
    "hold_peer_to_peer": Action(review.hold_peer_to_peer, review.Talk),
    "close_peer_to_peer": Action(review.close_peer_to_peer, review.Talk),
    "approve": Action(determinations.approve, determinations.Ruling),
    "approve_in_part": Action(determinations.approve_in_part, determinations.Ruling),
    "deny": Action(determinations.deny, determinations.Ruling),
    "deny_administratively": Action(determinations.deny_administratively, determinations.Ruling),
    "confirm_deemed_approval": Action(
        determinations.confirm_deemed_approval, determinations.Ruling
    ),
    "reopen": Action(determinations.reopen, determinations.Reopening),
    "change_authorization": Action(authorizations.change_authorization, authorizations.Alteration),
    "reduce": Action(authorizations.reduce, cuts.Reduction),
    "terminate": Action(authorizations.terminate, cuts.Reduction),
    "carry_out_reversal": Action(authorizations.carry_out_reversal, authorizations.CarryingOut),
}

_APPEAL: Final = {
    "require_consent": Action(appeal_review.require_consent),
    "record_consent": Action(appeal_review.record_consent, appeal_review.Consent),
    "accept_late": Action(appeal_review.accept_late, appeal_review.GoodCause),
    "refuse_late": Action(appeal_review.refuse_late, appeal_review.TooLate),
    "assign_reviewer": Action(appeal_review.assign_reviewer, appeal_review.Assignment),
    "share_new_evidence": Action(appeal_review.share_new_evidence, appeal_review.Evidence),
    "continue_benefits": Action(appeal_review.continue_benefits, appeal_review.Continuation),
    **_PARTIES,
    "change_subject": Action(appeal_review.change_subject, appeal_review.NewSubject),
    "acknowledge_subject": Action(appeal_review.acknowledge_subject),
    "uphold": Action(appeal_decisions.uphold, appeal_decisions.Resolution),
    "overturn": Action(appeal_decisions.overturn, appeal_decisions.Resolution),
    "overturn_in_part": Action(appeal_decisions.overturn_in_part, appeal_decisions.Resolution),
    "forward": Action(appeal_decisions.forward),
    "effectuate": Action(appeal_decisions.effectuate, Effectuation),
    "convert": Action(grievance_findings.convert_to_grievance, grievance_findings.IntoGrievance),
    "take_as_dispute": Action(reclassifying.take_as_dispute, reclassifying.IntoDispute),
    "take_as_appeal": Action(reclassifying.take_as_appeal, reclassifying.IntoMembersAppeal),
    **_JOINED,
}

_GRIEVANCE: Final = {
    "start_investigation": Action(grievances.start_investigation),
    "recategorize": Action(grievances.recategorize, grievances.NewCategory),
    "refer_quality_of_care": Action(grievances.refer_quality_of_care, grievances.Referral),
    "record_clinical_finding": Action(
        grievance_findings.record_clinical_finding, grievance_findings.ClinicalFinding
    ),
    "resolve": Action(grievance_findings.resolve, grievance_findings.Answer),
    "convert": Action(grievance_findings.convert_to_appeal, grievance_findings.IntoAppeal),
    **_JOINED,
    **_PARTIES,
}

_OUTSIDE: Final = {
    "start_preliminary_review": Action(external_reviews.start_preliminary_review),
    "find_incomplete": Action(external_reviews.find_incomplete, external_reviews.Missing),
    "perfect": Action(external_reviews.perfect, Came),
    "find_eligible": Action(external_reviews.find_eligible),
    "find_ineligible": Action(external_reviews.find_ineligible, external_reviews.Ineligible),
    "assign_iro": Action(external_file.assign_iro, external_file.Giving),
    "send_file": Action(external_file.send_file, external_file.Sending),
    "schedule_hearing": Action(external_hearings.schedule_hearing, external_hearings.Hearing),
    "add_information": Action(external_file.add_information, Came),
    "uphold": Action(external_decisions.uphold, external_decisions.BodyDecision),
    "overturn": Action(external_decisions.overturn, external_decisions.BodyDecision),
    "overturn_in_part": Action(
        external_decisions.overturn_in_part, external_decisions.BodyDecision
    ),
    "record_dismissal": Action(
        external_decisions.record_dismissal, external_decisions.BodyDecision
    ),
    "terminate_by_reversal": Action(
        external_decisions.terminate_by_reversal, external_decisions.OwnReversal
    ),
    "effectuate": Action(external_decisions.effectuate, Effectuation),
    **_PARTIES,
}

ACTIONS: Final[dict[str, dict[str, Action]]] = {
    _PA: {**_REVIEW, **_WAITING, **_PACE, **_MORE_TIME, **_ENDS, **_DISMISSAL, **_VACATING},
    _AP: {**_APPEAL, **_WAITING, **_PACE, **_MORE_TIME, **_ENDS, **_DISMISSAL, **_VACATING},
    _GR: {**_GRIEVANCE, **_WAITING, **_MORE_TIME, **_ENDS, **_DISMISSAL},
    _ER: {**_OUTSIDE, **_ENDS},
}

# What is noted on a case of any kind and changes no state, by the name that policy knows it by (or
# a name of its own under the same row).
OBSERVATIONS: Final[dict[str, Action]] = {
    "note": Action(desk.add_note, desk.Note),
    "add_document": Action(papers.add_document, papers.Upload),
    "add_issue": Action(grievance_issues.add_issue, grievance_issues.NewIssue),
    "find_issue": Action(grievance_issues.find_issue, grievance_issues.IssueFinding),
    "rate_severity": Action(grievance_issues.rate_severity, grievance_issues.Severity),
    "answer_dispute": Action(grievance_issues.answer_dispute, grievance_issues.DisputeAnswer),
    "open_corrective_action": Action(
        corrective_actions.open_corrective_action, corrective_actions.NewAction
    ),
    "move_corrective_action": Action(
        corrective_actions.move_corrective_action, corrective_actions.ActionMoved
    ),
    "complete_corrective_action": Action(
        corrective_actions.complete_corrective_action, corrective_actions.ActionProven
    ),
    "log_contact": Action(contacts.log_contact, contacts.ContactMade),
    "message": Action(messages.send_message, messages.Message),
    "answer_message": Action(messages.answer_message, messages.Answer),
    "assign": Action(desk.assign, desk.Handing),
    "take_work": Action(desk.take_work),
    "refuse_work": Action(pulling.refuse_work, pulling.Refusal),
    "hold": Action(holds.put_on_hold, holds.Hold),
    "end_hold": Action(holds.end_hold),
    "acknowledge_escalation": Action(
        escalations.acknowledge_escalation, escalations.Acknowledgement
    ),
    "escalate": Action(escalations.escalate, escalations.ByHand),
    "oral_notice": Action(papers.oral_notice_given, papers.OralNotice),
    "settle_obligation": Action(desk.settle_obligation, desk.Settlement),
    "observe_receipt": Action(papers.notice_received, papers.Receipt),
    "info_complete": Action(papers.info_complete, papers.Completeness),
    "reviewer_received": Action(papers.reviewer_received, papers.Arrival),
    "prove_packet": Action(external_file.prove_packet, external_file.Sending),
    "record_return": Action(returned_mail.record_return, returned_mail.Return),
    "reissue_letter": Action(reissue.reissue_letter, reissue.Reissue),
    "correct_address": Action(reissue.correct_address, reissue.NewAddress),
    "answer_doubt": Action(doubts.answer_doubt, doubts.Answer),
    "record_mailing": Action(mailing.record_mailing, mailing.MailingWord),
    "plan_next_review": Action(following.plan_next_review, following.NextReview),
    "refer_to_care": Action(following.refer_to_care, following.CareReferral),
    "restrict_case": Action(restricting.restrict_case, restricting.Restricting),
    "lift_restriction": Action(restricting.lift_restriction, restricting.Lifting),
    "choose_talk": Action(talk_choices.choose_talk, talk_choices.TalkChoice),
    "log_talk_try": Action(talk_tries.log_talk_try, talk_tries.Try),
    "mark_paper": Action(marks.mark_paper, marks.Mark),
    "unmark_paper": Action(marks.unmark_paper, marks.Unmark),
    "try_letter_again": Action(letter_retry.try_letter_again, letter_retry.Retry),
}


@dataclass(frozen=True)
class Door:
    """A command that opens a case, and the form that it takes; it answers a `Filed`."""

    command: Callable[..., Any]
    form: type


# How a case of each kind is filed; a request has its own door (`intake.submit_prior_auth`).
FILINGS: Final[dict[str, Door]] = {
    _AP: Door(appeals.file_appeal, appeals.AppealFiling),
    _GR: Door(grievances.file_grievance, grievances.GrievanceFiling),
    _ER: Door(external_reviews.request_review, external_reviews.ReviewFiling),
}


def observation(name: str) -> Action:
    """The command behind an observation. Raises NotFound with those that exist."""
    found = OBSERVATIONS.get(name)
    if found is None:
        known = ", ".join(sorted(OBSERVATIONS))
        raise NotFound(f"There is no {name[:40]!r} to note here. There are: {known}.")
    return found


def action(kind: str, trigger: str) -> Action:
    """The action behind a trigger. Raises NotFound with the triggers that exist."""
    found = ACTIONS[kind].get(trigger)
    if found is None:
        known = ", ".join(sorted(ACTIONS[kind]))
        raise NotFound(f"There is no action {trigger[:40]!r} here. The actions are: {known}.")
    return found
