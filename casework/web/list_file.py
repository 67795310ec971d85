"""What differs on a prior-authorization list between two days, as a file: for every door."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from werkzeug.wrappers import Response

from casework.queries.pa_list import ContractSummary
from casework.records.pa_list_changes import Difference
from casework.web.staff.csv_file import csv_file

HEADS: Final = ("what", "code", "service", "differs", "before", "after")


def difference_file(
    contract: ContractSummary, first: date, second: date, found: Iterable[Difference]
) -> Response:
    """The differences as a CSV file."""
    rows = [_cells(each) for each in found]
    name = f"pa-list-{contract.code}-{first.isoformat()}-{second.isoformat()}.csv"
    return csv_file(name, HEADS, rows)


def _cells(each: Difference) -> list[Any]:
    named = each.after or each.before
    label = named.label if named else ""
    return [each.kind, each.code, label, each.says, _needed(each.before), _needed(each.after)]


def _needed(row: Any) -> str:
    if row is None:
        return "not on the list"
    return "needed" if row.required else "not needed"
