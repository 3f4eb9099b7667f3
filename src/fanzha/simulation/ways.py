"""The ways in which frauds go, from the first contact to the last payment: lure, trust, isolation, transfer."""

from __future__ import annotations

from fanzha.simulation.gangs import CLASSES, DAY, HOUR, MINUTE, US
from fanzha.simulation.telling import Telling, growing


def _by_call(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """A caller holds the person on the line; the money is moved during the call and after it."""
    rng = telling.world.rng
    begin = telling.at
    if rng.random() < 0.4:
        telling.call(begin - int(rng.uniform(10, 50) * MINUTE), int(rng.integers(60, 400)))
    long = int(rng.integers(1500, 6600)) if reaches > 0.4 else int(rng.integers(120, 1500))
    telling.call(begin, long)
    if rng.random() < 0.5 and reaches > 0.4:
        telling.visit(begin + int(rng.uniform(5, 20) * MINUTE), bool(rng.random() < 0.7))
    if not pays:
        telling.would_pay = begin + 2 * HOUR if reaches > 0.9 else None
        return
    at = begin + int(long * US * rng.uniform(0.4, 0.8))
    for share in growing(rng, int(rng.integers(1, 4))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(6, 40) * MINUTE)
    fetched = CLASSES[telling.gang.case_class].get("fetched", 0)
    if fetched and rng.random() < fetched:
        telling.put("deliveries", at, orderer=telling.number, kind="ride", item="cash", flagged_by="driver")


def _by_site(telling: Telling, yuan: float, reaches: float, pays: bool, days: int, returns: bool) -> None:
    """A message or group leads to a site; small money first (some comes back), then more and more."""
    rng = telling.world.rng
    at = telling.at
    if rng.random() < 0.8:
        telling.message(at)
    at += int(rng.uniform(5, 90) * MINUTE)
    telling.visit(at, False)
    if reaches > 0.4:
        telling.visit(at + int(rng.uniform(3, 30) * MINUTE), True)
    if not pays:
        telling.would_pay = at + 2 * DAY if reaches > 0.9 else None
        return
    shares = growing(rng, int(rng.integers(2, 5)) if returns else int(rng.integers(1, 3)))
    at += int(rng.uniform(20, 90) * MINUTE)
    if returns:
        first = float(rng.integers(50, 400))
        telling.pay(at, first)
        telling.give_back(at + int(rng.uniform(4, 20) * MINUTE), first * 1.2)
        at += int(rng.uniform(0.5, 3) * HOUR)
    for share in shares:
        if rng.random() < 0.8:
            telling.visit(at - int(rng.uniform(2, 15) * MINUTE), bool(rng.random() < 0.6))
        telling.pay(at, yuan * share)
        at += int(rng.uniform(0.3, 5) * HOUR) + (DAY if days > 1 and rng.random() < 0.4 else 0)


def _acquaintance(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """Someone claims to be known: a message, a call or two, an urgent transfer."""
    rng = telling.world.rng
    at = telling.at
    telling.message(at)
    at += int(rng.uniform(5, 60) * MINUTE)
    telling.call(at, int(rng.integers(90, 900)))
    if not pays:
        telling.would_pay = at + DAY if reaches > 0.9 else None
        return
    at += int(rng.uniform(15, 60) * MINUTE)
    for share in growing(rng, int(rng.integers(1, 4))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(15, 120) * MINUTE)


def _order(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """A "unit" orders much from a shop, and then asks it to buy something else ahead from a "supplier"."""
    rng = telling.world.rng
    at = telling.at
    telling.call(at, int(rng.integers(120, 600)))
    at += int(rng.uniform(1, 4) * HOUR)
    if reaches > 0.4:
        telling.call(at, int(rng.integers(180, 900)))
    if not pays:
        telling.would_pay = at + HOUR if reaches > 0.9 else None
        return
    at += int(rng.uniform(10, 60) * MINUTE)
    for share in growing(rng, int(rng.integers(1, 4))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(20, 90) * MINUTE)


def _blackmail(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """A dating app takes the contacts; then threats, and payment after payment."""
    rng = telling.world.rng
    at = telling.at
    telling.visit(at, False)
    at += int(rng.uniform(5, 40) * MINUTE)
    telling.message(at)
    if reaches > 0.4:
        telling.call(at + 5 * MINUTE, int(rng.integers(60, 500)))
    if not pays:
        telling.would_pay = at + HOUR if reaches > 0.9 else None
        return
    at += int(rng.uniform(10, 40) * MINUTE)
    for share in growing(rng, int(rng.integers(2, 6))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(8, 60) * MINUTE)


WAYS = {
    "call": _by_call,
    "rebate": lambda telling, yuan, reaches, pays: _by_site(telling, yuan, reaches, pays, 1, True),
    "investment": lambda telling, yuan, reaches, pays: _by_site(telling, yuan, reaches, pays, 3, True),
    "shop": lambda telling, yuan, reaches, pays: _by_site(telling, yuan, reaches, pays, 1, False),
    "acquaintance": _acquaintance,
    "order": _order,
    "blackmail": _blackmail,
}
"""By the `way` that the file of a class names."""
