"""What `fanzha.reading.read` gets wrong of each labelled narrative, kept so that nothing read right today is read wrong tomorrow unnoticed.

Run: python bench/reading_kept.py
Writes tests/reading/known_wrong.jsonl anew: read its difference before you commit it. tests/reading/test_kept.py holds the reading to it.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from reading import Narrative, items, read_one

TESTS = Path(__file__).resolve().parent.parent / "tests/reading"
KEPT = TESTS / "known_wrong.jsonl"
UNSEEN = tuple(f"{hand}_held.jsonl" for hand in ("later", "older", "younger", "desk"))
"""Not in it: what is wrong of these would tell whoever makes the reader better what they say."""


def narratives() -> list[Narrative]:
    """All that are labelled but UNSEEN, in the order of their files."""
    return [
        json.loads(line)
        for path in sorted((TESTS / "narratives").glob("*.jsonl"))
        if path.name not in UNSEEN
        for line in path.read_text("utf-8").splitlines()
        if line
    ]


def wrong(line: Narrative, got: Narrative) -> list[str]:
    """What is missed or made up in one reading, a JSON text each, in order."""
    there, had = (
        Counter(json.dumps(one, ensure_ascii=False) for one in _all(told)) for told in (line["expected"], got)
    )
    return sorted([*(f"missed {one}" for one in there - had), *(f"made up {one}" for one in had - there)])


def _all(told: Narrative) -> list[Any]:
    code = told["case_class"]
    return [*items(told), ("class", code["code"] if isinstance(code, dict) else code)]


def main() -> None:
    rows = [{"id": line["id"], "wrong": wrong(line, read_one(line))} for line in narratives()]
    KEPT.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(
        f"{sum(not row['wrong'] for row in rows)} of {len(rows)} narratives are read as they are labelled, item by item"
    )


if __name__ == "__main__":
    main()
