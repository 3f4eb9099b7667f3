"""Where refused rows lie: encrypted, under the name of their batch."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from cryptography.fernet import Fernet
from django.conf import settings

from fanzha import durable
from fanzha.centre.intake.models import Quarantined
from fanzha.centre.secrets import secret
from fanzha.deadlines import duration


def box() -> Fernet:
    """The encryption of files that hold clear identifiers for a while."""
    return Fernet((secret(settings.HOME, "vault_key") + "=").encode())


def seal(name: str, table: str, key: str, refused: pl.DataFrame, now: datetime) -> str:
    """Keep refused rows encrypted under `name`; the same batch again replaces itself."""
    folder = settings.HOME.quarantine
    folder.mkdir(parents=True, exist_ok=True)
    durable.write(folder / f"{name}.sealed", box().encrypt(refused.write_ndjson().encode()))
    made = {
        "table": table,
        "batch": key,
        "rows": refused.height,
        "made_at": now,
        "expires_at": now + duration("quarantine.keeps", now),
    }
    Quarantined.objects.get_or_create(name=name, defaults=made)
    return name
