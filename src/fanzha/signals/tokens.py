"""Keyed tokens in place of identifiers, so that logs, lake and engine hold nobody's number. Source: design 5."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from fanzha.signals.schema import TABLES
from fanzha.vocabulary import normal_number

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
}
"""Kind of identifier -> first letter of its tokens. Domains and apps belong to the fraud and stay clear."""

_SUBSCRIBER = re.compile(r"CN:1[3-9]\d{9}$")


@lru_cache(maxsize=200_000)  # most of a batch was in a batch before
def _token(key: bytes, kind: str, value: str) -> str:
    if kind not in PREFIXES or value.startswith("cash:"):
        return value
    plain = (normal_number(value) or value) if kind == "number" else value
    if kind == "number" and ":" in plain and not _SUBSCRIBER.match(plain):
        return plain  # service numbers (95588, 96110, 1069...) name an institution, not a person
    digest = hmac.digest(key, f"{kind}\0{plain}".encode(), hashlib.sha256)
    return f"{PREFIXES[kind]}-{base64.b32encode(digest[:15])[:20].decode().lower()}"


class Tokeniser:
    """HMAC-SHA256 under one key: the same identifier always gives the same token, another key another."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, kind: str, value: str) -> str:
        """The token of an identifier; two spellings of one phone number have one. Cash and unknown kinds stay as they are."""
        return _token(self._key, kind, value)

    def tokenise(self, table: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """`frame` with tokens, and the distinct identifiers seen (`kind, token, value`)."""
        seen: dict[tuple[str, str], str] = {}

        def replaced(kind: str, values: Sequence[str | None]) -> dict[str, str]:
            tokens = {value: self.token(kind, value) for value in values if value is not None}
            seen.update({(kind, value): token for value, token in tokens.items() if token != value})
            return tokens

        for column in TABLES[table].columns:
            if column.identifies is None or column.name not in frame.columns:
                continue
            series = frame[column.name]
            if column.identifies in ("subject", "listed"):
                kinds = frame["subject_kind" if column.identifies == "subject" else "kind"]
                pairs = zip(kinds, series, strict=True)
                new = pl.Series(
                    column.name,
                    [replaced(kind, [value]).get(value) for kind, value in pairs],
                    dtype=pl.String,
                )
            elif column.kind == "list":
                tokens = replaced(column.identifies, series.explode().unique().to_list())
                lists = [None if row is None else [tokens[value] for value in row] for row in series.to_list()]
                new = pl.Series(column.name, lists, dtype=pl.List(pl.String))
            elif column.identifies in PREFIXES:
                new = series.replace(replaced(column.identifies, series.unique().to_list()))
            else:
                continue
            frame = frame.with_columns(new.alias(column.name))
        mapping = pl.DataFrame(
            [[kind, token, value] for (kind, value), token in seen.items()],
            schema={"kind": pl.String, "token": pl.String, "value": pl.String},
            orient="row",
        )
        return frame, mapping
