"""The result of one line as ClaimResponse.item, and what was authorized instead as addItem.

The table of statuses and X12 306 codes is here. Numbers, trace numbers and requested dates are
echoed; nothing is renumbered (PAS, ClaimResponse.item.itemSequence).
"""

from dataclasses import dataclass, field
from typing import Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.answer import Authorized, LineAnswer, LineStatus
from casework.interop.fhir.elements import Node, amount, extensions, node, nodes, text
from casework.interop.fhir.marks import coded, period

ACTIONS: Final[dict[LineStatus, str]] = {
    "approved": "A1",
    "approved_in_part": "A2",
    "changed": "A6",
    "denied": "A3",
    "pended": "A4",
    "cancelled": "C",
    "contact_payer": "CT",
    "not_required": "NA",
}
APPROVALS: Final = frozenset({"approved", "approved_in_part", "changed"})
# Whoever reads these will quote our number: what is approved is quoted by its authorization.
_REFERENCED: Final = frozenset({"pended", "denied", "contact_payer"})
_CATEGORY: Final = coded(names.ADJUDICATION, "submitted")
_COPIED: Final = ("locationCodeableConcept", "unitPrice")


@dataclass
class Notes:
    """The process notes of one answer, numbered as they are written; equal ones share a number."""

    rows: list[Node] = field(default_factory=list)

    def number(self, note: str) -> int:
        """The number of this note, which is added when it is new."""
        for row in self.rows:
            if row["text"] == note:
                return int(row["number"])
        self.rows.append({"number": len(self.rows) + 1, "text": note})
        return len(self.rows)


def item(sent: Node, line: LineAnswer, *, notes: Notes) -> Node:
    """ClaimResponse.item for a submitted item and our answer to it."""
    return {
        "extension": _extensions(sent, line),
        "itemSequence": line.number,
        "noteNumber": [notes.number(line.note)] if line.note else [],
        "adjudication": [_adjudication(line, ACTIONS[line.status])],
    }


def add_item(sent: Node, line: LineAnswer) -> Node:
    """ClaimResponse.addItem for a changed line: what is authorized, as certified (spec-36)."""
    what = line.authorized or Authorized()
    return {
        "extension": _approval_dates(line),
        "itemSequence": [line.number],
        "productOrService": _product(sent, what),
        "modifier": [coded(names.HCPCS, m) for m in what.modifiers] or nodes(sent, "modifier"),
        **_serviced(sent, what),
        **{name: node(sent, name) for name in _COPIED},
        "quantity": _quantity(sent, what),
        "adjudication": [_adjudication(line, ACTIONS["approved"])],
    }


def _adjudication(line: LineAnswer, action: str) -> Node:
    inner: list[Node] = []
    if line.authorization_number and line.status in APPROVALS:
        inner.append({"url": "number", "valueString": line.authorization_number})
    inner.append(
        {
            "url": names.REVIEW_ACTION_CODE,
            "valueCodeableConcept": coded(names.X12_REVIEW_ACTION, action),
        }
    )
    inner += [
        {"url": "reasonCode", "valueCodeableConcept": coded(names.X12_DECISION_REASON, reason)}
        for reason in line.reason_codes
    ]
    if line.second_opinion is not None:
        inner.append({"url": "secondSurgicalOpinionFlag", "valueBoolean": line.second_opinion})
    return {
        "extension": [{"extension": inner, "url": names.REVIEW_ACTION}],
        "category": _CATEGORY,
    }


def _extensions(sent: Node, line: LineAnswer) -> list[Node]:
    found = extensions(sent, names.ITEM_TRACE)
    if line.status in APPROVALS:
        found += _approval_dates(line)
    found += extensions(sent, names.AUTHORIZATION_NUMBER)
    if line.reference_number and line.status in _REFERENCED:
        found.append({"url": names.ADMINISTRATION_NUMBER, "valueString": line.reference_number})
    found += _requested_date(sent)
    if line.authorized and line.status in APPROVALS:
        found.append(_detail(sent, line.authorized))
    return found


def _approval_dates(line: LineAnswer) -> list[Node]:
    found: list[Node] = []
    if line.issued_on:
        found.append({"url": names.ISSUE_DATE, "valueDate": line.issued_on.isoformat()})
    valid = period(line.valid_from, line.valid_to)
    if valid:
        found.append({"url": names.ITEM_PERIOD, "valuePeriod": valid})
    return found


def _requested_date(sent: Node) -> list[Node]:
    if isinstance(sent.get("servicedDate"), str):
        return [{"url": names.REQUESTED_DATE, "valueDateTime": sent["servicedDate"]}]
    asked = node(sent, "servicedPeriod")
    return [{"url": names.REQUESTED_DATE, "valuePeriod": asked}] if asked else []


def _detail(sent: Node, what: Authorized) -> Node:
    """itemAuthorizedDetail: the code, the modifiers and the quantity that were authorized."""
    inner: list[Node] = [
        {"url": "productOrServiceCode", "valueCodeableConcept": _product(sent, what)}
    ]
    inner += [
        {"url": "modifier", "valueCodeableConcept": coded(names.HCPCS, m)} for m in what.modifiers
    ]
    quantity = _quantity(sent, what)
    if quantity:
        inner.append({"url": "quantity", "valueQuantity": quantity})
    return {"extension": inner, "url": names.AUTHORIZED_DETAIL}


def _product(sent: Node, what: Authorized) -> Node:
    if what.code:
        return coded(what.uri or names.HCPCS, what.code)
    return node(sent, "productOrService")


def _quantity(sent: Node, what: Authorized) -> Node:
    """Value and a unit: PAS wants a unit in words, or a code of X12 673 with its system."""
    asked = node(sent, "quantity")
    value = amount(asked, "value") if what.units is None else what.units
    if value is None:
        return {}
    return {"value": value, **({"unit": what.unit} if what.unit else _unit(asked))}


def _unit(asked: Node) -> Node:
    in_words = {"unit": text(asked, "unit") or text(asked, "code") or "unit"}
    if names.same_system(text(asked, "system"), names.X12_UNITS):
        return in_words | {"system": names.X12_UNITS, "code": text(asked, "code")}
    return in_words


def _serviced(sent: Node, what: Authorized) -> Node:
    if what.from_date or what.to_date:
        return {"servicedPeriod": period(what.from_date, what.to_date)}
    names_of = ("servicedDate", "servicedPeriod")
    return {name: sent[name] for name in names_of if sent.get(name)}
