"""`casework audit export`: a folder that proves itself, for an auditor or a court."""

import hashlib
import json
import shutil
from pathlib import Path

import click

from casework import export_proof, observations
from casework.cli import home
from casework.errors import Problem
from casework.queries import audit_export

READ_ME = """An audit export of Casework.

cases.jsonl    the cases, with the head of the chain of each
events.jsonl   every event as it was chained; free text stays sealed (body_ct)
letters.jsonl  every letter with the SHA-256 of its PDF
clocks.jsonl   every clock with its rule, citation and arithmetic
access.jsonl   who looked at these cases and these members' records
manifest.json  the SHA-256 of each file

To verify it, with nothing but Python:  python3 verify.py
Compare the SHA-256 of manifest.json with the one that was written down when it was made.
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("refs", nargs=-1, required=True)
def export(folder: Path, refs: tuple[str, ...]) -> None:
    """Write these cases with their proof into a new folder. It holds members' data.

    \b
    Example:
      casework audit export /media/auditor PA-2026-000123-7 AP-2026-000456-1
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty. Name a new folder.")
    database = home.database_here()
    cx = database.context()
    with database.reading(cx) as reading:
        try:
            cases = audit_export.cases_of(reading, refs)
        except Problem as problem:
            raise click.ClickException(problem.sentence) from problem
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in audit_export.FILES:
            with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{line}\n" for line in audit_export.lines(reading, name, cases))
    (folder / "README.txt").write_text(READ_ME, encoding="utf-8")
    shutil.copyfile(export_proof.__file__, folder / "verify.py")
    digest = _seal(folder, as_of=cx.now.isoformat())
    observations.note(cx, "audit_exported", what=f"manifest:{digest}")
    found = export_proof.faults(folder)
    for each in found:
        click.echo(f"✗ {each}")
    if found:
        raise click.ClickException("The history itself does not hold: run casework audit verify.")
    click.echo(f"{len(cases):,} cases in {folder}. SHA-256 of manifest.json: {digest}")


def _seal(folder: Path, *, as_of: str) -> str:
    """Write the manifest; returns its hash."""
    names = sorted(each.name for each in folder.iterdir())
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    manifest = {"format": export_proof.FORMAT, "as_of": as_of, "files": files}
    content = f"{json.dumps(manifest, indent=1, sort_keys=True)}\n".encode()
    (folder / "manifest.json").write_bytes(content)
    return hashlib.sha256(content).hexdigest()
