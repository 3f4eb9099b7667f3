"""The command line: one module a command, imported only when it is called."""

from __future__ import annotations

import importlib
import sys

import click
import typer
from typer.core import TyperGroup

from fanzha.refusal import Refusal

COMMANDS = {
    "up": "up",
    "simulate": "simulate",
    "detect": "detect",
    "evaluate": "evaluate",
    "explain": "explain",
    "numbers": "numbers",
    "texts": "texts",
    "bulletin": "bulletin",
    "doctor": "doctor",
}
"""Command name -> module of this package, whose `app` is the command. A new command is a module and a line here."""


class _LazyCommands(TyperGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"fanzha.cli.{COMMANDS[cmd_name]}")
        command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command


app = typer.Typer(cls=_LazyCommands, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def fanzha() -> None:
    """fanzha (反诈): the open anti-fraud centre."""


def main() -> None:
    """Run one command: exit 0 when done, 1 when the work failed (one sentence on stderr), 2 on wrong usage."""
    try:
        app()
    except Refusal as refusal:
        print(f"fanzha: {refusal}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"fanzha: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)
