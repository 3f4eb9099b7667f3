"""Figures on a truth small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzha.evaluation import Measured, evaluate
from fanzha.evaluation.networks import lookalike_figures

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def hours(count: float) -> datetime:
    return NOON + timedelta(hours=count)


def warning(who: str, at: datetime, level: int = 3, kind: str = "victim") -> dict[str, Any]:
    reasons = [{"indicator": "W01", "value": 1.0, "threshold": 1.0, "text_zh": "由", "text_en": "why"}]
    return {
        "who": who,
        "subject": who,
        "issued_at": at,
        "level": level,
        "warning_kind": kind,
        "score": 0.5,
        "reasons": reasons,
    }


def measured(*warnings: dict[str, Any]) -> Measured:
    victims = pl.DataFrame(
        {
            "who": ["v1", "v2"],
            "case_class": ["AB", "AF"],
            "first_payment_at": [NOON, NOON],
            "last_payment_at": [hours(2), hours(2)],
        }
    )
    lured = pl.DataFrame({"who": ["l1"]})
    schema = {
        "who": pl.String, "subject": pl.String, "issued_at": pl.Datetime("us", "UTC"), "level": pl.Int64, "warning_kind": pl.String, "score": pl.Float64,
        "reasons": pl.List(pl.Struct({"indicator": pl.String, "value": pl.Float64, "threshold": pl.Float64, "text_zh": pl.String, "text_en": pl.String})),
    }  # fmt: skip
    people = pl.DataFrame({"person": ["v1"], "place": ["451002"], "birth_year": [1990]})
    return Measured(
        pl.DataFrame(warnings, schema=schema),
        victims,
        lured,
        pl.DataFrame(),
        pl.DataFrame(),
        people,
        pl.DataFrame(),
        pl.DataFrame(),
        1000,
        2,
        {},
    )


def test_a_warning_with_the_last_payment_counts_and_a_later_one_does_not() -> None:
    figures = evaluate(measured(warning("v1", hours(2)), warning("v2", hours(2.01))))
    assert figures["victims"]["with_last_payment_or_before"]["value"] == 0.5
    assert figures["victims"]["before_first_payment"]["value"] == 0.0


def test_who_was_deceived_five_times_makes_nothing_surer() -> None:
    told = measured(*(warning(f"v{n}", hours(-1)) for n in range(10)))
    once = pl.DataFrame(
        [{"who": f"v{n}", "case_class": "AB", "first_payment_at": NOON, "last_payment_at": NOON} for n in range(20)]
    )
    found = [
        evaluate(replace(told, victims=pl.concat([once] * times)))["victims"]["before_first_payment"]
        for times in (1, 5)
    ]
    assert found[0] == found[1]
    assert found[0]["value"] == 0.5


def test_a_look_alike_of_two_groups_counts_in_both() -> None:
    links = pl.DataFrame({"a": ["n1"], "b": ["n2"], "strength": [0.9]})
    truth = pl.DataFrame({"identifier": ["n1", "n1", "n3"], "group": ["courier", "border", "shop"]})
    assert lookalike_figures(links, truth) == {
        "strong_links": 1, "lookalikes": 2, "wrong": 1, "by_group": {"border": 1, "courier": 1},
    }  # fmt: skip


def test_false_warnings_are_those_of_people_neither_deceived_nor_lured() -> None:
    figures = evaluate(
        measured(
            warning("v1", hours(-1)),
            warning("l1", NOON),
            warning("x", NOON, level=2),
            warning("n", NOON, kind="number"),
        )
    )
    assert figures["victims"]["before_first_payment"]["value"] == 0.5
    assert figures["false_victim_warnings"]["count"] == 1
    assert figures["false_victim_warnings"]["per_100000_people_and_day"] == pytest.approx(50)
    assert figures["false_victim_warnings"]["at_levels_1_2"] == pytest.approx(50)


@given(
    st.lists(
        st.tuples(st.sampled_from(["v1", "v2", "l1", "x", "y"]), st.integers(-5, 5), st.integers(1, 4)), max_size=8
    )
)
def test_more_warnings_never_lower_recall_nor_false_warnings(rows: list[tuple[str, int, int]]) -> None:
    warnings = [warning(who, hours(at), level) for who, at, level in rows]
    fewer, more = evaluate(measured(*warnings[:-1])), evaluate(measured(*warnings))
    assert (
        fewer["victims"]["with_last_payment_or_before"]["value"]
        <= more["victims"]["with_last_payment_or_before"]["value"]
    )
    assert fewer["false_victim_warnings"]["count"] <= more["false_victim_warnings"]["count"]
    share = more["victims"]["with_last_payment_or_before"]
    assert share["low"] <= share["value"] <= share["high"]
