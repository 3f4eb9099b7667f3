"""Which event ids were met: exact for as long as late events are accepted, and no longer, so memory does not grow with time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanzha.features import longest_before, move_slots

Ints = NDArray[np.int64]
_SLOTS = 1 << 16


class Seen:
    """Two tables of hashed ids, the older one given up every `keep_us`: a repetition of what it held is late by then."""

    def __init__(self, keep_us: int) -> None:
        self._keep_us, self._since = keep_us, -(2**62)
        self._longest, self._older = np.zeros((_SLOTS, 2), np.int64), np.zeros((2, 2), np.int64)
        self._count = np.zeros(1, np.int64)

    def before(self, hashes: Ints, values: Ints, now_us: int) -> Ints:
        """The largest value that each id came with before (-1: it is new); values are remembered. `now_us`: the newest event before them."""
        if now_us - self._since > self._keep_us:
            self._older, self._longest = self._longest, np.zeros((_SLOTS, 2), np.int64)
            self._count[0] = 0
            self._since = now_us
        while 2 * (int(self._count[0]) + len(hashes)) > len(self._longest):
            longest = np.zeros((2 * len(self._longest), 2), np.int64)
            move_slots(self._longest, longest, 1, -(2**62))
            self._longest = longest
        return longest_before(self._longest, self._count, self._older, hashes, values)

    def kept(self) -> dict[str, Any]:
        """Everything it remembers, as arrays."""
        since = np.array([self._since])
        return {"longest": self._longest, "older": self._older, "count": self._count, "since": since}

    def restore(self, kept: dict[str, Any]) -> None:
        """Take up again what `kept` gave."""
        self._longest, self._older, self._count = kept["longest"], kept["older"], kept["count"]
        self._since = int(kept["since"][0])
