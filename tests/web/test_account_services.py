"""Accounts: what a new one must say, who may change whom, and what is written about it."""

from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import now
from casework.context import Context
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import ApiToken, SecurityEvent, User, UserContract
from casework.queries.principals import principal_for
from casework.services import accounts, passwords, tokens
from casework.services.new_account import NewAccount
from tests.pages import Pages
from tests.web.conftest import PASSWORD, Cast

GOOD = NewAccount(
    email="new.person@people.example", name="New Person", kind="staff", roles=("nurse",)
)


def as_person(cast: Cast, name: str) -> Context:
    with Session(cast.database.engine) as session:
        user = session.get(User, cast.ids[name])
        assert user is not None
        return cast.database.context(principal_for(session, user))


def user(cast: Cast, name: str) -> User:
    with Session(cast.database.engine) as session:
        found = session.get(User, cast.ids[name])
        assert found is not None
        _ = found.roles
        session.expunge_all()
        return found


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"email": "nobody"}, "email", "such as name@example.org"),
        ({"email": "a b@people.example"}, "email", "such as name@example.org"),
        ({"email": "NURSE@people.example"}, "email", "Another account"),
        ({"name": "  "}, "name", "Write the person's name"),
        ({"kind": "robot"}, "roles", "is no kind of account"),
        ({"roles": ()}, "roles", "Choose among"),
        ({"roles": ("member",)}, "roles", "Choose among"),
        ({"roles": ("nurse", "provider")}, "roles", "Choose among"),
        ({"contract_ids": (999,)}, "contracts", "Choose contracts that exist"),
        ({"organization_id": 1}, "organization", "and only they"),
        ({"member_id": 1}, "member", "and only they"),
        ({"kind": "provider", "roles": ("provider",)}, "organization", "belong to an organization"),
        (
            {"kind": "provider", "roles": ("provider",), "organization_id": 999},
            "organization",
            "that exists",
        ),
        ({"kind": "member", "roles": ("member",)}, "member", "belong to a member"),
        ({"kind": "member", "roles": ("member",), "member_id": 999}, "member", "who exists"),
        ({"password": "short"}, "password", "at least 15 characters"),
        ({"password": "Password-2026-Password"}, "password", "easy to guess"),
        ({"password": "new.person.new.person"}, "password", "easy to guess"),
    ],
)  # fmt: skip
def test_a_wrong_account_is_refused_by_field(
    cast: Cast, changes: dict, field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        accounts.create_user(cast.system, replace(GOOD, **changes))
    assert words in refused.value.fields[field]


def test_an_account_may_begin_without_a_password_and_nobody_signs_in(
    cast: Cast, app: object
) -> None:
    number = accounts.create_user(cast.system, replace(GOOD, email="silent@people.example"))
    assert number > 0
    browser = Pages(app.test_client())
    browser.get("/")
    browser.post("/", {"email": "silent@people.example", "password": "x" * 20}, status=422)


def test_an_administrator_administers_and_nobody_else(cast: Cast) -> None:
    target = cast.add("administered")
    admin = as_person(cast, "admin")
    accounts.set_roles(admin, target, roles=["intake"])
    assert {role.name for role in user(cast, "administered").roles} == {"intake"}
    for name in ("nurse", "supervisor", "compliance", "office-admin", "member"):
        other = as_person(cast, name)
        for act in (
            lambda cx: accounts.create_user(cx, GOOD),
            lambda cx: accounts.disable_user(cx, target),
            lambda cx: accounts.enable_user(cx, target),
            lambda cx: accounts.set_roles(cx, target, roles=["nurse"]),
            lambda cx: accounts.set_contracts(cx, target, contract_ids=[], sees_restricted=True),
            lambda cx: accounts.set_password(cx, target, password=PASSWORD),
            lambda cx: accounts.reset_second_factor(cx, target),
        ):
            with pytest.raises(NotAllowed, match="Only an administrator may administer"):
                act(other)


def test_nobody_changes_his_own_rights(cast: Cast) -> None:
    admin = as_person(cast, "admin")
    for act in (
        lambda: accounts.set_roles(admin, admin.principal.id, roles=["compliance"]),
        lambda: accounts.set_contracts(
            admin, admin.principal.id, contract_ids=cast.contracts, sees_restricted=True
        ),
        lambda: accounts.disable_user(admin, admin.principal.id),
        lambda: accounts.reset_second_factor(admin, admin.principal.id),
    ):
        with pytest.raises(NotAllowed, match="Another administrator"):
            act()


def test_an_administrator_can_make_a_members_account(cast: Cast) -> None:
    """He sees no member, so only the database can tell whether there is one."""
    new = replace(
        GOOD, email="m2@people.example", kind="member", roles=("member",), member_id=cast.member
    )
    admin = as_person(cast, "admin")
    assert accounts.create_user(admin, new) > 0
    with pytest.raises(Invalid, match="cannot be made yet"):
        accounts.create_user(admin, replace(new, email="m3@people.example", member_id=999))


def test_contracts_are_set_whole(cast: Cast) -> None:
    target = cast.add("moved")
    accounts.set_contracts(
        cast.system, target, contract_ids=cast.contracts[:1], sees_restricted=True
    )
    with cast.database.engine.connect() as connection:
        rows = connection.scalars(
            select(UserContract.contract_id).where(UserContract.user_id == target)
        ).all()
    assert rows == list(cast.contracts[:1])
    assert user(cast, "moved").sees_restricted
    with pytest.raises(Invalid, match="contracts cannot be set"):
        accounts.set_contracts(cast.system, target, contract_ids=[999], sees_restricted=False)
    with pytest.raises(Invalid, match="Only staff"):
        accounts.set_contracts(
            cast.system, cast.ids["member"], contract_ids=[], sees_restricted=False
        )


def test_disabling_ends_tokens_and_enabling_lets_in_again(cast: Cast, app: object) -> None:
    target = cast.add("leaver")
    tokens.create_token(cast.system, "script", user_id=target, scopes=(), wall=now.wall())
    accounts.disable_user(cast.system, target)
    with cast.database.engine.connect() as connection:
        living = connection.execute(
            select(func.count())
            .select_from(ApiToken)
            .where(ApiToken.user_id == target, ApiToken.revoked_at.is_(None))
        ).scalar_one()
    assert living == 0
    browser = Pages(app.test_client())
    browser.get("/")
    browser.post("/", {"email": cast.email("leaver"), "password": PASSWORD}, status=422)
    accounts.enable_user(cast.system, target)
    browser.post("/", {"email": cast.email("leaver"), "password": PASSWORD})


def test_each_act_of_administration_is_written(cast: Cast) -> None:
    target = cast.add("written")
    acts = {
        "roles_set": lambda: accounts.set_roles(cast.system, target, roles=["nurse", "intake"]),
        "contracts_set": lambda: accounts.set_contracts(
            cast.system, target, contract_ids=[], sees_restricted=False
        ),
        "password_set": lambda: accounts.set_password(
            cast.system, target, password="seven quiet rivers turn"
        ),
        "second_factor_reset": lambda: accounts.reset_second_factor(cast.system, target),
        "user_disabled": lambda: accounts.disable_user(cast.system, target),
        "user_enabled": lambda: accounts.enable_user(cast.system, target),
    }
    for event, act in acts.items():
        act()
        with cast.database.engine.connect() as connection:
            said = connection.scalars(
                select(SecurityEvent.what).where(SecurityEvent.event == event)
            ).all()
        assert any(what.startswith(f"user:{target}") for what in said), event


def test_an_unknown_account_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotFound):
        accounts.disable_user(cast.system, 99_999_999)


def test_changing_my_password_asks_for_the_old_one_and_for_a_good_new_one(
    cast: Cast, app: object
) -> None:
    cast.add("changer", "member", "member", full_name="Quillon Vandersee")
    browser = Pages(app.test_client())
    browser.sign_in(cast.email("changer"), PASSWORD)
    browser.get("/account/password")
    for old, new, again, words in (
        ("wrong", "seven quiet rivers", "seven quiet rivers", "This is not your password."),
        (PASSWORD, "seven quiet rivers", "seven quiet river", "Write the new password twice."),
        (PASSWORD, "short", "short", "Use at least 8 characters"),
        (PASSWORD, "x" * 257, "x" * 257, "Use at most 256 characters"),
        (PASSWORD, "vandersee1", "vandersee1", "easy to guess"),
    ):
        page = browser.post(
            "/account/password", {"old": old, "password": new, "again": again}, status=422
        )
        assert words in page.text
    good = {"old": PASSWORD, "password": "siete ríos lentos", "again": "siete ríos lentos"}
    browser.post("/account/password", good)
    assert "Your password is changed." in browser.follow().text
    again = Pages(app.test_client())
    # The same letters as another keyboard composes them.
    assert again.sign_in(cast.email("changer"), "siete ri\u0301os lentos").h1.startswith("Welcome")


def test_a_hash_with_older_parameters_is_renewed_at_the_next_sign_in(
    cast: Cast, app: object
) -> None:
    target = cast.add("older")
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with cast.database.engine.begin() as connection:
        connection.execute(update(User).where(User.id == target).values(password=old))
    Pages(app.test_client()).sign_in(cast.email("older"), PASSWORD)
    assert "m=47104,t=1,p=1" in str(user(cast, "older").password)


def test_passwords_are_argon2id_with_the_parameters_that_we_state() -> None:
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=47104,t=1,p=1$")


@pytest.mark.parametrize(
    ("password", "kind", "fault"),
    [
        ("a" * 14, "staff", "short"), ("tulips-lisbon-", "staff", "short"),
        ("tulips-lisbon-9", "staff", None), ("seven-rv", "member", None),
        ("seven-r", "member", "short"),
        ("x" * 257, "staff", "long"), ("aaaaaaaaaaaaaaaa", "staff", "easy"),
        ("qwertyuiopasdfgh", "staff", "easy"), ("P@ssw0rd!P@ssw0rd!", "staff", "easy"),
        ("Summer2026Winter2026", "staff", "easy"), ("123456789012345", "staff", "easy"),
        ("iloveyou", "member", "easy"), ("contraseña", "member", "easy"),
        ("correct horse battery staple", "staff", None), ("ñandú come nueces hoy", "staff", None),
        ("83719264058317204", "staff", None),
    ],
)  # fmt: skip
def test_what_is_a_good_password(password: str, kind: str, fault: str | None) -> None:
    assert passwords.fault(password, kind=kind) == fault


@given(st.text(max_size=300), st.sampled_from(["staff", "provider", "member", "robot"]))
def test_any_text_is_judged_quickly_and_the_sentence_agrees(password: str, kind: str) -> None:
    fault = passwords.fault(password, kind=kind, personal=["Alex", "Example"])
    sentence = passwords.problem(password, kind=kind, personal=["Alex", "Example"])
    assert (fault is None) == (sentence is None)
    if len(password) < 8:
        assert fault == "short"
