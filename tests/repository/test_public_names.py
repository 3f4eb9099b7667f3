"""What a library package offers is what its `__init__` names, told in docs/library.md; all of it says what it takes, gives and refuses."""

from __future__ import annotations

import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

LIBRARY = (
    "vocabulary", "signals", "features", "reading", "linking", "deadlines", "metrics", "simulation", "outbox", "detection", "evaluation",
)  # fmt: skip
LIST = Path(__file__).parents[2] / "docs" / "library.md"


def package(name: str) -> ModuleType:
    return importlib.import_module(f"fanzha.{name}")


def offered(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Every public class and function, and the public methods of the classes."""
    for name in module.__all__:
        found = getattr(module, name)
        found = getattr(found, "py_func", found)  # compiled ones are looked at as they were written
        if inspect.isclass(found) or isinstance(found, FunctionType):
            yield name, found
        if inspect.isclass(found):
            own = vars(found).items()
            yield from (
                (f"{name}.{one}", held) for one, held in own if isinstance(held, FunctionType) and one[0] != "_"
            )


@pytest.mark.parametrize("name", LIBRARY)
def test_every_public_name_is_there_and_in_the_list(name: str) -> None:
    module = package(name)
    assert module.__doc__
    assert all(hasattr(module, one) for one in module.__all__)
    assert module.__all__ == sorted(module.__all__, key=lambda one: (not one.isupper(), not one[0].isupper(), one))
    told = re.search(rf"^## fanzha\.{name}\n\n(.*?)\n\n", LIST.read_text(encoding="utf-8"), re.M | re.S)
    assert told, f"docs/library.md has no section of fanzha.{name}"
    assert re.findall(r"`([^`]+)`", told[1]) == module.__all__, "a public name came or went: say it in docs/library.md"


@pytest.mark.parametrize("name", LIBRARY)
def test_every_public_docstring_says_what_is_taken_given_and_refused(name: str) -> None:
    lacking = [f"{where}: {what}" for where, found in offered(package(name)) for what in lacks(found)]
    assert lacking == []


def lacks(found: Any) -> Iterator[str]:
    said = found.__doc__ or ""
    if not said or said.startswith(f"{found.__name__}("):  # what a dataclass is given by itself
        yield "a docstring"
    if not isinstance(found, FunctionType):
        return
    source, signature = textwrap.dedent(inspect.getsource(found)), str(inspect.signature(found))
    for error in set(re.findall(r"raise ([A-Z]\w+)", source)):
        if error not in said and "refus" not in said.lower():
            yield f"when {error}"
    if "datetime" in signature and not re.search(r"aware|UTC|instant|Shanghai|moment|time", said):
        yield "which time"
    if re.search("DataFrame|NDArray|Series", signature) and not re.search(
        r"`|column|shape|row|table|schema|frame|[A-Z]{4,}|\(\w+, \w+\)|each", said
    ):
        yield "the shape of tables"
