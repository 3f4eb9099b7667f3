"""Why somebody was not warned of: what fired, and how near every indicator and the model came to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fanzha.detection.indicator import INDICATORS
from fanzha.detection.kernel import margin_of
from fanzha.detection.models import Models
from fanzha.features import AT, FEATURE_INDEX, SUBJECT, VIEW_INDEX
from fanzha.refusal import Refusal
from fanzha.signals import SignalLog

_CHUNK = 8192


@dataclass
class Nearest:
    """The moment at which something came nearest. `short`: 0 when it was reached, else the part of the threshold that lacked."""

    at_us: int
    short: float
    value: float
    threshold: float
    feature: str


def missed(log: SignalLog, models: Models, subject: str) -> dict[str, Any]:
    """`{"names", "moments", "indicators": {id/place: Nearest}, "margin": {"highest", "needed", "at_us"} or None}` of a person, number or
    account. `names`: as it is spelled in warnings.

    The log is worked through again; only moments at which a model judges are looked at. Refusal when the log never met the subject.
    """
    engine = models.engine(collect=_CHUNK)
    nearest: dict[str, Nearest] = {}
    best: dict[str, Any] | None = None
    moments, position = 0, 0
    while batches := log.read(position, limit=2):
        for batch in batches:
            position = batch.position
            for touches, kinds, rows in engine.moments(batch):
                for n in np.flatnonzero(np.isin(touches[:, SUBJECT], engine.subjects.met(subject))):
                    moments += 1
                    row, at = rows[n].astype(np.float64), int(touches[n, AT])
                    _compare(nearest, row, at)
                    needed = float(np.min(engine.trees.margins[int(kinds[n]), 1:]))
                    if needed < np.inf:  # else the rules alone judge this kind
                        margin = margin_of(engine.trees, int(kinds[n]), row, -np.inf)
                        if best is None or margin - needed > best["highest"] - best["needed"]:
                            best = {"highest": float(margin), "needed": needed, "at_us": at}
    names = engine.subjects.named(engine.subjects.met(subject))
    if not names:
        raise Refusal("nobody of that name in this log", code="subject.unknown", where=subject)
    return {"names": names, "moments": moments, "indicators": nearest, "margin": best}


def _compare(nearest: dict[str, Nearest], row: np.ndarray, at: int) -> None:
    view = int(row[len(FEATURE_INDEX)])
    for place, one in enumerate(INDICATORS):
        if VIEW_INDEX[one.view] != view or not one.limits:
            continue
        lacks = [
            (_short(float(row[FEATURE_INDEX[name]]), limit, least), name, limit) for name, limit, least in one.limits
        ]
        short, name, limit = max(lacks)
        key = f"{one.id}/{place}"
        if key not in nearest or short < nearest[key].short:
            nearest[key] = Nearest(at, short, float(row[FEATURE_INDEX[name]]), limit, name)


def _short(value: float, limit: float, at_least: bool) -> float:
    if (value >= limit) == at_least:
        return 0.0
    return abs(limit - value) / max(abs(limit), 1e-9)
