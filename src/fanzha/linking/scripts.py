"""Which texts tell the same script: MinHash over shingles of characters, then the true similarity of what it proposes.

What more than a fifth of the texts have in common is the form's and not the fraudster's, and is left out first (strengths.yaml).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations, pairwise
from zlib import crc32

import numpy as np
import polars as pl

from fanzha.linking.pairs import Ints
from fanzha.linking.strengths import SCRIPT

_NOISE = re.compile(r"[\d\W_]+")
_PRIME = (1 << 31) - 1
"""Larger than it is, and a x + b would hardly ever be reduced: every permutation would then have the same lowest value."""
_FEW = 10
"""Of fewer texts no shingle is called common: one of two has it in half of them."""


def similar_scripts(texts: pl.DataFrame) -> pl.DataFrame:
    """`a, b, similarity` of texts (`subject, text`) whose shingles are alike by at least `script.at_least` (Jaccard).

    Digits, latin punctuation and spaces do not count: amounts and dates change from victim to victim.
    """
    rows = texts.drop_nulls(["subject", "text"]).unique("subject", maintain_order=True)
    sets = [_shingles(text) for text in rows["text"]]
    seen = Counter(shingle for one in sets for shingle in one)
    most = SCRIPT["common_share"] * len(sets) if len(sets) >= _FEW else len(sets)
    sets = [{shingle for shingle in one if seen[shingle] <= most} for one in sets]
    names = rows["subject"].to_list()
    found = []
    for first, second in sorted(_candidates(sets)):
        both = len(sets[first] & sets[second])
        similarity = both / (len(sets[first]) + len(sets[second]) - both)
        if similarity >= SCRIPT["at_least"]:
            a, b = sorted((names[first], names[second]))
            found.append((a, b, similarity))
    return pl.DataFrame(found, schema={"a": pl.String, "b": pl.String, "similarity": pl.Float64}, orient="row")


def pieces(text: str) -> set[str]:
    """The shingles of a text: every `script.shingle` characters of it, without digits, punctuation and spaces."""
    compact = _NOISE.sub("", text)
    size = SCRIPT["shingle"]
    return {compact[n : n + size] for n in range(max(0, len(compact) - size + 1))}


def coefficients() -> tuple[Ints, Ints, int]:
    """`a`, `b` and the prime of the permutations h(x) = (a x + b) mod prime of values below it; always the same."""
    rng = np.random.default_rng(20240101)
    a, b = (rng.integers(1, _PRIME, SCRIPT["permutations"], dtype=np.int64) for _ in range(2))
    return a, b, _PRIME


def _shingles(text: str) -> set[int]:
    return {crc32(one.encode()) for one in pieces(text)}


def _candidates(sets: list[set[int]]) -> set[tuple[int, int]]:
    """Pairs that agree in at least one band of their signatures; of a big bucket only neighbours, who lead to the rest."""
    a, b, prime = coefficients()
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, shingles in enumerate(sets):
        if not shingles:
            continue
        values = np.fromiter(shingles, np.int64, len(shingles)) % prime
        signature = ((values[:, None] * a + b) % prime).min(axis=0)
        for band, part in enumerate(signature.reshape(SCRIPT["bands"], -1)):
            buckets[band, part.tobytes()].append(place)
    pairs: set[tuple[int, int]] = set()
    for members in buckets.values():
        if len(members) <= 200:
            pairs.update(combinations(members, 2))
        else:
            pairs.update(pairwise(members))
    return pairs
