"""The limits of clocks.yaml: what is in force on a day, and the instants that follow from it. Clocks never pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from fanzha.deadlines.working_days import after_working_days
from fanzha.vocabulary import Text, load_data, text_from

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_UNITS = ("minutes", "hours", "days")


@dataclass(frozen=True, slots=True)
class Limit:
    """One dated limit: its name, since when its values hold, and their sources, the oldest first."""

    id: str
    name: Text
    values: tuple[dict[str, Any], ...]

    def on(self, day: date) -> dict[str, Any]:
        """The value in force on a Shanghai day; before the first one the first counts."""
        in_force = [one for one in self.values if one["since"] <= day] or list(self.values[:1])
        return in_force[-1]


@cache
def limits() -> dict[str, Limit]:
    """Every limit by its id. ValueError names an entry that is not as it must be."""
    found: dict[str, Limit] = {}
    for place, row in enumerate(load_data("fanzha.deadlines", "clocks.yaml"), start=1):
        where = f"clocks.yaml, entry {place} ({row.get('id')})"
        values = tuple(row.get("values") or ())
        if not values or row["id"] in found:
            raise ValueError(f"{where}: expected an id of its own and at least one value")
        for value in values:
            if not isinstance(value.get("since"), date) or not value.get("source"):
                raise ValueError(f"{where}: every value has a date `since` and a `source`")
            if not {*_UNITS, "by_level", "count", "working_days"} & set(value):
                raise ValueError(f"{where}: expected by_level, count, working_days, {' or '.join(_UNITS)}")
        found[row["id"]] = Limit(row["id"], text_from(row["name"]), values)
    return found


def _on(instant: datetime) -> date:
    return instant.astimezone(_SHANGHAI).date()


def deadline(limit: str, level: int, begins: datetime) -> datetime | None:
    """When what `limit` asks for is due at `level` (1..4), for a clock that began at `begins` (aware); None: no limit.

    KeyError for an unknown limit or level.
    """
    minutes = limits()[limit].on(_on(begins))["by_level"][level]
    return None if minutes is None else begins + timedelta(minutes=minutes)


def duration(limit: str, on: datetime) -> timedelta:
    """How long a limit of one value lasts, as in force at the instant `on` (aware). KeyError for an unknown limit."""
    value = limits()[limit].on(_on(on))
    (unit,) = set(value) & set(_UNITS)
    return timedelta(**{unit: value[unit]})


def due(limit: str, begins: datetime) -> datetime:
    """When a limit of one value is over that began at `begins` (aware): a duration later, or after so many working days."""
    value = limits()[limit].on(_on(begins))
    if "working_days" in value:
        return after_working_days(begins, value["working_days"])
    return begins + duration(limit, begins)


def days_of(limit: str, level: int, begins: datetime) -> list[datetime]:
    """The instants of a limit that comes back after several days (follow-ups); none for levels that it does not know."""
    value = limits()[limit].on(_on(begins))
    return [begins + timedelta(days=days) for days in value["days"]] if level in value["levels"] else []


def count(limit: str, level: int, on: datetime) -> int:
    """A limit that is a number and no time, as in force at the instant `on`."""
    return int(limits()[limit].on(_on(on))["by_level"][level])


def times(limit: str, on: datetime) -> int:
    """How often at most, for a limit that is one number at every level, as in force at the instant `on`."""
    return int(limits()[limit].on(_on(on))["count"])
