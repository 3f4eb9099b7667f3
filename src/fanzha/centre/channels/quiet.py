"""Quiet hours: at the two lower levels nobody is rung at night.

>>> from datetime import UTC, datetime
>>> quiet_until(datetime(2026, 3, 2, 15, 0, tzinfo=UTC), level=3)
datetime.datetime(2026, 3, 3, 0, 0, tzinfo=datetime.timezone.utc)
>>> quiet_until(datetime(2026, 3, 2, 15, 0, tzinfo=UTC), level=2) is None
True
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fanzha.vocabulary import load_data

SHANGHAI = ZoneInfo("Asia/Shanghai")


def quiet_until(instant: datetime, level: int) -> datetime | None:
    """When the quiet hours end that `instant` (aware) lies in, for a message of `level`; None outside them. UTC."""
    local = instant.astimezone(SHANGHAI)
    rule = _in_force(local)
    if level not in rule["levels"]:
        return None
    begins, ends = time.fromisoformat(rule["from"]), time.fromisoformat(rule["to"])
    over_midnight = begins > ends
    clock = local.time()
    inside = clock >= begins or clock < ends if over_midnight else begins <= clock < ends
    if not inside:
        return None
    tomorrow = over_midnight and clock >= begins
    day = local.date() + timedelta(days=1 if tomorrow else 0)
    return datetime.combine(day, ends, SHANGHAI).astimezone(UTC)


def _in_force(local: datetime) -> dict[str, Any]:
    rules: list[dict[str, Any]] = load_data("fanzha.centre.channels", "quiet_hours.yaml")
    in_force = [rule for rule in rules if rule["since"] <= local.date()] or rules[:1]
    return in_force[-1]
