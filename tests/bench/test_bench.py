"""The measurements themselves: floors are weighed, the page and the file keep their shape."""

import io
import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, LiteralString

import pytest
from rich.console import Console

from bench import floors, table
from bench.__main__ import main
from bench.cases import submissions
from bench.floors import Copier, Work
from bench.ground import Place, application, more_members
from bench.measure import Aim, Figure, in_turns, timed
from bench.scales import Scales, Uneven
from bench.statements import shown
from bench.witness import Witness
from casework.config import Settings
from casework.db import Database
from casework.embedded import Addresses
from casework.services import review
from casework.services.intake import submit_prior_auth
from tests.builders import a_town

FLOOR = ("begin", "insert into cases (id) values (%s) -- 1 row", "commit")
MADE_UP = (
    Figure(name="write a case", unit="ms", n=3, ours=12.0, floor=4.0, statements=FLOOR),
    Figure(
        name="write cases, 4 clients",
        unit="cases/s",
        n=1200,
        ours=250.0,
        floor=1000.0,
        statements=FLOOR,
        counted="each side left 1,200 rows in 1 table",
        aim=Aim(at_least=300),
    ),
    Figure(
        name="print a letter",
        unit="ms",
        n=5,
        ours=110.0,
        floor=100.0,
        statements=("write_pdf()",),
        aim=Aim(of="ratio", at_most=1.25),
    ),
)


class Bench:
    """One submission read back, and what its floor needs to write the same."""

    def __init__(self, place: Place) -> None:
        self.place, self.witness = place, Witness(place)
        self.office = place.cx("Maple")
        self.sent = submissions(place.town, place.members)
        submit_prior_auth(self.office, next(self.sent))
        footprint = self.witness.footprint(self.ours)
        self.copier = Copier(footprint, place.settings.data_dir)
        self.connection = application(place.addresses, reach="all")

    def ours(self) -> str:
        """One more request through the service."""
        return submit_prior_auth(self.office, next(self.sent)).ref

    def floor(self, work: Work) -> None:
        """The same rows in plain SQL."""
        floors.write(self.connection, work)

    def row(self, query: LiteralString, value: Any) -> Any:
        """The one value that this query finds."""
        [(found,)] = self.witness.connection.execute(query, (value,)).fetchall()
        return found

    def weigh(self, *works: Work) -> str:
        """Ours as often as these works of the floor, on the scales."""
        scales = Scales(self.witness)
        for work in works:
            with scales.watching("ours"):
                self.ours()
            with scales.watching("floor"):
                self.floor(work)
        return scales.require_equal("submit")


@pytest.fixture(scope="module")
def bench(settings: Settings, addresses: Addresses, database: Database) -> Iterator[Bench]:
    town = a_town(database, settings)
    members = more_members(settings, town, 200)
    made = Bench(Place(settings, addresses, database, town, members))
    yield made
    made.connection.close()
    made.witness.close()


def test_the_floor_of_a_submission_leaves_the_same_rows_and_files(bench: Bench) -> None:
    told = bench.weigh(bench.copier.anew(), bench.copier.anew())
    [case] = [each for each in bench.copier.footprint.rows if each.table == "cases"]
    assert len(case.rows) == 1
    assert len(bench.copier.footprint.files) == 1
    assert told.startswith("each side left ")
    assert told.endswith(", 2 files")


@pytest.mark.parametrize("table_left_out", ["request_line", "outbox", "letter"])
def test_a_floor_that_leaves_out_a_table_is_caught(bench: Bench, table_left_out: str) -> None:
    work = bench.copier.anew()
    less = [each for each in work.statements if f'"{table_left_out}"' not in each[0]]
    assert len(less) == len(work.statements) - 1
    with pytest.raises(Uneven, match=rf"does not do the same work\. {table_left_out}: \d of ours"):
        bench.weigh(replace(work, statements=tuple(less)))


def test_a_floor_that_writes_no_file_is_caught(bench: Bench) -> None:
    with pytest.raises(Uneven, match="files: 1 of ours, 0 of the floor"):
        bench.weigh(replace(bench.copier.anew(), files=()))


def test_a_floor_that_does_its_work_twice_is_caught(bench: Bench) -> None:
    scales = Scales(bench.witness)
    with scales.watching("ours"):
        bench.ours()
    with scales.watching("floor"):
        bench.floor(bench.copier.anew())
        bench.floor(bench.copier.anew())
    with pytest.raises(Uneven, match="cases: 1 of ours, 2 of the floor"):
        scales.require_equal("submit")


def test_a_floor_that_does_not_commit_is_caught(bench: Bench) -> None:
    scales = Scales(bench.witness)
    with scales.watching("ours"):
        bench.ours()
    with scales.watching("floor"), bench.connection.transaction(force_rollback=True):
        bench.floor(replace(bench.copier.anew(), files=()))
    with pytest.raises(Uneven, match="cases: 1 of ours, 0 of the floor"):
        scales.require_equal("submit")


def test_the_floor_of_a_change_of_state_moves_another_case_that_stands_alike(bench: Bench) -> None:
    nurse = bench.place.cx("nurse")
    read_back, ours, theirs = bench.ours(), bench.ours(), bench.ours()
    footprint = bench.witness.footprint(lambda: review.start_review(nurse, read_back, None))
    copier = Copier(footprint, bench.place.settings.data_dir)
    [first], case = footprint.cases, bench.row("select id from cases where ref = %s", theirs)
    siblings = bench.witness.siblings(copier.moving, [case])
    scales = Scales(bench.witness)
    with scales.watching("ours"):
        review.start_review(nurse, ours, None)
    with scales.watching("floor"):
        bench.floor(copier.again({first: case}, siblings))
    assert scales.require_equal("change") == "each side left 2 rows in 2 tables"
    assert bench.row("select state from cases where id = %s", case) == "in_review"


def test_every_statement_of_a_floor_is_told_with_its_rows(bench: Bench) -> None:
    footprint = bench.copier.footprint
    told = shown(footprint)
    assert told[0].startswith("write and sync a file of ")
    assert (told[1], told[-1]) == ("begin", "commit")
    for each, line in zip(footprint.rows, told[2:-1], strict=True):
        assert line.startswith(f"insert into {each.table} (")
        assert line.endswith(f"-- {len(each.rows)} row" + "s" * (len(each.rows) > 1))


def test_ours_and_the_floor_run_in_turns_and_their_medians_are_told() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(order))

    pair = in_turns(lambda: side("ours"), lambda: side("floor"), rounds=3, warm=1)
    assert order == ["ours", "floor", "ours", "floor", "floor", "ours", "ours", "floor"]
    assert (pair.ours, pair.floor, pair.n) == (6.0, 5.0, 3)
    assert timed(lambda: None)() >= 0


def test_a_ratio_says_how_many_times_the_floor_ours_costs_whatever_the_unit() -> None:
    assert [figure.ratio for figure in MADE_UP] == [3.0, 4.0, 1.1]
    assert [figure.met for figure in MADE_UP] == [None, False, True]


def test_the_page_says_met_or_not_met_and_tells_the_floors_below_the_table() -> None:
    said = io.StringIO()
    table.printed(MADE_UP, Console(file=said, width=100), head="2 cores")
    above, below = said.getvalue().split("What each floor did:")
    lines = above.splitlines()
    heading = next(number for number, line in enumerate(lines) if "× floor" in line)
    assert lines[heading].split() == ["what", "unit", "n", "ours", "floor", "×", "floor", "aim"]
    assert [" ".join(line.split()) for line in lines[heading + 2 : heading + 5]] == [
        "write a case ms 3 12.0 4.00 3.00",
        "write cases, 4 clients /s 1,200 250 1,000 4.00 not met ≥ 300",
        "print a letter ms 5 110 100 1.10 met ≤ 1.25 ×",
    ]
    assert "insert into" not in above
    assert below.count("insert into cases") == 1, "two figures with one floor tell it once"
    assert "write cases, 4 clients (each side left 1,200 rows in 1 table)" in below
    assert "write_pdf()" in below
    assert all(figure.name in below for figure in MADE_UP)


def test_a_tiny_run_prints_its_page_and_leaves_a_list_of_rows(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def theme(ground: Bench) -> Iterator[Figure]:
        scales = Scales(ground.witness)
        taken = in_turns(
            scales.watched("ours", timed(ground.ours)),
            scales.watched("floor", timed(lambda: ground.floor(ground.copier.anew()))),
            rounds=2,
            warm=0,
        )
        yield Figure(
            name="submit",
            unit="ms",
            n=taken.n,
            ours=taken.ours * 1000,
            floor=taken.floor * 1000,
            statements=shown(ground.copier.footprint),
            counted=scales.require_equal("submit"),
            aim=Aim(at_least=0),
        )

    kept = tmp_path / "var/bench/results.json"
    code = main(["tiny"], themes={"tiny": theme}, ground=lambda: nullcontext(bench), kept_in=kept)
    page = capsys.readouterr().out
    assert code == 0
    assert "1 of 1 aims met" in page
    assert "kept in var/bench/results.json" in page
    for path in (str(tmp_path), str(Path(__file__).parents[2]), str(Path.home())):
        assert path not in page
    [row] = json.loads(kept.read_text(encoding="utf-8"))
    assert list(row) == ["name", "unit", "n", "ours", "floor", "ratio"]
    assert (row["name"], row["unit"], row["n"]) == ("submit", "ms", 2)
    assert row["ratio"] == pytest.approx(row["ours"] / row["floor"], abs=0.01)


def test_a_run_with_an_uneven_floor_stops_and_leaves_no_file(
    bench: Bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def theme(ground: Bench) -> Iterator[Figure]:
        ground.weigh(replace(ground.copier.anew(), files=()))
        yield from MADE_UP

    kept = tmp_path / "results.json"
    code = main([], themes={"planted": theme}, ground=lambda: nullcontext(bench), kept_in=kept)
    told = capsys.readouterr()
    assert code == 1
    assert "Stopped: submit: the floor does not do the same work. files: 1 of ours" in told.err
    assert not kept.exists()


def test_an_unknown_theme_gets_the_list_of_themes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lists"]) == 2
    assert "There is no lists: choose from submit, change, sweep" in capsys.readouterr().out
