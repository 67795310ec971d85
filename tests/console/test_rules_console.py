"""`casework rules diff` and `replay`: tables, JSON, CSV, and a sentence for what cannot be read."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from casework import cli
from casework.config import Settings
from casework.seed import planting
from tests.sla.test_draft import NEXT
from tests.worker.processes import CONSOLE, environment

AS_OF = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
LAW = "stamped,+federal,+state:oh"


@dataclass
class Told:
    """What a command said and how it ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def planted(settings: Settings) -> Settings:
    planting.plant(settings, cases=120, seed=5, as_of=AS_OF)
    return settings


@pytest.fixture
def town(
    planted: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Told]:
    """`casework rules …` on the town, in this process: its `main` with its arguments."""
    for name, value in environment(planted, COLUMNS="160").items():
        monkeypatch.setenv(name, value)

    def rules(*words: str) -> Told:
        monkeypatch.setattr(sys, "argv", ["casework", "rules", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return rules


def test_the_console_itself_tells_what_moves(planted: Settings) -> None:
    told = subprocess.run(
        [CONSOLE, "rules", "diff", LAW],
        capture_output=True,
        text=True,
        env=environment(planted, COLUMNS="160"),
        cwd=planted.data_dir,
        timeout=120,
        check=False,
    )
    assert told.returncode == 1, told.stderr
    assert "OVERDUE AT ONCE" in told.stdout
    assert told.stderr == "", "no bar where nobody looks"


def test_diff_counts_the_moves_names_the_cases_and_says_it_loudly(
    town: Callable[..., Told],
) -> None:
    told = town("diff", LAW, "--contract", "OH-MCD", "--json")
    assert told.returncode == 1
    found = json.loads(told.stdout)
    assert (found["before"], found["after"]) == ("stamped", LAW)
    figures = found["figures"]
    assert len(found["found"]) == figures["clocks"] > 10
    assert {row["direction"] for row in found["found"]} >= {"earlier", "gained"}
    urgent = [row for row in found["found"] if row["urgent"]]
    assert len(urgent) == figures["clocks_overdue"] > 0
    assert all(row["due_after"] < datetime.now(UTC).isoformat() for row in urgent)

    told = town("diff", LAW, "--contract", "OH-MCD", "--most", "3")
    assert told.returncode == 1
    assert f"{int(figures['overdue']):,} cases would be OVERDUE AT ONCE" in told.stdout
    shown = {row["ref"] for row in found["found"] if row["ref"] in told.stdout}
    assert shown == {row["ref"] for row in found["found"][:3]}
    assert f"{int(figures['clocks']) - 3:,} more clocks" in told.stdout


def test_nothing_moves_by_the_same_reading(town: Callable[..., Told]) -> None:
    told = town("diff", "stamped", "stamped")
    assert told.returncode == 0
    assert "0 cases move, 0 clocks" in told.stdout


def test_exchanged_readings_mirror_each_other(town: Callable[..., Told]) -> None:
    there = json.loads(town("diff", "stamped", "OH-MCD,+federal", "--json").stdout)
    back = json.loads(town("diff", "OH-MCD,+federal", "stamped", "--json").stdout)
    mirror = {"earlier": "later", "gained": "lost", "later": "earlier", "lost": "gained"}
    for name, other in mirror.items():
        assert there["figures"].get(name, 0) == back["figures"].get(other, 0)
    assert there["figures"]["clocks"] > 0


def test_a_drafted_rule_file_is_read_over_the_published_rules(
    town: Callable[..., Told], tmp_path: Path
) -> None:
    file = tmp_path / "next.toml"
    file.write_text(NEXT.replace("from = 2027-01-01", "from = 2026-01-02"), encoding="utf-8")
    told = town("diff", f"OH-MCD,{file},+federal,rating_period_start=2026-07-01", "--json")
    assert told.returncode == 1, told.stderr
    after = {row["rule_after"] for row in json.loads(told.stdout)["found"]}
    assert "federal/MCD-PA-STD v3" in after
    file.write_text(NEXT.replace("version = 3", "version = 1"), encoding="utf-8")
    told = town("diff", str(file))
    assert told.returncode == 2
    assert "give the new version a higher number" in told.stderr
    assert "Traceback" not in told.stderr


def test_replay_prints_tables_json_and_csv_that_say_the_same(town: Callable[..., Told]) -> None:
    words = ("replay", LAW, "--since", "2026-08-01")
    found = json.loads(town(*words, "--json").stdout)
    lines = list(csv.DictReader(io.StringIO(town(*words, "--csv").stdout)))
    assert len(lines) == len(found["cells"])
    newly = sum(int(line["newly_missed"]) for line in lines)
    assert newly == found["figures"]["newly_missed"] > 0
    assert all(line["month"] >= "2026-08" for line in lines)
    told = town(*words)
    assert told.returncode == 0
    assert f"{newly:,} deadlines newly missed" in told.stdout
    assert "2026-09" in told.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("diff",), "Missing argument"),
        (("diff", "a", "b", "c"), "one reading, or two"),
        (("diff", "OH-MOON"), "OH-MCD"),
        (("diff", "OH-MCD@12"), "versions 1"),
        (("diff", "nowhere.toml"), "cannot be read"),
        (("diff", "stamped,+moon"), "no layer"),
        (("diff", "stamped,sfh_window_days=7"), "90 to 120"),
        (("diff", "OH-MCD", "OH-QHP"), "one contract"),
        (("diff", "stamped", "--contract", "MOON"), "OH-MCD"),
        (("replay", "stamped", "--since", "soon"), "2026-01-31"),
        (("replay", "stamped", "--since", "2026-02-01", "--until", "2026-01-01"), "wrong order"),
        (("replay", "stamped", "--json", "--csv"), "Choose"),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_exit_code_2(
    town: Callable[..., Told], words: tuple[str, ...], says: str
) -> None:
    told = town(*words)
    assert told.returncode == 2
    assert says in told.stderr + told.stdout
    assert "Traceback" not in told.stderr
    assert "defect" not in told.stderr


def test_the_list_of_rules_prints_as_a_table(town: Callable[..., Told]) -> None:
    told = town("list")
    assert told.returncode == 0, told.stderr
    assert "federal/MCD-PA-STD" in told.stdout
