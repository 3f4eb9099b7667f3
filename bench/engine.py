"""Features of payments, side by side in one run: ours, snapml's GraphFeaturePreprocessor, River. Ratios, versions and the load.

Run: pip install '.[bench]', then python bench/engine.py [--events 1000000] [--quick]
The same payments (payer, payee, fen, second), the same columns and the same 24 h window, on a light-tailed stream and on one with 30 %
of the payments to one payee, as a curve over the length of the stream; and ours with all features that are declared. A contender that
would need longer than --patience seconds for a point is left out of the longer ones, and the table says so.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from fanzha.features import COLUMNS, FEATURES, TIE_BITS, VIEW_INDEX, Feature, State, vectors
from fanzha.vocabulary import Text

DAY_S = 86_400
PLACE = {name: n for n, name in enumerate(COLUMNS)}
_SIDES = ("account_in", "account_out")
SAME = (
    *(
        Feature(f"{side}_{aggregate}", Text(aggregate, aggregate), "window", side, aggregate, window_s=DAY_S)
        for side in _SIDES
        for aggregate in ("count", "sum", "distinct")
    ),
    *(Feature(f"{side}_mean", Text("mean", "mean"), "ratio", of=f"{side}_sum", over=f"{side}_count") for side in _SIDES),
    *(Feature(f"{side}_share", Text("share", "share"), "ratio", of=f"{side}_distinct", over=f"{side}_count") for side in _SIDES),
)  # fmt: skip
"""What the peer is asked for: fan, degree, their ratio, mean and sum in and out, of payer and payee."""


def payments(events: int, accounts: int, hub: float, seed: int = 1) -> np.ndarray:
    """(events, 5): id, payer, payee, second, fen; over seven days, in order."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.integers(0, 7 * DAY_S, events))
    payer, payee = rng.integers(1, accounts, events), rng.integers(1, accounts, events)
    payee[rng.random(events) < hub] = 0
    return np.column_stack([np.arange(events), payer, payee, at, rng.integers(100, 1_000_000, events)])


def touches_of(stream: np.ndarray) -> np.ndarray:
    """Two touches a payment, as the engine has them."""
    touches = np.zeros((2 * len(stream), len(COLUMNS)), np.int64)
    moment = 1_772_416_800_000 + stream[:, 3] * 1000
    for side, view, subject, other in ((0, "account_out", 1, 2), (1, "account_in", 2, 1)):
        rows = touches[side::2]
        rows[:, PLACE["subject"]], rows[:, PLACE["other"]] = stream[:, subject], stream[:, other]
        rows[:, PLACE["view"]] = VIEW_INDEX[view]
        rows[:, PLACE["value"]] = rows[:, PLACE["added"]] = stream[:, 4]
    repeated = np.repeat(moment, 2)
    begins = np.flatnonzero(np.diff(repeated, prepend=-1))
    rank = np.arange(len(repeated)) - np.repeat(begins, np.diff(np.append(begins, len(repeated))))
    touches[:, PLACE["key"]], touches[:, PLACE["at_us"]] = (repeated << TIE_BITS) | rank, repeated * 1000
    touches[:, PLACE["once"]], touches[:, PLACE["actor"]] = 1, touches[:, PLACE["subject"]]
    return touches


def ours(stream: np.ndarray, accounts: int, features: Sequence[Feature]) -> tuple[float, int]:
    """Seconds, and bytes held at the end."""
    touches = touches_of(stream)
    state, chunk = State(features), 100_000
    state.hold_subjects(accounts)
    out = np.zeros((chunk, len(features)))
    begin = time.perf_counter()
    state.began = int(touches[0, PLACE["key"]])
    for start in range(0, len(touches), chunk):
        part = touches[start : start + chunk]
        state.hold(len(part), int(part[0, PLACE["key"]]))
        vectors(state.memory, state.layout, part, state.began, out[: len(part)])
    return time.perf_counter() - begin, state.bytes_held()


def snapml_gfp(stream: np.ndarray) -> float:
    from snapml import GraphFeaturePreprocessor

    made = GraphFeaturePreprocessor()
    settings = made.get_params()
    settings |= {
        "num_threads": 2, "time_window": DAY_S, "vertex_stats": True, "vertex_stats_tw": DAY_S, "vertex_stats_cols": [4],
        "vertex_stats_feats": [0, 1, 2, 3, 4], "fan": True, "fan_tw": DAY_S, "fan_bins": [2, 3, 5, 10, 20, 50],
        "degree": True, "degree_tw": DAY_S, "degree_bins": [2, 3, 5, 10, 20, 50], "scatter-gather": False, "temp-cycle": False,
        "lc-cycle": False,
    }  # fmt: skip
    made.set_params(settings)
    table = np.ascontiguousarray(stream.astype(np.float64))
    begin = time.perf_counter()
    for start in range(0, len(table), 2048):
        made.transform(table[start : start + 2048])
    return time.perf_counter() - begin


def river(stream: np.ndarray) -> float:
    """Count, sum, mean and largest amount in and out over 24 h: no distinct counterparties, which River has no window for."""
    from datetime import datetime

    from river import stats, utils

    origin, window = datetime(2026, 3, 2), timedelta(days=1)  # noqa: DTZ001
    sides = [
        defaultdict(lambda: (utils.TimeRolling(stats.Sum, window), utils.TimeRolling(stats.Mean, window)))
        for _ in range(2)
    ]
    begin = time.perf_counter()
    for _, payer, payee, at, fen in stream.tolist():
        moment = origin + timedelta(seconds=at)
        for side, account in ((0, payer), (1, payee)):
            for one in sides[side][account]:
                one.update(fen, t=moment)
                one.get()
    return time.perf_counter() - begin


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--patience", type=float, default=90.0)
    options.add_argument("--quick", action="store_true", help="only up to 100,000 events, to see that it works")
    told = options.parse_args()
    lengths = [n for n in (20_000, 40_000, 80_000, 160_000, 400_000, 1_000_000, 5_000_000) if n <= told.events]
    if told.quick:
        lengths = [20_000, 40_000, 80_000]
    versions = {name: importlib.metadata.version(name) for name in ("numba", "numpy", "snapml", "river")}
    print("versions", versions, "cores", os.cpu_count(), "load", [round(one, 2) for one in os.getloadavg()])
    ours(payments(1000, 100, 0.1), 100, FEATURES)
    for name, hub in (("light-tailed", 0.0), ("30 % to one payee", 0.3)):
        print(f"\n{name}: events/s, and ours over theirs")
        patience = {"GFP": True, "River": True}
        for events in lengths:
            accounts = max(1000, events // 4)
            stream = payments(events, accounts, hub)
            rate = events / ours(stream, accounts, SAME)[0]
            every = events / ours(stream, accounts, FEATURES)[0]
            line = f"{events:>9,} events  ours {rate:>9,.0f}/s, all {len(FEATURES)} features {every:>9,.0f}/s"
            for peer, run in (("GFP", snapml_gfp), ("River", river)):
                if not patience[peer]:
                    line += f"   {peer} left out (too slow)"
                    continue
                seconds = run(stream)
                line += f"   {peer} {events / seconds:>9,.0f}/s ({rate * seconds / events:,.1f}x)"
                grows = 8 if hub else 3
                patience[peer] = seconds * grows < told.patience
            print(line, flush=True)
    print("\nsubjects: ours, events/s and bytes of state for each subject (1 M events; entries of events included)")
    for accounts in (10_000, 100_000, 1_000_000, *(() if told.quick else (5_000_000,))):
        events = 100_000 if told.quick else 1_000_000
        seconds, held = ours(payments(events, accounts, 0.0), accounts, FEATURES)
        print(f"{accounts:>9,} subjects  {events / seconds:>9,.0f}/s  {held / accounts:>8,.0f} bytes", flush=True)


if __name__ == "__main__":
    main()
