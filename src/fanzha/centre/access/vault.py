"""Clear identifiers live here alone, encrypted; showing one needs a role, a reason and a record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

import polars as pl
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Max

from fanzha.centre.access import audit, permissions
from fanzha.centre.access.models import VaultEntry
from fanzha.centre.secrets import secret
from fanzha.home import find_home
from fanzha.refusal import Refusal
from fanzha.signals import Tokeniser
from fanzha.vocabulary import mask

_HIDDEN = re.compile(r"[a-z]-(?!.*[.:])|\+?[A-Za-z]{0,2}[\d\s-]+[Xx]?$")
MOST_ASKED = 5000
"""Tokens asked for at once; a statement has room for 32,766 in SQLite and 65,535 in PostgreSQL."""
MOST_SURE = 1_000_000
"""Tokens of which a process remembers that the vault has them: about 100 MB."""
FORGOTTEN = ("address",)
"""Kinds that the vault may forget again."""


def _fernet() -> Fernet:
    return Fernet((secret(find_home(), "vault_key") + "=").encode())


def tokeniser() -> Tokeniser:
    """The centre's tokeniser; one a process, since most identifiers come again."""
    return _tokeniser(secret(find_home(), "token_key").encode())


_tokeniser = lru_cache(maxsize=1)(Tokeniser)


def token(kind: str, written: str) -> str:
    """The token of an identifier as somebody wrote it; nothing is kept."""
    return tokeniser().token(kind, written)


def remember(mapping: pl.DataFrame) -> None:
    """Keep what tokens stand for (`kind, token, value`); a token that is known stays as it was."""
    newest = VaultEntry.objects.aggregate(newest=Max("id"))["newest"] or 0
    if newest < _sure.newest:  # other records than before: restored, or emptied
        _sure.tokens.clear()
    unsure = set(mapping["token"].to_list()) - _sure.tokens
    if not unsure:
        return
    rows = [row for row in mapping.select("token", "kind", "value").iter_rows() if row[0] in unsure]
    known = _known([token for token, _, _ in rows])
    box = _fernet()
    _put(
        [
            (token, kind, box.encrypt(value.encode()), mask(kind, value))
            for token, kind, value in rows
            if token not in known
        ]
    )
    if not connection.in_atomic_block:
        _sure.hold({token for token, kind, _ in rows if kind not in FORGOTTEN}, newest)


@dataclass
class _Sure:
    """Tokens that this process saw in the vault, of kinds that stay there: most of a batch, asked for in vain otherwise."""

    tokens: set[str] = field(default_factory=set)
    newest: int = 0

    def hold(self, tokens: set[str], newest: int) -> None:
        if len(self.tokens) > MOST_SURE:
            self.tokens.clear()
        self.tokens |= tokens
        self.newest = newest


_sure = _Sure()


def _put(fresh: list[tuple[str, str, bytes, str]]) -> None:
    """New entries (token, kind, sealed, masked), past the ORM like the question below; another process may have been quicker."""
    if fresh:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {VaultEntry._meta.db_table} (token, kind, sealed, masked) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (token) DO NOTHING",
                fresh,
            )


def _known(tokens: list[str]) -> set[str]:
    """Those of the tokens that the vault has; asked past the ORM, which takes ten times as long over thousands of them."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for begin in range(0, len(tokens), MOST_ASKED):
            asked = tokens[begin : begin + MOST_ASKED]
            places = ", ".join(["%s"] * len(asked))
            cursor.execute(f"SELECT token FROM {VaultEntry._meta.db_table} WHERE token IN ({places})", asked)
            found.update(token for (token,) in cursor.fetchall())
    return found


def keep(kind: str, value: str) -> str:
    """The token of one identifier that a person typed (`kind`: number, account, person; or name), kept for later."""
    token = tokeniser().token("person", f"name\0{value}") if kind == "name" else tokeniser().token(kind, value)
    if token != value:
        remember(pl.DataFrame({"kind": [kind], "token": [token], "value": [value]}))
    return token


def masked(tokens: list[str]) -> dict[str, str]:
    """How identifiers are shown; a token or a number that the vault does not know is shown by its first letters.

    A person is shown by the end of the token, which tells two of them apart and nobody who they are.
    """
    known = VaultEntry.objects.filter(token__in=tokens).values_list("token", "kind", "masked")
    found = {token: f"***{token[-4:]}" if kind == "person" else shown for token, kind, shown in known}
    return {token: found.get(token) or _unknown(token) for token in tokens}


def _unknown(token: str) -> str:
    """Whole where it is no token, no bare number and no document's number: web addresses, apps, wallets and outlets are in clear."""
    return token[:4] + "***" if _HIDDEN.match(token) else token


@transaction.atomic
def unmask(token: str, user: User, reason: str, subject: str, at: datetime) -> str:
    """The clear identifier. PermissionDenied without the permission; Refusal without a reason, and for what the vault does not know.

    Written to the audit.
    """
    if not permissions.may_unmask(user):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("a reason is needed to see an identifier", code="unmask.reason", where="reason")
    entry = VaultEntry.objects.filter(token=token).first()
    if entry is None:  # an institution's number, which is shown as it is, or one that was forgotten
        raise Refusal("nothing more of this identifier is kept", code="unmask.unknown", where="token")
    audit.write(user, "unmask", subject, at, reason)
    return _fernet().decrypt(bytes(entry.sealed)).decode()


def kind_of(token: str) -> str | None:
    """What kind of identifier a token stands for; None for what the vault does not know."""
    return VaultEntry.objects.filter(token=token).values_list("kind", flat=True).first()


@transaction.atomic
def hand_over(token: str, purpose: str, subject: str, at: datetime) -> str:
    """The clear identifier for a connector that must reach it, at the moment of sending; written to the audit like any other look.

    KeyError for what the vault does not know.
    """
    entry = VaultEntry.objects.filter(token=token).first()
    if entry is None:
        raise KeyError(token)
    audit.write(None, "handed_over", subject, at, purpose)
    return _fernet().decrypt(bytes(entry.sealed)).decode()


def seal(content: bytes) -> bytes:
    """Bytes as they may lie in the records, under the vault's key."""
    return _fernet().encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """The bytes again; who may see them, and for what reason on record, is the caller's to ask."""
    return _fernet().decrypt(sealed)


def script_key() -> bytes:
    """The key under which signatures of narratives are made: without it nobody can try out what a narrative said."""
    return secret(find_home(), "script_key").encode()


def forget(tokens: list[str]) -> None:
    """Forget for good what tokens stand for: kept for a purpose that has ended."""
    VaultEntry.objects.filter(token__in=tokens).delete()
