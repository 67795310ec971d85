"""Planting a town: directory, papers, histories, the demo's own cases; once, and repeatable.

The same seed, number of cases and instant give the same town in an empty base, with the same
checksum (of all that can be read; sealed bytes, keys and letters stay out of it). Letters of the
seeded past have no rows: their bytes never were. Only the demo's members have real ones.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from random import Random
from typing import Final

from sqlalchemy import select

from casework import code_tables
from casework.config import Settings
from casework.db import Database
from casework.errors import Invalid
from casework.ground import database_for
from casework.ledger.histories import import_histories
from casework.ledger.scribe import Book
from casework.models import Contract, ContractVersion, SeedFact
from casework.seed import (
    contracts,
    directory,
    living,
    mix,
    papers,
    plays,
    plays_announcing,
    plays_answers,
    plays_joined,
    plays_kept,
    plays_of_occasions,
    plays_of_the_house,
    plays_office,
    plays_outside,
    plays_reading,
    plays_rules,
    plays_watching,
)
from casework.seed.living import PostRoom
from casework.seed.mix import Plot
from casework.seed.scene import Scene
from casework.seed.town import Town

FIRST: Final = datetime(2026, 7, 1, tzinfo=UTC)  # before it some histories had no contract
FACTS: Final = ("seed", "cases", "events", "letters", "as_of", "checksum")
_PLAYS: Final = (
    *plays.PLAYS,
    *plays_office.PLAYS,
    *plays_joined.PLAYS,
    *plays_outside.PLAYS,
    *plays_rules.PLAYS,
    *plays_watching.PLAYS,
    plays_reading.papers_are_read,
    plays_of_the_house.somebody_looks,
    plays_of_the_house.the_year_is_counted,
    *plays_announcing.PLAYS,
    *plays_answers.PLAYS,
    *plays_kept.PLAYS,
)
_ACTING: Final = (plays, plays_office, plays_joined, plays_of_occasions, plays_answers, plays_kept)
Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """What stands in the base now. `letters` were produced for the demo's members."""

    seed: int
    cases: int
    events: int
    letters: int
    as_of: datetime
    checksum: str
    again: bool = False


def plant(
    settings: Settings,
    *,
    cases: int,
    seed: int,
    as_of: datetime,
    post_room: Callable[[Database], PostRoom] | None = None,
    told: Told = lambda _step, _cases: None,
) -> Planted:
    """Plant a town of so many cases as of this instant, and say each step to `told`; with a
    `post_room` the demo's members get their letters.

    A base that has this very town is left alone; raises Invalid for one that has another, or for an
    instant before there were contracts.
    """
    if as_of < FIRST:
        raise Invalid(
            "The town begins later.", fields={"as_of": f"Choose {FIRST:%Y-%m-%d} or later."}
        )
    database = database_for(settings)
    try:
        known = planted(database)
        if known is not None:
            return _the_same(known, cases=cases, seed=seed)
        _require_empty(database)
        return _plant(
            settings, database, cases=cases, seed=seed, as_of=as_of, post_room=post_room, told=told
        )
    finally:
        database.engine.dispose()


def planted(database: Database) -> Planted | None:
    """The town that stands in this base, or None."""
    with database.engine.connect() as connection:
        rows = connection.execute(select(SeedFact.name, SeedFact.value))
        facts = {row.name: row.value for row in rows}
    if "checksum" not in facts:
        return None
    return Planted(
        seed=int(facts["seed"]),
        cases=int(facts["cases"]),
        events=int(facts["events"]),
        letters=int(facts["letters"]),
        as_of=datetime.fromisoformat(facts["as_of"]),
        checksum=facts["checksum"],
        again=True,
    )


def authors(town: Town, *, seed: int, cases: int) -> Iterator[Callable[[Book], None]]:
    """The authors of so many cases, each with dice of its own."""
    for plot, code, number in mix.plots(seed, cases):
        yield _author(town, plot, code=code, dice=f"{seed} {number}")


def _author(town: Town, plot: Plot, *, code: str, dice: str) -> Callable[[Book], None]:
    def tell(book: Book) -> None:
        rng = Random(dice)  # noqa: S311 - a repeatable town, no secret
        plot.tell(Scene(book, town, rng, town.contracts[code]))

    return tell


def _plant(
    settings: Settings,
    database: Database,
    *,
    cases: int,
    seed: int,
    as_of: datetime,
    post_room: Callable[[Database], PostRoom] | None,
    told: Told,
) -> Planted:
    code_tables.load(settings)
    told("people, offices, contracts, lists", 0)
    town, of_town = directory.write(settings, seed=seed, as_of=as_of, cases=cases)
    if cases:
        told("papers", 0)
        town = papers.print_all(settings, town, at=as_of)
    acted = sum(each.CASES for each in _ACTING)
    lived = acted if post_room and cases > acted else 0
    told("cases", 0)
    imported = import_histories(
        database,
        authors(town, seed=seed, cases=cases - lived),
        as_of=as_of,
        written=lambda count: told("cases", count),
    )
    left = 0
    if post_room and lived:
        told("letters of the demo's members", cases)
        left = living.live(settings, town, _PLAYS, as_of=as_of, post_room=post_room)
    both = hashlib.sha256(f"{of_town} {imported.checksum}".encode()).hexdigest()
    done = Planted(seed, imported.cases + lived, imported.events, left, as_of, both)
    facts = asdict(done) | {"as_of": done.as_of.isoformat()}
    directory.remember(settings, {name: str(facts[name]) for name in FACTS})
    return done


def is_free(database: Database) -> bool:
    """Whether nothing was planted or made in this base yet."""
    with database.engine.connect() as connection:
        return connection.execute(select(Contract.id).limit(1)).scalar() is None


def is_half(database: Database) -> bool:
    """Whether a planting began here and did not come to its end."""
    with database.engine.connect() as connection:
        begun = select(ContractVersion.id).where(ContractVersion.created_by == contracts.AUTHOR)
        ended = select(SeedFact.name).where(SeedFact.name == "checksum")
        return (
            connection.execute(begun.limit(1)).scalar() is not None
            and connection.execute(ended).scalar() is None
        )


def _require_empty(database: Database) -> None:
    if not is_free(database):
        raise Invalid(
            "This database has contracts of its own, or a seed that was not finished.",
            fields={"database": "Seed an empty database."},
        )


def _the_same(known: Planted, *, cases: int, seed: int) -> Planted:
    if (known.seed, known.cases) != (seed, cases):
        raise Invalid(
            f"A town of {known.cases:,} cases with seed {known.seed} stands here already.",
            fields={"database": "Seed an empty database."},
        )
    return known
