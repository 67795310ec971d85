"""`casework clocks`: what needs no database; the rest is loaded when it is called."""

import sys

import click

from casework.cli.lazy import Lazy
from sla import wire


@click.group(
    cls=Lazy,
    commands_in={
        "explain": "casework.cli.clock_cases:explain",
        "verify": "casework.cli.clock_cases:verify",
    },
)
def clocks() -> None:
    """The clocks: computed, explained, verified.

    \b
    Example:
      casework clocks explain PA-2026-000123-7
    """


@clocks.command()
def compute() -> None:
    """Read cases as JSON Lines from standard input and write their clocks; no database.

    Exit code 1 at the end when a line was no valid case.

    \b
    Example:
      casework clocks compute < cases.jsonl
    """
    all_valid = True
    lines = open(sys.stdin.fileno(), encoding="utf-8", errors="surrogateescape", newline="\n")  # noqa: SIM115 - standard input stays open
    for line, valid in wire.stream(lines):
        all_valid = all_valid and valid
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    sys.exit(0 if all_valid else 1)
