"""How the command line says what is wrong or missing: one sentence, in Chinese where the terminal's language is Chinese and there are words for it."""

from __future__ import annotations

import errno
import os
import sqlite3

from fanzha.refusal import Refusal

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


def told(code: str, english: str, **named: object) -> str:
    """A sentence with what its braces name, in the terminal's language; `code` is its place under `told` in words.yaml."""
    return _chinese("told").get(code, english).format(**named)


def _chinese(section: str) -> dict[str, str]:
    """The Chinese words of words.yaml; none where the terminal speaks another language."""
    language = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if not language.startswith("zh"):
        return {}
    from fanzha.vocabulary import load_data

    found: dict[str, str] = load_data("fanzha.cli", "words.yaml")[section]
    return found
