"""Who is a child, and who belongs to one household: what the plan knows from the enrollment file.

It reads members and their coverage and writes nothing.
"""

from datetime import date
from typing import Final

from sqlalchemy import select

from casework.context import Context
from casework.models import Contract, CoverageSpan, Member

# The age from which a person's own consent is needed, by the state of the contract: majority, where
# no line says otherwise (45 CFR 164.502(g)(3); Ohio Rev. Code 3109.01; Ala. Code 26-1-1; Neb. Rev.
# Stat. 43-2101). What a younger person may consent to alone is kept apart as a confidential case.
MAJORITY: Final = 18
# Between a parent and a child, for what is done without a paper.
YEARS_BETWEEN: Final = 16
AGE_OF_CONSENT: Final = {"OH": 18, "AL": 19, "NE": 19}


def is_child(cx: Context, member: Member, *, on: date) -> bool:
    """Whether a parent may open this member's records without the member's own consent."""
    return comes_of_age(cx, member, on=on) > on


def comes_of_age(cx: Context, member: Member, *, on: date) -> date:
    """The birthday from which this member decides alone, in the state of the coverage."""
    state = cx.db.execute(
        select(Contract.state)
        .join(CoverageSpan, CoverageSpan.contract_id == Contract.id)
        .where(CoverageSpan.member_id == member.id, CoverageSpan.starts_on <= on)
        .order_by(CoverageSpan.starts_on.desc())
        .limit(1)
    ).scalar()
    return _birthday(member.birth_date, AGE_OF_CONSENT.get(state or "", MAJORITY))


def are_one_household(cx: Context, one: int, other: int, *, on: date) -> bool:
    """Whether these two members are covered now under one subscriber's number."""
    numbers = [
        set(
            cx.db.scalars(
                select(CoverageSpan.household).where(
                    CoverageSpan.member_id == member,
                    CoverageSpan.household != "",
                    CoverageSpan.starts_on <= on,
                    CoverageSpan.ends_on.is_(None) | (CoverageSpan.ends_on >= on),
                )
            )
        )
        for member in (one, other)
    ]
    return bool(numbers[0] & numbers[1])


def may_be_parent(elder: Member, child: Member) -> bool:
    """Whether the years between the two allow it: a grown-up brother or sister on the same plan is
    no parent. Who is younger shows a court's order."""
    return _birthday(elder.birth_date, YEARS_BETWEEN) <= child.birth_date


def keeps_apart(member: Member) -> bool:
    """Whether the data of this member are confidential in the own house too (45 CFR 164.522(b))."""
    return member.restricted or member.confidential_since is not None


def known_address(member: Member) -> str:
    """The e-mail address at which the plan may write to this member; empty for none."""
    if member.confidential_since is not None:
        return str(member.safe_contact.get("email", "")).lower()
    return member.email.lower()


def _birthday(born: date, age: int) -> date:
    """The day on which somebody is that old; who was born on a leap day, on the first of March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
