"""Learns what speaks for an identifier to be the victim's, the suspect's or neither's (src/fanzha/reading/whose.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_sides.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl and from the sentences of tests/reading/told.yaml, of
told_numbers.yaml and of the tests of sides: a logistic regression over the facts of each mention. With --leave-out nothing is written: each file is judged by weights of the other files, as a hand that nobody has learned from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from test_payments import WHOSE
from test_sides import SUSPECTS, VICTIMS
from test_told import ACCOUNTS, REPORT

from fanzha.reading.narrative import gathered
from fanzha.reading.sides import Side
from fanzha.reading.whose import SIDES, facts_of_accounts, facts_of_messengers, facts_of_numbers, telling

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/fanzha/reading/whose.yaml"
FILES = sorted((ROOT / "tests/reading/narratives").glob("*_dev.jsonl"))
SENTENCES = ROOT / "tests/reading/told.yaml"
NUMBERS = ROOT / "tests/reading/told_numbers.yaml"
SENTENCE = {"number": 4.0, "account": 3.0}
"""How often a sentence of the tests counts, by kind; ours."""
NUMBER = "15412345678"
STRENGTH = {"number": 0.3, "im": 0.3, "account": 0.6}
"""The inverse of the penalty on the squared weights; of 0.1, 0.3, 0.6, 1 and 2 the best where whole files were left out."""
LEAST = 0.03
"""Weights nearer to nothing than this are left out of the file."""
MET = 2
"""A fact that fewer mentions have teaches nothing."""
HEAD = """# What speaks for an identifier to be the victim's, the suspect's or neither's, in this order: facts (reading/whose.py) and their weights.
# Learned from tests/reading/narratives/*_dev.jsonl by `python bench/reading_sides.py`; not to be changed by hand.
"""
Weights = dict[str, list[float]]


@dataclass(frozen=True)
class Sided:
    """An identifier with the facts of each of its mentions and its label."""

    name: str
    mentions: list[list[str]]
    side: Side
    counts: float = 1.0


def sided(path: Path) -> Iterator[tuple[str, Sided]]:
    """The labelled identifiers of a file, with their kind."""
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        found = gathered(line["text"], datetime.fromisoformat(line["reported_at"]))
        told = line["expected"]
        read = {
            "number": (told["numbers"], facts_of_numbers(found.folded, found.called, found.turns)),
            "im": (told["im"], facts_of_messengers(found.folded, found.written, found.turns)),
            "account": (told["accounts"], facts_of_accounts(found.folded, found.accounts, found.turns)),
        }
        for kind, (labels, facts) in read.items():
            for one in labels:
                value = one["value"].lstrip("@")
                if value in facts:
                    yield kind, Sided(f"{line['id']} {value}", facts[value], one["side"])


def told_sentences() -> Iterator[tuple[str, Sided]]:
    """The accounts of told.yaml the accounts of test_payments.py and the telephone numbers of test_sides.py."""
    for text in (one["text"] for rule in yaml.safe_load(SENTENCES.read_text("utf-8")) for one in rule["read"]):
        named = {number: name for name, number in ACCOUNTS.items() if name in text}
        for number, name in named.items():
            text = text.replace(name, number)
        found = gathered(text, REPORT)
        for number, facts in facts_of_accounts(found.folded, found.accounts, found.turns).items():
            if number in named:
                yield (
                    "account",
                    Sided(text, facts, "victim" if named[number] == "OWN" else "suspect", SENTENCE["account"]),
                )
    for text, sides_told in WHOSE:
        found = gathered(text.format(own=ACCOUNTS["OWN"], theirs=ACCOUNTS["THEIRS"]), REPORT)
        facts_by_number = facts_of_accounts(found.folded, found.accounts, found.turns)
        for number, of in zip(facts_by_number, sides_told, strict=True):
            yield (
                "account",
                Sided(text, facts_by_number[number], "victim" if of == "v" else "suspect", SENTENCE["account"]),
            )
    sides: dict[Side, list[str]] = yaml.safe_load(NUMBERS.read_text("utf-8"))
    for side, words in [*sides.items(), ("victim", VICTIMS), ("suspect", SUSPECTS)]:
        for one in words:
            found = gathered(one.format(NUMBER), REPORT)
            for facts in facts_of_numbers(found.folded, found.called, found.turns).values():
                yield "number", Sided(one, facts, side, SENTENCE["number"])


def learn(told: Sequence[Sided], strength: float) -> Weights:
    """The weights of each fact for the three sides."""
    rows = [(mention, one.side, one.counts / len(one.mentions)) for one in told for mention in one.mentions]
    met = Counter(fact for mention, _, _ in rows for fact in {*mention})
    names = {fact: at for at, fact in enumerate(sorted(fact for fact, count in met.items() if count >= MET))}
    places = [(row, names[fact]) for row, (mention, _, _) in enumerate(rows) for fact in {*mention} if fact in names]
    facts = csr_matrix((np.ones(len(places)), np.array(places).T), shape=(len(rows), len(names)))
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(facts, [side for _, side, _ in rows], sample_weight=[share for _, _, share in rows])
    coefficients, first = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn gives one row for two classes
        coefficients, first = np.array([-coefficients[0], coefficients[0]]) / 2, np.array([-first[0], first[0]]) / 2
    by_side = dict(zip(map(str, model.classes_), coefficients, strict=True))
    at_first = dict(zip(map(str, model.classes_), first, strict=True))
    never = np.zeros(len(names))
    table = np.array([by_side.get(side, never) for side in SIDES])
    weights = {name: [round(float(each), 2) for each in table[:, at]] for name, at in names.items()}
    kept = {name: each for name, each in weights.items() if max(map(abs, each)) >= LEAST}
    kept["any"] = [
        round(each + float(at_first.get(side, -9.0)), 2)
        for each, side in zip(kept.get("any", [0.0] * 3), SIDES, strict=True)
    ]
    return kept


def judged(one: Sided, weights: Weights) -> Side:
    told = [weights[fact] for mention in telling(one.mentions) for fact in mention if fact in weights]
    return max(SIDES, key=lambda side: sum(each[SIDES.index(side)] for each in told))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    files = {path: [*sided(path)] for path in FILES} | {SENTENCES: [*told_sentences()]}
    if not options.parse_args().leave_out:
        every = [one for told in files.values() for one in told]
        found = {kind: learn([one for each, one in every if each == kind], STRENGTH[kind]) for kind in STRENGTH}
        lines = [HEAD]
        for kind, weights in found.items():
            lines.append(f"{kind}:\n")
            ordered = sorted(weights.items(), key=lambda each: -max(map(abs, each[1])))
            told = yaml.safe_dump(
                dict(ordered), sort_keys=False, width=120, allow_unicode=True, default_flow_style=None
            )
            lines += [f"  {line}\n" for line in told.splitlines()]
        WEIGHTS.write_text("".join(lines), encoding="utf-8")
        print(f"{sum(map(len, found.values()))} weights from {len(every)} identifiers")
        return
    for kind, strength in STRENGTH.items():
        right: dict[str, list[bool]] = defaultdict(list)
        for path in FILES:
            others = [one for other, each in files.items() if other != path for of, one in each if of == kind]
            weights = learn(others, strength)
            for one in (one for of, one in files[path] if of == kind):
                right[path.stem].append(judged(one, weights) == one.side)
        print(f"{kind:8}", "  ".join(f"{name} {np.mean(each):.3f} ({len(each)})" for name, each in right.items()))


if __name__ == "__main__":
    main()
