"""The picture of the parts is what the imports say."""

from __future__ import annotations

import graphlib
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]


def test_the_picture_of_the_parts_is_drawn_from_the_imports_as_they_are() -> None:
    words = [sys.executable, str(ROOT / "scripts" / "draw-parts"), "-"]
    drawn = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    kept = (ROOT / "docs" / "pictures" / "parts.svg").read_text(encoding="utf-8")
    assert kept == drawn, "run scripts/draw-parts"
    assert "(pictures/parts.svg)" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["architecture.md", "words.md"])
def test_what_a_page_of_where_to_look_names_is_there(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    named = {word for word in text.split("`")[1::2] if "/" in word and " " not in word and "*" not in word}
    assert len(named) > 15
    for word in named:
        assert any((base / word).exists() for base in (ROOT, ROOT / "src" / "fanzha", ROOT / "docs")), word


def test_no_module_is_imported_in_a_circle() -> None:
    graph = grimp.build_graph("fanzha", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError with the modules of the circle
