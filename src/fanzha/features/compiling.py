"""How the kernels are compiled, and where they are kept."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])
_SETTINGS: Any = numba.config  # which has no types
COMPILED: Any = {"nogil": True, "forceinline": True, "_nrt": False}
_PACKAGE = Path(__file__).parent.parent
_SOURCES = sorted(path for folder in ("features", "detection") for path in (_PACKAGE / folder).glob("*.py"))
_STATE = sha256(b"\0".join(path.read_bytes() for path in _SOURCES)).hexdigest()[:16]
_KEPT_IN = str(Path(_SETTINGS.CACHE_DIR or _PACKAGE / "features" / "__pycache__") / f"kernels-{_STATE}")
"""Of each state of the sources its own: numba looks at the file of a kernel alone, not at those that were put into it, and after an
upgrade detection would go on with half of the old ones, without a word."""


def kernel(**options: Any) -> Callable[[F], F]:
    """Compile a function that makes no arrays; `options` as of njit.

    Each is put into the one that calls it, since a call hands over every array that it is given word for word, which took half of the
    time of a touch; what is rarely called says forceinline=False and keeps the code small. Nobody counts how often an array is in use,
    which took a third of it; an array made in one, or a slice assigned to another, is a compile error. That option is not one of those
    that numba promises; the lock holds the version that has it.
    """

    def compiled(function: F) -> F:
        before, _SETTINGS.CACHE_DIR = _SETTINGS.CACHE_DIR, _KEPT_IN
        try:
            made: F = numba.njit(cache=True, **{**COMPILED, **options})(function)
            return made
        finally:
            _SETTINGS.CACHE_DIR = before

    return compiled
