"""Who speaks for a member of the demo, with what says so on file and an account of one's own."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from casework.models import AccountMember, Representative
from casework.seed import accounts
from casework.seed.sheet import Sheet

DEMO_SON: Final = "Daniel Abramson"


def son(sheet: Sheet, member_id: int, account: Mapping[str, Any]) -> None:
    """Who speaks for her, with the form on file."""
    form_id = sheet.add(
        Representative,
        member_id=member_id,
        name=DEMO_SON,
        relation="son",
        address=["12 Poplar Street", "Dayton, OH 45402"],
        starts_on=date(2025, 1, 1),
        signed_on=date(2024, 12, 20),
        basis="power_of_attorney",
        phone="937-555-0142",
        email=f"daniel{accounts.DEMO}",
    )
    user_id = accounts.write_account(
        sheet,
        name=DEMO_SON,
        role="representative",
        title="Speaks for Ruth Abramson",
        email=f"daniel{accounts.DEMO}",
        **account,
    )
    sheet.add(
        AccountMember,
        user_id=user_id,
        member_id=member_id,
        basis="form",
        representative_id=form_id,
        starts_on=date(2025, 1, 1),
        added_at=datetime(2025, 1, 1, tzinfo=UTC),
    )
