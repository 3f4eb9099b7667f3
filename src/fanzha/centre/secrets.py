"""Keys of one home: made once, readable by the owner alone, never in the repository."""

from __future__ import annotations

import os
import secrets

from fanzha.home import Home

SENDERS = ("telecom", "bank", "province", "internet")
"""Who may send clues by a program: each has a token of its own, `clues_` and its code, and sees its own clues alone."""
NAMES = (
    "secret_key", "intake_token", "token_key", "vault_key", "script_key", "receipt_token", "visit_key",
    *(f"clues_{sender}" for sender in SENDERS),
)  # fmt: skip


def secret(home: Home, name: str) -> str:
    """The secret `name` (one of NAMES; 43 URL-safe characters), made when the home lacks it."""
    if name not in NAMES:
        raise KeyError(name)
    path = home.secrets / name
    home.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            return path.read_text()  # another process was first
    return path.read_text()
