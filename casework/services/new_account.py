"""What a new account must say, and what is wrong with it: one sentence for each field.

It reads what an account may refer to, and writes nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from casework import policy
from casework.carriers.mail import ADDRESS
from casework.context import Context
from casework.errors import Invalid
from casework.models import Contract, Organization, User
from casework.services import passwords

ROLES_OF_KIND: Final = {
    "staff": policy.STAFF | {"admin"},
    "provider": frozenset({"provider", "provider_admin"}),
    "member": policy.MEMBERS,
}
_NOT_YET: Final = "The account cannot be made yet."
_TAKEN: Final = "Another account has this e-mail address."
_BY_CONSTRAINT: Final = {
    "uq_user_account_email": ("email", _TAKEN),
    "fk_user_account_member_id": ("member", "Choose a member who exists."),
}
EMAIL: Final = ADDRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """A person who shall be able to sign in.

    `kind` is staff, provider or member. Staff work for contracts, a provider's people belong to an
    organization, members and their representatives to a member.
    """

    email: str
    name: str
    kind: str
    roles: tuple[str, ...]
    password: str | None = None
    title: str = ""
    organization_id: int | None = None
    member_id: int | None = None
    contract_ids: tuple[int, ...] = ()
    sees_restricted: bool = False


def refuse_wrong(cx: Context, new: NewAccount, email: str) -> None:
    """Raises Invalid with a sentence for each field that must be corrected."""
    wrong = {
        "email": _wrong_email(cx, email),
        "name": None if new.name.strip() else "Write the person's name.",
        "roles": wrong_roles(new.kind, new.roles),
        "contracts": wrong_contracts(cx, new.contract_ids),
        "organization": _wrong_organization(cx, new),
        "member": _wrong_member(new),
    }
    if new.password is not None:
        wrong["password"] = passwords.problem(
            new.password, kind=new.kind, personal=personal(new.name, email)
        )
    fields = {field: sentence for field, sentence in wrong.items() if sentence}
    if fields:
        raise Invalid(_NOT_YET, fields=fields)


def _wrong_email(cx: Context, email: str) -> str | None:
    if not EMAIL.fullmatch(email):
        return "Write an e-mail address such as name@example.org."
    if cx.db.scalar(select(exists().where(User.email == email))):
        return _TAKEN
    return None


def wrong_roles(kind: str, roles: tuple[str, ...]) -> str | None:
    """Why this kind of account cannot have exactly these roles, or None."""
    allowed = ROLES_OF_KIND.get(kind)
    if allowed is None:
        return f"{kind[:20]!r} is no kind of account: use staff, provider or member."
    strange = sorted(set(roles) - allowed)
    if strange or not roles:
        return f"Choose among {', '.join(sorted(allowed))}."
    return None


def wrong_contracts(cx: Context, contract_ids: Iterable[int]) -> str | None:
    """Why one cannot work for these contracts, or None."""
    wanted = set(contract_ids)
    known = set(cx.db.scalars(select(Contract.id).where(Contract.id.in_(wanted))))
    return "Choose contracts that exist." if wanted - known else None


def _wrong_organization(cx: Context, new: NewAccount) -> str | None:
    if (new.kind == "provider") != (new.organization_id is not None):
        return "People of a provider's office, and only they, belong to an organization."
    if new.organization_id and not cx.db.get(Organization, new.organization_id):
        return "Choose an organization that exists."
    return None


def _wrong_member(new: NewAccount) -> str | None:
    if (new.kind == "member") != (new.member_id is not None):
        return "Members and their representatives, and only they, belong to a member."
    return None


def refused_by_database(error: IntegrityError) -> Invalid:
    """The refusal in words, where only the database could tell: an administrator sees no member,
    and two may write the same e-mail address at once."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", "") or ""
    field, sentence = _BY_CONSTRAINT.get(constraint, ("", ""))
    if not field:
        raise error
    return Invalid(_NOT_YET, fields={field: sentence})


def personal(name: str, email: str) -> list[str]:
    """The words that an attacker knows about the owner of an account."""
    return re.findall(r"[^\W\d_]{3,}", f"{name} {email}")
