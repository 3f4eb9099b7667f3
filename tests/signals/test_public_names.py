"""Every data file and package keeps what it promises."""

from __future__ import annotations

import importlib

import pytest


@pytest.mark.parametrize(
    "package", ["vocabulary", "signals", "features", "reading", "simulation", "detection", "evaluation"]
)
def test_every_public_name_is_there(package: str) -> None:
    module = importlib.import_module(f"fanzha.{package}")
    assert module.__doc__
    assert all(hasattr(module, name) for name in module.__all__)
    assert module.__all__ == sorted(module.__all__, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
