"""Recall over the whole range of false warnings, precision at the city's daily budget, and whether scores mean what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from fanzha.evaluation.truth import Measured

DAILY_BUDGET = 5330 / 3_571_505
"""Warnings per head and day that a city can work: Baise's (domain page 14, figure 11)."""
_POINTS = 60


def curve(measured: Measured, victim: pl.DataFrame) -> list[dict[str, float]]:
    """For falling scores: false warnings per 100,000 people and day, and recall before the first and with the last payment.

    Its range is what was warned of: for more of it, detect with a larger budget.
    """
    if victim.is_empty():
        return []
    deceived = set(measured.victims["who"]) | set(measured.lured["who"])
    scale = 100_000 / max(measured.count, 1) / measured.days
    stories = measured.victims.select("who", "first_payment_at", "last_payment_at")
    points = []
    for least in np.unique(np.quantile(victim["score"].to_numpy(), np.linspace(0, 1, _POINTS)))[::-1]:
        told = victim.filter(pl.col("score") >= least)
        first = told.group_by("who").agg(pl.col("issued_at").min().alias("warned_at"))
        joined = stories.join(first, on="who", how="left")
        points.append(
            {
                "score": float(least),
                "false": told.filter(~pl.col("who").is_in(list(deceived))).height * scale,
                "before_first": _share(joined["warned_at"] < joined["first_payment_at"]),
                "with_last": _share(joined["warned_at"] <= joined["last_payment_at"]),
            }
        )
    return points


def at_daily_budget(measured: Measured, victim: pl.DataFrame) -> dict[str, Any] | None:
    """Precision (victims and lured people) of the highest-scored warnings of each day, as many as a city of this size can work."""
    if victim.is_empty():
        return None
    deceived = list(set(measured.victims["who"]) | set(measured.lured["who"]))
    budget = max(1, round(DAILY_BUDGET * measured.count))
    day = pl.col("issued_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    top = victim.sort("score", descending=True).with_columns(day.alias("day")).group_by("day").head(budget)
    return {"warnings_per_day": budget, "precision": _share(top["who"].is_in(deceived))}


def by_level(measured: Measured, victim: pl.DataFrame) -> dict[str, Any]:
    """Warnings of each level, and how many of them were of victims or lured people."""
    deceived = list(set(measured.victims["who"]) | set(measured.lured["who"]))
    return {
        str(level): {"count": rows.height, "precision": _share(rows["who"].is_in(deceived))}
        for (level,), rows in sorted(victim.group_by("level"))
    }


def calibration(measured: Measured, victim: pl.DataFrame) -> list[dict[str, float]]:
    """Warnings by tenths of the score: mean score and the share that was true."""
    deceived = list(set(measured.victims["who"]) | set(measured.lured["who"]))
    tenths = victim.with_columns(
        (pl.col("score") * 10).floor().clip(0, 9).alias("tenth"), pl.col("who").is_in(deceived).alias("true")
    )
    rows = tenths.group_by("tenth").agg(pl.len(), pl.col("score").mean(), pl.col("true").mean()).sort("tenth")
    return [{"count": row["len"], "score": row["score"], "true": row["true"]} for row in rows.iter_rows(named=True)]


def _share(values: pl.Series) -> float:
    return float(values.fill_null(False).cast(pl.Float64).mean() or 0.0)  # type: ignore[arg-type]
