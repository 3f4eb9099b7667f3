"""The features as data: read once, checked, and laid out for the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fanzha.vocabulary import Text, load_data, text_from

AGGREGATES = ("count", "sum", "max", "distinct", "gap", "ratio")
_UNITS = {"m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class View:
    """Whose events are followed: `subject_kind` by the column `subject`, with whom by `counterparty`."""

    name: str
    table: str
    subject_kind: str
    subject: str
    counterparty: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature; `window_us` in microseconds, strictly backwards. A ratio of two features has `of` and `over`."""

    id: str
    name: Text
    view: str | None = None
    aggregate: str = "share"
    all_flags: int = 0
    any_flags: int = 0
    at_least: int = -(2**62)
    below: int = 2**62
    same_counterparty: bool = False
    window_us: int = 0
    of: str | None = None
    over: str | None = None


_DATA: dict[str, Any] = load_data("fanzha.features", "features.yaml")
FLAGS: dict[str, int] = {name: 1 << bit for bit, name in enumerate(_DATA["flags"])}


def _view(name: str, row: dict[str, Any]) -> View:
    ((kind, column),) = row["subject"].items()
    return View(name, row["table"], kind, column, row["counterparty"])


def _mask(names: list[str]) -> int:
    return sum(FLAGS[name] for name in names)


def _feature(row: dict[str, Any]) -> Feature:
    where = row.get("where", {})
    if row["aggregate"] not in AGGREGATES:
        raise ValueError(f"features.yaml: {row['id']}: no aggregate {row['aggregate']!r}")
    return Feature(
        row["id"],
        text_from(row["name"]),
        row["view"],
        row["aggregate"],
        _mask(where.get("all", [])),
        _mask(where.get("any", [])),
        where.get("at_least", -(2**62)),
        where.get("below", 2**62),
        where.get("same_counterparty", False),
        int(row["window"][:-1]) * _UNITS[row["window"][-1]] * 1_000_000,
    )


VIEWS: tuple[View, ...] = tuple(_view(name, row) for name, row in _DATA["views"].items())
VIEW_INDEX: dict[str, int] = {view.name: index for index, view in enumerate(VIEWS)}
WINDOWED: tuple[Feature, ...] = tuple(_feature(row) for row in _DATA["features"])
RATIOS: tuple[Feature, ...] = tuple(
    Feature(row["id"], text_from(row["name"]), of=row["of"], over=row["over"]) for row in _DATA["ratios"]
)
FEATURES: tuple[Feature, ...] = (*WINDOWED, *RATIOS)
FEATURE_INDEX: dict[str, int] = {feature.id: index for index, feature in enumerate(FEATURES)}


def layout() -> npt.NDArray[np.int64]:
    """The windowed features as rows of integers for the kernel: view, aggregate, all, any, at_least, below, same, window."""
    return np.array(
        [
            [
                VIEW_INDEX[str(feature.view)],
                AGGREGATES.index(feature.aggregate),
                feature.all_flags,
                feature.any_flags,
                feature.at_least,
                feature.below,
                feature.same_counterparty,
                feature.window_us,
            ]
            for feature in WINDOWED
        ],
        dtype=np.int64,
    )


def ratios() -> npt.NDArray[np.int64]:
    """The ratio features as rows of two indices of FEATURES: of, over."""
    return np.array([[FEATURE_INDEX[str(row.of)], FEATURE_INDEX[str(row.over)]] for row in RATIOS], dtype=np.int64)
