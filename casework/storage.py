"""Where bytes live: one sealed file for each hash, written whole or not at all.

A file is written beside its place, synced, then renamed, before the row that names it commits; so a
row never points to nothing. It knows no case.
"""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from casework import seal
from casework.config import Settings
from casework.errors import NotFound, NotReady

RESERVE = 256 * 1024 * 1024


@dataclass(frozen=True)
class Stored:
    """Bytes that are safely on disk: their hash (of the clear bytes) and size."""

    sha256: str
    size: int


def stored_as(clear: bytes) -> Stored:
    """What storing these bytes would answer; nothing is written."""
    return Stored(hashlib.sha256(clear).hexdigest(), len(clear))


class Storage:
    """The sealed files of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.documents_dir
        self._wrapping = seal.wrapping_key(settings.keys["documents"])

    def put(self, clear: bytes) -> Stored:
        """Store bytes under their hash; storing the same bytes again does nothing."""
        digest = hashlib.sha256(clear).hexdigest()
        path = self._path(digest)
        if not path.exists():
            key, wrapped = seal.new_key(self._wrapping, f"document:{digest}")
            sealed = seal.seal(key, clear, digest)
            write_whole(path, len(wrapped).to_bytes(2, "big") + wrapped + sealed)
        return Stored(digest, len(clear))

    def get(self, sha256: str) -> bytes:
        """The clear bytes. Raises NotFound, or SealBroken when the file was changed."""
        path = self._path(sha256)
        if not path.exists():
            raise NotFound("The file of this document is not there.")
        data = path.read_bytes()
        length = int.from_bytes(data[:2], "big")
        key = seal.unwrap(self._wrapping, data[2 : 2 + length], f"document:{sha256}")
        clear = seal.unseal(key, data[2 + length :], sha256)
        if hashlib.sha256(clear).hexdigest() != sha256:
            raise seal.SealBroken(f"The document {sha256[:12]} has another content than its name.")
        return clear

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there in full, after a power cut too, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    free = os.statvfs(path.parent)
    if free.f_bavail * free.f_frsize < RESERVE + len(data):
        raise NotReady("The disk is nearly full: nothing was stored. Please tell the operator.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with beside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync(path.parent)


def write_folder(path: Path, files: Iterable[tuple[str, bytes]]) -> bool:
    """Write a folder of files so that it is there in full, after a power cut too, or not at all.

    False, and nothing written, where it is there already: somebody wrote it before us.
    """
    if path.exists():
        return False
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    beside.mkdir(parents=True)
    try:
        for name, data in files:
            write_whole(beside / name, data)
        try:
            beside.rename(path)
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
            return False
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _sync(path.parent)
    return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
