"""`casework tokens`, `users`: administration from the console."""

from typing import Final

import click

from casework import now, policy
from casework.cli import home
from casework.context import SYSTEM
from casework.queries import people
from casework.queries.contracts import current_versions
from casework.queries.directory import organization_named, user_by_email
from casework.records.account_changes import STRONG_ROLES
from casework.services import accounts
from casework.services import tokens as token_service
from casework.services.new_account import NewAccount

# So many administrators can confirm each other's changes: from then on nobody does it alone.
EYES: Final = 2


@click.group()
def tokens() -> None:
    """Bearer tokens of API clients.

    \b
    Example:
      casework tokens create clinic-ehr --organization "Maple Clinic"
    """


@tokens.command()
@click.argument("name")
@click.option("--organization", default="", help="NPI or name of the organization it acts for.")
@click.option("--user", "email", default="", help="E-mail of the person it acts for instead.")
@click.option("--scope", "scopes", multiple=True, help="What it may do; may be given again.")
def create(name: str, organization: str, email: str, scopes: tuple[str, ...]) -> None:
    """Make a token and print it once; only its hash is stored.

    \b
    Example:
      casework tokens create clinic-ehr --organization 1234567893
    """
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        organization_id = organization_named(cx, organization) if organization else None
        user_id = user_by_email(cx, email) if email else None
    if organization_id is None and user_id is None:
        raise click.UsageError("Say for whom it acts: --organization or --user.")
    issued = token_service.create_token(
        database.context(SYSTEM),
        name,
        wall=now.wall(),
        organization_id=organization_id,
        user_id=user_id,
        scopes=scopes or (tuple(token_service.SCOPES) if organization_id else ()),
    )
    click.echo(issued.token)


@click.group()
def users() -> None:
    """People who sign in.

    \b
    Example:
      casework users create nora@plan.example --name "Nora Nurse" --role nurse
    """


@users.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True)
@click.option("--contract", "codes", multiple=True, help="Contract code; may be given again.")
@click.password_option("--password", help="At least 15 characters for staff.")
def create_user(
    email: str, name: str, roles: tuple[str, ...], codes: tuple[str, ...], password: str
) -> None:
    """Create an account of staff, with a password that you hand over.

    The console has one pair of eyes. So it makes administrators and compliance officers for the
    first setup only: once two administrators may sign in, one of them asks for it under People and
    the other confirms.

    \b
    Example:
      casework users create nora@plan.example --name "Nora Nurse" --role nurse --contract OH-MCD
    """
    unknown = sorted(set(roles) - policy.ROLES)
    if unknown:
        raise click.UsageError(
            f"{', '.join(unknown)} is no role: use {', '.join(sorted(policy.ROLES))}."
        )
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        ids = {each.code: each.id for each in current_versions(cx)}
        settled = people.administrators(cx) >= EYES
    missing = sorted(set(codes) - set(ids))
    if missing:
        raise click.UsageError(f"There is no contract {', '.join(missing)}.")
    strong = sorted(set(roles) & STRONG_ROLES)
    if settled and strong:
        raise click.UsageError(
            f"The console gives the role {' and '.join(strong)} only for the first setup. There are"
            f" {EYES} administrators now: one asks for it under People, another confirms it."
        )
    accounts.create_user(
        database.context(SYSTEM),
        NewAccount(
            email=email,
            name=name,
            kind="staff",
            roles=roles,
            contract_ids=tuple(ids[code] for code in codes),
            password=password,
        ),
    )
    click.echo(f"{email} may sign in.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close an account and end all of its sessions.

    \b
    Example:
      casework users disable nora@plan.example
    """
    database = home.database_here()
    with database.reading(database.context(SYSTEM)) as cx:
        user_id = user_by_email(cx, email)
    accounts.disable_user(database.context(SYSTEM), user_id)
    click.echo(f"{email} may sign in no more; all sessions are ended.")
