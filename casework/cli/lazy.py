"""Groups of commands that are loaded when they are called, so that a small one starts at once."""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from casework.loading import uncollected


class Lazy(click.Group):
    """A group whose commands stand in a table: name → `module:attribute`."""

    def __init__(self, *args: Any, commands_in: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands by name."""
        return sorted([*self.commands_in, *self.commands])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name, or None."""
        if cmd_name not in self.commands_in:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.commands_in[cmd_name].partition(":")
        with uncollected():
            command: click.Command = getattr(importlib.import_module(module), name)
        return command
