"""Precision and recall of `fanzha.reading.read` on labelled narratives, by item and register; classes; narratives a second.

Run: python bench/reading.py tests/reading/narratives/*_held.jsonl [--processes 2] [--wrong ITEM]
With --second tests/reading/second_hand.jsonl it measures a second careful reader in the place of `read`, on the
narratives that both labelled: nobody can be asked for more than what two of them agree on.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from sklearn.metrics import f1_score

from fanzha.reading import read

Narrative = dict[str, Any]
FIELDS = ("at", "from", "to", "bank", "holder", "channel")


def items(told: Narrative) -> Iterator[tuple[str, Any]]:
    """Each item of one reading or label, as (its name, what must be equal); what is null is no item."""
    for one in told["numbers"]:
        yield "number", one["value"]
        yield "number side", (one["value"], one["side"])
    for one in told["accounts"]:
        yield "account", one["value"]
        yield "account side", (one["value"], one["side"])
        for field in ("bank", "holder"):
            if one[field]:
                yield f"account {field}", (one["value"], one[field])
    for one in told["im"]:
        yield "im", (one["kind"], one["value"].lstrip("@"))
        yield "im side", (one["value"].lstrip("@"), one["side"])
    for name in ("urls", "apps", "wallets", "waybills", "handover"):
        for one in told[name]:
            yield name, one
    for name, fen in told["loss_fen"].items():
        if fen is not None:
            yield f"loss {name}", fen
    met: Counter[int] = Counter()
    for one in told["transfers"]:
        met[one["amount_fen"]] += 1
        which = (one["amount_fen"], met[one["amount_fen"]])
        yield "transfer", which
        for field in FIELDS:
            if one[field] is not None:
                yield f"transfer {field}", (which, one[field])
    yield "lure channel", told["lure_channel"]


def _lines(path: Path) -> list[Narrative]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def read_one(line: Narrative) -> Narrative:
    return read(line["text"], datetime.fromisoformat(line["reported_at"])).as_json()


def compare(lines: list[Narrative], found: list[Narrative], wrong: str | None) -> dict[str, dict[str, list[int]]]:
    """By item and register: [right, found, there]."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for line, got in zip(lines, found, strict=True):
        there, had = Counter(items(line["expected"])), Counter(items(got))
        for item in there | had:
            for register in ("all", line["register"]):
                row = counts[item[0]][register]
                row[0] += min(there[item], had[item])
                row[1] += had[item]
                row[2] += there[item]
            if wrong == item[0] and there[item] != had[item]:
                print(line["id"], "missed" if there[item] > had[item] else "made up", item[1])
    return counts


def print_items(counts: dict[str, dict[str, list[int]]], registers: list[str]) -> None:
    print("precision/recall (number there)")
    print(f"{'item':18}" + "".join(f"{name:>18}" for name in ["all", *registers]))
    for item in sorted(counts):
        cells = []
        for register in ["all", *registers]:
            right, had, there = counts[item][register]
            precision = f"{right / had:.3f}" if had else "-"
            recall = f"{right / there:.3f}" if there else "-"
            cells.append(f"{precision}/{recall} ({there})")
        print(f"{item:18}" + "".join(f"{cell:>18}" for cell in cells))


def print_classes(lines: list[Narrative], found: list[Narrative]) -> None:
    truth = [line["expected"]["case_class"] for line in lines]
    guess = [code if isinstance(code := got["case_class"], str) else code["code"] for got in found]
    print(f"class macro-F1 {f1_score(truth, guess, average='macro', zero_division=0.0):.3f}")
    for code in sorted(set(truth) | set(guess)):
        row = Counter(other for one, other in zip(truth, guess, strict=True) if one == code)
        print(f"  {code} suggested as " + ", ".join(f"{other} {count}" for other, count in row.most_common()))


def rate(lines: list[Narrative], processes: int) -> float:
    """Narratives a second, each read with JSON made, over at least 4,000 of them."""
    many = (lines * (4000 // len(lines) + 1))[:4000]
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(read_one, lines[:20] * processes))
        begin = time.perf_counter()
        list(pool.map(read_one, many, chunksize=100))
        return len(many) / (time.perf_counter() - begin)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("narratives", type=Path, nargs="+")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--wrong", help="print what is wrong of this item")
    options.add_argument("--second", type=Path, help="labels of another hand, to be measured instead of the reader")
    told = options.parse_args()
    lines = [line for path in told.narratives for line in _lines(path)]
    if told.second:
        other = {line["id"]: line["expected"] for line in _lines(told.second)}
        lines = [line for line in lines if line["id"] in other]
        found = [other[line["id"]] for line in lines]
    else:
        found = [read_one(line) for line in lines]
    print(f"{len(lines)} narratives of {', '.join(path.name for path in told.narratives)}")
    counts = compare(lines, found, told.wrong)
    print_items(counts, sorted({line["register"] for line in lines}))
    print_classes(lines, found)
    if not told.wrong and not told.second:
        speed = rate(lines, told.processes)
        print(
            f"{speed:,.0f} narratives/s, {told.processes} processes, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}"
        )


if __name__ == "__main__":
    main()
