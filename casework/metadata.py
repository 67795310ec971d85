"""The root of all tables, and what every table must say about itself.

Each table declares in `info["scope"]` whose rows it holds: `case`, `case_child`, `member`,
`account`, `directory` (open to every principal) or `plumbing`. Row-level security is made from it,
and a session without a principal may touch nothing but `account`, `directory` and `plumbing`.
"""

from typing import Any, Final, cast

from sqlalchemy import DateTime, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

SCOPES: Final = frozenset({"case", "case_child", "member", "account", "directory", "plumbing"})
SCOPED: Final = frozenset({"case", "case_child", "member"})

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative root: every `datetime` is an aware instant, stored in UTC."""

    metadata = MetaData(naming_convention=NAMING)


INSTANT: Final = DateTime(timezone=True)


def scope_of(table: Any) -> str:
    """Whose rows this table holds. Raises KeyError when the table does not say."""
    return str(table.info["scope"])


def table_of(model: type[Base]) -> Table:
    """The bare table, for Core on hot paths, where the list of the architecture test allows it."""
    return cast(Table, model.__table__)
