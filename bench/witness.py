"""Sees what an operation left in the database: every row of every table, by its transaction.

A row carries the number of the transaction that wrote it, so nothing that was written can be
forgotten. It looks as superuser, never writes, and knows no operation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Table

from bench.ground import Place, superuser
from casework.metadata import Base

TABLES: Final = tuple(Base.metadata.sorted_tables)
# Where floors put the files that they write; ours lie beside it.
FLOOR_FILES: Final = "floor"
Row = dict[str, Any]
Key = tuple[Any, ...]
Content = dict[str, dict[Key, Row]]


@dataclass(frozen=True)
class Rows:
    """Rows of one table that an operation left: new ones, or old ones with the columns that it
    moved (`moved` is empty for new ones)."""

    table: str
    rows: tuple[Row, ...]
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Footprint:
    """All that one operation left: rows, in an order that foreign keys allow, and files.

    `siblings` are the keys of the rows that each of its cases had before, by table and case.
    """

    rows: tuple[Rows, ...]
    files: tuple[bytes, ...]
    cases: tuple[int, ...]
    siblings: Mapping[str, Mapping[int, tuple[int, ...]]]


@dataclass
class Witness:
    """Looks at one database."""

    place: Place
    connection: psycopg.Connection[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.connection = superuser(self.place.addresses)

    def close(self) -> None:
        """Stop looking."""
        self.connection.close()

    def next_transaction(self) -> int:
        """The number that the next writing transaction will carry."""
        found = self._one("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next")
        return int(found["next"])

    def footprint(self, operation: Callable[[], Any]) -> Footprint:
        """Run this operation, alone on its database, and read back all that it left."""
        before, files = self._content(), self._files()
        since = self.next_transaction()
        operation()
        left = self._written(since, self.next_transaction())
        rows = tuple(
            each
            for table in TABLES
            for each in _sorted(table, left.get(table.name, {}), before.get(table.name, {}))
        )
        cases = [row["id"] for each in rows if each.table == "cases" for row in each.rows]
        fresh_files = tuple(path.read_bytes() for path in sorted(self._files() - files))
        return Footprint(rows, fresh_files, tuple(sorted(cases)), _siblings(before, rows))

    def siblings(
        self, tables: list[str], cases: list[int]
    ) -> dict[str, dict[int, tuple[int, ...]]]:
        """The keys of the rows that these cases have in these tables, in their order."""
        found: dict[str, dict[int, tuple[int, ...]]] = {}
        for name in tables:
            statement = sql.SQL(
                "select case_id, array_agg(id order by id) as ids from {} where case_id = any(%s)"
                " group by case_id"
            ).format(sql.Identifier(name))
            rows = self._all(statement, (cases,))
            found[name] = {row["case_id"]: tuple(row["ids"]) for row in rows}
        return found

    def counts(self, spans: list[tuple[int, int]]) -> dict[str, int]:
        """How many rows the transactions of these spans left, by table."""
        ranges = ",".join(f"[{since},{until})" for since, until in spans if since < until)
        statement = "select count(*) as n from {} where %s::int8multirange @> xmin::text::int8"
        found = {}
        for table in TABLES:
            query = sql.SQL(statement).format(sql.Identifier(table.name))
            found[table.name] = self._all(query, ("{" + ranges + "}",))[0]["n"]
        return {name: count for name, count in found.items() if count}

    def file_counts(self) -> tuple[int, int]:
        """How many files there are: ours, and those of floors."""
        folder = self.place.settings.data_dir
        floors = sum(path.is_file() for path in (folder / FLOOR_FILES).rglob("*"))
        return len(self._files()), floors

    def _files(self) -> set[Path]:
        settings = self.place.settings
        folders = (settings.documents_dir, settings.print_dir, settings.mail_dir)
        return {path for each in folders for path in each.rglob("*") if path.is_file()}

    def _content(self) -> Content:
        return {table.name: self._rows(table, sql.SQL("true"), ()) for table in TABLES}

    def _written(self, since: int, until: int) -> Content:
        condition = sql.SQL("xmin::text::int8 >= %s and xmin::text::int8 < %s")
        return {table.name: self._rows(table, condition, (since, until)) for table in TABLES}

    def _rows(self, table: Table, condition: sql.SQL, values: tuple[Any, ...]) -> dict[Key, Row]:
        query = sql.SQL("select * from {} where ").format(sql.Identifier(table.name)) + condition
        keys = [column.name for column in table.primary_key]
        rows = self._all(query, values)
        return {tuple(row[key] for key in keys): row for row in rows}

    def _all(self, query: Any, values: tuple[Any, ...] = ()) -> list[Row]:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            return list(cursor.execute(query, values).fetchall())

    def _one(self, query: str) -> Row:
        return self._all(sql.SQL(query))[0]


def _sorted(table: Table, left: dict[Key, Row], before: dict[Key, Row]) -> list[Rows]:
    """New rows, and rows that were there, with the columns that moved in any of them."""
    found = []
    fresh = tuple(row for key, row in sorted(left.items()) if key not in before)
    if fresh:
        found.append(Rows(table.name, fresh))
    old = {key: row for key, row in sorted(left.items()) if key in before}
    moved = tuple(
        column.name
        for column in table.columns
        if any(row[column.name] != before[key][column.name] for key, row in old.items())
    )
    if moved:
        found.append(Rows(table.name, tuple(old.values()), moved))
    return found


def _siblings(before: Content, rows: tuple[Rows, ...]) -> dict[str, dict[int, tuple[int, ...]]]:
    """For each table in which rows of a case moved: the keys that each case had, in order."""
    found: dict[str, dict[int, tuple[int, ...]]] = {}
    for each in rows:
        if not each.moved or not {"id", "case_id"} <= each.rows[0].keys():
            continue
        cases = {row["case_id"] for row in each.rows}
        by_case: dict[int, list[int]] = {}
        for row in before[each.table].values():
            if row["case_id"] in cases:
                by_case.setdefault(row["case_id"], []).append(row["id"])
        found[each.table] = {case: tuple(sorted(ids)) for case, ids in by_case.items()}
    return found
