"""Practices, hospitals and suppliers of the town, their people, and those of the FHIR samples.

The samples name an organization whose number begins with 8, which no NPI does: it cannot be here;
their physician 1234567893 is, and works for an office of the same name.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final

from casework import codes
from casework.context import Principal
from casework.models import Licence, Organization, Practitioner
from casework.seed import accounts
from casework.seed.sheet import Sheet
from casework.seed.town import Doctor, Office

NAMES: Final = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
SAMPLE_PHYSICIAN: Final = Doctor("1234567893", "Susan Watson, MD")
# Who signs in for an office of the demo: office, specialty, person, role.
DEMO_OFFICES: Final = (
    ("Maple Family Medicine", "Family medicine", "Mae Tolliver", "provider", "maple"),
    ("Birch Orthopedics", "Orthopedic surgery", "Bram Kessler", "provider_admin", "birch"),
)
_WORK: Final = {"provider": "Prior authorization desk", "provider_admin": "Office manager"}
_DOCTORS: Final = (2, 2, 3)
_TITLES: Final = {"Physical therapy": "PT", "Home health": "RN", "Medical equipment": ""}


def write_offices(
    sheet: Sheet, roles: Mapping[str, int], rng: Random, *, since: date, password: str
) -> tuple[Office, ...]:
    """Sixty offices with two or three people each; the first two are those of the demo."""
    found = []
    for index, (name, specialty, person, role, demo) in enumerate(_wanted(rng)):
        found.append(
            _office(
                sheet,
                rng,
                index,
                name=name,
                specialty=specialty,
                since=since,
                account={
                    "roles": roles,
                    "name": person,
                    "role": role,
                    "email": f"{demo}{accounts.DEMO}" if demo else f"{_slug(name)}@offices.example",
                    "password": password if demo else "",
                },
            )
        )
    return tuple(found)


def address(rng: Random) -> tuple[list[str], str]:
    """Street and town of the town, as address lines and ZIP code."""
    town = rng.choice(NAMES["towns"])
    zip_code = rng.choice(town["zip"])
    street = f"{rng.randrange(2, 990)} {rng.choice(NAMES['streets'])}"
    return [street, f"{town['name']}, OH {zip_code}"], zip_code


def _wanted(rng: Random) -> Iterator[tuple[str, str, str, str, str]]:
    yield from DEMO_OFFICES
    yield "Dr. Joe Smith Corporation", "Family medicine", "Paula Hartwell", "provider", ""
    sorts = [sort for sort in NAMES["sorts"] for _ in range(sort["share"])]
    for practice, sort in zip(NAMES["practices"], sorts, strict=True):
        person = f"{rng.choice(NAMES['given'])} {rng.choice(NAMES['family'])}"
        yield f"{practice} {sort['name']}", sort["specialty"], person, "provider", ""


def _office(
    sheet: Sheet,
    rng: Random,
    index: int,
    *,
    name: str,
    specialty: str,
    since: date,
    account: Mapping[str, Any],
) -> Office:
    lines, zip_code = address(rng)
    npi = codes.npi_with_check_digit(f"17550{index:04d}")
    phone = f"614-555-{2000 + index:04d}"
    office_id = sheet.add(
        Organization,
        name=name,
        npi=npi,
        tax_id=f"3100{70000 + index}",
        plan_provider_id=f"LH{4000 + index}",
        address=lines,
        zip_code=zip_code,
        phone=phone,
        email=f"office@{_slug(name)}.example",
        fax=f"614-555-{7000 + index:04d}",
        letters_by="fax" if index % 5 == 4 else "portal",
        in_network=index % 12 != 11,
    )
    doctors = _doctors(sheet, rng, index, office_id=office_id, specialty=specialty, since=since)
    user_id = accounts.write_account(
        sheet,
        kind="provider",
        title=_WORK[account["role"]],
        organization_id=office_id,
        **account,
    )
    return Office(
        id=office_id,
        name=name,
        npi=npi,
        phone=phone,
        specialty=specialty,
        doctors=doctors,
        principal=Principal(
            kind="user",
            id=user_id,
            name=account["name"],
            roles=frozenset({account["role"]}),
            reach="organizations",
            ids=(office_id,),
            organization_id=office_id,
        ),
    )


def _doctors(
    sheet: Sheet, rng: Random, index: int, *, office_id: int, specialty: str, since: date
) -> tuple[Doctor, ...]:
    title = _TITLES.get(specialty, "MD")
    people: Sequence[Doctor] = [
        Doctor(
            codes.npi_with_check_digit(f"1866{index:03d}{place:02d}"),
            ", ".join(
                part
                for part in (
                    f"{rng.choice(NAMES['given'])} {rng.choice(NAMES['family'])}",
                    title,
                )
                if part
            ),
        )
        for place in range(rng.choice(_DOCTORS))
    ]
    if index == len(DEMO_OFFICES):
        people = [SAMPLE_PHYSICIAN, *people]
    for doctor in people:
        practitioner_id = sheet.add(
            Practitioner,
            npi=doctor.npi,
            name=doctor.name,
            specialty=specialty,
            physician=doctor.name.endswith("MD"),
            organization_id=office_id,
        )
        if doctor.name.endswith("MD"):
            sheet.add(
                Licence,
                practitioner_id=practitioner_id,
                kind="MD",
                state="OH",
                number=f"OH-MD-{60000 + practitioner_id}",
                starts_on=since,
                specialty=specialty,
            )
    return tuple(people)


def _slug(name: str) -> str:
    return accounts.slug(name).replace(".", "-")
