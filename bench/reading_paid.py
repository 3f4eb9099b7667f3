"""Learns what speaks for a sum of money to have been paid, or to have come back (src/fanzha/reading/paid.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_paid.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl, and from the sentences of tests/reading/told.yaml and of
test_payments.py: a logistic regression over the facts of each sum. With --leave-out nothing is written: each file is judged by weights
of the other files, as a hand that nobody has learned from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from test_payments import CAME_BACK, LISTED, LISTS
from test_told import ACCOUNTS, REPORT

from fanzha.reading.amounts import amounts
from fanzha.reading.losses import loss
from fanzha.reading.narrative import gathered
from fanzha.reading.paid import KINDS, weighed
from fanzha.reading.passages import Passage
from fanzha.reading.reconciling import reconcile
from fanzha.reading.sum_facts import RETURNED, facts_of_sums
from fanzha.reading.sums import Sum, sums

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/fanzha/reading/paid.yaml"
SENTENCES = ROOT / "tests/reading/told.yaml"
FILES = sorted((ROOT / "tests/reading/narratives").glob("*_dev.jsonl"))
STRENGTH = {"paid": 0.5, "returned": 0.5}
"""The inverse of the penalty on the squared weights; of 0.2, 0.3, 0.5, 1 and 2 the best where whole files were left out."""
SENTENCE = 0.6
"""How often a sum of a sentence of the tests counts: it was written for what it says; ours."""
BALANCE = {"paid": None, "returned": "balanced"}
"""What came back is one sum of ten: each counts for more."""
LEAST = 0.1
"""Weights nearer to nothing than this are left out of the file."""
_MOST_PARTS = 4
"""Sums that together may be what came back; ours."""
MET = 4
"""A fact that fewer sums have teaches nothing."""
HEAD = """# What speaks for a sum to have been paid, and to have come back: facts (reading/paid.py) and their two weights.
# Learned from tests/reading/narratives/*_dev.jsonl and tests/reading/told.yaml by `python bench/reading_paid.py`; not to be changed by hand.
"""
Weights = dict[str, list[float]]


@dataclass(frozen=True)
class Told:
    """A text whose sums have the roles that words give, the facts of each, and by kind whether it is one (None where the text is not
    labelled so). `paid` is what was paid, in fen, `loss` its other figures; `counts`: how often each of its sums does."""

    masked: str
    turns: list[Passage]
    found: list[Sum]
    facts: list[set[str]]
    labels: dict[str, list[bool | None]]
    paid: list[int]
    loss: dict[str, int | None]
    counts: float = 1.0


def narratives_of(path: Path) -> Iterator[Told]:
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        expected = line["expected"]
        paid = [one["amount_fen"] for one in expected["transfers"]]
        yield _told(line["text"], datetime.fromisoformat(line["reported_at"]), paid, expected["loss_fen"])


def sentences() -> Iterator[Told]:
    """The sentences of told.yaml and of test_payments.py; most of them are labelled with one kind alone."""
    for one in (each for rule in yaml.safe_load(SENTENCES.read_text("utf-8")) for each in rule["read"]):
        text = one["text"]
        for name, number in ACCOUNTS.items():
            text = text.replace(name, number)
        figures = {"returned": _fen(one["returned"])} if "returned" in one else {}
        yield _told(text, REPORT, [_fen(each) for each in one["paid"]] if "paid" in one else None, figures, SENTENCE)
    for text in LISTS:
        yield _told(text, REPORT, [_fen(each) for each in LISTED], {}, SENTENCE)
    for text, yuan in CAME_BACK:
        yield _told(text, REPORT, None, {"returned": _fen(yuan)}, SENTENCE)


def _fen(yuan: float | None) -> Any:
    return None if yuan is None else round(yuan * 100)


def _told(
    text: str, reported_at: datetime, paid: list[int] | None, figures: dict[str, int | None], counts: float = 1.0
) -> Told:
    read = gathered(text, reported_at)
    masked, turns = read.masked, read.turns
    found = reconcile(masked, sums(masked, amounts(masked), turns), turns)
    found.sort(key=lambda one: (one.amount.start, one.told.start))
    which = [None] * len(found) if paid is None else _which(paid, found)
    labels = {"paid": which, "returned": _came_back(masked, found, which, figures)}
    return Told(masked, turns, found, facts_of_sums(masked, found, turns), labels, paid or [], figures, counts)


def _came_back(
    masked: str, found: list[Sum], paid: Sequence[bool | None], figures: dict[str, int | None]
) -> list[bool | None]:
    """Which sums came back. A label says only how much did in all: those that words call so where they make up as much, else those
    that do with the fewest changes, sums that were paid apart."""
    if "returned" not in figures:
        return [None] * len(found)
    back = figures["returned"] or 0
    words = [one.role in RETURNED for one in found]
    if (loss(masked, found).returned or 0) == back:
        return [*words]
    counted = [
        at for at, one in enumerate(found) if one.role != "returned again" and not paid[at] and one.role != "lost"
    ]
    most = [at for at in counted if found[at].amount.fen <= back]
    for size in range(1, _MOST_PARTS + 1):
        made = [each for each in combinations(most, size) if sum(found[at].amount.fen for at in each) == back]
        if made:
            best = max(made, key=lambda each: (sum(words[at] for at in each), each))
            return [None if one.role == "returned again" else at in best for at, one in enumerate(found)]
    return [False if back == 0 else None for _ in found]


def _which(paid: list[int], found: list[Sum]) -> list[bool | None]:
    """Which sums are those that were paid: of equal ones those that words call so, then the first."""
    left = Counter(paid)
    which: list[bool | None] = [False] * len(found)
    order = {
        "sent": 0,
        "demand": 1,
        None: 1,
        "refused": 2,
        "loan": 2,
        "virtual": 2,
        "own": 2,
        "total": 3,
        "returned": 3,
    }
    for at in sorted(range(len(found)), key=lambda each: (order.get(found[each].role, 4), each)):
        fen = found[at].amount.fen
        which[at] = left[fen] > 0
        left[fen] -= 1
    return which


def learn(narratives: Sequence[Told]) -> Weights:
    by_kind = [_learn(narratives, kind) for kind in KINDS]
    return {fact: [each.get(fact, 0.0) for each in by_kind] for fact in sorted({*by_kind[0], *by_kind[1]})}


def _learn(narratives: Sequence[Told], kind: str) -> dict[str, float]:
    """The weight of each fact for one of KINDS."""
    rows = [
        (facts, label, one.counts)
        for one in narratives
        for facts, label in zip(one.facts, one.labels[kind], strict=True)
        if label is not None
    ]
    met = Counter(fact for facts, _, _ in rows for fact in facts)
    names = {fact: at for at, fact in enumerate(sorted(fact for fact, count in met.items() if count >= MET))}
    places = [(row, names[fact]) for row, (facts, _, _) in enumerate(rows) for fact in facts if fact in names]
    table = csr_matrix((np.ones(len(places)), np.array(places).T), shape=(len(rows), len(names)))
    model = LogisticRegression(C=STRENGTH[kind], class_weight=BALANCE[kind], max_iter=3000)
    model.fit(table, [label for _, label, _ in rows], [counts for _, _, counts in rows])
    weights = {name: round(float(model.coef_[0, at]), 2) for name, at in names.items()}
    kept = {name: each for name, each in weights.items() if abs(each) >= LEAST}
    kept["any"] = round(kept.get("any", 0.0) + float(model.intercept_[0]), 2)
    return kept


def judge(narratives: Sequence[Told], weights: Weights) -> dict[str, list[int]]:
    """Of the payments and of each figure of the loss: [right, found, there]."""
    counts = {name: [0, 0, 0] for name in ("transfer", "summed", "returned", "stated")}
    for one in narratives:
        found = weighed(one.masked, [copy(each) for each in one.found], one.turns, weights)
        had = Counter(each.amount.fen for each in found if each.role == "sent")
        there = Counter(one.paid)
        _add(counts["transfer"], (had & there).total(), had.total(), there.total())
        figures = loss(one.masked, found)
        for name in ("summed", "returned", "stated"):
            got, label = getattr(figures, name), one.loss[name]
            _add(counts[name], got is not None and got == label, got is not None, label is not None)
    return counts


def _add(row: list[int], *more: int) -> None:
    row[:] = [one + other for one, other in zip(row, more, strict=True)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    files = {path: [*narratives_of(path)] for path in FILES} | {SENTENCES: [*sentences()]}
    if not options.parse_args().leave_out:
        found = learn([one for each in files.values() for one in each])
        lines = yaml.safe_dump(found, sort_keys=False, width=120, allow_unicode=True, default_flow_style=None)
        WEIGHTS.write_text(HEAD + lines, encoding="utf-8")
        print(f"{len(found)} facts from {sum(map(len, files.values()))} texts")
        return
    every: dict[str, list[int]] = {}
    for path in FILES:
        weights = learn([one for other, each in files.items() if other != path for one in each])
        counts = judge(files[path], weights)
        print(f"{path.stem:18}", _in_words(counts), flush=True)
        for name, row in counts.items():
            _add(every.setdefault(name, [0, 0, 0]), *row)
    print(f"{'all':18}", _in_words(every))


def _in_words(counts: dict[str, list[int]]) -> str:
    return "  ".join(
        f"{name} {right / max(had, 1):.3f}/{right / max(there, 1):.3f}" for name, (right, had, there) in counts.items()
    )


if __name__ == "__main__":
    main()
