"""Keys of one home: made once, readable by the owner alone, never in the repository."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from fanzha.home import Home
from fanzha.refusal import Refusal

SENDERS = ("telecom", "bank", "province", "internet")
"""Who may send clues by a program: each has a token of its own, `clues_` and its code, and sees its own clues alone."""
NAMES = (
    "secret_key", "intake_token", "token_key", "vault_key", "script_key", "receipt_token", "visit_key",
    *(f"clues_{sender}" for sender in SENDERS),
)  # fmt: skip


def secret(home: Home, name: str) -> str:
    """The secret `name` (one of NAMES; 43 URL-safe characters), made when the home lacks it. Refusal for an empty one, which would open its door to all."""
    if name not in NAMES:
        raise KeyError(name)
    path = home.secrets / name
    if not path.exists():
        _make(path)
    found = path.read_text()
    if not found:
        raise Refusal(
            "this key is empty; take its file away, and a new one is made", code="home.secret", where=str(path)
        )
    return found


def _make(path: Path) -> None:
    """Whole or not at all, whatever ends it; of two processes the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile("w", dir=path.parent) as file:  # readable by the owner alone
        file.write(secrets.token_urlsafe(32))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)
