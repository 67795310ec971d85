"""What a sweep of ten thousand due marks costs, against the same rows by one SQL statement.

The floor's rows lie ready in tables of their own; its one statement inserts the events, escalations
and notices and rewrites marks, clocks and cases, and commits.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

from psycopg import sql

from bench.floors import Copier
from bench.ground import Ground, Place, application, superuser
from bench.measure import Aim, Figure, Stopped
from bench.scales import Scales
from bench.statements import columns_of
from bench.sweeping import BATCH, STEPS, Step
from bench.witness import Rows, Witness
from casework.metadata import Base
from casework.services import clocks

MARKS: Final = 10_000


def figures(ground: Ground) -> Iterator[Figure]:
    """Escalations a second over ten thousand marks, for the first and the last step of a ladder."""
    for number, step in enumerate(STEPS):
        with ground.place(f"sweep_whole_{number}") as place:
            witness = Witness(place)
            yield _measured(place, witness, step)
            witness.close()


def _measured(place: Place, witness: Witness, step: Step) -> Figure:
    place.fill(2 * MARKS + BATCH, **step.cases)
    cx = place.cx("system", step.swept)
    footprint = witness.footprint(lambda: clocks.sweep_batch(cx, limit=BATCH))
    copier = Copier(footprint, place.settings.data_dir)
    floor = AtOnce(place, witness, copier)
    floor.prepare(_due(witness, step))

    def ours() -> float:
        begun = time.perf_counter()
        fired = sum(clocks.sweep_batch(cx, limit=BATCH).fired for _ in range(MARKS // BATCH))
        spent = time.perf_counter() - begun
        if fired != MARKS:
            raise Stopped(f"The sweep fired {fired} marks, not {MARKS}.")
        return spent

    scales = Scales(witness)
    # Ours takes whatever is due: the floor's cases are settled before.
    least = scales.watched("floor", floor.run)()
    spent = scales.watched("ours", ours)()
    counted = scales.require_equal(step.name)
    floor.connection.close()
    return Figure(
        name=f"sweep {MARKS:,} due marks, against one statement: {step.name}",
        unit="escalations/s",
        n=MARKS,
        ours=MARKS / spent,
        floor=MARKS / least,
        statements=floor.shown,
        counted=counted,
        aim=Aim(at_least=1000),
    )


def _due(witness: Witness, step: Step) -> list[int]:
    """Cases with a mark that is due and has not fired, as many as are to be swept."""
    rows = witness.connection.execute(
        "select distinct case_id from clock_mark where state = 'pending' and fire_at <= %s"
        " order by case_id limit %s",
        (step.swept, MARKS),
    ).fetchall()
    return [row[0] for row in rows]


class AtOnce:
    """Writes what ours wrote for a hundred cases for ten thousand, by one statement."""

    def __init__(self, place: Place, witness: Witness, copier: Copier) -> None:
        self.connection = application(place.addresses, reach="all")
        self.witness, self.copier, self.place = witness, copier, place
        self.statement = sql.SQL("with {} select 1").format(
            sql.SQL(", ").join(
                sql.SQL("w{} as ({})").format(sql.SQL(str(number)), _one(number, each))
                for number, each in enumerate(copier.footprint.rows)
            )
        )

    @property
    def shown(self) -> tuple[str, ...]:
        """The statement for a person, a line for each table."""
        *parts, last = self.statement.as_string(None).replace('"', "").split("), ")
        return (*(f"{part})," for part in parts), last)

    def prepare(self, cases: list[int]) -> None:
        """Lay the rows for these cases ready, off the clock."""
        rows = self.copier.footprint.rows
        with superuser(self.place.addresses) as connection, connection.cursor() as cursor:
            for number, each in enumerate(rows):
                names = [sql.Identifier(column.name) for column in columns_of(each)]
                ready = sql.Identifier(f"ready_{number}")
                cursor.execute(
                    sql.SQL("create unlogged table {} as select {} from {} limit 0").format(
                        ready, sql.SQL(", ").join(names), sql.Identifier(each.table)
                    )
                )
                cursor.execute(sql.SQL("grant select on {} to public").format(ready))
            for some in _split(cases, BATCH):
                self._lay(cursor, some)
            cursor.execute("analyze")

    def _lay(self, cursor: Any, cases: list[int]) -> None:
        siblings = self.witness.siblings(self.copier.moving, cases)
        pairs = dict(zip(self.copier.footprint.cases, cases, strict=True))
        work = self.copier.again(pairs, siblings)
        for number, (each, (_text, values)) in enumerate(
            zip(self.copier.footprint.rows, work.statements, strict=True)
        ):
            width = len(columns_of(each))
            marks = sql.SQL(", ").join([sql.Placeholder()] * width)
            ready = sql.Identifier(f"ready_{number}")
            cursor.executemany(
                sql.SQL("insert into {} values ({})").format(ready, marks),
                _split(values, width),
            )

    def run(self) -> float:
        """The seconds of the one statement and its commit."""
        begun = time.perf_counter()
        with self.connection.transaction():
            self.connection.execute(self.statement)
        return time.perf_counter() - begun


def _split(values: list[Any], size: int) -> list[list[Any]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def _one(number: int, each: Rows) -> sql.Composed:
    """The part of the statement that writes one table."""
    table = Base.metadata.tables[each.table]
    ready = sql.Identifier(f"ready_{number}")
    names = [sql.Identifier(column.name) for column in columns_of(each)]
    if not each.moved:
        listed = sql.SQL(", ").join(names)
        return sql.SQL("insert into {} ({}) select {} from {}").format(
            sql.Identifier(each.table), listed, listed, ready
        )
    sets = [sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name in each.moved]
    keys = [sql.SQL("t.{0} = v.{0}").format(sql.Identifier(key.name)) for key in table.primary_key]
    due = [sql.SQL("t.state = 'pending'")] if each.table == "clock_mark" else []
    return sql.SQL("update {} as t set {} from {} as v where {}").format(
        sql.Identifier(each.table),
        sql.SQL(", ").join(sets),
        ready,
        sql.SQL(" and ").join([*keys, *due]),
    )
