"""What the margins of a model mean: as probabilities, and as false stories a day."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.detection.indicator import GRADING
from fanzha.detection.kernel import YOUNG_S
from fanzha.detection.lived import DAY_US
from fanzha.detection.samples import Sample
from fanzha.detection.scoring import COLUMNS
from fanzha.vocabulary import WARNING_KINDS


def calibrate(
    card: dict[str, Any], kind: int, sample: Sample, margins: NDArray[np.float64], people_days: float, people: int
) -> None:
    """Write what margins mean into the card: probabilities and false stories a day. `people`: in all logs together."""
    from sklearn.linear_model import LogisticRegression

    name, told = WARNING_KINDS[kind], sample.labels >= 0
    labels, margin = sample.labels[told], margins[told]
    weight = np.where(labels == 0, sample.thinned[told], 1)
    line = LogisticRegression(C=100.0).fit(margin.reshape(-1, 1), labels, sample_weight=weight)
    card["calibration"][name] = [float(line.coef_[0, 0]), float(line.intercept_[0])]
    card["usual"][name] = np.quantile(sample.rows[sample.labels == 0], [0.05, 0.5, 0.95], axis=0).T.tolist()
    card["rows"][name] = {
        "true": int((labels == 1).sum()),
        "ordinary": int((labels == 0).sum()),
        "one_of": int(sample.thinned.max()),
    }
    if kind == 0:
        card["budget"][name] = _budget(sample, told, margins, people_days)
        return
    allowed, young = GRADING["budget"]["wrongly"][name], sample.rows[:, COLUMNS.index("state_age_s")] < YOUNG_S
    first_day, later = told & young, told & ~young
    days = people_days - people if later.any() and people_days > people else people_days
    usual = later if later.any() else told
    cut = _cut(sample, usual, margins, allowed["later"] * days / 1e5)
    sure = _cut(sample, usual, margins, allowed["sure"] * days / 1e5)
    cautious = _cut(sample, first_day, margins, allowed["first_day"] * people / 1e5) if first_day.any() else cut
    card["cut"][name] = {"margin": cut, "sure": max(sure, cut), "caution": max(cautious - cut, 0.0)}


def _budget(
    sample: Sample, told: NDArray[np.bool_], margins: NDArray[np.float64], people_days: float
) -> dict[str, list[float]]:
    """Margins, ascending, and the stories of people who were not deceived that each lets through per 100,000 and day."""
    frame = pl.DataFrame(
        {
            "subject": sample.subjects[told],
            "day": sample.at[told] // DAY_US,
            "margin": margins[told],
            "label": sample.labels[told],
            "stands_for": sample.thinned[told],
        }
    )
    stories = frame.group_by("subject", "day").agg(pl.col("margin", "label", "stands_for").max())
    false = stories.filter(pl.col("label") == 0).sort("margin", descending=True)
    highest = false["margin"].to_numpy()
    rates = false["stands_for"].cum_sum().to_numpy() / max(people_days, 1) * 1e5
    chosen = np.unique(np.geomspace(1, len(highest), 400).astype(int)) - 1
    return {
        "margin": [float(one) for one in highest[chosen][::-1]],
        "false_per_100000_and_day": [float(one) for one in rates[chosen][::-1]],
    }


def _cut(sample: Sample, told: NDArray[np.bool_], margins: NDArray[np.float64], allowed: float) -> float:
    """The least margin that no more than `allowed` ordinary subjects reach, of the rows in `told` (one at least)."""
    columns = {"margin": margins[told], "label": sample.labels[told], "stands_for": sample.thinned[told]}
    frame = pl.DataFrame({"subject": sample.subjects[told], **columns})
    each = frame.group_by("subject").agg(pl.col("margin", "label", "stands_for").max())
    false = each.filter(pl.col("label") == 0).sort("margin", descending=True)
    if false.is_empty():
        return float(each["margin"].to_numpy().min())
    over = np.flatnonzero(false["stands_for"].cum_sum().to_numpy() > allowed)
    highest = false["margin"].to_numpy()
    return float(highest[over[0]] + 1e-6 if len(over) else highest[-1])
