"""Who belongs to the demo's members: a child on the same plan, and whose form ends soon.

Beside everybody who is counted; the members themselves are written before.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from casework.models import Member, Representative
from casework.seed.members import cover, household_of
from casework.seed.sheet import Sheet
from casework.seed.town import ContractHere, MemberHere

DEMO_CHILD: Final = "30100000005"


def write_families(
    sheet: Sheet,
    contracts: Mapping[str, ContractHere],
    special: Mapping[str, MemberHere],
    *,
    today: date,
) -> None:
    """Beside everybody who is counted: Rosa's child, whom she can add to her account, and who helps
    Peter until soon, to read."""
    child = sheet.add(
        Member,
        number=DEMO_CHILD,
        family_name="Valdivia",
        given_name="Mateo",
        birth_date=date(2017, 9, 4),
        address=["17 Orchard Road", "Columbus, OH 43085"],
        zip_code="43085",
        phone="614-555-0170",
        language="es",
    )
    cover(
        sheet,
        contracts["OH-MCD"],
        child,
        starts_on=date(2024, 1, 1),
        household=household_of(special["rosa"].number),
    )
    sheet.add(
        Representative,
        member_id=special["peter"].id,
        name="Karin Lindgren",
        relation="spouse",
        address=["208 Linden Avenue", "Columbus, OH 43085"],
        phone="614-555-0171",
        starts_on=today - timedelta(days=340),
        signed_on=today - timedelta(days=340),
        ends_on=today + timedelta(days=24),
        looks_only=True,
        gets_letters=False,
    )
