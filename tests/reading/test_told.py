"""Sentences about money and what a careful reader finds in each (told.yaml)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from fanzha.reading import Reading, read

REPORT = datetime.fromisoformat("2025-03-20T10:00:00+08:00")
ACCOUNTS = {"OWN": "9999992026985895365", "THEIRS": "9999992978897116027", "OTHER": "9999991234567890124"}
RULES = yaml.safe_load(Path(__file__).with_name("told.yaml").read_text(encoding="utf-8"))
OF_PAYMENTS = {"to": "to", "from": "source", "holder": "holder", "bank": "bank", "way": "channel"}


def told(found: Reading, what: str) -> Any:
    if what == "paid":
        return [one.amount_fen / 100 for one in found.transfers]
    if what == "at":
        return [
            one.at and one.at[5 : 10 if one.precision == "day" else 16].replace("T", " ") for one in found.transfers
        ]
    if what in OF_PAYMENTS:
        names = {number: name for name, number in ACCOUNTS.items()}
        values = [getattr(one, OF_PAYMENTS[what]) for one in found.transfers]
        return [names.get(value, value) for value in values]
    if what in ("stated", "returned"):
        fen = getattr(found.loss, what)
        return fen and fen / 100
    raise KeyError(what)


@pytest.mark.parametrize(
    "one", [pytest.param(one, id=f"{rule['rule']}: {one['text']}") for rule in RULES for one in rule["read"]]
)
def test_a_sentence_is_read_as_a_careful_reader_would(one: dict[str, Any]) -> None:
    text = one["text"]
    for name, number in ACCOUNTS.items():
        text = text.replace(name, number)
    found = read(text, REPORT)
    assert {what: told(found, what) for what in one if what != "text"} == {
        what: wanted for what, wanted in one.items() if what != "text"
    }


@pytest.mark.parametrize("doubtful", [4, 40])
def test_a_total_decides_over_many_doubtful_sums(doubtful: int) -> None:
    asked = "".join(f"对方称需缴{50 + 100 * each}元保证金，" for each in range(doubtful))
    assert told(read(f"其转账1000元，{asked}共损失1050元。", REPORT), "paid") == [1000, 50]
