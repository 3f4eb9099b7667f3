"""A centre under a city's load: a month of 5,330 warnings a day in virtual time; one day at 60x with processes killed at random.

Run: python bench/dissuasion.py month [--days 30] [--per-day 5330] [--operators N] [--cars N] [--seed 1] [--half]
     python bench/dissuasion.py day [--hours 24] [--speed 60] [--database sqlite|postgresql] [--operators N] [--cars N] [--kill-every 20]
Operators and cars are places that are staffed day and night. `--half` runs the same days again with half of both.
Prints, by level and limit, how many were missed and how late they were, and in which order what waited was taken.
`day` exits 1 when an order was lost, taken twice or stuck; see day.py for who does what.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from own_centre import own_centre, staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 3, 2, tzinfo=SHANGHAI)
DRAIN = timedelta(days=9)
"""After the last warning: until every order has ended and the last follow-up is done."""
OPERATORS, CARS = 16, 28
"""Enough of both for 5,330 a day, as found with this bench."""
Lateness = dict[tuple[int, str], list[float]]


def lateness() -> Lateness:
    """Of every clock that was met, by how many minutes it was late (negative: in time), by level and step."""
    from fanzha.centre.dissuasion.models import Clock

    found: Lateness = defaultdict(list)
    rows = Clock.objects.filter(passed_over=False, met_at__isnull=False)
    for level, step, due, met in rows.values_list("level", "step", "due_at", "met_at").iterator(20_000):
        found[level, step].append((met - due).total_seconds() / 60)
    return found


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of them are; 0 of none."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def month(told: argparse.Namespace, operators: int, cars: int) -> dict[str, Any]:
    """So many days with so many people; what came of them."""
    from crew import Draws
    from month import LOOK_S, ROUND_S, Room

    from fanzha.centre.access import audit
    from fanzha.centre.dissuasion import actions
    from fanzha.centre.dissuasion.models import Breach, Clock, Order, Task

    began = time.perf_counter()
    room = Room(Draws(told.seed), staff("operator", operators), staff("officer", cars), staff("leader", 1)[0])
    ends = BEGIN + timedelta(days=told.days)
    room.every(ROUND_S, room.round, BEGIN, ends + DRAIN)
    room.every(LOOK_S, actions.find_breaches, BEGIN, ends + DRAIN)
    for day in range(told.days):
        begin = BEGIN + timedelta(days=day)
        for case in room.draws.day(begin, told.per_day):
            room.arrive(case)
        room.run(begin + timedelta(days=1))
        print(f"day {day + 1}: {len(room.cases)} orders, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    room.run(ends + DRAIN)
    late = lateness()
    return {
        "operators": operators,
        "cars": cars,
        "days": told.days,
        "warnings": room.draws.number,
        "orders": Order.objects.count(),
        "not closed": Order.objects.exclude(state="closed").count(),
        "limits unmet at the end": Clock.objects.filter(met_at=None, passed_over=False).count(),
        "follow-ups not done": Task.objects.filter(kind="follow_up", state__in=("open", "held")).count(),
        "breaches": Breach.objects.count(),
        "chain whole": audit.broken_at() is None,
        "served": dict(room.served),
        "limits": {
            f"{level} {step}": {
                "count": len(values),
                "missed": sum(value > 0 for value in values) / len(values),
                "late p50": quantile([value for value in values if value > 0], 0.5),
                "late p95": quantile([value for value in values if value > 0], 0.95),
            }
            for (level, step), values in sorted(late.items())
        },
        "seconds": time.perf_counter() - began,
        "load": os.getloadavg()[0],
    }


def show(found: dict[str, Any]) -> None:
    """The figures as a table."""
    print(
        f"\n{found['operators']} operators and {found['cars']} cars, {found['days']} days, {found['warnings']:,} warnings, "
        f"{found['orders']:,} orders in {found['seconds']:.0f} s (load {found['load']:.1f} on {os.cpu_count()} cores)"
    )
    print(
        f"not closed {found['not closed']}, limits unmet {found['limits unmet at the end']}, follow-ups not done "
        f"{found['follow-ups not done']}, breaches {found['breaches']}, chain whole: {found['chain whole']}"
    )
    print(", ".join(f"{name}: {count}" for name, count in found["served"].items()))
    print(f"{'level, limit':34}{'count':>9}{'missed':>9}{'late p50':>12}{'late p95':>12}")
    for name, row in found["limits"].items():
        times = f"{row['late p50']:>8.1f} min{row['late p95']:>8.1f} min" if row["missed"] else ""
        print(f"{name:34}{row['count']:>9,}{row['missed']:>9.2%}{times}")


def one_day(told: argparse.Namespace) -> None:
    """The day with its kills; exit 1 when anything is wrong."""
    from day import live

    with own_centre(told.database) as home:
        found = live(told, home)
    print(json.dumps(found) if told.json else "\n".join(f"{name}: {value}" for name, value in found.items()))
    sys.exit(any(found["wrong"].values()))


def some_days(told: argparse.Namespace) -> None:
    """The month, or as many days as asked for."""
    share = 2 if told.half else 1
    with own_centre("sqlite", durable=False):
        found = month(told, told.operators // share, told.cars // share)
    if told.json:
        print(json.dumps(found))
    else:
        show(found)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = options.add_subparsers(dest="verb", required=True)
    a_month = verbs.add_parser("month", help="virtual time, as fast as it runs")
    a_month.add_argument("--days", type=int, default=30)
    a_month.add_argument("--per-day", type=int, default=5330)
    a_month.add_argument("--operators", type=int, default=OPERATORS)
    a_month.add_argument("--cars", type=int, default=CARS)
    a_month.add_argument("--seed", type=int, default=1)
    a_month.add_argument("--half", action="store_true")
    a_month.add_argument("--json", action="store_true")
    a_day = verbs.add_parser("day", help="the real processes, killed at random")
    a_day.add_argument("--hours", type=int, default=24)
    a_day.add_argument("--from-hour", type=int, default=0, help="local hour at which it begins")
    a_day.add_argument("--per-day", type=int, default=5330)
    a_day.add_argument("--speed", type=float, default=60)
    a_day.add_argument("--operators", type=int, default=OPERATORS)
    a_day.add_argument("--cars", type=int, default=CARS)
    a_day.add_argument("--workers", type=int, default=2, help="processes of the web server")
    a_day.add_argument("--kill-every", type=float, default=20, help="seconds between kills, on average")
    a_day.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    a_day.add_argument("--seed", type=int, default=1)
    a_day.add_argument("--json", action="store_true")
    told = options.parse_args()
    one_day(told) if told.verb == "day" else some_days(told)


if __name__ == "__main__":
    main()
