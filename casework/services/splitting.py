"""One filing that is two: a letter that disputes two decisions, or complains and appeals.

What is parted gets a case of its own with the same instant of receipt, the same papers and the same
filer; the first case goes on as it was. It is not undone; two cases that are one are joined again
(`merge`).
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from casework import ledger, refs, seal
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.ledger.entries import case_key
from casework.records import (
    appeal_facts,
    categories,
    grievance_facts,
    joins,
    papers,
    series,
    speaking,
)
from casework.records.answers import Done, done
from casework.records.appeal_opening import AppealAsTold, open_appeal
from casework.records.forms import asks
from casework.records.grievance_opening import Complaint, open_grievance
from casework.records.series import Family
from statemachines.facts import Facts

# Where the words of whoever filed it are kept: the column of the detail, and what it is bound to.
_WORDS = {"appeal": ("reason_ct", "reason"), "grievance": ("told_ct", "told")}


@dataclass(frozen=True, kw_only=True)
class Splitting:
    """What goes into a case of its own, and why it is another matter."""

    into: Literal["appeal", "grievance"] = field(metadata=asks("It goes on as"))
    about: str = field(
        default="",
        metadata=asks(
            "The other decision", hint="For an appeal: the denied request, such as PA-…", most=24
        ),
    )
    claim: str = field(
        default="", metadata=asks("Claim number", hint="Only of a dispute about payment", most=40)
    )
    category: str = field(
        default="",
        metadata=asks("Category", hint="For a grievance", choices=categories.codes()),
    )
    told: str = field(
        metadata=asks("What this part says", hint="In the words of who filed it", long=True)
    )
    reason: str = field(metadata=asks("Why these are two matters", long=True))


@command
def split(cx: Context, ref: str, seen: int | None, form: Splitting) -> Done:
    """Part this case in two; answers with the first one and the number of the new."""
    kin, origin = _taken(cx, ref, form)
    facts = _judged(cx, kin, origin, form)
    ledger.permit(cx, kin.case, "split", facts, seen=seen)
    _require_named(kin, origin, form)
    parted = ledger.Change(
        case=kin.case,
        trigger="split",
        facts=facts,
        said=ledger.Said(more={"into": form.into}),
        text={"reason": form.reason, "told": form.told},
    )
    if origin is not None:
        new, before = _appeal(cx, kin, origin, form, parted)
    else:
        new, before = _grievance(cx, kin, form, parted)
    joins.link(cx, before, new, joins.SPLIT)
    joins.bring_filer(cx, kin.case, new)
    papers.copy(cx, kin.case, new)
    return done(before, {form.into: new.ref})


def _taken(cx: Context, ref: str, form: Splitting) -> tuple[Family, Family | None]:
    kind = _kind_of(ref)
    if form.into == "appeal" and form.about.strip():
        kin, origin = series.family_with(cx, ref, kind=kind, other=form.about)
        if origin.case.member_id != kin.case.member_id:
            raise Invalid(
                "That request is another member's.",
                fields={"about": "Name the other request of this member that is disputed."},
            )
        return kin, origin
    return series.family(cx, ref, kind=kind), None


def _kind_of(ref: str) -> str:
    kind = refs.kind_of(ref.strip().upper())
    if kind not in _WORDS:
        raise NotFound(f"There is no appeal and no grievance {ref[:24]} here.")
    return kind


def _judged(cx: Context, kin: Family, origin: Family | None, form: Splitting) -> Facts:
    facts = known.of_case(cx, kin.case)
    if kin.case.kind == "appeal":
        facts = appeal_facts.of_appeal(cx, kin.case, facts)
    else:
        facts = grievance_facts.of_grievance(cx, kin.case, facts)
    named = origin is not None and appeal_facts.disputable(
        cx, origin.case, payment=bool(form.claim.strip())
    )
    return replace(
        facts,
        split_into=form.into,
        dispute_named=named,
        complaint_stated=bool(form.told.strip()),
        category=form.category,
        reason=form.reason,
    )


def _require_named(kin: Family, origin: Family | None, form: Splitting) -> None:
    """What the part is about, and that it is another matter. Raises Invalid."""
    if form.into == "grievance":
        if not form.category:
            raise Invalid(
                "A complaint has a category.", fields={"category": "Choose what it is about."}
            )
        return
    if origin is None:
        raise Invalid(
            "An appeal names the decision that it disputes.",
            fields={"about": "Enter the number of the denied request, such as PA-…"},
        )
    if kin.case.kind == "appeal" and kin.about is not None and origin.case.id == kin.about.id:
        raise Invalid(
            "This appeal is about that decision already.",
            fields={"about": f"Name the other decision; {kin.about.ref} is this appeal's own."},
        )


def _appeal(
    cx: Context, kin: Family, origin: Family, form: Splitting, parted: ledger.Change
) -> tuple[ledger.Head, ledger.Recorded]:
    detail = series.detail_of(cx, kin.case)
    speaks = kin.case.filed_by == "representative" and speaking.may_act(
        cx, kin.case.member_id, series_id=kin.case.series_id, name=detail.filer_name
    )
    opened = open_appeal(
        cx,
        origin,
        AppealAsTold(
            filing=joins.as_filed(cx, kin.case, detail.filer_name),
            reason=form.told,
            priority="expedited" if kin.case.priority == "expedited" else "standard",
            payment=bool(form.claim.strip()),
            claim=form.claim,
            filer_treats=getattr(detail, "filer_treats", None),
            consent_on_file=speaks,
            split_from=kin.case.ref,
            restricted=kin.case.restricted,
        ),
        before=[parted],
    )
    return opened.case, opened.before[0]


def _grievance(
    cx: Context, kin: Family, form: Splitting, parted: ledger.Change
) -> tuple[ledger.Head, ledger.Recorded]:
    case, detail = kin.case, series.detail_of(cx, kin.case)
    about = kin.about if kin.case.kind == "grievance" else kin.request
    new, before = open_grievance(
        cx,
        Complaint(
            filing=joins.as_filed(cx, case, detail.filer_name),
            category=categories.category(form.category),
            told=form.told,
            member_id=case.member_id,
            contract_id=case.contract_id,
            contract_version_id=case.contract_version_id,
            restricted=case.restricted,
            incident_on=getattr(detail, "incident_on", None),
            in_writing=case.channel != "phone",
            about=about,
            split_from=case.ref,
        ),
        before=[parted],
    )
    return new, before[0]


def words_of(cx: Context, case: ledger.Head, detail: Any) -> str:
    """What whoever filed this case wrote or said, in clear."""
    column, place = _WORDS[case.kind]
    key = case_key(cx.database.settings, case)
    return seal.unseal_text(key, getattr(detail, column), f"{place}:{case.id}")
