"""The sheet on which the directory of the town is put together before it is copied in.

It numbers rows, keeps them by table and sums up what can be read of them. It knows no person.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Table

from casework.ledger.copying import Numbers, copy_rows
from casework.metadata import Base


@dataclass
class Sheet:
    """Rows of the directory; `unread` columns (hashes, secrets) stay out of the checksum."""

    connection: psycopg.Connection[Any]
    numbers: Numbers
    rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset({"password", "fs_uniquifier"})

    def add(self, model: Any, **row: Any) -> int:
        """A row with a number of its own, which is returned."""
        table = _table(model)
        row["id"] = self.numbers.row_of(table)
        self.rows.setdefault(table, []).append(row)
        return int(row["id"])

    def put(self, model: Any, **row: Any) -> None:
        """A row of a table without numbers, or one to which nothing points."""
        self.rows.setdefault(_table(model), []).append(row)

    def copy(self) -> str:
        """Copy everything in, in the order that the tables need; returns the checksum."""
        digest = hashlib.sha256()
        for table in Base.metadata.sorted_tables:
            rows = self.rows.get(table, [])
            copy_rows(self.connection, table, rows)
            for row in rows:
                told = {name: value for name, value in row.items() if name not in self.unread}
                digest.update(repr((table.name, told)).encode())
        return digest.hexdigest()


def _table(model: Any) -> Table:
    if isinstance(model, Table):
        return model
    return Base.metadata.tables[model.__tablename__]
