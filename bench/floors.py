"""The floor of a write: the same rows once more, under new ids, in one transaction.

One statement a table, prepared, through psycopg in the application's role; files are written whole
and synced. It is given what an operation left and knows no operation.
"""

import itertools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from psycopg.types.json import Jsonb
from sqlalchemy import Column, Index, String, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from bench.statements import columns_of, statement
from bench.witness import FLOOR_FILES, Footprint, Row, Rows

# Columns that point to a row of another table without a foreign key.
POINTERS: Final = {
    ("cases", "series_id"): "cases",
    ("outbox", "case_id"): "cases",
    ("security_event", "case_id"): "cases",
    ("transmission", "case_id"): "cases",
    ("escalation", "mark_id"): "clock_mark",
    ("staff_notice", "escalation_id"): "escalation",
}
# The floor appends to a chain of its own: ours must go on unbroken.
CHAINED: Final = frozenset({"security_event", "chain_head"})
CHAIN: Final = "floor-00"
FIRST_ID: Final = 1_000_000_000
Statement = tuple[str, list[Any]]


@dataclass(frozen=True)
class Work:
    """What one run of a floor is to write."""

    statements: tuple[Statement, ...]
    files: tuple[tuple[Path, bytes], ...] = ()


@dataclass
class Copier:
    """Makes, of what an operation left, the same work for other cases under new ids."""

    footprint: Footprint
    folder: Path
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_ID))
    links: int = 0

    @property
    def moving(self) -> list[str]:
        """The tables in which rows of a case are changed: their keys must be looked up."""
        return list(self.footprint.siblings)

    def anew(self) -> Work:
        """The work for cases that are not there yet: all of them get new numbers."""
        return self.work({case: next(self.numbers) for case in self.footprint.cases}, {})

    def again(
        self, cases: Mapping[int, int], siblings: Mapping[str, Mapping[int, tuple[int, ...]]]
    ) -> Work:
        """The work for cases that stand where the first ones stood; `siblings` are their rows."""
        keys = {
            (table, old): new
            for table, of_case in self.footprint.siblings.items()
            for case, olds in of_case.items()
            for old, new in zip(olds, siblings[table][cases[case]], strict=True)
        }
        return self.work(cases, keys)

    def work(self, cases: Mapping[int, int], keys: Mapping[tuple[str, int], int]) -> Work:
        """The work for these cases, the changed rows of other tables under these keys."""
        self.links += 1
        ids = {("cases", old): new for old, new in cases.items()} | dict(keys)
        statements = tuple(self._statement(each, ids) for each in self.footprint.rows)
        files = tuple((self._path(), data) for data in self.footprint.files)
        return Work(statements, files)

    def _statement(self, each: Rows, ids: dict[tuple[str, int], int]) -> Statement:
        columns = columns_of(each)
        values: list[Any] = []
        for row in each.rows:
            values += [self._value(column, row, ids, fresh=not each.moved) for column in columns]
        return statement(each), values

    def _value(
        self, column: Column[Any], row: Row, ids: dict[tuple[str, int], int], *, fresh: bool
    ) -> Any:
        table, value = column.table.name, row[column.name]
        if table in CHAINED and column.name in {"chain", "seq"}:
            return CHAIN if column.name == "chain" else self.links
        target = _points_to(column)
        if target:
            return ids.get((target, value), value)
        if fresh and column is column.table.autoincrement_column:
            ids[table, value] = next(self.numbers)
        if column.name == "id":
            return ids.get((table, value), value)
        if fresh and value and column.name in _unique_texts(column.table):
            own = f"{next(self.numbers):x}"
            return own + value[len(own) :]
        if isinstance(column.type, JSONB) and value is not None:
            return Jsonb(value)
        return value

    def _path(self) -> Path:
        name = f"{next(self.numbers):x}"
        return self.folder / FLOOR_FILES / name[-2:] / name


def write(connection: Any, work: Work) -> None:
    """Write the files, then the rows, and commit."""
    for path, data in work.files:
        _durable(path, data)
    with connection.transaction(), connection.cursor() as cursor:
        for text, values in work.statements:
            cursor.execute(text, values, prepare=True)


def own_chain(connection: Any) -> None:
    """Begin the chain to which the floors of looks append."""
    connection.execute(
        "insert into chain_head (chain, seq, hash, mac) values (%s, 0, '', '')"
        " on conflict do nothing",
        (CHAIN,),
    )


@cache
def _points_to(column: Column[Any]) -> str:
    """The table to whose row this column points, or empty."""
    if (column.table.name, column.name) == ("cases", "id"):
        return "cases"
    for key in column.foreign_keys:
        return str(key.column.table.name)
    return POINTERS.get((column.table.name, column.name), "")


@cache
def _unique_texts(table: Table) -> frozenset[str]:
    """The texts of which there may be one only, whatever the case."""
    sets = [list(c.columns) for c in table.constraints if isinstance(c, UniqueConstraint)]
    sets += [list(i.columns) for i in table.indexes if isinstance(i, Index) and i.unique]
    found = set()
    for columns in sets:
        if any(_points_to(column) == "cases" for column in columns):
            continue
        texts = [column.name for column in columns if isinstance(column.type, String)]
        found |= set(texts[-1:])
    return frozenset(found)


def _durable(path: Path, data: bytes) -> None:
    """A file that is there in full after a power cut: synced, renamed, its folder synced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with beside.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    beside.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
