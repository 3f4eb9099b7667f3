"""How good detection was, as figures: recall in time, false warnings per head and day, lead time, fairness."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl

from fanzha.evaluation.curves import at_daily_budget, by_level, calibration, curve
from fanzha.evaluation.timing import accounts_in_time, lookalikes, money, numbers_in_time
from fanzha.evaluation.truth import Measured
from fanzha.metrics import group_ratios
from fanzha.vocabulary import age_band, normal_number

PER = 100_000
RESAMPLES = 1000


def evaluate(measured: Measured) -> dict[str, Any]:
    """All figures. Recall counts victims warned strictly before the first payment, and with the last payment or before it
    (issued_at <= last_payment_at); false victim warnings are those of people who are neither victims nor lured (design 6)."""
    victim = measured.warnings.filter(pl.col("warning_kind") == "victim")
    return {
        "people": measured.count,
        "days": measured.days,
        "inflation": measured.city.get("inflation"),
        "synthetic": measured.city.get("synthetic"),
        "victims": _victims(measured, victim),
        "false_victim_warnings": _false(measured, victim),
        "numbers": _found(measured.warnings, measured.numbers, "number"),
        "accounts": _found(measured.warnings, measured.accounts, "account"),
        "numbers_in_time": numbers_in_time(measured),
        "accounts_in_time": accounts_in_time(measured),
        "lookalikes": lookalikes(measured),
        "money": money(measured, victim),
        "at_daily_budget": at_daily_budget(measured, victim),
        "by_level": by_level(measured, victim),
        "curve": curve(measured, victim),
        "calibration": calibration(measured, victim),
    }


def _victims(measured: Measured, victim: pl.DataFrame) -> dict[str, Any]:
    first = victim.group_by("who").agg(pl.col("issued_at").min().alias("warned_at"))
    urgent = victim.filter(pl.col("level") <= 2).group_by("who").agg(pl.col("issued_at").min().alias("urgent_at"))
    stories = measured.victims.join(first, on="who", how="left").join(urgent, on="who", how="left")
    stories = stories.with_columns(
        before_first=(pl.col("warned_at") < pl.col("first_payment_at")).fill_null(False),
        in_time=(pl.col("warned_at") <= pl.col("last_payment_at")).fill_null(False),
        urgent_in_time=(pl.col("urgent_at") <= pl.col("last_payment_at")).fill_null(False),
    )
    lead = (stories["last_payment_at"] - stories["warned_at"]).dt.total_seconds().drop_nulls() / 60
    lured = measured.lured.join(first, on="who", how="left") if not measured.lured.is_empty() else measured.lured
    by_class = stories.group_by("case_class").agg(pl.len(), pl.col("in_time").mean(), pl.col("before_first").mean())
    return {
        "count": stories.height,
        "before_first_payment": _share(stories["before_first"], stories["who"]),
        "with_last_payment_or_before": _share(stories["in_time"], stories["who"]),
        "at_levels_1_2_in_time": _share(stories["urgent_in_time"], stories["who"]),
        "lead_minutes_to_last_payment_median": None if lead.is_empty() else round(float(lead.median() or 0), 1),  # type: ignore[arg-type]
        "lured": lured.height,
        "lured_warned": None if lured.is_empty() else _share(lured["warned_at"].is_not_null(), lured["who"]),
        "by_class": {row["case_class"]: row for row in by_class.sort("case_class").iter_rows(named=True)},
    }


def _share(values: pl.Series, who: pl.Series) -> dict[str, float | None]:
    """Mean with a 95 % interval by bootstrap (seeded) over people, each with all their stories: one warning may be of several."""
    if values.is_empty():
        return {"value": None, "low": None, "high": None}
    told = pl.DataFrame({"who": who, "value": values.cast(pl.Float64)})
    each = told.group_by("who", maintain_order=True).agg(pl.col("value").sum(), pl.len())
    sums, counts = each["value"].to_numpy(), each["len"].to_numpy()
    drawn = np.random.default_rng(0).integers(0, len(sums), (RESAMPLES, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return {"value": float(sums.sum() / counts.sum()), "low": float(low), "high": float(high)}


def _false(measured: Measured, victim: pl.DataFrame) -> dict[str, Any]:
    touched = set(measured.victims["who"]) | set(measured.lured["who"])
    wrong = victim.filter(~pl.col("who").is_in(list(touched)))
    scale = PER / max(measured.count, 1) / measured.days
    reasons = wrong.select(pl.col("reasons").list.eval(pl.element().struct.field("indicator")).list.first())
    return {
        "count": wrong.height,
        "per_100000_people_and_day": wrong.height * scale,
        "at_levels_1_2": wrong.filter(pl.col("level") <= 2).height * scale,
        "by_first_reason": dict(
            sorted(reasons.to_series().drop_nulls().value_counts().rows(), key=lambda row: (-row[1], row[0]))
        ),
        "by_county": _ratios(wrong, _counties(measured)),
        "by_age": _ratios(wrong, _bands(measured)),
    }


def _counties(measured: Measured) -> dict[str, str]:
    if measured.people.is_empty():
        return {}
    return dict(measured.people.select("person", pl.col("place").str.slice(0, 6)).drop_nulls().iter_rows())


def _bands(measured: Measured) -> dict[str, str]:
    year = measured.warnings["issued_at"].dt.year().max()
    if measured.people.is_empty() or year is None:
        return {}
    ages = measured.people.select("person", (int(str(year)) - pl.col("birth_year")).alias("age")).drop_nulls()
    return {person: age_band(age) or "other" for person, age in ages.iter_rows()}


def _ratios(wrong: pl.DataFrame, group_of: dict[str, str]) -> dict[str, dict[str, float]]:
    """Each group's rate of false warnings over the city's."""
    sizes = Counter(group_of.values())
    return group_ratios(Counter(group_of[who] for who in wrong["who"] if who in group_of), sizes)


def _found(warnings: pl.DataFrame, truth: pl.DataFrame, kind: str) -> dict[str, Any] | None:
    """Precision and recall of number or account warnings; None when there is no truth about them."""
    if truth.is_empty():
        return None
    told = warnings.filter(pl.col("warning_kind") == kind).group_by("subject").agg(pl.col("issued_at").min())
    known = {_plain(kind, value) for value in truth[kind]}
    warned = {_plain(kind, value) for value in told["subject"]}
    right = len(known & warned)
    return {
        "true": len(known),
        "warned": len(warned),
        "precision": right / len(warned) if warned else None,
        "recall": right / len(known),
    }


def _plain(kind: str, value: str) -> str:
    return (normal_number(value) or value) if kind == "number" else value
