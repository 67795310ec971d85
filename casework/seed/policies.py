"""The plan's medical policies as the town has them, in one or more versions: written by the medical
director, approved by the administrator."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from casework.models import MedicalPolicy
from casework.records.criteria_outline import tree_of
from casework.records.criteria_tree import to_json
from casework.records.medical_policies import digest
from casework.seed.sheet import Sheet
from casework.seed.town import Person, PolicyHere

FILE: Final = Path(__file__).with_name("policies.toml")
# Where the public reads them: the page of this service itself.
ADDRESS: Final = "portal.plan.example/medical-policies/{code}"


def told() -> list[dict[str, Any]]:
    """The policies as the file tells them."""
    read: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["policy"]
    return read


def row_of(policy: Mapping[str, Any], version: int, *, first: date) -> dict[str, Any]:
    """The row of one version of a policy of the file, without who wrote and approved it."""
    of = policy["versions"][version - 1]
    said = {
        "title": policy["title"],
        "title_es": policy["title_es"],
        "effective_from": first,
        "effective_to": None,
        "source": policy["source"],
        "address": ADDRESS.format(code=policy["code"]),
        "codes": list(policy["codes"]),
        "criteria": to_json(tree_of(of["criteria"])),
        "reason": of["reason"],
    }
    signed = {
        "code": policy["code"],
        "version": version,
        "published_at": datetime.combine(first, time(15), UTC) - timedelta(days=30),
        "sha256": digest(policy["code"], version, said),
    }
    return said | signed


def write(
    sheet: Sheet, staff: Mapping[str, Person], *, since: date, today: date
) -> tuple[PolicyHere, ...]:
    """Every version of every policy; returns them, the oldest of each first."""
    writer, approver = staff["director"], staff["admin"]
    found = []
    for policy in told():
        for version, of in enumerate(policy["versions"], 1):
            first = today - timedelta(days=of["days"]) if of["days"] else since
            row = row_of(policy, version, first=max(first, since))
            number = sheet.add(
                MedicalPolicy,
                **row,
                written_by_id=writer.id,
                written_by=writer.name,
                approved_by_id=approver.id,
                approved_by=approver.name,
            )
            tree = tree_of(of["criteria"])
            codes = frozenset(policy["codes"])
            found.append(
                PolicyHere(number, policy["code"], version, codes, row["effective_from"], tree)
            )
    return tuple(found)
