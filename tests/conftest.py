"""The suite's ground: one embedded PostgreSQL for the run, one fresh database for each module."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import pytest_rerunfailures
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from psycopg import sql

from casework import config, embedded, migrations
from casework.db import Database
from casework.ground import database_for

TEMPLATE = "casework_template"
MOST_OF_A_REASON = 3000


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the server; the workers find it by the environment."""
    if hasattr(config, "workerinput"):
        return
    base = "/var/lib" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="casework-tests-", dir=base))
    os.environ["CASEWORK_TEST_FOLDER"] = str(folder)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "SMTP_URL", "CASEWORK_DEMO"):
        os.environ.pop(name, None)
    server = embedded.Server(folder / "pg")
    addresses = server.database(TEMPLATE)
    _let_commits_return(addresses)
    migrations.upgrade(settings_for(addresses, folder / "template"))
    config.stash[SERVER] = server


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the collector need not walk it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class _CompiledOnce(BytecodeCache):
    """Each module makes an application of its own; a page is compiled once for each process."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """The bytes of this page, when another application compiled it."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {"bytecode_cache": _CompiledOnce()}


def _let_commits_return(addresses: embedded.Addresses) -> None:
    """Commits of the suite do not wait for the disk: only a crash of the server itself could tell
    the difference, and nobody crashes the one that all modules share."""
    url = addresses.superuser.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        for role in (embedded.OWNER, embedded.APPLICATION):
            connection.execute(
                sql.SQL("alter role {} set synchronous_commit = off").format(sql.Identifier(role))
            )


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove what the run wrote."""
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()
        shutil.rmtree(server.folder.parent, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module stays on one worker: what it set up is set up once. What waits for the clock, and
    what drives a browser, begins first, so that no core is idle at the end; it gets a second look
    when it fails, since a busy machine may be too slow for it, a third one on ground of its own,
    and the summary names it with what it failed of."""
    for item in items:
        if _has(item, "slow") or _has(item, "browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    waits = ("slow", "browser")
    items.sort(key=lambda item: next((i for i, m in enumerate(waits) if _has(item, m)), 2))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Note whether this look failed, for its end."""
    report = yield
    item.stash[FAILED] = report.failed or (report.when != "setup" and item.stash[FAILED])
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Any:
    """A third look begins on ground of its own: the house in which the first two left their work
    half done is torn down, up to what belongs to the whole run."""
    if item.stash.get(FAILED, False) and getattr(item, "execution_count", 0) == 2:
        pytest_rerunfailures._restore_suspended_finalizers(item)
        item.session._setupstate.teardown_exact(item.session)
    return (yield)


def _has(item: pytest.Item, marker: str) -> bool:
    return item.get_closest_marker(marker) is not None


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many pages axe looked at in the walk through the house, for each role."""
    looked = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "axe" and report.when == "call"
    ]
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.write_line(f"needed one more look: {report.nodeid}, because of")
        terminalreporter.write_line(report.longreprtext[-MOST_OF_A_REASON:])
    if looked:
        total = sum(int(value.rpartition(" ")[2]) for value in looked)
        terminalreporter.write_line(
            f"axe found nothing on {total} pages at 1280 pixels, nor on those of members at 320,"
            f" nor narrow what the width can change on the others: {', '.join(looked)}"
        )
    _tell_of_paths(terminalreporter)
    _tell_of_work(terminalreporter)


def _tell_of_work(terminalreporter: Any) -> None:
    """How many keys and clicks the work of the staff took, for each journey and each hand."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "work" and report.when == "call":
                terminalreporter.write_line(value)


def _tell_of_paths(terminalreporter: Any) -> None:
    """How many whole paths of a denial were walked, and how much the shortest appeal asks."""
    found = [
        dict(report.user_properties)
        for report in terminalreporter.stats.get("passed", [])
        if report.when == "call" and ("path", "walked") in report.user_properties
    ]
    if not found:
        return
    sums = [
        f"{sum(each[name] for each in found):,} {name}"
        for name in ("pages", "touches", "keystrokes", "letters read again")
    ]
    terminalreporter.write_line(f"{len(found)} paths of a denial to its end: {', '.join(sums)}")
    for manner, effort in sorted({pair for each in found for pair in each["shortest"].items()}):
        terminalreporter.write_line(f"the shortest appeal, {manner}: {effort}")


SERVER: pytest.StashKey[embedded.Server] = pytest.StashKey()
FAILED: pytest.StashKey[bool] = pytest.StashKey()


def settings_for(addresses: embedded.Addresses, data_dir: Path) -> config.Settings:
    """Development settings on this database with keys of their own."""
    return config.settings_from(
        {
            "DATABASE_URL": addresses.application,
            "DATABASE_OWNER_URL": addresses.owner,
            "CASEWORK_DATA_DIR": str(data_dir),
        }
    )


@pytest.fixture(scope="session")
def server() -> embedded.Server:
    """The running server of this run."""
    return embedded.Server(Path(os.environ["CASEWORK_TEST_FOLDER"]) / "pg")


@pytest.fixture(scope="module")
def addresses(server: embedded.Server) -> Iterator[embedded.Addresses]:
    """A database of its own for this module, migrated and empty."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield server.copy(TEMPLATE, name)
    gc.collect()  # an engine that nobody disposed of gives its connections back
    server.drop(name)


@pytest.fixture(scope="module")
def settings(addresses: embedded.Addresses, tmp_path_factory: pytest.TempPathFactory):
    """Settings on that database."""
    return settings_for(addresses, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def database(settings: config.Settings) -> Iterator[Database]:
    """The wired database of this module."""
    wired = database_for(settings)
    yield wired
    wired.engine.dispose()
