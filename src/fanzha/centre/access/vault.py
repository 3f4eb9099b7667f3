"""Clear identifiers live here alone, encrypted; showing one needs a role, a reason and a record."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.access.models import VaultEntry
from fanzha.centre.secrets import secret
from fanzha.home import find_home
from fanzha.signals import Tokeniser
from fanzha.vocabulary import mask


def _fernet() -> Fernet:
    return Fernet((secret(find_home(), "vault_key") + "=").encode())


def token(kind: str, written: str) -> str:
    """The token of an identifier as somebody wrote it; nothing is kept."""
    return Tokeniser(secret(find_home(), "token_key").encode()).token(kind, written)


def remember(mapping: pl.DataFrame) -> None:
    """Keep what tokens stand for (`kind, token, value`); a token that is known stays as it was."""
    known = set(VaultEntry.objects.filter(token__in=mapping["token"].to_list()).values_list("token", flat=True))
    box = _fernet()
    fresh = [
        VaultEntry(token=token, kind=kind, sealed=box.encrypt(value.encode()), masked=mask(kind, value))
        for kind, token, value in mapping.select("kind", "token", "value").iter_rows()
        if token not in known
    ]
    VaultEntry.objects.bulk_create(fresh, batch_size=500, ignore_conflicts=True)


def masked(tokens: list[str]) -> dict[str, str]:
    """How identifiers are shown; what the vault does not know is shown by its first letters.

    A person is shown by the end of the token, which tells two of them apart and nobody who they are.
    """
    known = VaultEntry.objects.filter(token__in=tokens).values_list("token", "kind", "masked")
    found = {token: f"***{token[-4:]}" if kind == "person" else shown for token, kind, shown in known}
    return {token: found.get(token) or _unknown(token) for token in tokens}


def _unknown(token: str) -> str:
    if token.startswith("cash:") or ":" in token or "." in token:
        return token
    return token[:4] + "***"


@transaction.atomic
def unmask(token: str, user: User, reason: str, subject: str, at: datetime) -> str:
    """The clear identifier. PermissionDenied without the permission; ValueError without a reason. Written to the audit."""
    if not permissions.may_unmask(user):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("a reason is needed to see an identifier")
    entry = VaultEntry.objects.get(token=token)
    audit.write(user, "unmask", subject, at, reason)
    return _fernet().decrypt(bytes(entry.sealed)).decode()
