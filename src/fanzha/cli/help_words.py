"""`--help` in the terminal's language: from `locale/`, which a set-up compiles."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

LOCALE = Path(__file__).parent / "locale"
_DOMAIN = "messages"  # the one that the library asks
_EXAMPLE = "Example:"


def translate(command: Any) -> None:
    """Put the help of a command (click's, with all below it) into the terminal's language, where there are words for it."""
    gettext.bindtextdomain(_DOMAIN, str(LOCALE))
    for one in everything(command):
        one.help = "\n\n".join(_translated(each) for each in paragraphs(one.help))


def everything(command: Any) -> Iterator[Any]:
    """Whatever has a help of its own: a command, its options and arguments, and those of the commands below it."""
    for one in (command, *command.params, command.get_help_option(typer.Context(command))):
        if getattr(one, "help", None):
            yield one
    for below in getattr(command, "commands", {}).values():
        yield from everything(below)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help, each in one line."""
    return [" ".join(each.split()) for each in text.split("\n\n")]


def _translated(paragraph: str) -> str:
    if paragraph.startswith(_EXAMPLE):
        return gettext.dgettext(_DOMAIN, _EXAMPLE) + paragraph.removeprefix(_EXAMPLE)
    return gettext.dgettext(_DOMAIN, paragraph)
