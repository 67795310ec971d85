"""The house as parsed text: modules with their syntax trees, read once, and a planted one.

The laws in this folder are functions from modules to faults, so that each can be tried on the house
and on a module that breaks it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("casework", "statemachines", "sla", "letters")


@dataclass(frozen=True)
class Module:
    """One file: its path from the top of the project, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def module(path: str, text: str) -> Module:
    """A module as if it stood at this path."""
    return Module(path, text, ast.parse(text))


@cache
def house() -> tuple[Module, ...]:
    """Every module of the house but the migrations, which are history."""
    files = sorted(
        file
        for package in (*PACKAGES, "bench")
        for file in (ROOT / package).rglob("*.py")
        if "migrations/versions" not in file.as_posix()
    )
    return tuple(module(str(f.relative_to(ROOT)), f.read_text(encoding="utf-8")) for f in files)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a chain of attributes; calls in the chain are written `()`; else empty."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
        case ast.Call(func=func):
            return f"{dotted(func)}()"
    return ""


def at(found: Module, node: ast.AST) -> str:
    """Where in the project a fault stands."""
    return f"{found.path}:{getattr(node, 'lineno', 1)}"
