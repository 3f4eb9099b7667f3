"""Learns a linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML 2001) over the payments of narratives (numba)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.optimize import minimize

from fanzha.reading.belonging import STEPS, State, Value, following
from fanzha.reading.payment_layout import Layout
from fanzha.reading.times import When

PENALTY = 2.0
"""Half the weight of the squared length; of 1, 2 and 4 the first was worse where whole files were left out, the others alike."""
MOST_STEPS = 6
"""Facts of one step at most; reading/belonging.following."""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Chain:
    """The payments of one narrative for one field: the states of each, whether a state is right, the `along` of each payment; how
    often it counts."""

    layout: Layout
    states: list[list[State]]
    right: list[list[bool]]
    along: Sequence[tuple[str, ...]]
    counts: float


def learn(chains: Sequence[Chain]) -> dict[str, float]:
    """The weight of each fact."""
    names: dict[str, int] = {}
    given = _in_numbers(chains, names)

    def loss(weight: Array) -> tuple[float, Array]:
        slope = PENALTY * weight
        return _add(weight, slope, *given) + PENALTY / 2 * float(weight @ weight), slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 150}).x
    return {name: float(found[at]) for name, at in names.items()}


def _in_numbers(chains: Sequence[Chain], names: dict[str, int]) -> tuple[NDArray[np.generic], ...]:
    """(first payment of each chain, first state of each payment, first fact of each state, facts, value of each state, whether it is
    right, facts of each step of each payment (payments, steps, MOST_STEPS; -1 for none), how often each chain counts)."""
    payments, starts, firsts, facts = [0], [0], [0], []
    values: list[int] = []
    right: list[bool] = []
    steps: list[list[list[int]]] = []
    for one in chains:
        numbers = _numbered(one)
        steps_between = STEPS if any(isinstance(each, When) for each in numbers) else (*STEPS[:-1], "changed")
        for number, choices in enumerate(one.states):
            for state, fits in zip(choices, one.right[number], strict=True):
                facts += [names.setdefault(fact, len(names)) for fact in (*state.known, *state.facts)]
                firsts.append(len(facts))
                values.append(numbers[state.value])
                right.append(fits)
            starts.append(len(values))
            said = following(one.layout, number, one.along[number])
            rows = [[names.setdefault(fact, len(names)) for fact in said[how]] for how in steps_between]
            steps.append([[*row, *[-1] * (MOST_STEPS - len(row))] for row in rows])
        payments.append(len(starts) - 1)
    whole = (np.array(each, np.int64) for each in (payments, starts, firsts, facts, values))
    return (*whole, np.array(right), np.array(steps, np.int64), np.array([one.counts for one in chains]))


def _numbered(chain: Chain) -> dict[Value, int]:
    """The number of each value, 0 for none; of times the earlier has the less."""
    values = [*dict.fromkeys(state.value for choices in chain.states for state in choices if state.value is not None)]
    if values and isinstance(values[0], When):
        values.sort()
    return {None: 0, **{value: number for number, value in enumerate(values, 1)}}


@njit(cache=True)
def _step(last: int, value: int) -> int:
    """The place of a `step` in STEPS, by the numbers of two values (0 for none)."""
    if value == 0:
        return 0 if last == 0 else 1
    if value == last or last == 0:
        return 2 if value == last else 3
    return 4 if value > last else 5


@njit(cache=True)
def _add(weight, slope, payments, starts, firsts, facts, values, right, steps, counts):  # type: ignore[no-untyped-def]
    """The loss, its slope added to `slope`: for each chain the logarithm of the sum over all ways through it less that over the right
    ones (forward-backward)."""
    total = 0.0
    for chain in range(len(counts)):
        begin, end = payments[chain], payments[chain + 1]
        low, high = starts[begin], starts[end]
        plain = np.zeros(high - low)
        for state in range(low, high):
            for at in range(firsts[state], firsts[state + 1]):
                plain[state - low] += weight[facts[at]]
        worth = np.zeros((end - begin, steps.shape[1]))
        for number in range(begin, end):
            for how in range(steps.shape[1]):
                for at in steps[number, how]:
                    if at >= 0:
                        worth[number - begin, how] += weight[at]
        for only_right in (False, True):
            sign = -counts[chain] if only_right else counts[chain]
            own = np.where(right[low:high], plain, -1e9) if only_right else plain
            ahead, behind = np.zeros(high - low), np.zeros(high - low)
            for number in range(begin, end):
                for state in range(starts[number], starts[number + 1]):
                    if number == begin:
                        ahead[state - low] = own[state - low] + worth[0, _step(0, values[state])]
                        continue
                    most, share = -1e300, 0.0
                    for last in range(starts[number - 1], starts[number]):
                        way = ahead[last - low] + worth[number - begin, _step(values[last], values[state])]
                        share = share * np.exp(most - way) + 1.0 if way > most else share + np.exp(way - most)
                        most = max(most, way)
                    ahead[state - low] = own[state - low] + most + np.log(share)
            for number in range(end - 2, begin - 1, -1):
                for state in range(starts[number], starts[number + 1]):
                    most, share = -1e300, 0.0
                    for after in range(starts[number + 1], starts[number + 2]):
                        way = own[after - low] + behind[after - low]
                        way += worth[number + 1 - begin, _step(values[state], values[after])]
                        share = share * np.exp(most - way) + 1.0 if way > most else share + np.exp(way - most)
                        most = max(most, way)
                    behind[state - low] = most + np.log(share)
            last_states = ahead[starts[end - 1] - low :]
            most = last_states.max()
            whole = most + np.log(np.exp(last_states - most).sum())
            total += sign * whole
            for number in range(begin, end):
                met = np.zeros(steps.shape[1])
                for state in range(starts[number], starts[number + 1]):
                    share = np.exp(ahead[state - low] + behind[state - low] - whole)
                    for at in range(firsts[state], firsts[state + 1]):
                        slope[facts[at]] += sign * share
                    rest = own[state - low] + behind[state - low] - whole
                    if number == begin:
                        how = _step(0, values[state])
                        met[how] += np.exp(worth[0, how] + rest)
                        continue
                    for last in range(starts[number - 1], starts[number]):
                        how = _step(values[last], values[state])
                        met[how] += np.exp(ahead[last - low] + worth[number - begin, how] + rest)
                for how in range(steps.shape[1]):
                    for at in steps[number, how]:
                        if at >= 0:
                            slope[at] += sign * met[how]
    return total


def in_words(row: Sequence[int]) -> str:
    """Precision and recall of how many were right, found and there."""
    right, had, there = row
    return f"{right / max(had, 1):.3f}/{right / max(there, 1):.3f} of {there}"
