"""What is generated is fresh: the READMEs of the libraries and the OpenAPI file."""

import shutil
from pathlib import Path

from casework.cli.docs import PAGES, stale
from tests.architecture.reading_code import ROOT


def test_the_generated_pages_are_fresh() -> None:
    assert stale(ROOT) == {}, "run `make docs`"


def test_an_edited_page_is_found(tmp_path: Path) -> None:
    for name in PAGES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    edited = tmp_path / "sla" / "README.md"
    edited.write_text(edited.read_text() + "\nBy hand.\n")
    assert list(stale(tmp_path)) == ["sla/README.md"]
