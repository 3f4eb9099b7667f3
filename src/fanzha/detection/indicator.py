"""The indicators as data: read, checked against the features, and laid out for the kernel."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanzha.features import FEATURE_INDEX, FLAGS, VIEW_INDEX
from fanzha.vocabulary import WARNING_KINDS, Text, load_data, text_from

_HERE = "fanzha.detection"
FAMILIES = WARNING_KINDS
NO_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign: on an event of `view` that has the flags and value asked for, when each feature of `limits` is reached.

    `limits`: (feature id, threshold, True when the feature must be at least it and False when it must be below).
    """

    id: str
    kind: str
    view: str
    all_flags: int
    any_flags: int
    at_least: int
    limits: tuple[tuple[str, float, bool], ...]
    level: int
    weight: float
    name: Text
    source: str


def _read(kind: str, place: int, row: dict[str, Any]) -> Indicator:
    where = f"{kind}.yaml, indicator {place} ({row.get('indicator')})"
    limits = [(name, float(value), True) for name, value in row.get("all", {}).items()]
    limits += [(name, float(value), False) for name, value in row.get("below", {}).items()]
    for name, _, _ in limits:
        if name not in FEATURE_INDEX:
            raise ValueError(f"{where}: there is no feature {name!r}")
    event = row["event"]
    return Indicator(
        row["indicator"],
        kind,
        row["view"],
        sum(FLAGS[flag] for flag in event.get("all", [])),
        sum(FLAGS[flag] for flag in event.get("any", [])),
        event.get("at_least", 0),
        tuple(limits),
        row["level"],
        row["weight"],
        text_from(row["name"]),
        row["source"],
    )


INDICATORS: tuple[Indicator, ...] = tuple(
    _read(kind, place, row)
    for kind in FAMILIES
    for place, row in enumerate(load_data(_HERE, f"indicators/{kind}.yaml"), start=1)
)
GRADING: dict[str, Any] = load_data(_HERE, "grading.yaml")
VERSION = hashlib.sha256(
    json.dumps(
        [[load_data(_HERE, f"indicators/{kind}.yaml") for kind in FAMILIES], GRADING], default=str, sort_keys=True
    ).encode()
).hexdigest()[:12]
"""Changes whenever an indicator, a weight or a threshold does; kept with every warning."""


def rules() -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The indicators for the kernel: gates (view, slot, all, any, at_least), weights, and limits as
    (indicator, feature, threshold, at least or below) rows."""
    gates = np.array(
        [
            [VIEW_INDEX[one.view], one.kind != "victim", one.all_flags, one.any_flags, one.at_least]
            for one in INDICATORS
        ],
        np.int64,
    )
    weights = np.array([one.weight for one in INDICATORS])
    limits = [
        (number, FEATURE_INDEX[name], value, float(at_least))
        for number, one in enumerate(INDICATORS)
        for name, value, at_least in one.limits
    ]
    return gates, weights, np.array(limits, np.float64).reshape(-1, 4)
