"""Item by item, nothing that is read right of a labelled narrative is lost; `bench/reading_kept.py` keeps what is still wrong."""

from __future__ import annotations

import json

import pytest
from reading import read_one
from reading_kept import KEPT, narratives, wrong

KNOWN: dict[str, set[str]] = {
    row["id"]: {*row["wrong"]} for row in map(json.loads, KEPT.read_text("utf-8").splitlines())
}
LINES = [pytest.param(line, id=line["id"]) for line in narratives() if line["id"] in KNOWN]


@pytest.mark.parametrize("line", LINES)
def test_what_was_read_right_is_read_right(line: dict[str, object]) -> None:
    assert {*wrong(line, read_one(line))} <= KNOWN[str(line["id"])]
