"""Rows into tables by COPY, and blocks of numbers from sequences: the plumbing of an import.

It knows columns and their defaults, no case and no rule. It works as the owner of the tables.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast

import psycopg
from psycopg import sql
from sqlalchemy import Column, Table, make_url
from sqlalchemy.dialects.postgresql import JSONB

from casework.config import Settings

BLOCK: Final = 10


def connect(settings: Settings) -> psycopg.Connection[Any]:
    """A connection as the owner of the tables, for COPY."""
    url = make_url(settings.database_owner_url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


def copy_rows(
    connection: psycopg.Connection[Any], table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Copy these rows into the table; what a row does not say is the column's default.

    An identity column is left to the database unless the rows carry it (all of them, or none).
    """
    if not rows:
        return
    fillers = _fillers(table, table.autoincrement_column is not None and _numbered(table, rows))
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(sql.Identifier(filler.name) for filler in fillers),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([filler.of(row) for filler in fillers])


@dataclass
class Numbers:
    """Serial numbers, drawn from their sequences in small blocks so that few are left unused."""

    connection: psycopg.Connection[Any]
    drawn: dict[str, Iterator[int]] = field(default_factory=dict)

    def following(self, sequence: str) -> int:
        """The next number of this sequence."""
        for number in self.drawn.get(sequence, ()):
            return number
        rows = self.connection.execute(
            "select nextval(%s) from generate_series(1, %s)", (sequence, BLOCK)
        )
        self.drawn[sequence] = iter([row[0] for row in rows.fetchall()])
        return next(self.drawn[sequence])

    def row_of(self, table: Table) -> int:
        """The next id of a table whose rows others will point to."""
        return self.following(f"{table.name}_id_seq")


@dataclass(frozen=True, slots=True)
class _Filler:
    name: str
    default: Callable[[], Any]
    dumped: bool

    def of(self, row: Mapping[str, Any]) -> Any:
        value = row[self.name] if self.name in row else self.default()
        return json.dumps(value) if self.dumped and value is not None else value


def _numbered(table: Table, rows: Iterable[Mapping[str, Any]]) -> bool:
    name = cast(Column[Any], table.autoincrement_column).name
    with_number = {name in row for row in rows}
    if len(with_number) > 1:
        raise ValueError(f"{table.name}: either all rows carry {name}, or none.")
    return with_number.pop()


@cache
def _fillers(table: Table, numbered: bool) -> tuple[_Filler, ...]:
    return tuple(
        _Filler(column.name, _default_of(column), isinstance(column.type, JSONB))
        for column in table.columns
        if numbered or column is not table.autoincrement_column
    )


def _default_of(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return lambda: None
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg
