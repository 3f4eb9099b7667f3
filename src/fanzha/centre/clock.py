"""The centre's clock: the wall's, or in a demo home the city's, which stands still when the city does."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime

from fanzha.home import Home, find_home

FRESH_S = 5.0
"""A city that has not shown itself for this long has stopped, and its clock with it."""


def now() -> datetime:
    """The present instant (aware, UTC) as the centre counts it."""
    home = find_home()
    told = _read(home)
    return datetime.now(UTC) if told is None else datetime.fromtimestamp(_passed(told, time.time()), UTC)


def shown(home: Home, wall: float) -> float:
    """What the city's clock of `home` shows when the wall's shows `wall` (both in seconds since 1970, UTC); 0 where no city ever lived."""
    told = _read(home)
    return 0.0 if told is None else _passed(told, wall)


def _passed(told: dict[str, float], wall: float) -> float:
    return told["city"] + max(0.0, min(wall - told["wall"], FRESH_S)) * told["speed"]


def pace() -> float:
    """How fast the centre's clock runs beside the wall's: what a page needs to count down by itself."""
    told = _read(find_home())
    return 1.0 if told is None else told["speed"]


def publish(home: Home, city: float, speed: float, wall: float | None = None) -> None:
    """The city says what time it is there when the wall's clock shows `wall` (both in seconds since 1970, UTC; None is now), and how fast
    it lives."""
    path = home.root / "city_clock.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"city": city, "wall": time.time() if wall is None else wall, "speed": speed}))
    os.replace(part, path)


def _read(home: Home) -> dict[str, float] | None:
    try:
        told: dict[str, float] = json.loads((home.root / "city_clock.json").read_text())
    except FileNotFoundError:
        return None
    return told
