"""How the kernels are compiled."""

from __future__ import annotations

from functools import partial

from numba import njit

kernel = partial(njit, cache=True, nogil=True, _nrt=False)
"""For functions that make no arrays: nobody counts how often the arrays that they are given are in use, which took a third of the
time of a touch. An array made in one, or a slice assigned to another, is a compile error. The option is not one of those that
numba promises; the lock holds the version that has it."""
