"""Which event ids were met: exact for as long as late events are accepted, and no longer, so memory does not grow with time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanzha.features import longest_before, move_slots

Ints = NDArray[np.int64]
_SLOTS = 1 << 16


def _table(slots: int) -> tuple[Ints, Ints]:
    return np.zeros(slots, np.int64), np.zeros((slots, 1), np.int64)


class Seen:
    """Two tables of hashed ids, the older one given up every `keep_us`: a repetition of what it held is late by then."""

    def __init__(self, keep_us: int) -> None:
        self._keep_us, self._since = keep_us, -(2**62)
        self._keys, self._longest = _table(_SLOTS)
        self._old_keys, self._old_longest = _table(2)
        self._count = np.zeros(1, np.int64)

    def before(self, hashes: Ints, values: Ints, now_us: int) -> Ints:
        """The largest value that each id came with before (-1: it is new); values are remembered. `now_us`: the newest event."""
        if now_us - self._since > self._keep_us:
            self._old_keys, self._old_longest = self._keys, self._longest
            self._keys, self._longest = _table(_SLOTS)
            self._count[0] = 0
            self._since = now_us
        while 2 * (int(self._count[0]) + len(hashes)) > len(self._keys):
            keys, longest = _table(2 * len(self._keys))
            move_slots(self._keys, self._longest, keys, longest, -(2**62))
            self._keys, self._longest = keys, longest
        return longest_before(self._keys, self._longest, self._count, self._old_keys, self._old_longest, hashes, values)

    def kept(self) -> dict[str, Any]:
        """Everything it remembers, as arrays."""
        return {
            "keys": self._keys, "longest": self._longest, "old_keys": self._old_keys, "old_longest": self._old_longest,
            "count": self._count, "since": np.array([self._since]),
        }  # fmt: skip

    def restore(self, kept: dict[str, Any]) -> None:
        """Take up again what `kept` gave."""
        self._keys, self._longest, self._count = kept["keys"], kept["longest"], kept["count"]
        self._old_keys, self._old_longest = kept["old_keys"], kept["old_longest"]
        self._since = int(kept["since"][0])
