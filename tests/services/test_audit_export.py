"""An audit export proves itself with Python alone; a changed byte anywhere is found and named."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import chain, export_proof, observations
from casework.config import Settings
from casework.db import Database
from casework.models import Case, SecurityEvent
from casework.services import review
from casework.services.intake import submit_prior_auth
from casework.story.processes import CONSOLE
from tests.browser import ROOT
from tests.builders import a_submission, a_town
from tests.worker.processes import environment


@pytest.fixture(scope="module")
def export(database: Database, settings: Settings, tmp_path_factory) -> Path:
    """Two cases with their events, looks and clocks, exported by the console."""
    town = a_town(database, settings)
    refs = [submit_prior_auth(town.cx("Maple"), a_submission(town)).ref for _ in range(2)]
    review.start_review(town.cx("nurse"), refs[0], None)
    with database.reading(town.cx("system")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == refs[0])).scalar_one()
    observations.look(town.cx("nurse"), case_id=case.id, member_id=case.member_id, what="case")
    folder = tmp_path_factory.mktemp("audit") / "export"
    said = subprocess.run(
        [*CONSOLE, "audit", "export", str(folder), *refs],
        cwd=ROOT, env=environment(settings), capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    digest = said.stdout.split()[-1]
    with database.reading(town.cx("system")) as cx:
        noted = cx.db.execute(
            select(SecurityEvent.what).where(SecurityEvent.event == "audit_exported")
        ).scalar_one()
    assert noted == f"manifest:{digest}"
    return folder


def test_it_verifies_with_python_alone_and_by_the_console(export: Path) -> None:
    alone = subprocess.run(
        [sys.executable, "-I", "-S", str(export / "verify.py")], capture_output=True, text=True
    )
    assert alone.returncode == 0
    assert alone.stdout.startswith("2 cases, ")
    assert "Everything holds" in alone.stdout
    nowhere = {"PATH": "/usr/bin:/bin"}  # no database, no keys
    console = subprocess.run(
        [*CONSOLE, "audit", "verify", "--export", str(export)],
        cwd=ROOT, env=nowhere, capture_output=True, text=True,
    )  # fmt: skip
    assert (console.returncode, "All holds" in console.stdout) == (0, True)


def test_it_has_every_event_clock_and_look_and_no_free_text(export: Path) -> None:
    events = [json.loads(line) for line in (export / "events.jsonl").read_text().splitlines()]
    assert {each["event"] for each in events} >= {"received", "review_started"}
    assert {tuple(sorted(each)) for each in events} == {
        tuple(sorted((*chain.CASE_COLUMNS, "prev_hash", "hash", "mac")))
    }
    clocks = [json.loads(line) for line in (export / "clocks.jsonl").read_text().splitlines()]
    assert {each["name"] for each in clocks} >= {"decision"}
    assert all(each["citation"] and each["explanation"] for each in clocks)
    [look] = [json.loads(line) for line in (export / "access.jsonl").read_text().splitlines()]
    assert look["what"] == "case"


def test_its_columns_are_those_that_are_chained() -> None:
    assert export_proof.EVENT == chain.CASE_COLUMNS
    assert export_proof.LOOK == chain.SECURITY_COLUMNS
    assert export_proof.VERSION == chain.VERSION


@pytest.mark.parametrize("name", ["cases.jsonl", "events.jsonl", "clocks.jsonl", "access.jsonl"])
def test_a_changed_byte_is_found_in_its_file(export: Path, tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(export, tmp_path / "copy")
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    assert any(name in each for each in export_proof.faults(copy))


def resealed(copy: Path) -> list[str]:
    """What a forger who also rewrites the manifest cannot hide."""
    manifest = json.loads((copy / "manifest.json").read_text())
    for name in manifest["files"]:
        manifest["files"][name] = export_proof.hashlib.sha256(
            (copy / name).read_bytes()
        ).hexdigest()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return export_proof.faults(copy)


@pytest.mark.parametrize(
    ("name", "column", "value", "says"),
    [
        ("events.jsonl", "actor_name", "Nobody", "content was changed"),
        ("events.jsonl", "outcome", "approved", "content was changed"),
        ("events.jsonl", "occurred_at", "2020-01-01T00:00:00.000000+00:00", "content was changed"),
        ("events.jsonl", "prev_hash", "00" * 32, "does not follow"),
        ("cases.jsonl", "head_hash", "00" * 32, "not its last event"),
        ("access.jsonl", "actor_id", "999", "look acc-"),
    ],
)
def test_what_is_changed_and_sealed_again_is_named(
    export: Path, tmp_path: Path, name: str, column: str, value: str, says: str
) -> None:
    copy = shutil.copytree(export, tmp_path / "copy")
    first, *rest = (copy / name).read_text().splitlines()
    row = json.loads(first) | {column: value}
    (copy / name).write_text("\n".join((json.dumps(row), *rest)) + "\n")
    found = resealed(copy)
    assert any(says in each for each in found), found


def test_an_event_that_is_left_out_is_named(export: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(export, tmp_path / "copy")
    rows = (copy / "events.jsonl").read_text().splitlines()
    (copy / "events.jsonl").write_text("\n".join(rows[1:]) + "\n")
    assert any("an event is missing" in each for each in resealed(copy))


@pytest.mark.parametrize("name", ["events.jsonl", "manifest.json"])
def test_a_file_that_is_gone_is_named(export: Path, tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(export, tmp_path / "copy")
    (copy / name).unlink()
    assert any(name in each and "missing" in each for each in export_proof.faults(copy))
