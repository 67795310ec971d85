"""What a change of an account is called, and what one says, in words."""

from collections.abc import Mapping
from typing import Any, Final

from casework.models import AccountChange
from casework.services.account_wishes import KINDS
from casework.web import words

# Of each change: what it is called in the history, the heading of its form, its button.
CHANGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "add": ("Account added", "Add a person", "Add the person"),
    "rights": ("Roles and reach", "Change roles and reach", "Change them"),
    "licence": ("Licence recorded", "Record a licence", "Record the licence"),
    "licence_end": ("Licence ended", "End a licence", "End the licence"),
    "lock": ("Account closed for now", "Close the account for now", "Close the account"),
    "unlock": ("Account opened again", "Open the account again", "Open the account"),
    "end": ("Account ended", "End the account", "End the account"),
    "lift": ("Sign-in locks lifted", "Lift the sign-in locks", "Lift the locks"),
    "invite": ("Link to a password sent", "Send a link to a new password", "Send the link"),
}
# Of each state: its word and the kind of its tag.
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("waits for a second administrator", "soon"),
    "planned": ("planned", "info"),
    "done": ("done", "good"),
    "refused": ("refused", "neutral"),
    "withdrawn": ("withdrawn", "neutral"),
    "failed": ("could not be done", "late"),
}


def told_of(row: AccountChange, contracts: Mapping[int, str]) -> list[str]:
    """What this change says, line by line; `contracts` are names by id."""
    if row.kind in {"add", "rights"}:
        return _rights(row, contracts)
    if row.kind == "licence":
        return [_licence(row.wanted)]
    if row.kind == "licence_end":
        return [f"Last day: {row.wanted['ends_on']}"]
    return []


def _rights(row: AccountChange, contracts: Mapping[int, str]) -> list[str]:
    lines = [_change("Roles", row, "roles", lambda value: words.roles(value) or "none")]
    lines.append(_change("Contracts", row, "contracts", lambda ids: _named(ids, contracts)))
    lines.append(_change("Restricted cases", row, "sees_restricted", _yes_or_no))
    return [line for line in lines if line]


def _change(what: str, row: AccountChange, key: str, say: Any) -> str:
    """The value alone, or from what to what; nothing where nothing changes."""
    new, old = row.wanted[key], row.was.get(key)
    if row.kind == "add":
        return f"{what}: {say(new)}" if new else ""
    if old is None:
        return f"{what}: {say(new)}"
    if sorted_of(old) == sorted_of(new):
        return ""
    return f"{what}: {say(old)} → {say(new)}"


def sorted_of(value: Any) -> Any:
    """Lists are compared without their order."""
    return sorted(value) if isinstance(value, list) else value


def _named(ids: Any, contracts: Mapping[int, str]) -> str:
    return ", ".join(contracts.get(each, f"contract {each}") for each in ids) or "none"


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _licence(told: Mapping[str, Any]) -> str:
    ends = f" to {told['ends_on']}" if told["ends_on"] else ""
    specialty = f", {told['specialty']}" if told["specialty"] else ""
    kind = KINDS.get(told["kind"], told["kind"])
    return f"{kind}, {told['state']} {told['number']}{specialty}, from {told['starts_on']}{ends}"
