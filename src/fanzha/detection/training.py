"""Training of the detection models from a signal log and what is known of it: split by time, never by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fanzha.detection.lived import DAY_US, Lived, spread
from fanzha.detection.margins import calibrate
from fanzha.detection.samples import Sample, joined
from fanzha.detection.scoring import COLUMNS, DetectionModel
from fanzha.features import FEATURES, FLAGS
from fanzha.refusal import Refusal
from fanzha.vocabulary import WARNING_KINDS

Ints = NDArray[np.int64]

if TYPE_CHECKING:
    import lightgbm  # at run time only where it is used: it brings scikit-learn along, which a page never needs

FOLDS = 2
ROUNDS = 220
_SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.06,
    "num_leaves": 24,
    "max_depth": 7,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "use_missing": False,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
    "num_threads": 2,
    "verbosity": -1,
}
_WORSE = {"story_score", "is_listed", "is_suspected", "is_fraud_text", "is_risky_delivery", "is_refusal"}
"""Columns of which more can only make a warning likelier; so are all features over listed, suspected and fraud texts."""
_WORSE_FLAGS = sum(FLAGS[name] for name in ("listed", "suspected", "fraud_text", "risky_delivery", "refusal"))


def train(
    lived: Sequence[Lived], say: Callable[[str], None] = lambda _: None, about: Mapping[str, Any] | None = None
) -> DetectionModel:
    """The models of one or more logs; of several cities a model learns what they have in common. `about`: kept in the card.

    Raises Refusal when there is nothing to learn from.
    """
    import lightgbm

    samples = {
        kind: joined([one.samples[kind] for one in lived if kind in one.samples]) for kind in range(len(WARNING_KINDS))
    }
    samples = {kind: sample for kind, sample in samples.items() if len(sample.at)}
    if not samples:
        raise Refusal("there is no moment in these signals at which anything is judged", code="train.nothing")
    people_days = sum(one.people * _days(one.samples) for one in lived)
    card: dict[str, Any] = {"budget": {}, "calibration": {}, "cut": {}, "usual": {}, "metrics": {}, "rows": {}}
    boosters: dict[str, lightgbm.Booster] = {}
    for kind, sample in samples.items():
        name = WARNING_KINDS[kind]
        lacks = _lacking(sample)
        if lacks is not None:
            say(f"{name}: left to the rules, {lacks}")
            continue
        card["metrics"][name] = _metrics(sample)
        calibrate(card, kind, sample, _held_out(sample), people_days, sum(one.people for one in lived))
        boosters[name] = _boosted(sample, sample.labels >= 0)
        say(f"{name}: {card['metrics'][name]}")
    if not boosters:
        raise Refusal("nothing could be learned; see what was said of each kind", code="train.nothing")
    card |= {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "people": sum(one.people for one in lived),
        "logs": len(lived),
        "lightgbm": lightgbm.__version__,
        **(about or {}),
    }
    return DetectionModel(boosters, card)


def _days(samples: Mapping[int, Sample]) -> float:
    begin = min((int(sample.at.min()) for sample in samples.values()), default=0)
    end = max((int(sample.at.max()) for sample in samples.values()), default=0)
    return max((end - begin) / DAY_US, 1e-6)


def _constraints() -> list[int]:
    worse = []
    for n, column in enumerate(COLUMNS):
        feature = FEATURES[n] if n < len(FEATURES) else None
        over = feature is not None and bool((feature.all_flags | feature.any_flags) & _WORSE_FLAGS)
        worse.append(1 if column in _WORSE or (over and feature is not None and feature.aggregate != "recency") else 0)
    return worse


def _boosted(sample: Sample, chosen: NDArray[np.bool_]) -> lightgbm.Booster:
    import lightgbm

    labels, weights = sample.labels[chosen].astype(float), sample.weights()[chosen]
    true = labels == 1
    weights[true] *= 0.05 * weights[~true].sum() / weights[true].sum()
    data = lightgbm.Dataset(sample.rows[chosen], labels, weight=weights / weights.mean())
    return lightgbm.train({**_SETTINGS, "monotone_constraints": _constraints()}, data, num_boost_round=ROUNDS)


def _lacking(sample: Sample) -> str | None:
    """What is missing to learn from, None when nothing is: both labels in both parts of the time and in every fold."""
    told, early, fold = sample.labels >= 0, ~sample.late, _fold(sample)
    parts = [told & early, told & ~early, *(told & (fold != held) for held in range(FOLDS))]
    if all(len(np.unique(sample.labels[part])) == 2 for part in parts):
        return None
    return "expected true and ordinary moments in both the first 70 % of the time and the rest, of several subjects"


def _metrics(sample: Sample) -> dict[str, float]:
    """What a model of the first part of the time is worth in the last."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    told = sample.labels >= 0
    before, after = told & ~sample.late, told & sample.late
    margins = np.asarray(_boosted(sample, before).predict(sample.rows[after], raw_score=True))
    labels = sample.labels[after]
    weight = np.where(labels == 0, sample.thinned[after], 1)
    return {
        "auc": round(float(roc_auc_score(labels, margins, sample_weight=weight)), 4),
        "average_precision": round(float(average_precision_score(labels, margins, sample_weight=weight)), 4),
    }


def _fold(sample: Sample) -> Ints:
    # by the highest bits of the lot: the lowest are alike in all who are left of a large city
    return (spread(sample.subjects) >> 16) % FOLDS


def _held_out(sample: Sample) -> NDArray[np.float64]:
    """The margin of every row by a model that never saw its subject; over the whole time, its empty beginning included."""
    fold = _fold(sample)
    margins = np.zeros(len(sample.subjects))
    for held in range(FOLDS):
        booster = _boosted(sample, (fold != held) & (sample.labels >= 0))
        margins[fold == held] = np.asarray(booster.predict(sample.rows[fold == held], raw_score=True))
    return margins
