"""Texts as hashed character n-grams: counted for learning, and weighed in one pass for judging (numba).

Judging a text touches only the n-grams that it has: about 100 characters make 400 n-grams and 20-30 microseconds.
`bench/text.py` measures it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

BITS = 21
"""Hashes fall into 2^21 buckets; a model keeps only those that it learned from."""

LONGEST = 4
OPENING = 30
"""Characters that count a second time, for themselves: who a text says it is from stands at its beginning.

30 of 15, 20, 30, 40 and 60 was best on fraud_call_texts (five folds; macro-F1 0.9841 with them, 0.9818 without).
"""

_AT_ONCE = 20_000
"""Texts in memory as code points at a time."""

_LINK = re.compile(r"https?://\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/\S*)?")
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s\s+")

_GOLDEN, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
"""The multipliers of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""

_SHIFT, _DOWN = np.uint64(29), np.uint64(64 - BITS)


def plain(text: str) -> str:
    """A text as the model sees it: one width, lower case, links and digit runs by their shape only."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if "." in folded or "://" in folded:  # in every link
        folded = _LINK.sub(" \u2190 ", folded)
    folded = _DIGITS.sub(lambda run: "9" * min(len(run.group()), 6), folded)
    return _SPACES.sub(" ", folded)


def counted(texts: Sequence[str], opening: bool) -> tuple[sparse.csr_matrix, NDArray[np.uint8]]:
    """(texts, 2^BITS): how often each n-gram of 1 to LONGEST characters stands in each text, and each bucket's length.

    `opening`: of the first OPENING characters alone, whose n-grams have buckets of their own.
    """
    symbols, ends = _symbols(texts)
    room = len(symbols) * LONGEST
    buckets, counts, rows = np.empty(room, np.int32), np.empty(room, np.float64), np.zeros(len(texts) + 1, np.int64)
    lengths = np.zeros(1 << BITS, np.uint8)
    used = _count(symbols, ends, opening, np.arange(1 << BITS, dtype=np.int32), lengths, buckets, counts, rows)
    return sparse.csr_matrix((counts[:used], buckets[:used], rows), shape=(len(texts), 1 << BITS)), lengths


def weighed(
    texts: Sequence[str],
    slots: NDArray[np.int32],
    weights: NDArray[np.float32],
    coefficients: NDArray[np.float32],
    opening: float,
) -> NDArray[np.float64]:
    """(texts, labels): each text's vector times `coefficients` (slots, labels).

    `slots` (2^BITS,) leads from a bucket to its row in `weights` and `coefficients`, -1 to none. A text's entry is (1 + log of
    the count) times the weight; all its n-grams together make a vector of length 1, those of its opening one of length `opening`.
    """
    margins = np.zeros((len(texts), coefficients.shape[1]))
    for begin in range(0, len(texts), _AT_ONCE):
        symbols, ends = _symbols(texts[begin : begin + _AT_ONCE])
        for part, share in ((False, 1.0), (True, opening)):
            _weigh(symbols, ends, part, slots, weights, coefficients, share, margins[begin : begin + _AT_ONCE])
    return margins


def _symbols(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The code points of all texts in a row, and where each text ends."""
    folded = [plain(text) for text in texts]
    ends = np.cumsum([len(text) for text in folded], dtype=np.int64)
    # a lone half of a surrogate pair is a bad character, not a reason to refuse a text
    return np.frombuffer("".join(folded).encode("utf-32-le", "surrogatepass"), np.uint32), ends


def buckets(grams: Sequence[str]) -> NDArray[np.int64]:
    """The bucket of each n-gram of at most LONGEST characters, which are taken as they stand."""
    symbols = np.frombuffer("".join(grams).encode("utf-32-le", "surrogatepass"), np.uint32)
    return _buckets(symbols, np.cumsum([len(gram) for gram in grams], dtype=np.int64))


@njit(cache=True, inline="always")
def _grown(state: np.uint64, symbol: np.uint32) -> np.uint64:
    state = (state ^ np.uint64(symbol)) * _GOLDEN
    return np.uint64(state ^ (state >> _SHIFT))


@njit(cache=True)
def _buckets(symbols: NDArray[np.uint32], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    found, begin = np.empty(len(ends), np.int64), 0
    for gram, end in enumerate(ends):
        state = np.uint64(0)
        for at in range(begin, end):
            state = _grown(state, symbols[at])
        found[gram], begin = np.int64((state * _MIX) >> _DOWN), end
    return found


@njit(cache=True)
def _gather(
    symbols: NDArray[np.uint32],
    begin: int,
    end: int,
    opening: bool,
    slots: NDArray[np.int32],
    lengths: NDArray[np.uint8],
    counts: NDArray[np.int32],
    touched: NDArray[np.int64],
) -> int:
    """Count the n-grams of symbols[begin:end] that have a slot; the slots that were zero before go to `touched`."""
    found = 0
    if opening:
        end = min(end, begin + OPENING)
    for first in range(begin, end):
        state = np.uint64(opening)
        for at in range(first, min(first + LONGEST, end)):
            state = _grown(state, symbols[at])
            slot = slots[np.int64((state * _MIX) >> _DOWN)]
            if slot < 0:
                continue
            if counts[slot] == 0:
                touched[found] = slot
                lengths[slot] = at - first + 1
                found += 1
            counts[slot] += 1
    return found


@njit(cache=True)
def _longest(ends: NDArray[np.int64]) -> int:
    longest, begin = 0, 0
    for end in ends:
        longest = max(longest, end - begin)
        begin = end
    return longest


@njit(cache=True)
def _count(
    symbols: NDArray[np.uint32],
    ends: NDArray[np.int64],
    opening: bool,
    slots: NDArray[np.int32],
    lengths: NDArray[np.uint8],
    buckets: NDArray[np.int32],
    values: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> int:
    counts, touched = np.zeros(len(slots), np.int32), np.empty(_longest(ends) * LONGEST, np.int64)
    begin, place = 0, 0
    for text, end in enumerate(ends):
        for one in range(_gather(symbols, begin, end, opening, slots, lengths, counts, touched)):
            buckets[place], values[place] = touched[one], counts[touched[one]]
            counts[touched[one]] = 0
            place += 1
        begin, rows[text + 1] = end, place
    return place


@njit(cache=True)
def _weigh(
    symbols: NDArray[np.uint32],
    ends: NDArray[np.int64],
    opening: bool,
    slots: NDArray[np.int32],
    weights: NDArray[np.float32],
    coefficients: NDArray[np.float32],
    share: float,
    margins: NDArray[np.float64],
) -> None:
    counts, touched = np.zeros(len(weights), np.int32), np.empty(_longest(ends) * LONGEST, np.int64)
    lengths, summed = np.zeros(len(weights), np.uint8), np.zeros(margins.shape[1])
    begin = 0
    for text, end in enumerate(ends):
        square = 0.0
        summed[:] = 0.0
        for one in range(_gather(symbols, begin, end, opening, slots, lengths, counts, touched)):
            slot = touched[one]
            value = (1.0 + np.log(counts[slot])) * weights[slot]
            counts[slot] = 0
            square += value * value
            for label in range(len(summed)):
                summed[label] += value * coefficients[slot, label]
        if square > 0.0:
            margins[text] += summed * (share / np.sqrt(square))
        begin = end
