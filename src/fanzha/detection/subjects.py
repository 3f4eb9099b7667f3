"""Identifiers as small integers: who is meant, however it was spelled, and whose it is."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.vocabulary import is_service_number, normal_number

UNKNOWN_US = -(2**62)
"""When it was opened, where no register says."""


class Subjects:
    """Every number, account, person, domain, ... met so far, by a running integer; the first spelling is kept."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], int] = {}
        self._spelled: dict[str, dict[str, int]] = {}
        self.names: list[str] = []
        self.kinds: list[str] = []
        self._of_kind: Counter[str] = Counter()
        self.holder = np.zeros(1 << 16, np.int64)
        self.opened = np.full(1 << 16, UNKNOWN_US, np.int64)
        self.service = np.zeros(1 << 16, np.bool_)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def people(self) -> int:
        """How many people rates are counted on: those of the registers, else half of the numbers and accounts met (ours)."""
        return self._of_kind["person"] or (self._of_kind["number"] + self._of_kind["account"]) // 2

    def one(self, kind: str, spelled: str) -> int:
        """The integer of an identifier; two spellings of one phone number or domain have one."""
        of_kind = self._spelled.setdefault(kind, {})
        known = of_kind.get(spelled)
        if known is not None:
            return known
        normal = _normal(kind, spelled)
        found = self._ids.get((kind, normal))
        if found is None:
            found = len(self.names)
            self._ids[kind, normal] = found
            self.names.append(spelled)
            self.kinds.append(kind)
            self._of_kind[kind] += 1
            if found >= len(self.holder):
                self.holder = np.concatenate([self.holder, np.zeros(len(self.holder), np.int64)])
                self.opened = np.concatenate([self.opened, np.full(len(self.opened), UNKNOWN_US, np.int64)])
                self.service = np.concatenate([self.service, np.zeros(len(self.service), np.bool_)])
            self.holder[found] = found
            self.service[found] = kind == "number" and is_service_number(normal)
        of_kind[spelled] = found
        return found

    def met(self, spelled: str) -> list[int]:
        """The integers of a person, number or account of this name that was met, however it was spelled; empty for nobody."""
        named = [(kind, _normal(kind, spelled)) for kind in ("person", "number", "account")]
        return [self._ids[one] for one in named if one in self._ids]

    def many(self, kind: str, column: pl.Series) -> NDArray[np.int64]:
        """The integers of a column of identifiers; -1 for null."""
        known, spelled = self._spelled.setdefault(kind, {}), column.to_list()
        ids = np.array([known.get(one, -1) for one in spelled], np.int64)
        for place in np.flatnonzero(ids < 0):
            if spelled[place] is not None:
                ids[place] = self.one(kind, spelled[place])
        return ids

    def register(self, kind: str, frame: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Take in rows of the registers `numbers` or `accounts`: the integers of these, and since when their holders have them.

        A row that does not say whose it is, or since when, changes nothing in that.
        """
        ids = self.many(kind, frame[kind])
        opened = frame["opened_at"].dt.epoch("us").fill_null(UNKNOWN_US).to_numpy()
        told = opened != UNKNOWN_US
        self.opened[ids[told]] = opened[told]
        held = frame["holder"].is_not_null().to_numpy()
        holders = self.many("person", frame["holder"].drop_nulls())
        self.holder[ids[held]] = holders
        return ids, self.opened[ids]

    def kept(self) -> dict[str, Any]:
        """Everything it remembers, as arrays."""
        return {
            "names": _packed(self.names),
            "kinds": _packed(self.kinds),
            "ids": _packed([f"{kind}\x1f{name}\x1f{one}" for (kind, name), one in self._ids.items()]),
            "spelled": _packed(
                [f"{kind}\x1f{name}\x1f{one}" for kind, names in self._spelled.items() for name, one in names.items()]
            ),
            "holder": self.holder,
            "opened": self.opened,
            "service": self.service,
        }

    def restore(self, kept: dict[str, Any]) -> None:
        """Take up again what `kept` gave."""
        self.names, self.kinds = _unpacked(kept["names"]), _unpacked(kept["kinds"])
        self._of_kind = Counter(self.kinds)
        self._ids, self._spelled = _named_ids(kept["ids"]), {}
        for (kind, name), one in _named_ids(kept["spelled"]).items():
            self._spelled.setdefault(kind, {})[name] = one
        self.holder, self.opened, self.service = kept["holder"], kept["opened"], kept["service"]

    def named(self, ids: Iterable[int]) -> list[str]:
        """The identifiers as they were first spelled."""
        return [self.names[one] for one in ids]


def _normal(kind: str, spelled: str) -> str:
    if kind == "number":
        return normal_number(spelled) or spelled
    return spelled.lower().rstrip(".") if kind == "domain" else spelled


def _packed(texts: list[str]) -> NDArray[np.uint8]:
    buffer = io.BytesIO()
    pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}).write_ipc_stream(buffer, compression="zstd")
    return np.frombuffer(buffer.getvalue(), np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return pl.read_ipc_stream(io.BytesIO(packed.tobytes()))["text"].to_list()


def _named_ids(packed: NDArray[np.uint8]) -> dict[tuple[str, str], int]:
    found = {}
    for text in _unpacked(packed):
        kind, rest = text.split("\x1f", 1)
        name, one = rest.rsplit("\x1f", 1)
        found[kind, name] = int(one)
    return found
