"""The members of the town with coverage, languages and preferences; the demo's and the samples'.

The member of the public FHIR samples (12345678901, Joe Smith) is one of them, covered since before
the dates that the samples ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from casework.context import Principal
from casework.models import CoverageSpan, Member
from casework.seed import accounts
from casework.seed.forms import son
from casework.seed.offices import NAMES, address
from casework.seed.sheet import Sheet
from casework.seed.town import ContractHere, MemberHere

SHARES: Final = {"OH-MCD": 30, "OH-QHP": 25, "OH-MA": 15, "OH-MCD-2026": 16, "MA-2026": 14}
AGES: Final = {"medicaid": (1, 64), "marketplace": (19, 64), "medicare": (65, 94)}
LANGUAGES: Final = ("en",) * 16 + ("es",) * 3 + ("so", "ne", "ar", "vi", "zh")
FORMATS: Final = ("standard",) * 17 + ("large_print", "large_print", "braille")
PREFERENCES: Final = ("mail", "mail", "email", "text")
WITH_ACCOUNT: Final = 3  # every third of the first members
ACCOUNTS_AMONG: Final = 300
LINES: Final = {"medicaid": "Medicaid", "marketplace": "Marketplace", "medicare": "Medicare"}
PRODUCTS: Final = {"medicaid": "Managed care", "marketplace": "Silver HMO", "medicare": "HMO"}


@dataclass(frozen=True, slots=True)
class _Special:
    """Somebody who must be there: for the demo, or because the public samples name him."""

    key: str
    number: str
    given: str
    family: str
    born: date
    contract: str
    street: str
    language: str = "en"
    letter_format: str = "standard"
    preference: str = "mail"
    since: date = date(2024, 1, 1)


SPECIAL: Final = (
    _Special(
        "rosa",
        "30100000001",
        "Rosa",
        "Valdivia",
        date(1988, 5, 17),
        "OH-MCD",
        "17 Orchard Road",
        "es",
    ),
    _Special(
        "peter",
        "30100000002",
        "Peter",
        "Lindgren",
        date(1979, 11, 2),
        "OH-QHP",
        "208 Linden Avenue",
        preference="email",
    ),
    _Special(
        "ruth",
        "30100000003",
        "Ruth",
        "Abramson",
        date(1948, 3, 30),
        "MA-2026",
        "5 Garden Street",
        letter_format="large_print",
    ),
    _Special(
        "sample",
        "12345678901",
        "Joe",
        "Smith",
        date(1987, 2, 20),
        "OH-QHP",
        "49 Meadow Street",
        since=date(2000, 1, 1),
    ),
)


def write_members(
    sheet: Sheet,
    roles: Mapping[str, int],
    contracts: Mapping[str, ContractHere],
    rng: Random,
    *,
    count: int,
    today: date,
    password: str,
) -> tuple[dict[str, tuple[MemberHere, ...]], dict[str, MemberHere]]:
    """So many members: the ordinary ones by contract, and the special ones by key."""
    special = {
        one.key: _special(sheet, roles, contracts, one, password=password) for one in SPECIAL
    }
    found: dict[str, list[MemberHere]] = {code: [] for code in contracts}
    codes = [code for code, share in SHARES.items() for _ in range(share)]
    for index in range(count - len(SPECIAL)):
        code = codes[index * 37 % len(codes)]
        member = _ordinary(sheet, roles, contracts, rng, index=index, code=code, today=today)
        found[code].append(member)
    return {code: tuple(members) for code, members in found.items()}, special


def _special(
    sheet: Sheet,
    roles: Mapping[str, int],
    contracts: Mapping[str, ContractHere],
    one: _Special,
    *,
    password: str,
) -> MemberHere:
    member_id = sheet.add(
        Member,
        number=one.number,
        family_name=one.family,
        given_name=one.given,
        birth_date=one.born,
        address=[one.street, "Columbus, OH 43085"],
        zip_code="43085",
        phone="614-555-0170",
        email=f"{one.key}@people.example",
        language=one.language,
        letter_format=one.letter_format,
        contact_preference=one.preference,
    )
    household = household_of(one.number)
    cover(sheet, contracts[one.contract], member_id, starts_on=one.since, household=household)
    name = f"{one.given} {one.family}"
    if one.key == "sample":
        return MemberHere(member_id, one.number, name, restricted=False)
    account: dict[str, Any] = {
        "roles": roles,
        "kind": "member",
        "password": password,
        "member_id": member_id,
    }
    if one.key == "ruth":
        son(sheet, member_id, account)
    user_id = accounts.write_account(
        sheet,
        name=name,
        role="member",
        title=f"Member, {LINES[contracts[one.contract].line]}",
        email=f"{one.key}{accounts.DEMO}",
        **account,
    )
    return MemberHere(
        member_id,
        one.number,
        name,
        restricted=False,
        principal=_principal(user_id, member_id, name),
    )


def household_of(number: str) -> str:
    """The subscriber's number of a family, from the subscriber's own."""
    return f"S-{number[-8:]}"


def _ordinary(
    sheet: Sheet,
    roles: Mapping[str, int],
    contracts: Mapping[str, ContractHere],
    rng: Random,
    *,
    index: int,
    code: str,
    today: date,
) -> MemberHere:
    given, family = rng.choice(NAMES["given"]), rng.choice(NAMES["family"])
    number = f"302{index:08d}"
    lines, zip_code = address(rng)
    youngest, oldest = AGES[contracts[code].line]
    restricted = index % 97 == 50
    email = f"{accounts.slug(f'{given} {family}')}.{index}@people.example"
    language = rng.choice(LANGUAGES)
    member_id = sheet.add(
        Member,
        number=number,
        family_name=family,
        given_name=given,
        birth_date=today - timedelta(days=rng.randrange(youngest * 366, oldest * 365)),
        address=lines,
        zip_code=zip_code,
        phone=f"614-555-{rng.randrange(3000, 9999)}",
        email=email,
        language=language,
        letter_format=rng.choice(FORMATS),
        contact_preference=(preference := rng.choice(PREFERENCES)),
        texts_ok=preference == "text",
        restricted=restricted,
        needs={"interpreter": True} if language not in {"en", "es"} else {},
    )
    family_number = household_of(number)
    _spans(sheet, contracts, rng, member_id, code=code, today=today, household=family_number)
    name = f"{given} {family}"
    principal = None
    if index < ACCOUNTS_AMONG and index % WITH_ACCOUNT == 0:
        user_id = accounts.write_account(
            sheet,
            roles,
            name=name,
            role="member",
            kind="member",
            email=email,
            member_id=member_id,
        )
        principal = _principal(user_id, member_id, name)
    return MemberHere(member_id, number, name, restricted, principal)


def _spans(
    sheet: Sheet,
    contracts: Mapping[str, ContractHere],
    rng: Random,
    member_id: int,
    *,
    code: str,
    today: date,
    household: str,
) -> None:
    """Covered without a gap; some came from another contract, a few leave soon."""
    started = date(2024, 1, 1) + timedelta(days=rng.randrange(0, 360))
    other = {"OH-MCD": "OH-MCD-2026", "OH-MA": "MA-2026"}
    former = {new: old for old, new in other.items()}.get(code)
    if former is not None:
        cover(
            sheet,
            contracts[former],
            member_id,
            starts_on=started,
            ends_on=date(2025, 12, 31),
            household=household,
        )
        started = date(2026, 1, 1)
    leaves = today + timedelta(days=20) if rng.randrange(40) == 0 else None
    cover(
        sheet,
        contracts[code],
        member_id,
        starts_on=started,
        ends_on=leaves,
        household=household,
    )


def cover(
    sheet: Sheet, contract: ContractHere, member_id: int, *, starts_on: date, **more: Any
) -> None:
    """Coverage by this contract from that day on."""
    sheet.put(
        CoverageSpan,
        member_id=member_id,
        contract_id=contract.id,
        starts_on=starts_on,
        product=PRODUCTS[contract.line],
        **more,
    )


def _principal(user_id: int, member_id: int, name: str) -> Principal:
    return Principal(
        kind="user",
        id=user_id,
        name=name,
        roles=frozenset({"member"}),
        reach="members",
        ids=(member_id,),
    )
