"""Age bands, by which figures of people are split."""

from __future__ import annotations

AGE_BANDS = ((0, 17), (18, 29), (30, 44), (45, 59), (60, 120))
"""First and last year of age of each."""


def age_band(age: int) -> str:
    """The band of an age in whole years, such as `18-29`; empty outside of all.

    >>> age_band(18), age_band(-1)
    ('18-29', '')
    """
    return next((f"{low}-{high}" for low, high in AGE_BANDS if low <= age <= high), "")
