"""Learns what speaks for an account, a holder, a bank, a payer or a way to belong to a payment (src/fanzha/reading/belonging.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_weights.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl: a linear-chain conditional random field (Lafferty,
McCallum and Pereira, ICML 2001) over the payments that are read in each of them. With --leave-out nothing is written: each file is
judged by weights of the other files, as a hand that nobody has learned from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from test_told import ACCOUNTS, OF_PAYMENTS, REPORT

from fanzha.reading.belonging import State, best, following, step
from fanzha.reading.narrative import Gathered, gathered
from fanzha.reading.payment_layout import Layout
from fanzha.reading.transfers import FIELDS, states

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/fanzha/reading/belonging.yaml"
SENTENCES = ROOT / "tests/reading/told.yaml"
FILES = sorted((ROOT / "tests/reading/narratives").glob("*_dev.jsonl"))
PENALTY = 2.0
"""Half the weight of the squared length; 2 of 0.3, 1, 2, 3 was best where whole files were left out."""
SENTENCE = 8.0
"""How often a sentence of told.yaml counts: it was written for what it says; ours."""
LEAST = 0.05
"""Weights nearer to nothing than this are left out of the file."""
HEAD = """# What speaks for an account ("to"), a holder, a bank, a paying account ("source") or a way ("channel") to belong to a payment:
# facts (reading/belonging.py, reading/transfers.py) and their weights. Learned from tests/reading/narratives/*_dev.jsonl by
# `python bench/reading_weights.py`; not to be changed by hand.
"""
Array = NDArray[np.float64]
UNKNOWN = object()
"""The label of a sum that was taken for a payment and is none: any state is right."""


@dataclass(frozen=True)
class Labelled:
    """A narrative with the label of each payment that is read in it (None where it is none)."""

    line: dict[str, Any]
    found: Gathered
    layout: Layout
    labels: list[dict[str, Any] | None]
    counts: float = 1.0

    def of(self, field: str) -> list[Any]:
        return [UNKNOWN if one is None else one[field] for one in self.labels]


def labelled(path: Path) -> Iterator[Labelled]:
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        found = gathered(line["text"], datetime.fromisoformat(line["reported_at"]))
        layout = found.layout()
        told = _numbered([one["amount_fen"] for one in line["expected"]["transfers"]])
        known = dict(zip(told, ({**one, "source": one["from"]} for one in line["expected"]["transfers"]), strict=True))
        yield Labelled(
            line, found, layout, [known.get(one) for one in _numbered([each.amount.fen for each in layout.sent])]
        )


def told_sentences() -> Iterator[Labelled]:
    """The sentences of tests/reading/told.yaml: what a sentence says nothing of is UNKNOWN."""
    for one in (each for rule in yaml.safe_load(SENTENCES.read_text("utf-8")) for each in rule["read"]):
        text = one["text"]
        for name, number in ACCOUNTS.items():
            text = text.replace(name, number)
        found = gathered(text, REPORT)
        layout = found.layout()
        columns = {
            OF_PAYMENTS[what]: [ACCOUNTS.get(value, value) for value in values]
            for what, values in one.items()
            if what in OF_PAYMENTS and len(values) == len(layout.sent)
        }
        labels = [
            {field: columns[field][n] if field in columns else UNKNOWN for field in FIELDS}
            for n in range(len(layout.sent))
        ]
        yield Labelled({"expected": {"transfers": []}}, found, layout, labels, SENTENCE)


def _numbered(sums: list[int]) -> list[tuple[int, int]]:
    """Each sum with how often it was told until then."""
    met: Counter[int] = Counter()
    numbered = []
    for one in sums:
        met[one] += 1
        numbered.append((one, met[one]))
    return numbered


@dataclass(frozen=True)
class Chain:
    """One narrative for one field, in numbers: `own[i]` (states, facts), `steps[i]` (states before, states, at most two facts),
    `right[i]` (states)."""

    own: list[Array]
    steps: list[NDArray[np.int64]]
    right: list[NDArray[np.bool_]]
    counts: float


def learn(narratives: Sequence[Labelled], field: str) -> dict[str, float]:
    """The weight of each fact for one field."""
    told = []
    for one in narratives:
        if one.layout.sent:
            given = {each: [None if value is UNKNOWN else value for value in one.of(each)] for each in FIELDS}
            told.append((one, states(field, one.layout, one.found.accounts, given)))
    names: dict[str, int] = {}
    for one, chain in told:
        for number, choices in enumerate(chain):
            for state in choices:
                for fact in (*state.facts, *_all_steps(one.layout, number, chain, state)):
                    names.setdefault(fact, len(names))
    chains = [_in_numbers(one, chain, field, names) for one, chain in told]

    def loss(weight: Array) -> tuple[float, Array]:
        total, slope = PENALTY / 2 * float(weight @ weight), PENALTY * weight
        for one in chains:
            all_ways, expected = _sum_of_ways(weight, one, None)
            right_ways, there = _sum_of_ways(weight, one, one.right)
            total += one.counts * (all_ways - right_ways)
            slope = slope + one.counts * (expected - there)
        return total, slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return {name: round(float(found[at]), 2) for name, at in names.items() if abs(found[at]) >= LEAST}


def _before(chain: list[list[State]], number: int) -> list[str | None]:
    return [each.value for each in chain[number - 1]] if number else [None]


def _all_steps(layout: Layout, number: int, chain: list[list[State]], state: State) -> Iterator[str]:
    for last in _before(chain, number):
        yield from following(layout, number, step(last, state.value))


def _in_numbers(one: Labelled, chain: list[list[State]], field: str, names: dict[str, int]) -> Chain:
    own, steps, right = [], [], []
    for number, (choices, label) in enumerate(zip(chain, one.of(field), strict=True)):
        facts = np.zeros((len(choices), len(names)))
        for place, state in enumerate(choices):
            np.add.at(facts[place], [names[fact] for fact in state.facts], 1.0)
        own.append(facts)
        joined = [
            [[names[fact] for fact in following(one.layout, number, step(last, state.value))] for state in choices]
            for last in _before(chain, number)
        ]
        steps.append(np.array(joined))
        fits = np.array([label is UNKNOWN or state.value == label for state in choices])
        right.append(fits if fits.any() else np.ones(len(choices), bool))
    return Chain(own, steps, right, one.counts)


def _sum_of_ways(weight: Array, one: Chain, allowed: list[NDArray[np.bool_]] | None) -> tuple[float, Array]:
    """The logarithm of the sum over all (allowed) ways through a chain, and how often each fact is met on them (forward-backward)."""
    own = [facts @ weight for facts in one.own]
    if allowed:
        own = [np.where(right, each, -1e9) for right, each in zip(allowed, own, strict=True)]
    steps = [weight[each].sum(axis=2) for each in one.steps]
    ahead = [steps[0][0] + own[0]]
    for number in range(1, len(own)):
        ahead.append(_log_sum(ahead[-1][:, None] + steps[number], 0) + own[number])
    behind = [np.zeros(len(own[-1]))]
    for number in range(len(own) - 1, 0, -1):
        behind.insert(0, _log_sum(steps[number] + (own[number] + behind[0])[None, :], 1))
    whole = float(_log_sum(ahead[-1], 0))
    met = np.zeros(len(weight))
    for number, facts in enumerate(one.own):
        met += np.exp(ahead[number] + behind[number] - whole) @ facts
        last = ahead[number - 1][:, None] if number else np.zeros((1, 1))
        share = np.exp(last + steps[number] + (own[number] + behind[number])[None, :] - whole)
        np.add.at(met, one.steps[number], share[:, :, None])
    return whole, met


def _log_sum(logs: Array, axis: int) -> Array:
    most = logs.max(axis, keepdims=True)
    return (most + np.log(np.exp(logs - most).sum(axis, keepdims=True))).squeeze(axis)  # type: ignore[no-any-return]


def judge(narratives: Sequence[Labelled], weights: dict[str, dict[str, float]], counts: dict[str, list[int]]) -> None:
    """Add to `counts` what is right, found and there of each field."""
    for one in narratives:
        chosen: dict[str, list[str | None]] = {}
        for field in FIELDS:
            chosen[field] = best(one.layout, states(field, one.layout, one.found.accounts, chosen), weights[field])
            row = counts[field]
            for got, label in zip(chosen[field], one.of(field), strict=True):
                row[0] += got is not None and got == label
                row[1] += got is not None
            row[2] += sum(
                each[field.replace("source", "from")] is not None for each in one.line["expected"]["transfers"]
            )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    files = {path: [*labelled(path)] for path in FILES} | {SENTENCES: [*told_sentences()]}
    if not options.parse_args().leave_out:
        told = [one for narratives in files.values() for one in narratives]
        found = {field: dict(sorted(learn(told, field).items(), key=lambda each: -each[1])) for field in FIELDS}
        WEIGHTS.write_text(HEAD + yaml.safe_dump(found, sort_keys=False, width=120), encoding="utf-8")
        print(f"{sum(map(len, found.values()))} weights from {len(told)} narratives")
        return
    every = {field: [0, 0, 0] for field in FIELDS}
    for path in FILES:
        narratives = files[path]
        others = [one for other, each in files.items() if other != path for one in each]
        weights = {field: learn(others, field) for field in FIELDS}
        counts = {field: [0, 0, 0] for field in FIELDS}
        judge(narratives, weights, counts)
        judge(narratives, weights, every)
        print(f"{path.stem:18}", _in_words(counts), flush=True)
    print(f"{'all':18}", _in_words(every))


def _in_words(counts: dict[str, list[int]]) -> str:
    return "  ".join(
        f"{field} {right / max(had, 1):.3f}/{right / max(there, 1):.3f}"
        for field, (right, had, there) in counts.items()
    )


if __name__ == "__main__":
    main()
