"""The indicators as data: read, checked against the features, and laid out for the kernel."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np

from fanzha.detection.kernel import MODEL, Rules
from fanzha.detection.touches import KIND_OF_COLUMN
from fanzha.features import FEATURE_INDEX, FLAGS, SUBJECT_KINDS, VIEW_INDEX, VIEWS, View
from fanzha.vocabulary import WARNING_KINDS, Text, load_data, text_from

_HERE = "fanzha.detection"
FAMILIES = WARNING_KINDS
_KINDS = {"person": 0, "number": 1, "account": 2}
_KEYS = {"indicator", "name", "view", "event", "level", "weight", "since", "source", "fires", "silent"}
_MAY = {"all", "below", "certain"}
WITH_HOLDER = ("account_in",)
"""Views whose counterparty's holder is read too: money of somebody who is being deceived tells a mule before any of it leaves."""
MOST = 63
"""As many indicators as a subject's word of bits has room for (watch.py)."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign: on an event of `view` that has the flags and value asked for, when each feature of `limits` is reached.

    `limits`: (feature id, threshold, True when the feature must be at least it and False when it must be below).
    `fires`, `silent`: its examples, in the lines of examples.py.
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
    certain: bool
    fires: tuple[str, ...]
    silent: tuple[str, ...]


def _event(event: dict[str, Any]) -> tuple[int, int, int]:
    """All flags, any flags and the least value that an event must have."""
    return (
        sum(FLAGS[flag] for flag in event.get("all", [])),
        sum(FLAGS[flag] for flag in event.get("any", [])),
        event.get("at_least", 0),
    )


def indicator_from(kind: str, place: int, row: dict[str, Any]) -> Indicator:
    """The indicator that a row of the library tells, the `place`-th of its kind. ValueError that names what is wrong in it."""
    where = f"indicators/{kind}.yaml, indicator {place} ({row.get('indicator')})"
    odd = _KEYS - set(row) or set(row) - _KEYS - _MAY
    if odd:
        raise ValueError(f"{where}: expected {', '.join(sorted(_KEYS))}; look at {', '.join(sorted(odd))}")
    if row["view"] not in VIEW_INDEX:
        raise ValueError(f"{where}: there is no view {row['view']!r}; there are {', '.join(VIEW_INDEX)}")
    for flag in (*row["event"].get("all", ()), *row["event"].get("any", ())):
        if flag not in FLAGS:
            raise ValueError(f"{where}: there is no flag {flag!r}; there are {', '.join(FLAGS)}")
    limits = [(name, float(value), True) for name, value in row.get("all", {}).items()]
    limits += [(name, float(value), False) for name, value in row.get("below", {}).items()]
    for name, _, _ in limits:
        if name not in FEATURE_INDEX:
            raise ValueError(f"{where}: there is no feature {name!r}")
    return Indicator(
        row["indicator"],
        kind,
        row["view"],
        *_event(row["event"]),
        tuple(limits),
        row["level"],
        row["weight"],
        text_from(row["name"]),
        row["source"],
        row.get("certain", False),
        tuple(row["fires"]),
        tuple(row["silent"]),
    )


_ROWS: list[list[dict[str, Any]]] = [load_data(_HERE, f"indicators/{kind}.yaml") for kind in FAMILIES]
INDICATORS: tuple[Indicator, ...] = tuple(
    indicator_from(kind, place, row)
    for kind, rows in zip(FAMILIES, _ROWS, strict=True)
    for place, row in enumerate(rows, start=1)
)
if len(INDICATORS) > MOST:
    raise ValueError(f"indicators/: there are {len(INDICATORS)} indicators, and room for {MOST}")
GRADING: dict[str, Any] = load_data(_HERE, "grading.yaml")
MOMENTS: dict[str, Any] = load_data(_HERE, "moments.yaml")
_DECIDING = [[{key: row[key] for key in row if key not in ("fires", "silent")} for row in rows] for rows in _ROWS]
VERSION = hashlib.sha256(json.dumps([_DECIDING, GRADING], default=str, sort_keys=True).encode()).hexdigest()[:12]
"""Changes whenever an indicator, a weight or a threshold does; kept with every warning."""


def rules() -> Rules:
    """The indicators and the model's moments for the kernel."""
    gates = [(one.view, one.all_flags, one.any_flags, one.at_least, n) for n, one in enumerate(INDICATORS)]
    gates += [(row["view"], *_event(row["event"]), MODEL) for kind in FAMILIES for row in MOMENTS[kind]]
    gates.sort(key=lambda gate: VIEW_INDEX[gate[0]])
    places = np.array([VIEW_INDEX[gate[0]] for gate in gates])
    limits = [
        (n, FEATURE_INDEX[name], value, float(at_least))
        for n, one in enumerate(INDICATORS)
        for name, value, at_least in one.limits
    ]
    of_limits = np.array([limit[0] for limit in limits])
    numbers, views = np.arange(len(INDICATORS)), np.arange(len(VIEWS))
    return Rules(
        np.array([_KINDS.get(view.subject_kind, -1) for view in VIEWS]),
        np.array([_other_kind(view) for view in VIEWS]),
        np.array([view.name in WITH_HOLDER for view in VIEWS]),
        np.array([gate[1:] for gate in gates], np.int64),
        np.searchsorted(places, views, side="left"),
        np.searchsorted(places, views, side="right"),
        np.array([one.weight for one in INDICATORS]),
        np.array([limit[1:] for limit in limits], np.float64),
        np.searchsorted(of_limits, numbers, side="left"),
        np.searchsorted(of_limits, numbers, side="right"),
        np.array([GRADING[kind].get("suspected", np.inf) for kind in FAMILIES]),
        GRADING["story_hours"] * 3600 * 1_000_000,
    )


def _other_kind(view: View) -> int:
    """The counterparty's kind where it is another than the subject's: a payee is an account, a caller a number."""
    kind = KIND_OF_COLUMN.get(view.counterparty)
    return SUBJECT_KINDS.index(kind) if kind in SUBJECT_KINDS and kind != view.subject_kind else -1
