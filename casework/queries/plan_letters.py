"""Which letters print what changes in the plan block of a contract: found by printing each sample
with both blocks and holding the two side by side, never by a list that somebody keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from casework.bridge.letter_plan import plan_block
from casework.context import Context
from casework.errors import Invalid
from casework.records.contract_drafts import Draft, drafted
from casework.records.contract_versions import Edition, Named, with_editions
from letters import catalogue, compose, specimen
from letters.context import PlanBlock


@dataclass(frozen=True)
class Printed:
    """A letter that prints the change: its code, its title, to whom."""

    code: str
    title: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class AddressPreview:
    """A draft that changes the plan block, and the letters that print it otherwise."""

    contract: Named
    newest: Edition
    draft: Draft
    letters: tuple[Printed, ...]


def address_preview(
    cx: Context, code: str, *, plan: Mapping[str, Any], reason: str, effective_from: Any
) -> AddressPreview:
    """What this change of the plan block would mean. Raises Invalid and NotFound as publishing
    does."""
    contract, editions = with_editions(cx, code)
    draft = drafted(
        cx,
        editions,
        terms={},
        workflow={},
        reason=reason,
        effective_from=effective_from,
        plan=plan,
    )
    _require_same_terms(draft)
    return AddressPreview(
        contract=contract,
        newest=editions[0],
        draft=draft,
        letters=letters_that_print(contract.line, draft.before.plan, draft.edition.plan),
    )


def _require_same_terms(draft: Draft) -> None:
    """An address must not bring the terms of a planned version into force before their day."""
    was, will = draft.before, draft.edition
    if (was.terms, was.workflow) == (will.terms, will.workflow):
        return
    planned = [each.effective_from for each in draft.overtaken]
    day = f"{max(planned):%B %d, %Y}" if planned else "the first day of that version"
    raise Invalid(
        "A version with other terms is planned.",
        fields={
            "effective_from": f"Choose {day} or a later day: a version with other terms is planned."
        },
    )


def letters_that_print(
    line: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Printed, ...]:
    """The letters of this line whose page differs between the two blocks, in the catalogue's
    order."""
    old, new = _one_language(before), _one_language(after)
    found = []
    for code, of_line in specimen.everywhere():
        if of_line != line:
            continue
        letter = catalogue.get(code)
        told = tuple(
            recipient
            for recipient in letter.recipients
            if _page(code, line, recipient, old) != _page(code, line, recipient, new)
        )
        if told:
            found.append(Printed(code, letter.title, told))
    return tuple(found)


def _one_language(plan: Mapping[str, Any]) -> PlanBlock:
    """The help in fifteen languages names no address; without it a page is made in a third."""
    return replace(plan_block(plan), languages=("en", "es"))


@lru_cache(maxsize=512)
def _page(code: str, line: str, recipient: str, plan: PlanBlock) -> str:
    sample = specimen.specimen(code, line, recipient=recipient)
    return compose.html(replace(sample, plan=plan))
