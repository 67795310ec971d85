"""Who asks, for whom, and who will treat: patient, coverage, organizations, roles, persons.

Takes the resources as they were sent; whether they are known is the caller's question.
"""

from collections.abc import Iterator
from typing import Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.elements import (
    Node,
    code,
    day,
    extension,
    name_of,
    node,
    nodes,
    phone_of,
    text,
    texts,
    wholes,
)
from casework.interop.fhir.references import Entries, Entry
from casework.submission import MemberAsSent, ProviderAsSent

_PERSONS: Final = frozenset({"Practitioner", "PractitionerRole"})


def member(claim: Entry, coverage: Entry, *, entries: Entries) -> MemberAsSent:
    """The patient, with every number that may be the member number, the likeliest first.

    The order is the design page's: the coverage's identifier of type MB, its subscriberId, the
    patient's identifier of type MB, the patient's other identifiers.
    """
    patient = entries.target(node(claim.resource, "patient"), of=claim)
    human = next(iter(nodes(patient, "name")), {})
    return MemberAsSent(
        numbers=tuple(dict.fromkeys(_member_numbers(coverage.resource, patient))),
        family_name=text(human, "family"),
        given_name=" ".join(texts(human, "given")),
        birth_date=day(patient.get("birthDate")),
    )


def _member_numbers(coverage: Node, patient: Node) -> Iterator[str]:
    of_patient = nodes(patient, "identifier")
    typed = [i for i in of_patient if code(node(i, "type")) == "MB"]
    found = [
        *(text(i, "value") for i in nodes(coverage, "identifier") if code(node(i, "type")) == "MB"),
        text(coverage, "subscriberId"),
        *(text(i, "value") for i in typed),
        *(text(i, "value") for i in of_patient),
    ]
    yield from (number for number in found if number)


def provider(reference: Node, *, of: Entry, entries: Entries, role: str = "") -> ProviderAsSent:
    """The provider that a reference of the resource in `of` leads to: organization, role, person.

    A PractitionerRole is its practitioner, and its organization beside.
    """
    entry = entries.find(reference, of=of)
    resource = entries.target(reference, of=of)
    if entry is None or text(resource, "resourceType") != "PractitionerRole":
        return _provider(resource, name=text(reference, "display"), role=role)
    person = entries.target(node(resource, "practitioner"), of=entry)
    organization = entries.target(node(resource, "organization"), of=entry)
    return _provider(
        person or organization,
        name=text(node(resource, "practitioner"), "display"),
        role=role,
        phone=phone_of(resource),
        taxonomy=_taxonomy(resource),
        organization=organization,
    )


def _provider(
    resource: Node,
    *,
    name: str,
    role: str,
    phone: str = "",
    taxonomy: str = "",
    organization: Node | None = None,
) -> ProviderAsSent:
    employer = organization or {}
    return ProviderAsSent(
        npi=identifier(resource, names.NPI),
        tax_id=identifier(resource, names.TAX_ID) or identifier(employer, names.TAX_ID),
        name=name_of(resource) or name,
        phone=phone or phone_of(resource) or phone_of(employer),
        role=role,
        taxonomy=taxonomy,
        organization_npi=identifier(employer, names.NPI),
        organization_name=name_of(employer),
    )


def identifier(resource: Node, system: str) -> str:
    """The first value under this system; empty when there is none."""
    found = (i for i in nodes(resource, "identifier") if text(i, "system") == system)
    return next((text(i, "value") for i in found if text(i, "value")), "")


def _taxonomy(role: Node) -> str:
    concepts = [*nodes(role, "specialty"), *nodes(role, "code")]
    system = "http://nucc.org/provider-taxonomy"
    found = (c for c in concepts if any(text(x, "system") == system for x in nodes(c, "coding")))
    return next((code(c, system=system) for c in found), "")


def payer(claim: Entry, entries: Entries) -> ProviderAsSent:
    """The plan that the request is addressed to; `npi` is any number of it when it has no NPI."""
    insurer = entries.target(node(claim.resource, "insurer"), of=claim)
    others = [text(i, "value") for i in nodes(insurer, "identifier")]
    return ProviderAsSent(
        npi=identifier(insurer, names.NPI) or next((n for n in others if n), ""),
        tax_id=identifier(insurer, names.TAX_ID),
        name=name_of(insurer),
        phone=phone_of(insurer),
    )


def contact(claim: Entry, entries: Entries, *, requester: ProviderAsSent) -> tuple[str, str]:
    """Whom to call at the requester: name and telephone."""
    found = entries.find(node(claim.resource, "provider"), of=claim)
    organization = found.resource if found else {}
    person = next(iter(nodes(organization, "contact")), {})
    human = node(person, "name")
    name = text(human, "text") or " ".join([*texts(human, "given"), text(human, "family")]).strip()
    return name, phone_of(person) or requester.phone


class Team:
    """The care team: those for the whole request, and by number those whom a line picks."""

    def __init__(self, claim: Entry, entries: Entries) -> None:
        self.whole: list[ProviderAsSent] = []
        self._by_number: dict[int, ProviderAsSent] = {}
        for row in nodes(claim.resource, "careTeam"):
            one = provider(
                node(row, "provider"), of=claim, entries=entries, role=code(node(row, "role"))
            )
            scope = extension(row, names.TEAM_SCOPE).get("valueBoolean")
            sequence = row["sequence"]
            self._by_number[sequence] = one
            # Absent in 2.0.1 requests: then whoever is named is named for all.
            if scope is not False:
                self.whole.append(one)

    @property
    def servicing(self) -> ProviderAsSent | None:
        """Who will treat: the first who is neither a place nor only ordered or referred."""
        others = names.FACILITY_ROLES | names.ORDERING_ROLES
        return next((p for p in self.whole if p.role not in others), None)

    @property
    def facility(self) -> ProviderAsSent | None:
        """Where: the first with a facility's role."""
        return next((p for p in self.whole if p.role in names.FACILITY_ROLES), None)

    def of_line(self, line: Node) -> ProviderAsSent | None:
        """Whom this line names by careTeamSequence, but for those who only ordered."""
        picked = [self._by_number.get(n) for n in wholes(line, "careTeamSequence")]
        return next((p for p in picked if p and p.role not in names.ORDERING_ROLES), None)
