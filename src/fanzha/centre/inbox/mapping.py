"""A sender's columns and words become those of the table `pushed`; the sender's own file is never guessed at silently.

>>> import polars as pl
>>> theirs = pl.DataFrame({"编号": ["7"], "手机号": ["15400000001"], "下发时间": ["2026/3/2 9:05"], "等级": ["特急"]})
>>> mapping = proposed(theirs.columns)
>>> mapping = replace(mapping, constants={"subject_kind": "number"}, values={"level": {"特急": "1"}}, local_times=True)
>>> apply(theirs, mapping, "province", "2026-03-02T01:30:00+00:00").row(0)
('7', '2026-03-02T09:05:00+08:00', '15400000001', '1', 'province', 'number')
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

import polars as pl

from fanzha.centre.inbox.words import COLUMNS, KNOWN_AS
from fanzha.signals import TABLES
from fanzha.vocabulary import LEVELS, SUBJECT_KINDS

LINE = "__line__"
REQUIRED = TABLES["pushed"].required
FILLED = ("source", "received_at")
"""Required columns that need none in the file: the sender is known, and so is the moment of handing in."""
_TIMES = tuple(column.name for column in TABLES["pushed"].columns if column.kind == "time")
_LOCAL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")

__all__ = [
    "COLUMNS",
    "FILLED",
    "LINE",
    "REQUIRED",
    "Mapping",
    "apply",
    "headers_digest",
    "lacking",
    "proposed",
    "replace",
]


@dataclass(frozen=True)
class Mapping:
    """`columns`: our column -> theirs; `constants`: our column -> one value for all rows; `values`: our column -> their word -> ours.

    `local_times`: times without an offset are Asia/Shanghai; without it they stay as they are and are refused.
    """

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    local_times: bool = False

    @property
    def digest(self) -> str:
        """What tells two mappings apart."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def headers_digest(headers: Iterable[str]) -> str:
    """The set of names in a header, whatever their order."""
    return hashlib.sha256("\x1f".join(sorted(set(headers) - {LINE})).encode()).hexdigest()


def proposed(headers: Iterable[str]) -> Mapping:
    """What the names of the columns suggest: our own names, and those that senders are known to use."""
    columns: dict[str, str] = {}
    for header in headers:
        ours = KNOWN_AS.get(header.strip())
        if ours:
            columns.setdefault(ours, header)
    names = {name: str(one.level) for one in LEVELS.values() for name in (one.name.zh, one.name.en, one.identifier)}
    kinds = {"手机号": "number", "电话": "number", "账户": "account", "银行卡": "account", "身份证": "person"}
    return Mapping(columns, {}, {"level": names, "subject_kind": {**kinds, **{one: one for one in SUBJECT_KINDS}}})


def lacking(mapping: Mapping) -> list[str]:
    """The required columns that a mapping gives nothing for."""
    return [name for name in REQUIRED if name not in {*mapping.columns, *mapping.constants, *FILLED}]


def apply(rows: pl.DataFrame, mapping: Mapping, sender: str, handed_in: str) -> pl.DataFrame:
    """The rows in our columns, as texts for `fanzha.signals.validate`; columns without a place in the mapping are left out.

    `handed_in`: RFC 3339, the time of receipt where the file tells none.
    """
    out = {LINE: rows[LINE]} if LINE in rows.columns else {}
    for ours in COLUMNS:
        theirs = mapping.columns.get(ours)
        if theirs is not None and theirs in rows.columns:
            out[ours] = _translated(rows[theirs].cast(pl.String), mapping, ours)
    fixed = {"source": sender, "received_at": handed_in, **mapping.constants}
    for ours, value in fixed.items():
        if ours not in out and (ours in FILLED or value):
            out[ours] = pl.Series(ours, [value] * rows.height, dtype=pl.String)
    return pl.DataFrame(out)


def _translated(series: pl.Series, mapping: Mapping, ours: str) -> pl.Series:
    words = mapping.values.get(ours, {})
    local = mapping.local_times and ours in _TIMES
    texts = [None if value is None else words.get(value.strip(), value.strip()) for value in series.to_list()]
    return pl.Series(ours, [_with_offset(text) if local and text else text for text in texts], dtype=pl.String)


def _with_offset(text: str) -> str:
    found = _LOCAL.match(text)
    if not found:
        return text
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}+08:00"
