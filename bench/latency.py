"""From arrival to warning, open loop: batches arrive by the clock whether or not anything was answered, into the durable log; the
engine follows it in a process of its own. The time of a warning is from when its batch was due to when it stood in the outbox.

Run: python bench/latency.py SIGNALS [--rate 20000] [--seconds 600] [--warm 3] [--model FILE] [--trace]
What is measured: log (fsync), read, features, rules, model, outbox (fsync). The HTTP intake is not in it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
import time
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl

from fanzha.detection import INDICATORS, Following, Models
from fanzha.signals import EVENT_TABLES, REGISTER_TABLES, SignalLog, known_at, read_folder, slices


def follow(path: str, model: str | None, ends: multiprocessing.synchronize.Event, done: multiprocessing.Queue) -> None:
    """The engine; puts (position, when its warnings were on disk, stages in seconds) for every batch."""
    following = Following(Path(path), Models(None, Path(model) if model else None).engine())
    engine, outbox, log = following.engine, following.outbox, following.log
    while not ends.is_set():
        batches = log.read(following.position, limit=1)
        if not batches:
            time.sleep(0.002)
            continue
        for batch in batches:
            begin = time.perf_counter()
            warnings = engine.step(batch)
            middle = time.perf_counter()
            outbox.commit(warnings, batch.position, engine.encoder.counts)
            following.position = batch.position
            done.put((batch.position, time.time(), len(warnings), middle - begin, time.perf_counter() - middle))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("signals", type=Path)
    options.add_argument("--rate", type=int, default=20_000)
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--every", type=float, default=0.1, help="seconds between batches")
    options.add_argument("--warm", type=int, default=3, help="days put in before the clock starts")
    options.add_argument("--model", type=Path)
    options.add_argument("--trace", action="store_true")
    told = options.parse_args()
    tables = read_folder(told.signals, None, (*EVENT_TABLES, *REGISTER_TABLES))
    begin = min(known_at(name, tables[name]).min() for name in EVENT_TABLES if name in tables)
    warm_until = begin + pl.duration(days=told.warm)
    timed = [name for name in (*EVENT_TABLES, "listed") if name in tables]
    before, after = dict(tables), {}
    for name in timed:
        known = known_at(name, tables[name])
        early = pl.select((known < warm_until).alias("early"))["early"]
        before[name], after[name] = tables[name].filter(early), tables[name].filter(~early)
    rows = int(told.rate * told.every)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite"
        log = SignalLog(path)
        for number, part in enumerate(slices(before, 100_000)):
            log.append(part, f"warm-{number}")
        warm = log.last_position()
        spawned = multiprocessing.get_context("spawn")  # a fork would inherit locks of polars' threads
        ends, done = spawned.Event(), spawned.Queue()
        engine = spawned.Process(target=follow, args=(str(path), str(told.model) if told.model else None, ends, done))
        engine.start()
        while done.get()[0] < warm:
            pass
        due: dict[int, float] = {}
        sent, appended = 0, []
        coming = slices(after, rows)
        ahead = next(coming)  # puts all of them in order, which takes seconds
        start = time.time()
        for number, part in enumerate(chain([ahead], coming)):
            at = start + number * told.every
            if at - start > told.seconds:
                break
            time.sleep(max(0.0, at - time.time()))
            first = time.perf_counter()
            due[log.append(part, f"live-{number}")] = at
            appended.append(time.perf_counter() - first)
            sent += sum(frame.height for frame in part.values())
        answered = []
        while len(answered) < len(due):
            answered.append(done.get(timeout=120))
        ends.set()
        engine.join()
    waits = np.array([at - due[position] for position, at, *_ in answered])
    warned = np.repeat(waits, [one[2] for one in answered])
    model = "no model" if told.model is None else told.model.name
    print(
        f"{sent / max(len(due) * told.every, 1e-9):,.0f} events/s offered for {len(due) * told.every:.0f} s, {len(warned)} warnings"
    )
    print(f"{len(INDICATORS)} indicators, {model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    for name, times in (("warnings", warned), ("batches", waits)):
        if len(times):
            p50, p99, p999 = np.quantile(times, [0.5, 0.99, 0.999]) * 1000
            print(f"{name}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, p99.9 {p999:.0f} ms")
    if told.trace:
        events = sent / max(len(due), 1)
        for stage, seconds in (
            ("log", appended),
            ("engine", [one[3] for one in answered]),
            ("outbox", [one[4] for one in answered]),
        ):
            print(f"trace {stage}: {np.mean(seconds) / events * 1e6:.2f} us an event")


if __name__ == "__main__":
    main()
