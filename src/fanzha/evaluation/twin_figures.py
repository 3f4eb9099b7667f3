"""What twin cities say: money kept of the same people's losses, people kept from loss, and what that cost, with intervals.

Intervals are 95 %, by a seeded bootstrap over people with all their stories, pooled over the cities.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanzha.evaluation.twins import Life, Twins, replayed
from fanzha.simulation.reactions import GROUPS, Reacting

RESAMPLES = 2000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Loser:
    """Somebody who loses money without dissuasion: what they lose without and with it, in fen."""

    case_class: str
    yields: bool
    without: int
    with_it: int


def losers(twins: Twins, life: Life) -> list[Loser]:
    """Everybody who loses within the days of a city, once, with the class of their dearest story."""
    end = round(twins.setting.ends.timestamp() * 1e6)
    of: dict[str, list[tuple[int, int, str, bool]]] = defaultdict(list)
    for scam_id, plan in life.plans.items():
        without = plan.loss(end)
        if without > 0:
            left = plan.loss(min(end, life.stopped.get(scam_id, end)))
            of[plan.person].append((without, left, plan.case_class, plan.yields))
    found = []
    for stories in of.values():
        *_, case_class, yields = max(stories)
        without, left = sum(one[0] for one in stories), sum(one[1] for one in stories)
        found.append(Loser(case_class, yields, without, max(0, left)))
    return found


def figures(cities: Sequence[Twins]) -> dict[str, Any]:
    """Everything `fanzha twins` prints, of lives that are whole; money in fen."""
    all_losers = [one for twins in cities for one in losers(twins, twins.lived)]
    work = [_work(twins, twins.lived) for twins in cities]
    total = {name: sum(one[name] for one in work) for name in work[0]}
    classes = sorted({one.case_class for one in all_losers})
    first = cities[0].setting
    return {
        "synthetic": True,
        "people": first.people,
        "days": first.days,
        "inflation": first.inflation,
        "operators": first.operators,
        "cars": first.cars,
        "seeds": [twins.setting.seed for twins in cities],
        "models": first.models.versions(),
        **_kept(all_losers, total),
        "work": total,
        "on_time": _on_time([order for twins in cities for order in twins.lived.orders]),
        "by_seed": {str(twins.setting.seed): _of_seed(twins, twins.lived) for twins in cities},
        "by_class": {
            code: _kept([one for one in all_losers if one.case_class == code], None) for code in classes
        },
        "lured": _kept([one for one in all_losers if one.yields], None),
        "sensitivity": _sensitivity(cities),
    }  # fmt: skip


def _kept(rows: list[Loser], work: dict[str, int] | None) -> dict[str, Any]:
    without = np.array([one.without for one in rows], float)
    left = np.array([one.with_it for one in rows], float)
    told: dict[str, Any] = {
        "losers": len(rows),
        "lost_without_fen": int(without.sum()),
        "lost_with_fen": int(left.sum()),
        "kept_fen": _interval(without - left, lambda draw: draw.sum(axis=-1)),
        "kept_share": _share(without, left),
        "kept_from_loss": _interval((left <= 0).astype(float), lambda draw: draw.sum(axis=-1)),
        "kept_from_part": int(((left > 0) & (left < without)).sum()),
    }
    if work is not None:
        each: Callable[[str], Any] = lambda name: _interval(  # noqa: E731
            (left <= 0).astype(float), lambda draw: work[name] / np.maximum(draw.sum(axis=-1), 1)
        )
        told |= {f"{name}_per_person_kept": each(name) for name in ("warnings", "false_contacts")}
    return told


def _draws(count: int) -> NDArray[np.int64]:
    return np.random.default_rng(0).integers(0, count, (RESAMPLES, count))


def _interval(values: Floats, of: Callable[[Floats], Any]) -> dict[str, float | None]:
    if not len(values):
        return {"value": None, "low": None, "high": None}
    low, high = np.quantile(of(values[_draws(len(values))]), [0.025, 0.975])
    return {"value": float(of(values)), "low": float(low), "high": float(high)}


def _share(without: Floats, left: Floats) -> dict[str, float | None]:
    if not len(without):
        return {"value": None, "low": None, "high": None}
    draws = _draws(len(without))
    low, high = np.quantile(1 - left[draws].sum(axis=1) / without[draws].sum(axis=1), [0.025, 0.975])
    return {"value": float(1 - left.sum() / without.sum()), "low": float(low), "high": float(high)}


def _work(twins: Twins, life: Life) -> dict[str, int]:
    """What the centre did. A contact is false when the person is in no story that has begun."""
    begun: dict[str, int] = {}
    for plan in twins.lived.plans.values():
        begun[plan.person] = min(plan.begins, begun.get(plan.person, plan.begins))
    never = 1 << 62
    answered = [one for one in life.contacts if one.said == "answered"]
    right = {one.person for one in answered if begun.get(one.person, never) <= one.at}
    wrong = [one for one in answered if begun.get(one.person, never) > one.at]
    return {
        "in_stories": len(begun),
        "warnings": life.warnings,
        "orders": len(life.orders),
        "contacts": len(life.contacts),
        "visits": sum(one.channel == "visit" for one in life.contacts),
        "reached": len(right),
        "false_contacts": len(wrong),
        "false_holds": sum(one.channel == "hold" for one in wrong),
    }


def _of_seed(twins: Twins, life: Life) -> dict[str, Any]:
    rows = losers(twins, life)
    without, left = sum(one.without for one in rows), sum(one.with_it for one in rows)
    return {
        "losers": len(rows),
        "lost_without_fen": without,
        "kept_fen": without - left,
        "kept_share": 1 - left / without if without else None,
        "kept_from_loss": sum(one.with_it <= 0 for one in rows),
        "reached": _work(twins, life)["reached"],
    }


def _on_time(orders: Iterable[Any]) -> dict[str, Any]:
    """By level: share of first calls and of visits within their limit, among those that have one."""
    told: dict[str, Any] = {}
    by_level: dict[int, list[Any]] = defaultdict(list)
    for order in orders:
        by_level[order.level].append(order)
    for level, some in sorted(by_level.items()):
        met = [one for one in some if one.met_due is not None]
        called = [one.first_called is not None and one.first_called <= one.first_call_due for one in some]
        visited = [one.visited is not None and one.visited <= one.met_due for one in met]
        told[str(level)] = {
            "orders": len(some),
            "called": sum(called) / len(called),
            "visited": sum(visited) / len(visited) if visited else None,
        }
    return told


def _sensitivity(cities: Sequence[Twins]) -> list[dict[str, Any]]:
    """Replayed lives: all rates low, expected and high, one group of rates at a time, and half and twice the people at work."""
    cases: list[tuple[str, Reacting, float]] = [(case, Reacting.all(case), 1.0) for case in ("low", "expected", "high")]
    cases += [(f"{group} {case}", Reacting(**{group: case}), 1.0) for group in GROUPS for case in ("low", "high")]
    cases += [(name, Reacting(), share) for name, share in (("half the people at work", 0.5), ("twice", 2.0))]
    rows = []
    for name, rates, share in cases:
        some: list[Loser] = []
        for twins in cities:
            staff = (max(1, round(share * count)) for count in (twins.setting.operators, twins.setting.cars))
            some += losers(twins, replayed(twins, rates, *staff))
        kept = _kept(some, None)
        rows.append({"rates": name, "kept_share": kept["kept_share"], "kept_from_loss": kept["kept_from_loss"]})
    return rows
