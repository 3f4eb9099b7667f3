"""The labelled narratives keep the rules of their README, so that a measured mistake is the reader's and not the label's."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from fanzha.reading.cards import is_card
from fanzha.vocabulary import CASE_CLASSES, SYNTHETIC_CARD_PREFIX, normal_number

FOLDER = Path(__file__).parent / "narratives"
SIDES = {"victim", "suspect", "unknown"}
LURES = {
    "call",
    "sms",
    "im_group",
    "im_friend",
    "short_video",
    "social_media",
    "dating_app",
    "game",
    "shopping_platform",
}
LURES |= {"search", "parcel", "app", "offline", "email", "unknown"}
FORMS = {
    "bank",
    "payment",
    "card_secret",
    "cash_courier",
    "gold_courier",
    "ride_hailing",
    "virtual_currency",
    "pos",
    "other",
}

NARRATIVES = [
    (path.stem, json.loads(line))
    for path in sorted(FOLDER.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]
ALL = pytest.mark.parametrize("narrative", [pytest.param(told, id=told["id"]) for _, told in NARRATIVES])


SPOKEN = str.maketrans("零〇幺一二三四五六七八九", "001123456789")


def digits_run_together(text: str) -> str:
    said = re.sub(
        "[零〇幺一二三四五六七八九](?:(?!，?[一二三四五六七八九]{1,2}[个点十百千])，?[零〇幺一二三四五六七八九]){8,}",
        lambda run: run.group().replace("，", "").translate(SPOKEN),
        text,
    )
    return re.sub(r"(?<=\d)[ -](?=\d)", "", said)


def test_every_class_that_is_measured_is_told_at_least_three_times_in_every_file_and_no_narrative_twice() -> None:
    measured = {narrative["expected"]["case_class"] for _, narrative in NARRATIVES}
    assert len(measured) >= 13
    for name, group in groupby(NARRATIVES, key=lambda pair: pair[0]):
        counts = Counter(narrative["expected"]["case_class"] for _, narrative in group)
        assert {code for code, count in counts.items() if count >= 3} == measured, name
    assert len({narrative["id"] for _, narrative in NARRATIVES}) == len(NARRATIVES)
    assert len({narrative["text"] for _, narrative in NARRATIVES}) == len(NARRATIVES)


@ALL
def test_what_is_labelled_stands_in_the_text(narrative: dict[str, Any]) -> None:
    text, expected = narrative["text"], narrative["expected"]
    compact = digits_run_together(text)
    for account in expected["accounts"]:
        assert account["value"] in compact
        assert is_card(account["value"])
        assert account["value"].startswith(SYNTHETIC_CARD_PREFIX)
        assert len(account["value"]) in (16, 19)
    in_digits = text.translate(SPOKEN)
    spelled = {normal_number(digits) for digits in re.findall(r"\+?\d{3,}", f"{compact} {in_digits}")}
    assert {number["value"] for number in expected["numbers"]} <= spelled
    for kind in ("urls", "apps", "wallets", "waybills"):
        assert all(value in text for value in expected[kind]), kind
    assert all(account["value"] in text + compact + in_digits for account in expected["im"])
    for told in expected["accounts"] + expected["transfers"]:
        assert all(told[key] is None or told[key] in text for key in ("bank", "holder"))


@ALL
def test_labels_agree_with_each_other(narrative: dict[str, Any]) -> None:
    expected = narrative["expected"]
    reported_at = datetime.fromisoformat(narrative["reported_at"])
    accounts = {account["value"] for account in expected["accounts"]}
    assert expected["case_class"] in CASE_CLASSES
    assert expected["lure_channel"] in LURES
    assert set(expected["handover"]) <= FORMS
    assert {item["side"] for kind in ("numbers", "accounts", "im") for item in expected[kind]} <= SIDES
    for transfer in expected["transfers"]:
        assert transfer["at"] is None or datetime.fromisoformat(transfer["at"]) <= reported_at
        assert {transfer["from"], transfer["to"]} - {None} <= accounts
    sent = sum(transfer["amount_fen"] for transfer in expected["transfers"])
    assert expected["loss_fen"]["summed"] == (sent or None)
