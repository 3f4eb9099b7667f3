"""Whoever writes an indicator is told which row is wrong, and in what."""

from __future__ import annotations

from typing import Any

import pytest

from fanzha.detection.indicator import indicator_from

ROW: dict[str, Any] = {
    "indicator": "V99", "name": {"zh": "测试", "en": "A test"}, "view": "calls_in", "event": {"all": ["first"], "any": ["night"], "at_least": 60},
    "all": {"calls_in_24h": 3}, "below": {"risky_calls_7d": 9}, "level": 2, "weight": 0.3, "since": "2026-01-01", "source": "ours",
    "fires": ["a"], "silent": ["b"],
}  # fmt: skip


def test_a_whole_row_is_an_indicator() -> None:
    one = indicator_from("victim", 1, ROW)
    assert (one.id, one.at_least, one.level, one.certain) == ("V99", 60, 2, False)
    assert one.limits == (("calls_in_24h", 3.0, True), ("risky_calls_7d", 9.0, False))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"weight": None}, "look at weight"),
        ({"wieght": 0.3}, "look at wieght"),
        ({"view": "calls"}, "there is no view 'calls'"),
        ({"event": {"all": ["late"]}}, "there is no flag 'late'"),
        ({"event": {"any": ["late"]}}, "there is no flag 'late'"),
        ({"all": {"calls_in_25h": 1}}, "there is no feature 'calls_in_25h'"),
        ({"below": {"calls_in_25h": 1}}, "there is no feature 'calls_in_25h'"),
    ],
)
def test_a_wrong_row_is_named_with_what_is_wrong_in_it(change: dict[str, Any], named: str) -> None:
    row = {key: value for key, value in {**ROW, **change}.items() if value is not None}
    with pytest.raises(ValueError, match=r"indicators/victim.yaml, indicator 7 \(V99\): .*") as refused:
        indicator_from("victim", 7, row)
    assert named in str(refused.value)
