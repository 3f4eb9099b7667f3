"""Keys of records as addresses and forms tell them.

>>> told_key("17"), told_key("x"), told_key("9" * 30)
(17, None, None)
"""

from __future__ import annotations

_DIGITS = 18
"""With more of them a number is no key of any database."""


def told_key(said: str) -> int | None:
    """The key, or the place in a list, that was told; None for what can be none."""
    return int(said) if said.isdecimal() and len(said) <= _DIGITS else None
