"""What an office sees before it sends: who is meant, what the list says, what is missing, doubles.

The same examination as at the door of the plan, so that nothing is refused after it was shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casework import observations
from casework.context import Context
from casework.queries import (
    diagnosis_codes,
    office_case,
    office_people,
    pa_list,
    recognised_member,
)
from casework.queries.office_case import Overlap
from casework.queries.pa_list import ContractSummary, PaAnswer
from casework.records import findings
from casework.submission import PaperAsSent, Submission
from casework.web import edge
from casework.web.provider.papers import Kept


@dataclass(frozen=True)
class Review:
    """What is known of the request that would be sent."""

    member: str
    contract: ContractSummary
    named: dict[str, str]
    labels: dict[str, str]
    answers: dict[str, PaAnswer]
    missing: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


def named_only(kept: Iterable[Kept]) -> tuple[PaperAsSent, ...]:
    """The papers without their bytes: enough to say whether there are any."""
    return tuple(PaperAsSent(name=each.name, media_type=each.media_type) for each in kept)


def review_of(cx: Context, sent: Submission) -> tuple[Review | None, dict[str, str]]:
    """The review, or None with what refuses the request, by the plan's names of the fields."""
    recognised, found = findings.examine(cx, sent)
    refusing = {each.field: each.sentence for each in found if each.refuses}
    if refusing or recognised.member_id is None or recognised.contract_id is None:
        return None, refusing
    observations.look(edge.cx(), member_id=recognised.member_id, what="request-review")
    contract = pa_list.contract_by_id(cx, recognised.contract_id)
    days = [line.from_date for line in sent.lines if line.from_date]
    on = min(days, default=sent.received_at.date())
    asked = [line.code for line in sent.lines if line.system == "procedure"]
    birth_date = sent.member.birth_date
    assert birth_date is not None
    member = recognised_member.named(cx, sent.member.numbers[0], birth_date)
    providers = [p.npi for p in (sent.requester, sent.servicing, sent.facility) if p]
    return (
        Review(
            member=member.name if member else "",
            contract=contract,
            named=office_people.named(cx, set(providers)),
            labels=diagnosis_codes.labels(cx, {each.code for each in sent.diagnoses}),
            answers={one.code: one for one in pa_list.is_required(cx, contract, asked, on=on)},
            missing=tuple(findings.gaps(sent, found)),
            overlaps=office_case.overlapping(cx, recognised.member_id, _spans(sent)),
        ),
        {},
    )


def _spans(sent: Submission) -> list[tuple[str, date, date]]:
    return [
        (line.code, line.from_date, line.to_date or line.from_date)
        for line in sent.lines
        if line.from_date
    ]
