"""What may be kept of a text to tell later whether another tells the same script: its MinHash signature under a secret key.

The shingles are hashed with the key, so that without it nobody can look up or try out what the text said; the text does not come
back from it. Who holds key and signature can test a guess of the whole text, and both are kept as the text itself is.

>>> told = "对方自称客服，称账户异常，需将资金转入安全账户核查，否则冻结"
>>> likeness(signature(told, b"key"), signature(told + "，请尽快", b"key")) > 0.8
True
>>> likeness(signature(told, b"key"), signature(told, b"another")) < 0.1
True
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from fanzha.linking.scripts import coefficients, pieces
from fanzha.linking.strengths import SCRIPT


def signature(text: str, key: bytes) -> bytes:
    """The signature of a text (`script.permutations` times four bytes); empty for one of fewer than `script.fewest` shingles.

    `key`: at most 64 bytes.
    """
    shingles = {blake2b(one.encode(), digest_size=4, key=key).digest() for one in pieces(text)}
    if len(shingles) < SCRIPT["fewest"]:
        return b""
    a, b, prime = coefficients()
    values = np.frombuffer(b"".join(sorted(shingles)), "<u4").astype(np.int64) % prime
    lowest = ((values[:, None] * a + b) % prime).min(axis=0)
    kept: bytes = lowest.astype("<u4").tobytes()
    return kept


def likeness(one: bytes, other: bytes) -> float:
    """How alike two texts are (Jaccard, estimated within about 0.04), from signatures under one key; 0 where one is empty."""
    if not one or not other:
        return 0.0
    return float((np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")).mean())


def same_script(one: bytes, other: bytes) -> bool:
    """Whether two signatures are of one script (`script.at_least`)."""
    return likeness(one, other) >= float(SCRIPT["at_least"])
