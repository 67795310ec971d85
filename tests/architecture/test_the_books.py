"""Law is data: each rule has its citation and check date, each letter its sample and snapshots."""

import shutil
from pathlib import Path

import pytest

from letters import catalogue, specimen
from letters.context import LANGUAGES
from sla import rules
from tests.architecture.reading_code import ROOT
from tests.letters.letter_desk import SNAPSHOTS

SAMPLES = ROOT / "letters" / "samples"


def letter_faults(rows: list[dict], samples: Path, snapshots: Path) -> list[str]:
    """What a letter of the catalogue lacks: sample, snapshot in each language, elements."""
    faults = []
    for row in rows:
        code = row["code"]
        if not (samples / f"{code}.json").is_file():
            faults.append(f"{code} has no sample")
        for line, required in row["lines"].items():
            faults += [
                f"{code} has no snapshot for {line} in {language}"
                for language in LANGUAGES
                if not (snapshots / f"{code}.{line}.{language}.txt").is_file()
            ]
            if not required:
                faults.append(f"{code} requires nothing for {line}")
    return faults


@pytest.fixture
def rulebook(tmp_path: Path) -> Path:
    """A copy of the rule book that may be spoiled."""
    shutil.copytree(ROOT / "sla" / "rules", tmp_path / "rules")
    shutil.copy(ROOT / "sla" / "rules.lock", tmp_path)
    return tmp_path


def spoil(home: Path, starts: str) -> None:
    """Takes the first line that starts so out of the federal rules for Medicaid."""
    path = home / "rules" / "federal" / "medicaid.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    index = next(i for i, line in enumerate(lines) if line.startswith(starts))
    path.write_text("\n".join(lines[:index] + lines[index + 1 :]), encoding="utf-8")


def test_every_rule_has_a_citation_and_a_check_date() -> None:
    assert rules.check() == ()
    assert all(rule.citation and rule.checked and rule.tag for rule in rules.load().versions)


@pytest.mark.parametrize("starts", ["citation =", "checked =", "source =", "tag ="])
def test_a_rule_without_its_authority_is_found(rulebook: Path, starts: str) -> None:
    assert rules.check(rulebook) == ()
    spoil(rulebook, starts)
    assert rules.check(rulebook)


def test_a_rule_that_was_published_never_changes(rulebook: Path) -> None:
    path = rulebook / "rules" / "federal" / "medicaid.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('limit = "7 calendar days"', 'limit = "9 calendar days"', 1))
    assert path.read_text() != text
    assert any("version" in fault for fault in rules.check(rulebook))


def test_every_letter_has_its_sample_its_snapshots_and_its_elements() -> None:
    assert letter_faults(catalogue.letter_rows(), SAMPLES, SNAPSHOTS) == []
    assert {code for code, _ in specimen.everywhere()} == {
        row["code"] for row in catalogue.letter_rows()
    }


def test_a_letter_without_them_is_found(tmp_path: Path) -> None:
    row = {**catalogue.letter_rows()[0], "code": "planted", "lines": {"medicaid": []}}
    faults = letter_faults([row], SAMPLES, tmp_path)
    assert len(faults) == 2 + len(LANGUAGES)
