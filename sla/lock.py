"""The lock of the published rule versions: a published version is immutable. It knows the blocks of
the rule files, not what they mean. A check date may move alone: to look again changes no rule."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sla.rulefile import RuleError
from sla.terms import Rule

Published = Mapping[str, str]

_HEAD = """# The hash of each published rule version. Never edit a line: a correction is a new
# version (corrects = the old one, open_cases = what it does to them). New versions are
# added by `sla.rules.publish()`; the loader refuses changed content under an old version.
"""


class ChangedVersion(RuleError):
    """The content of a published version was changed."""


class UnpublishedVersion(RuleError):
    """A version that the lock does not have yet."""


class LostVersion(RuleError):
    """A published version that no file has any more."""


def key_of(rule: Rule) -> str:
    """The name of a version in the lock."""
    return f"{rule.name} v{rule.version}"


def digest(layer: str, block: Mapping[str, Any]) -> str:
    """The SHA-256 of what a version says: all its fields but the check date."""
    said = {name: value for name, value in block.items() if name != "checked"} | {"layer": layer}
    text = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def read_lock(path: Path) -> dict[str, str]:
    """Key -> hash of each published version; empty when there is no lock yet."""
    if not path.exists():
        return {}
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path.name}: cannot be read ({error}); restore the file.") from error


def changed(key: str, now: str, locked: Published) -> RuleError | None:
    """The refusal for one version when its content is not what was published."""
    if key in locked and locked[key] != now:
        return ChangedVersion(
            f"{key}: its content was changed after it was published; restore it and write the "
            "change as a new version (a correction: corrects and open_cases)."
        )
    return None


def unpublished(key: str, locked: Published) -> RuleError | None:
    """The refusal for one version that is not in the lock."""
    if key not in locked:
        return UnpublishedVersion(f"{key}: not published; run sla.rules.publish() to lock it.")
    return None


def lost(locked: Published, found: Published) -> list[RuleError]:
    """A refusal for each published version that no file has any more."""
    return [
        LostVersion(f"{key}: published, but gone from the files; restore its block.")
        for key in sorted(set(locked) - set(found))
    ]


def write_lock(path: Path, hashes: Published) -> None:
    """Writes the lock, sorted by key."""
    lines = [f"{json.dumps(key, ensure_ascii=False)} = {hashes[key]!r}" for key in sorted(hashes)]
    path.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8")
