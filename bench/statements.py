"""The statements of a floor: one for all rows of a table, as SQL and as lines for a person."""

import textwrap
from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql

from bench.witness import Footprint, Rows
from casework.metadata import Base


def shown(footprint: Footprint) -> tuple[str, ...]:
    """The statements of a floor for a person: one line each, with how many rows it writes.

    `%s × 5` stands for the five values of one row; a statement of many rows repeats it.
    """
    told = [f"write and sync a file of {len(data):,} bytes" for data in footprint.files]
    told.append("begin")
    for each in footprint.rows:
        head, _, tail = statement(each).replace('"', "").partition("(%s")
        rows = f"{len(each.rows)} row" + ("s" if len(each.rows) > 1 else "")
        after = ") as v (" + tail.partition(") as v (")[2] if each.moved else ""
        more = ", …" if len(each.rows) > 1 else ""
        told.append(f"{head}({_marks(each)}){more}{after} -- {rows}")
    told.append("commit")
    return tuple(told)


def wrapped(lines: tuple[str, ...], *, width: int = 100) -> str:
    """These lines, each wrapped and indented for the page."""
    return "\n".join(
        textwrap.fill(line, width, initial_indent="    ", subsequent_indent="      ")
        for line in lines
    )


@cache
def _casts(table: Table) -> dict[str, str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return {column.name: column.type.compile(dialect).lower() for column in table.columns}


def statement(each: Rows) -> str:
    """One statement for all rows of one table."""
    table = Base.metadata.tables[each.table]
    names = [column.name for column in columns_of(each)]
    if not each.moved:
        one = f"({', '.join('%s' for _ in names)})"
        rows = ", ".join(one for _ in each.rows)
        return f'insert into "{table.name}" ({", ".join(_quoted(names))}) values {rows}'
    casts = _casts(table)
    one = f"({', '.join(f'%s::{casts[name]}' for name in names)})"
    rows = ", ".join(one for _ in each.rows)
    keys = [column.name for column in table.primary_key]
    sets = ", ".join(f'"{name}" = v."{name}"' for name in each.moved)
    where = " and ".join(f't."{key}" = v."{key}"' for key in keys)
    return (
        f'update "{table.name}" as t set {sets} from (values {rows}) as v'
        f" ({', '.join(_quoted(names))}) where {where}"
    )


def _marks(each: Rows) -> str:
    return f"%s × {len(columns_of(each))}"


def _quoted(names: list[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def columns_of(each: Rows) -> list[Column[Any]]:
    """All columns of new rows; key and moved columns of old ones."""
    table = Base.metadata.tables[each.table]
    if not each.moved:
        return list(table.columns)
    return [*table.primary_key, *(c for c in table.columns if c.name in each.moved)]
