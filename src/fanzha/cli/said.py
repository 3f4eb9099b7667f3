"""How the command line says what it found and what is wrong or missing: a sentence, in Chinese where the terminal's language is Chinese and there are words for it."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from fanzha.refusal import Refusal

if TYPE_CHECKING:
    from fanzha.detection import Models

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)
_OF_SQLITE = {
    "full": "full",
    "readonly": "unwritable",
    "unable to open": "unwritable",
    "not a database": "torn",
    "malformed": "torn",
}
_ADVICE = {
    "full": "make room or name another folder",
    "unwritable": "name a folder that can be written",
    "torn": "the log or the records are torn; bring back a copy, or begin in a new folder",
}


def refusal_sentence(refusal: Refusal) -> str:
    """`where: what is wrong and what to do`."""
    words = _chinese("refusals").get(refusal.code)
    if words is None:
        return str(refusal)
    sentence = words.format(detail=refusal.message.rpartition(": ")[2])
    return f"{refusal.where}：{sentence}" if refusal.where else sentence


def error_sentence(error: OSError | sqlite3.DatabaseError) -> str:
    """The same for what the system refused; with what to do where a disk is full or cannot be written, or a file is torn."""
    if isinstance(error, OSError):
        kind = "full" if error.errno in _FULL else "unwritable" if error.errno in _UNWRITABLE else ""
        reason = f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)
    else:
        kind = next((kind for words, kind in _OF_SQLITE.items() if words in str(error)), "")
        reason = str(error)
    advice = _chinese("errors").get(kind) or _ADVICE.get(kind)
    return f"{reason}; {advice}" if advice else reason


def stopped_sentence() -> str:
    """What is said at Ctrl-C."""
    return told("stopped", "stopped")


def told(code: str, english: str, /, **named: object) -> str:
    """A sentence with what its braces name, in the terminal's language; `code` is its place under `told` in words.yaml."""
    return _chinese("told").get(code, english).format(**named)


def tell(code: str, english: str, /, **named: object) -> None:
    """Print such a sentence as a line of its own."""
    typer.echo(told(code, english, **named))


def tell_refused(quarantine: Path) -> None:
    """How many rows were refused and where they are, if any were."""
    refused = sum(json.loads((quarantine / "summary.json").read_text(encoding="utf-8"))["refused"].values())
    if refused:
        tell(
            "refused",
            "{refused} rows were refused; each with its reason in {folder}",
            refused=refused,
            folder=quarantine,
        )


def judged_by(models: Models) -> str:
    """One sentence on what judges."""
    how, texts = told("models.rules", "indicators alone"), told("models.cues", "texts by word cues")
    if models.detection:
        how = told(
            "models.detection",
            "the model {name}, {budget:g} false victim warnings per 100,000 people and day",
            name=models.detection.name,
            budget=models.budget,
        )
    if models.texts:
        texts = told("models.texts", "texts by {name}", name=models.texts.name)
    return told("models.judged", "{how}; {texts}", how=how, texts=texts)


def interval(share: dict[str, float | None]) -> str:
    """`value` with its bounds `low` and `high`."""
    if share["value"] is None:
        return told("none", "n/a")
    return told("interval", "{value:.2f} (95 %: {low:.2f} to {high:.2f})", **share)


def _chinese(section: str) -> dict[str, str]:
    """The Chinese words of words.yaml; none where the terminal speaks another language."""
    language = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if not language.startswith("zh"):
        return {}
    from fanzha.vocabulary import load_data

    found: dict[str, str] = load_data("fanzha.cli", "words.yaml")[section]
    return found
