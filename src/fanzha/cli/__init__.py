"""The command line: one module a command."""

from __future__ import annotations

import errno
import importlib
import os
import sqlite3
import sys
from collections.abc import Callable

import typer

from fanzha.cli.help_words import translate
from fanzha.cli.said import error_sentence, refusal_sentence, stopped_sentence
from fanzha.refusal import Refusal

COMMANDS = (
    "up",
    "simulate",
    "detect",
    "train",
    "evaluate",
    "twins",
    "explain",
    "labels",
    "numbers",
    "texts",
    "read",
    "networks",
    "doctor",
    "staff",
)
"""The commands; each is the module of its name in this package, whose `app` it is. Modules are light at import."""

_INTERRUPTED = 130
"""As a shell says it, and typer after Ctrl-C."""

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def fanzha() -> None:
    """fanzha (反诈): the open anti-fraud centre."""


for _name in COMMANDS:
    _module = importlib.import_module(f"fanzha.cli.{_name}")
    if len(_module.app.registered_commands) == 1:
        app.command(_name)(_module.app.registered_commands[0].callback)
    else:
        app.add_typer(_module.app, name=_name)


def speak() -> None:
    """Run the command line in the language of the terminal."""
    command = typer.main.get_command(app)
    translate(command)
    command()


def main(work: Callable[[], object] = speak) -> None:
    """Run one command (or other `work`): exit 0 when done, 1 when it failed (one sentence on stderr), 2 on wrong usage, 130 at Ctrl-C."""
    try:
        work()
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            print(f"fanzha: {stopped_sentence()}", file=sys.stderr)
        raise
    except Refusal as refusal:
        print(f"fanzha: {refusal_sentence(refusal)}", file=sys.stderr)
        sys.exit(1)
    except (OSError, sqlite3.OperationalError) as error:
        print(f"fanzha: {error_sentence(error)}", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        if type(error) is sqlite3.DatabaseError:  # a torn file, or none of SQLite; its other kinds are mistakes of ours
            print(f"fanzha: {error_sentence(error)}", file=sys.stderr)
        elif "(os error 28)" in str(error):  # a full disk as Polars says it
            print(f"fanzha: {error_sentence(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))}", file=sys.stderr)
        else:
            raise
        sys.exit(1)
