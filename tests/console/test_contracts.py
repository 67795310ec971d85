"""`casework contracts`: what a contract says, and publishing its next version from a file."""

import json
import sys

import pytest

from casework.cli import main
from casework.services.operations import move_time
from tests.builders import MONDAY, a_town
from tests.worker.processes import environment

WHY = "The State asks us to follow its limits."
LAWFUL = '[terms]\nlayers = ["owner", "federal", "state:oh"]\n'


@pytest.fixture(scope="module", autouse=True)
def town(database, settings):
    found = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return found


@pytest.fixture
def console(settings, monkeypatch, capsys, tmp_path):
    """The console as a person calls it, without a process of its own: exit code, both outputs."""
    for name, value in environment(settings, COLUMNS="160").items():
        monkeypatch.setenv(name, value)

    def run(*words: str, file: str | None = None) -> tuple[int, str, str]:
        given = list(words)
        if file is not None:
            path = tmp_path / "change.toml"
            path.write_text(file, encoding="utf-8")
            given += ["--file", str(path)]
        monkeypatch.setattr(sys, "argv", ["casework", *given])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return run


def publish(console, code: str, file: str, *more: str, why: str = WHY, first: str = "2027-04-01"):
    return console("contracts", "publish", code, "--reason", why, "--from", first, *more, file=file)


def shown(console, code: str) -> dict:
    status, said, _ = console("contracts", "show", code, "--json")
    assert status == 0
    return json.loads(said)


def test_the_list_says_which_version_holds_and_where_it_stands_to_the_law(console) -> None:
    _, said, _ = console("contracts", "list", "--json")
    found = {row["code"]: row for row in json.loads(said)}
    assert found["OH-MCD-2026"]["looser"] == 0
    assert found["OH-MCD"]["looser"] > 10
    assert found["OH-MCD"]["layers"] == ["owner"]
    _, table, _ = console("contracts", "list")
    assert f"in {found['OH-MCD']['looser']} places" in table
    assert "nowhere" in table


def test_a_lawful_version_is_published_from_a_file_and_shown_with_its_story(console) -> None:
    file = LAWFUL + "[terms.policies]\nsfh_window_days = 120\nstate_holidays = [2027-12-24]\n"
    status, said, error = publish(console, "OH-MCD", file, why="[red]As the State [/] asks us to")
    assert (status, error) == (0, "")
    assert said == "Version 2 of OH-MCD holds from 2027-04-01.\n"
    found = shown(console, "OH-MCD")
    assert found["version"] == 1, "its day has not come"
    assert found["looser"]
    newest = found["versions"][0]
    assert (newest["version"], newest["standing"]) == (2, "planned")
    assert newest["created_by"] == "The console"
    assert [each["what"] for each in newest["changed"]] == ["Layers", "State holidays"]
    _, table, _ = console("contracts", "show", "OH-MCD")
    assert "[red]As" in table, "what people wrote is shown as they wrote it"
    assert "Looser than the law" in table


def test_what_is_looser_needs_the_word_and_ends_with_code_1(console) -> None:
    file = "[workflow]\nreopen_days = 90\n"
    status, said, error = publish(console, "OH-MA", file)
    assert (status, said) == (2, "")
    assert "looser than the law" in error
    status, said, error = publish(console, "OH-MA", file, "--knows-looser", "--seen", "1")
    assert status == 1
    assert "Version 2 of OH-MA holds" in said
    assert "looser than the law in" in error
    status, _, error = publish(console, "OH-MA", file, "--knows-looser", "--seen", "1")
    assert status == 2
    assert "Version 2 was published meanwhile" in error


BAD = [
    ("OH-QHP", "terms = 3\n", "2027-04-01", "[terms]"),
    ("OH-QHP", "[term]\n", "2027-04-01", "term is unknown"),
    ("OH-QHP", "", "2027-04-01", "changes nothing"),
    ("OH-QHP", "layers = [", "2027-04-01", "is no TOML"),
    ("OH-QHP", LAWFUL, "tomorrow", "2027-01-01"),
    ("OH-QHP", LAWFUL, "2020-01-01", "from now on"),
    ("OH-QHP", '[terms]\nlayers = ["moon"]\n', "2027-04-01", "moon"),
    ("OH-QHP", '[terms]\nline = "medicaid"\n', "2027-04-01", "line: It is unknown here"),
    ("OH-QHP", '[terms.policies]\ntolling = "soft"\n', "2027-04-01", "policies.tolling: 'soft'"),
    ("OH-QHP", "[workflow.ladder]\nspeed = 3\n", "2027-04-01", "ladder.speed"),
    ("NOWHERE", LAWFUL, "2027-04-01", "There is no contract NOWHERE"),
]


@pytest.mark.parametrize(("code", "file", "first", "says"), BAD, ids=[each[3] for each in BAD])
def test_a_wrong_file_gets_a_sentence_and_exit_code_2(console, code, file, first, says) -> None:
    status, said, error = publish(console, code, file, "--knows-looser", first=first)
    assert (status, said) == (2, "")
    assert says in error
    if code != "NOWHERE":
        assert [each["version"] for each in shown(console, code)["versions"]] == [1]


def test_a_contract_that_is_not_there_gets_a_sentence(console) -> None:
    status, _, error = console("contracts", "show", "OH MCD")
    assert status == 2
    assert "There is no contract" in error
