"""Bank cards of the declared range that belongs to nobody, with the check digit that real ones have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fanzha.vocabulary import SYNTHETIC_CARD_PREFIX

BODY = 12
"""Digits of a card between the prefix and the check digit; 19 in all."""


def cards(bodies: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    """Card numbers from bodies of BODY digits. Check digit: Luhn, ISO/IEC 7812-1.

    >>> cards(np.array(["123456789012"])).tolist()
    ['9999991234567890124']
    """
    unchecked = np.char.add(SYNTHETIC_CARD_PREFIX, bodies)
    length = len(SYNTHETIC_CARD_PREFIX) + BODY
    digits = unchecked.astype(f"<U{length}").view("<U1").reshape(-1, length).astype(int)
    doubled = 2 * digits[:, ::-1][:, ::2]
    total = (doubled - 9 * (doubled > 9)).sum(axis=1) + digits[:, ::-1][:, 1::2].sum(axis=1)
    return np.char.add(unchecked, (-total % 10).astype("<U1"))
