"""`casework doctor`: what is missing or slow here, and the line that repairs it."""

import ctypes.util
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import click

from casework import config, embedded, migrations, seal
from casework.code_tables import file_here
from casework.errors import Problem
from casework.ground import database_for
from casework.worker import FONTS
from letters import stylesheet

ROOT = Path(__file__).parent.parent.parent
LEAST_FREE = 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `slow` or `missing`, and the line that repairs it."""

    name: str
    state: str
    says: str
    repair: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Look at this machine: libraries, fonts, codes, keys, database, disk.

    Exit code 1 when something that running needs is missing.

    \b
    Example:
      casework doctor
    """
    findings = [look() for look in LOOKS]
    if as_json:
        click.echo(json.dumps([finding.__dict__ for finding in findings]))
    else:
        for finding in findings:
            mark = {"ok": "✓", "slow": "~", "missing": "✗"}[finding.state]
            click.echo(f"{mark} {finding.name}: {finding.says}")
            if finding.repair and finding.state != "ok":
                click.echo(f"    {finding.repair}")
    sys.exit(1 if any(finding.state == "missing" for finding in findings) else 0)


def _pango() -> Finding:
    if ctypes.util.find_library("pango-1.0") and ctypes.util.find_library("pangoft2-1.0"):
        return Finding("Pango", "ok", "letters can be rendered.")
    return Finding(
        "Pango",
        "missing",
        "letters cannot be rendered.",
        "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0",
    )


def _subset() -> Finding:
    if ctypes.util.find_library("harfbuzz-subset"):
        return Finding("Font subsetting", "ok", "by HarfBuzz.")
    return Finding(
        "Font subsetting",
        "slow",
        "letters render three to four times slower than they could.",
        "sudo apt-get install libharfbuzz-subset0",
    )


def _fonts() -> Finding:
    absent = stylesheet.missing(FONTS)
    if not absent:
        return Finding(
            "Letter fonts", "ok", "for all languages of the notices, from the web assets."
        )
    said = f"letters in all languages cannot be printed; {len(absent)} missing, first {absent[0]}."
    return Finding("Letter fonts", "missing", said, "npm ci")


def _browser_assets() -> Finding:
    if (ROOT / "node_modules" / "@uswds").exists():
        return Finding("Web assets", "ok", "installed from the lock file.")
    return Finding("Web assets", "missing", "pages have no style.", "npm ci")


def _codes() -> Finding:
    try:
        path = file_here(config.load())
    except Problem as problem:
        return Finding("ICD-10-CM codes", "missing", problem.sentence, "casework codes build")
    return Finding("ICD-10-CM codes", "ok", f"{path.stat().st_size // 1024:,} kB.")


def _keys() -> Finding:
    try:
        settings = config.load()
    except Problem as problem:
        return Finding("Settings", "missing", problem.sentence, "See .env.example.")
    named = ", ".join(
        f"{name} ({len(key)} bytes, {seal.fingerprint(key)})"
        for name, key in sorted(settings.keys.items())
    )
    return Finding("Keys", "ok", named)


def _database() -> Finding:
    try:
        settings = config.load()
        if not settings.database_url:
            folder = embedded.folder_for(settings.data_dir)
            return Finding("Database", "ok", f"embedded PostgreSQL in {folder.name}.")
        found = migrations.current(database_for(settings).engine)
    except Exception as error:  # whatever it is, the doctor says it and goes on
        return Finding("Database", "missing", f"not reached ({type(error).__name__}).")
    if found != migrations.newest():
        return Finding("Database", "missing", f"revision {found}.", "casework db upgrade")
    return Finding("Database", "ok", f"revision {found}.")


def _broker() -> Finding:
    settings = config.load()
    if settings.redis_url:
        return Finding("Broker", "ok", "Redis.")
    return Finding("Broker", "ok", "a folder of this machine (development).")


def _disk() -> Finding:
    free = shutil.disk_usage(config.load().data_dir.parent).free
    state = "ok" if free > LEAST_FREE else "missing"
    return Finding("Disk", state, f"{free // 1024**3} GB free.", "Make room.")


def _versions() -> Finding:
    names = ("weasyprint", "celery", "sqlalchemy", "flask", "tzdata", "holidays")
    return Finding("Versions", "ok", ", ".join(f"{name} {version(name)}" for name in names))


def _user() -> Finding:
    if os.geteuid() != 0:
        return Finding("User", "ok", "not root.")
    return Finding("User", "ok", "root: the embedded PostgreSQL runs as a user of its own.")


LOOKS: tuple[Callable[[], Finding], ...] = (
    _pango,
    _subset,
    _fonts,
    _browser_assets,
    _codes,
    _keys,
    _database,
    _broker,
    _disk,
    _versions,
    _user,
)
