"""What the authors of the seeded past know of the town: who is there, under which number.

Frozen values made by the modules beside it while they write the directory; it writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from casework.context import Principal
from casework.records.criteria_tree import Node
from casework.records.rungs import COMPLIANCE, People
from sla.values import Contract as ClockContract

# People sign in to the demo with this and nowhere else; only accounts of @demo.example have it.
DEMO_PASSWORD = "lantern-by-the-river"  # noqa: S105 - documented, fictional, demo only


@dataclass(frozen=True, slots=True)
class ContractHere:
    """A contract and its one version."""

    id: int
    version_id: int
    code: str
    line: str
    terms: ClockContract


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the plan."""

    key: str
    id: int
    name: str
    role: str
    principal: Principal
    contracts: frozenset[str]
    licence_id: int | None = None
    licence: str = ""
    specialty: str = ""
    superiors: tuple[str, ...] = ()

    @property
    def opaque(self) -> str:
        """The id under which the guards know this person."""
        return f"user:{self.id}"


@dataclass(frozen=True, slots=True)
class Doctor:
    """Somebody who orders or treats."""

    npi: str
    name: str


@dataclass(frozen=True, slots=True)
class Office:
    """A practice with its people and the account that sends requests for it."""

    id: int
    name: str
    npi: str
    phone: str
    specialty: str
    doctors: tuple[Doctor, ...]
    principal: Principal

    def as_sent(self, doctor: Doctor | None = None) -> dict[str, str]:
        """How a request names this office, or one of its doctors."""
        who = doctor or self
        return {"npi": who.npi, "name": who.name, "phone": self.phone, "tax_id": ""}


@dataclass(frozen=True, slots=True)
class MemberHere:
    """A member, and the account where there is one."""

    id: int
    number: str
    name: str
    restricted: bool
    principal: Principal | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A code of the plan's list with what is usually said about it."""

    code: str
    label: str
    label_es: str
    group: str
    specialty: str
    policy: str
    place: str
    unit: str
    units: tuple[int, ...]
    diagnoses: tuple[str, ...]
    required: bool
    auto: int | None
    service: str
    reason: str
    criterion: str
    perfect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the store that seeded cases share."""

    sha256: str

    document_id: int
    name: str


@dataclass(frozen=True, slots=True)
class PolicyHere:
    """A version of a medical policy in the town."""

    id: int
    code: str
    version: int
    codes: frozenset[str]
    effective_from: date
    tree: Node


@dataclass(frozen=True)
class Town:
    """All of it."""

    contracts: Mapping[str, ContractHere]
    staff: Mapping[str, Person]
    offices: tuple[Office, ...]
    members: Mapping[str, tuple[MemberHere, ...]]
    demo_members: Mapping[str, MemberHere]
    services: tuple[Service, ...]
    reviewers: Mapping[str, tuple[int, ...]]
    since: date
    papers: Mapping[str, Paper] = field(default_factory=dict)
    policies: tuple[PolicyHere, ...] = ()

    def people(self, role: str, contract: str) -> tuple[Person, ...]:
        """The staff with this role who work for this contract; the demo person first."""
        return self._by_role[role, contract]

    @cached_property
    def _by_role(self) -> dict[tuple[str, str], tuple[Person, ...]]:
        found: dict[tuple[str, str], tuple[Person, ...]] = {}
        for person in self.staff.values():
            for code in person.contracts:
                found[person.role, code] = (*found.get((person.role, code), ()), person)
        return found

    @cached_property
    def ladder(self) -> People:
        """Who must look at which step of an escalation, as the sweep would find it."""
        by_role = {
            (self.contracts[code].id, role): tuple(sorted(p.id for p in people))
            for (role, code), people in self._by_role.items()
        }
        managers = {
            person.id: int(person.superiors[0].removeprefix("user:"))
            for person in self.staff.values()
            if person.superiors
        }
        return People(
            by_role,
            managers,
            frozenset(
                p.id for p in self.staff.values() if p.principal.restricted or p.role == COMPLIANCE
            ),
            frozenset((contract, user) for (contract, _), ids in by_role.items() for user in ids),
        )

    @cached_property
    def by_specialty(self) -> dict[str, tuple[Office, ...]]:
        """The offices of each specialty."""
        found: dict[str, tuple[Office, ...]] = {}
        for office in self.offices:
            found[office.specialty] = (*found.get(office.specialty, ()), office)
        return found

    @cached_property
    def asked_for(self) -> tuple[Service, ...]:
        """The services that need prior authorization."""
        return tuple(service for service in self.services if service.required)

    @cached_property
    def asked_for_beside_drugs(self) -> tuple[Service, ...]:
        """Those of them that are no drugs."""
        return tuple(service for service in self.asked_for if service.service == "medical")
