"""Expressions that are tried only at the signs they may begin with find what they found before."""

from __future__ import annotations

import re

import pytest

from fanzha.reading.first_signs import compiled

_TEXT = "接到来电，收到 95588 的电话。[转账]5,000元^到A-b\\c卡；再转３０00元，电话"


@pytest.mark.parametrize(
    "words",
    [
        "(?:接到|收到)?[^，。]{0,8}电话",
        "(?:接到|收到)?电话|(?:来|去)电",
        r"(?<!\d)\d+(?:,\d{3})*元?",
        r"(?<![A-Z])(?:[\]\[^\\-]|A-)",
        r"(?:再|又)*?(?:转|汇)\d",
        r"(?:\s|，)?(?:电话)?",
        r"(?i:a-B)|\Z",
        r"(?<=转)[^\d]|(?<=到)[A-Z]",
        r"(?=[收再])(?:收到|再转)",
    ],
)
def test_finds_the_same(words: str) -> None:
    told = [each.span() for each in re.finditer(words, _TEXT)]
    assert told
    assert [each.span() for each in compiled(words).finditer(_TEXT)] == told
