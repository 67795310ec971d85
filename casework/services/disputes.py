"""A provider's dispute about its own payment: sent by the office, or entered by a clerk."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from casework import policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, WrongDoor
from casework.records import dispute_opening, filing, papers
from casework.records.answers import decision_due
from casework.records.dispute_opening import DisputeAsTold
from casework.records.filing import OFFICES, Channel
from casework.records.forms import asks
from casework.submission import PaperAsSent


@dataclass(frozen=True, kw_only=True)
class DisputeFiling:
    """A dispute as it is filed. `claim` is the number of a claim that this office billed."""

    claim: str = field(metadata=asks("Claim number", hint="As on the remittance", most=40))
    reason: str = field(metadata=asks("Why the payment is wrong", long=True))
    filed_by: Literal["provider", "physician"] | None = field(
        default=None, metadata=asks("Who files")
    )
    filer_name: str = field(default="", metadata=asks("Name of who files", most=120))
    received_at: datetime | None = field(
        default=None, metadata=asks("Received", hint="The first moment at which it reached us")
    )
    channel: Channel | None = field(default=None, metadata=asks("How it came"))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("Papers"))


@dataclass(frozen=True)
class Disputed:
    """What the office is told at once. `decision_due` is ISO 8601, in UTC; `request` stands behind
    the claim; `level` is that of the contract."""

    ref: str
    claim: str
    request: str
    state: str
    version: int
    decision_due: str
    level: int
    late: bool = False
    replayed: bool = False


@command
def file_dispute(cx: Context, form: DisputeFiling) -> Disputed:
    """Open a dispute about a claim, with the contract's clock and a letter to the office alone.

    Raises WrongDoor for what is no matter of an office, Invalid with the fields that cannot stand,
    NotAllowed for who may not file.
    """
    policy.require(cx.principal, "appeal", "receive")
    if cx.principal.roles & policy.MEMBERS:
        raise WrongDoor(
            "A dispute is an office's own matter: file an appeal.",
            door="appeal",
            fields={"claim": "Appeal the decision that you do not agree with."},
        )
    said = filing.filing_of(cx, form)
    if said.filed_by not in OFFICES:
        raise Invalid("Say who files.", fields={"filed_by": "A provider or a physician files it."})
    if not form.reason.strip():
        raise Invalid("Say why.", fields={"reason": "Say why the payment is wrong."})
    papers.require_readable(form.papers, field="papers")
    told = DisputeAsTold(filing=said, claim=form.claim, reason=form.reason)
    opened = dispute_opening.open_dispute(cx, told)
    papers.attach(cx, opened.case, form.papers, by=cx.principal.name)
    return Disputed(
        ref=opened.case.ref,
        claim=opened.claim.number,
        request=opened.request,
        state=opened.case.state,
        version=opened.case.version,
        decision_due=decision_due(cx, opened.case),
        level=opened.level,
        late=opened.late,
    )
