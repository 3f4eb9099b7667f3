"""What becomes of the money: two to six layers within minutes, then cash, gold or coins."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fanzha.simulation.gangs import MINUTE, Gang, Mule, Underworld

Move = Callable[[int, str, str, int, str, int], None]
"""(when, payer, payee, fen, channel, layer)"""
_KEPT = {"sold": 0.005, "loan": 0.005, "friend": 0.06}


def launder(world: Underworld, gang: Gang, move: Move, at: int, mule: Mule, fen: int, layer: int = 1) -> None:
    """Money goes on, split in two or three, until the last layer takes it out; each kind of account in its own way."""
    rng = world.rng
    leaves = at + int(rng.uniform(1.5, 18) * world.habits.slower * MINUTE)
    if layer >= len(gang.mules):
        _take_out(rng, move, leaves, mule.account, fen, layer)
        return
    if mule.kind == "loan":
        tried = gang.mules[layer][int(rng.integers(len(gang.mules[layer])))]
        little = int(rng.integers(100, 1000))
        if tried.account != mule.account:
            move(leaves - MINUTE, mule.account, tried.account, little, "mobile", layer + 1)
            world.involve("account", tried.account, f"layer{layer + 1}_{tried.kind}", leaves - MINUTE, gang)
    whole = mule.kind == "friend" or fen <= 200_000
    parts = np.ones(1) if whole else rng.dirichlet(np.ones(rng.integers(2, 4)) * 4)
    for share in parts:
        amount = int(fen * share * (1 - _KEPT[mule.kind]))
        if amount < 100:
            continue
        following = gang.mules[layer][int(rng.integers(len(gang.mules[layer])))]
        if following.account == mule.account:
            continue
        moment = leaves + int(rng.uniform(0, 3) * MINUTE)
        move(moment, mule.account, following.account, amount, "mobile", layer + 1)
        world.mark("account", following.account, f"layer{layer + 1}_{following.kind}", moment, gang)
        launder(world, gang, move, moment, following, amount, layer + 1)


def _take_out(rng: np.random.Generator, move: Move, leaves: int, account: str, fen: int, layer: int) -> None:
    left = fen
    while left > 100:
        part = min(left, int(rng.integers(20, 200)) * 10_000)
        leaves += int(rng.uniform(1, 6) * MINUTE)
        channel = str(rng.choice(["atm_cash", "atm_cash", "atm_cash", "gold", "crypto"]))
        part = left if channel != "atm_cash" else part
        desk = f"cash:atm-{rng.integers(0, 400)}" if channel == "atm_cash" else f"{channel}:desk-{rng.integers(0, 20)}"
        move(leaves, account, desk, part, channel, layer + 1)
        left -= part
