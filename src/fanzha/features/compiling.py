"""How the kernels are compiled."""

from __future__ import annotations

from functools import partial
from typing import Any

from numba import njit

COMPILED: Any = {"nogil": True, "forceinline": True, "_nrt": False}
kernel = partial(njit, cache=True, **COMPILED)
"""For functions that make no arrays. Each is put into the one that calls it, since a call hands over every array that it is given
word for word, which took half of the time of a touch; what is rarely called says forceinline=False and keeps the code small.
Nobody counts how often an array is in use, which took a third of it; an array made in one, or a slice assigned to another, is a
compile error. That option is not one of those that numba promises; the lock holds the version that has it."""
