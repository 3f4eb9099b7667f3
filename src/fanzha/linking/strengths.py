"""The kinds of trace with their strengths, from strengths.yaml; a wrong row is refused at import with its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_HERE = "fanzha.linking"
_DATA: dict[str, Any] = load_data(_HERE, "strengths.yaml")
EXCLUSIONS: dict[str, dict[str, Any]] = load_data(_HERE, "exclusions.yaml")
"""What is left out, by reason: each with `source`, `reason` (zh, en) and what it matches."""


@dataclass(frozen=True, slots=True)
class TraceKind:
    """One kind of trace. `strength` in 0..1; `window_us` 0 for no window; `beyond` is what counts outside of it.

    `first_level` 0 where levels mean nothing; `alone` False: never enough for a link by itself.
    """

    code: str
    name: Text
    strength: float
    window_us: int
    beyond: float
    per_level: float
    first_level: int
    last_level: int
    implied_by: str
    alone: bool
    source: str


def _kind(code: str, row: dict[str, Any]) -> TraceKind:
    kind = TraceKind(
        code,
        text_from(row["name"]),
        float(row["strength"]),
        int(row.get("window_days", 0)) * 86_400_000_000,
        float(row.get("beyond", 1.0)),
        float(row.get("per_level", 1.0)),
        int(row.get("first_level", 0)),
        int(row.get("last_level", 0)),
        row.get("implied_by", ""),
        row.get("alone", True),
        row["source"],
    )
    if not 0 < kind.strength <= 1 or not 0 <= kind.beyond <= 1:
        raise ValueError(f"strengths.yaml, {code}: a strength lies between 0 and 1")
    return kind


KINDS: dict[str, TraceKind] = {code: _kind(code, row) for code, row in _DATA["kinds"].items()}
PLACE: dict[str, int] = {code: place for place, code in enumerate(KINDS)}
"""Kind -> its number in the arrays of pairs.py."""
HUBS: dict[str, Any] = _DATA["hubs"]
SCRIPT: dict[str, Any] = _DATA["script"]
SERIES: dict[str, Any] = _DATA["series"]
SUSPICION: dict[str, Any] = load_data(_HERE, "suspicion.yaml")
"""Thresholds of what leads from one suspect to another."""
GROUPING: dict[str, Any] = load_data(_HERE, "grouping.yaml")
"""How links become gangs, and gangs dens."""

if len(KINDS) > 63:
    raise ValueError("strengths.yaml: more kinds than bits in a mask")
for _one in KINDS.values():
    if _one.implied_by and _one.implied_by not in KINDS:
        raise ValueError(f"strengths.yaml, {_one.code}: implied by {_one.implied_by}, which is no kind")
