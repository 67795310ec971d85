"""The console: every command shows an example, and bad input gets a sentence and exit code 2."""

import json
import subprocess
from collections.abc import Iterator

import click
import pytest

from casework.cli import casework
from casework.config import Settings
from casework.db import Database
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from tests.builders import MONDAY, a_submission, a_town
from tests.worker.processes import CONSOLE, environment

UNKNOWN = "PA-2027-000001-0"


def commands(group: click.Group = casework, before: tuple[str, ...] = ()) -> Iterator[tuple]:
    """Every command with its words: `("audit", "verify")`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


EVERY = dict(commands())


@pytest.fixture(scope="module")
def ref(database: Database, settings: Settings) -> str:
    town = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return submit_prior_auth(town.cx("Maple"), a_submission(town)).ref


def run(settings: Settings, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The console as a person calls it."""
    return subprocess.run(
        [CONSOLE, *words],
        input=stdin,
        capture_output=True,
        text=True,
        env=environment(settings, COLUMNS="120"),
        cwd=settings.data_dir,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_each_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    command = EVERY[words]
    context = click.Context(command, info_name=" ".join(("casework", *words)))
    said = command.get_help(context)
    assert "Example:" in said
    assert f"casework {words[0]}" in said.split("Example:")[1]


BAD = [
    (("nothing",), "No such command"),
    (("audit", "verify", UNKNOWN), "There is no case"),
    (("clocks", "explain", UNKNOWN), "no case"),
    (("clocks", "explain", "hello"), "hello"),
    (("sweep", "--at", "tomorrow"), "with its offset"),
    (("sweep", "--at", "2020-01-01T00:00:00Z"), "forward"),
    (("letters", "render", "denail"), "denail"),
    (("letters", "render", "denial", "--lang", "xx"), "xx"),
    (("letters", "render", "denial", "--line", "tricare"), "tricare"),
    (("letters", "check", UNKNOWN), "no case"),
    (("machines", "--kind", "claim"), "claim"),
    (("tokens", "create", "x", "--organization", "Nowhere Clinic"), "Nowhere"),
    (("tokens", "create", "x", "--user", "nobody@example.org"), "nobody"),
    (("tokens", "create", "x"), "--organization"),
    (("users", "disable", "nobody@example.org"), "nobody"),
    (
        ("users", "create", "a@b.example", "--name", "A", "--role", "king", "--password", "x" * 20),
        "king",
    ),
    (("worker", "--children", "0"), "0"),
    (("serve", "--port", "99999999"), "99999999"),
]


@pytest.mark.parametrize(("words", "says"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_gets_a_sentence_and_exit_code_2(
    settings: Settings, ref: str, words: tuple[str, ...], says: str
) -> None:
    answer = run(settings, *words)
    assert answer.returncode == 2, answer.stdout + answer.stderr
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_database_that_is_away_is_one_sentence(settings: Settings, tmp_path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/nothing"
    answer = subprocess.run(
        [CONSOLE, "audit", "verify"],
        env=environment(settings, DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "cannot be reached" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_half_a_configuration_says_everything_that_is_wrong(settings: Settings) -> None:
    answer = subprocess.run(
        [CONSOLE, "serve"],
        env={**environment(settings), "CASEWORK_ENV": "production", "DATABASE_OWNER_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    for name in ("DATABASE_OWNER_URL", "REDIS_URL", "TRUSTED_HOSTS", "documents"):
        assert name in answer.stderr


def test_lines_that_are_no_cases_are_answered_one_by_one(settings: Settings) -> None:
    answer = run(settings, "clocks", "compute", stdin='{"a":1}\nnot json\n\n')
    assert answer.returncode == 1
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert all(row.get("error") for row in rows)


def test_clocks_explain_prints_the_arithmetic_with_its_citation(
    settings: Settings, ref: str
) -> None:
    answer = run(settings, "clocks", "explain", ref)
    assert answer.returncode == 0
    said = " ".join(answer.stdout.split())
    assert "Mon 15 March 2027, 11:59:59 pm EDT" in said
    assert "Mon 1 March 2027 + 14 calendar days = Mon 15 March 2027" in said
    assert "OWN-PA-STD" in said
    assert "Published customer-care guide, prior authorization" in said


def test_everything_that_was_written_verifies(settings: Settings, ref: str) -> None:
    for words in (("audit", "verify"), ("clocks", "verify"), ("db", "check")):
        answer = run(settings, *words)
        assert answer.returncode == 0, answer.stdout + answer.stderr
