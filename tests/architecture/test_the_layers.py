"""Arrows point down: the import contracts hold, and each one catches a planted import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.reading_code import PACKAGES, ROOT

# A file that breaks one contract, and the words by which that contract is known.
PLANTED = [
    ("sla/planted_letter.py", "import letters.context", "do not know each other"),
    ("letters/planted_web.py", "import flask", "know nothing of the house"),
    ("statemachines/planted_house.py", "import casework.errors", "know nothing of the house"),
    ("casework/records/planted_machine.py", "import transitions", "Only the engine imports"),
    ("casework/planted_bell.py", "import celery", "Only the timers import celery"),
    ("casework/web/planted_pdf.py", "import weasyprint", "Only the renderer imports weasyprint"),
    ("casework/models/planted_door.py", "import casework.services.review", "The layers of"),
    ("casework/web/planted_api.py", "import casework.api.edge", "The layers of the house"),
    ("casework/models/planted_law.py", "import statemachines.engine", "The tables import none"),
]
LINT = "from importlinter.cli import lint_imports_command as c; c()"


def lint(folder: Path) -> str:
    """What import-linter says about the code in this folder."""
    found = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--config", "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The modules of the house, beside nothing else."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            target = folder / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return folder


def test_the_house_keeps_every_import_contract(copy: Path) -> None:
    said = lint(copy)
    assert "0 broken" in said, said
    assert " kept" in said, said


def test_a_planted_import_breaks_its_contract(copy: Path) -> None:
    """All planted at once, each with its own file named in the report."""
    for path, code, _ in PLANTED:
        (copy / path).write_text(f'"""Planted."""\n\n{code}\n')
    said = lint(copy)
    for path, code, contract in PLANTED:
        dotted = path.removesuffix(".py").replace("/", ".")
        broken = next(line for line in said.splitlines() if contract in line and "BROKEN" in line)
        assert broken, code
        assert f"{dotted} -> {code.split()[1]}" in said, said
        (copy / path).unlink()
