"""Keyed tokens in place of identifiers, so that logs, lake and engine hold nobody's number. Source: design 5."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any

import polars as pl

from fanzha.signals.schema import TABLES
from fanzha.vocabulary import normal_number, shared_by_all

PREFIXES = {
    "number": "n",
    "account": "a",
    "person": "p",
    "imei": "i",
    "ip": "r",
    "device": "d",
    "im": "m",
    "waybill": "w",
    "imsi": "s",
    "address": "l",
    "group": "g",
}
"""Kind of identifier -> first letter of its tokens. Domains and apps belong to the fraud, an outlet is a business: they stay clear."""

_INSTITUTION = re.compile(r"CN:(?:1\d{2,5}|9[56]\d{3,7}|10[06]\d{3,17})$")
"""Lines of operators, banks, police and services, and ports of bulk messages: they name an institution, not a person. Whatever else
is no valid number is somebody's all the same: a line without its area code, a digit too few, a plan of numbers newer than ours."""


KEPT = 400_000
"""Tokens of a kind that a tokeniser keeps at hand: most of a batch was in a batch before."""


class Tokeniser:
    """HMAC-SHA256 under one key: the same identifier always gives the same token, another key another."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._kept: dict[str, dict[str, str]] = {}

    def token(self, kind: str, value: str) -> str:
        """The token of an identifier; two spellings of one phone number have one. Cash, institutions' numbers, what is everybody's and
        unknown kinds stay as they are."""
        if kind not in PREFIXES or value.startswith("cash:") or shared_by_all(kind, value):
            return value
        plain = (normal_number(value) or value) if kind == "number" else value
        if kind == "number" and _INSTITUTION.match(plain):
            return plain
        digest = hmac.digest(self._key, f"{kind}\0{plain}".encode(), hashlib.sha256)
        return f"{PREFIXES[kind]}-{base64.b32encode(digest[:15])[:20].decode().lower()}"

    def tokenise(self, table: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """`frame` with tokens, and the distinct identifiers seen (`kind, token, value`)."""
        seen: dict[str, dict[str, str]] = {}
        columns = []
        for column in TABLES[table].columns:
            if column.identifies is None or column.name not in frame.columns:
                continue
            values, new = frame[column.name].to_list(), list[Any]()
            if column.identifies in ("subject", "listed"):
                kinds = frame["subject_kind" if column.identifies == "subject" else "kind"].to_list()
                tokens_of = {kind: self._tokens(kind, of_kind) for kind, of_kind in _by_kind(kinds, values).items()}
                new = [tokens_of[kind].get(value) for kind, value in zip(kinds, values, strict=True)]
            elif column.identifies not in PREFIXES:
                continue
            elif column.kind == "list":
                tokens = self._tokens(column.identifies, (value for row in values for value in row or ()))
                tokens_of = {column.identifies: tokens}
                new = [None if row is None else [tokens[value] for value in row] for row in values]
            else:
                tokens = self._tokens(column.identifies, values)
                tokens_of = {column.identifies: tokens}
                new = [tokens.get(value) for value in values]
            for kind, tokens in tokens_of.items():
                seen.setdefault(kind, {}).update(tokens)
            columns.append(pl.Series(column.name, new, dtype=column.dtype))
        return frame.with_columns(columns), _mapping(seen)

    def _tokens(self, kind: str, values: Iterable[str | None]) -> dict[str, str]:
        """Value -> token of the distinct values of a kind; None has none."""
        kept = self._kept.setdefault(kind, {})
        tokens = {
            value: kept.get(value) or self.token(kind, value) for value in dict.fromkeys(values) if value is not None
        }
        if len(kept) + len(tokens) > KEPT:
            self._kept[kind] = dict(tokens)
        else:
            kept.update(tokens)
        return tokens


def _by_kind(kinds: list[str], values: list[str | None]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for kind, value in zip(kinds, values, strict=True):
        found.setdefault(kind, []).append(value)
    return found


def _mapping(seen: dict[str, dict[str, str]]) -> pl.DataFrame:
    rows = [(kind, token, value) for kind, tokens in seen.items() for value, token in tokens.items() if token != value]
    kinds, tokens, values = zip(*rows, strict=True) if rows else ((), (), ())
    return pl.DataFrame(
        {"kind": kinds, "token": tokens, "value": values}, schema=dict.fromkeys(("kind", "token", "value"), pl.String())
    )
