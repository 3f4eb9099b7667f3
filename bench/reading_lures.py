"""Learns what speaks for a way in to be the first in which the offender reached the victim (src/fanzha/reading/lure_weights.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_lures.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl: a conditional logit over the ways of which a narrative has
words. With --leave-out nothing is written: each file is judged by weights of the other files, as a hand that nobody has learned from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from fanzha.reading import read
from fanzha.reading.folding import fold
from fanzha.reading.lures import Way, ways
from fanzha.reading.passages import passages

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/fanzha/reading/lure_weights.yaml"
FILES = sorted((ROOT / "tests/reading/narratives").glob("*_dev.jsonl"))
PENALTY = 1.0
"""Half the weight of the squared length; 1 of 0.5, 1, 2 and 4 was best where whole files were left out."""
MET = 2
"""A fact that fewer ways have teaches nothing."""
LEAST = 0.03
"""Weights nearer to nothing than this are left out of the file."""
HEAD = """# What speaks for a way in to be the first: facts (reading/lures.py) and their weights. Learned from tests/reading/narratives/*_dev.jsonl
# by `python bench/reading_lures.py`; not to be changed by hand.
"""
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    choices: list[Way]
    channel: str


def labelled(path: Path) -> Iterator[Labelled]:
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        text = line["text"]
        folded = fold(text)
        found = read(text, datetime.fromisoformat(line["reported_at"]))
        theirs = [any(one.side == "suspect" for one in several) for several in (found.numbers, found.im)]
        choices = ways(folded, passages(folded), called=theirs[0], written=theirs[1])
        yield Labelled(choices, line["expected"]["lure_channel"])


def learn(told: Sequence[Labelled]) -> dict[str, float]:
    """The weight of each fact; a narrative without words for its label teaches nothing."""
    known = [one for one in told if any(way.channel == one.channel for way in one.choices)]
    met = Counter(fact for one in known for way in one.choices for fact in {*way.facts})
    names = {fact: at for at, fact in enumerate(sorted(fact for fact, count in met.items() if count >= MET))}
    rows = [way for one in known for way in one.choices]
    places = [(row, names[fact]) for row, way in enumerate(rows) for fact in {*way.facts} if fact in names]
    facts = csr_matrix((np.ones(len(places)), np.array(places).T), shape=(len(rows), len(names)))
    sizes = np.array([len(one.choices) for one in known])
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of = np.repeat(np.arange(len(known)), sizes)
    right = begins + [next(at for at, way in enumerate(one.choices) if way.channel == one.channel) for one in known]
    there = np.asarray(facts[right].sum(axis=0)).ravel()

    def loss(weight: Array) -> tuple[float, Array]:
        sums = facts @ weight
        most = np.maximum.reduceat(sums, begins)
        shares = np.exp(sums - most[of])
        whole = np.add.reduceat(shares, begins)
        total = float((np.log(whole) + most).sum() - sums[right].sum() + PENALTY / 2 * weight @ weight)
        return total, facts.T @ (shares / whole[of]) - there + PENALTY * weight

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return {name: round(float(found[at]), 2) for name, at in names.items() if abs(found[at]) >= LEAST}


def judged(one: Labelled, weights: dict[str, float]) -> bool:
    best = max(one.choices, key=lambda way: sum(weights.get(fact, 0.0) for fact in way.facts))
    return best.channel == one.channel


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    files = {path: [*labelled(path)] for path in FILES}
    if options.parse_args().leave_out:
        for path in FILES:
            weights = learn([one for other, each in files.items() if other != path for one in each])
            print(f"{path.stem:18} {np.mean([judged(one, weights) for one in files[path]]):.3f}")
        return
    found = learn([one for each in files.values() for one in each])
    ordered = dict(sorted(found.items(), key=lambda each: -abs(each[1])))
    WEIGHTS.write_text(HEAD + yaml.safe_dump(ordered, sort_keys=False, width=120, allow_unicode=True), "utf-8")
    print(f"{len(found)} weights from {sum(map(len, files.values()))} narratives")


if __name__ == "__main__":
    main()
