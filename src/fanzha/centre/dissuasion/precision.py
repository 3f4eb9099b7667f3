"""Where warnings are wrong: of those that people judged, how many were false, by the indicator or model that gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from fanzha.centre.dissuasion.actions.opening import OWN
from fanzha.centre.dissuasion.models import Basis
from fanzha.vocabulary import OUTCOMES, Text, load_data, text_from

WATCHING: dict[str, Any] = load_data("fanzha.centre.dissuasion", "watching.yaml")
TRUE = tuple(code for code, one in OUTCOMES.items() if one.counts_as in ("effective", "late"))
FALSE = tuple(code for code, one in OUTCOMES.items() if one.counts_as == "false")
MODEL = "M-"
"""How the reasons of the model begin; all others are indicators."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Warnings for one reason by one version. `share`: the false among the judged with its 95 % bounds; None: too few to say."""

    indicator: str
    name: Text
    version: str
    judged: int
    false: int
    share: float | None
    low: float | None
    high: float | None


def version_of(indicator: str, versions: dict[str, str]) -> str:
    """The version of what gave a reason: of the model for its own reasons, else of the indicators."""
    return versions.get("detection" if indicator.startswith(MODEL) else "indicators", "")


def precision(days: int, now: datetime) -> list[Judged]:
    """Our own warnings whose order got a true (D01-D04) or false (D06) outcome in the last `days`, the most often wrong first.

    A warning counts once for each indicator among its reasons, and once for the model. A corrected outcome counts as corrected.
    """
    since = now - timedelta(days=days)
    found = Basis.objects.filter(source=OWN, order__fed_back_at__gt=since, order__fed_back_at__lte=now)
    rows = found.filter(order__outcome__in=(*TRUE, *FALSE)).order_by()
    counts: dict[tuple[str, str], list[int]] = {}
    names = {}
    for outcome, reasons, versions in rows.values_list("order__outcome", "told__reasons", "told__versions").iterator():
        named = {reason["indicator"]: Text(reason["text_zh"], reason["text_en"]) for reason in reasons or ()}
        names |= named
        gave = {(MODEL if one.startswith(MODEL) else one, version_of(one, versions or {})) for one in named}
        for key in gave:
            judged = counts.setdefault(key, [0, 0])
            judged[0] += 1
            judged[1] += outcome in FALSE
    names[MODEL] = text_from(WATCHING["model"])
    told = [_told(names[key[0]], *key, *numbers) for key, numbers in counts.items()]
    return sorted(told, key=lambda one: (one.share is None, -(one.share or 0.0), -one.judged, one.indicator))


def _told(text: Text, indicator: str, version: str, judged: int, false: int) -> Judged:
    name = Text(f"{indicator} {text.zh}", f"{indicator} {text.en}")
    if judged < WATCHING["least_judged"]["value"]:
        return Judged(indicator, name, version, judged, false, None, None, None)
    return Judged(indicator, name, version, judged, false, false / judged, *wilson(false, judged))


def wilson(of: int, among: int) -> tuple[float, float]:
    """The 95 % bounds of a share (Wilson's interval)."""
    z, share = 1.96, of / among
    middle = (share + z * z / (2 * among)) / (1 + z * z / among)
    half = z / (1 + z * z / among) * sqrt(share * (1 - share) / among + z * z / (4 * among * among))
    return max(0.0, middle - half), min(1.0, middle + half)
