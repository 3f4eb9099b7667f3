"""Learns what speaks for a name to be a payee's (src/fanzha/reading/payee_names.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_names.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl and the sentences of tests/reading/told.yaml
and test_names.py: a logistic regression over the facts of everything that has
the form of a name there, few of which get a weight. With --leave-out nothing is written: the names of each file are judged by what the
others teach, as a hand that nobody has learned from.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from reading_chains import in_words
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from test_names import PAYEES
from test_told import ACCOUNTS

from fanzha.reading.bank_names import bank_names
from fanzha.reading.cards import cards
from fanzha.reading.folding import fold
from fanzha.reading.holders import said
from fanzha.reading.payee_names import Candidate, Names, beside, likely, names, of_the_clause

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/fanzha/reading/payee_names.yaml"
FILES = sorted((ROOT / "tests/reading/narratives").glob("*_dev.jsonl"))
SENTENCES = ROOT / "tests/reading/told.yaml"
SENTENCE = 2.0
"""How often a name of a sentence of told.yaml counts: it was written for what it says; ours."""
STRENGTH = 2.0
"""The inverse of the penalty on the size of the weights; of 1, 2 and 4 the best where whole files were left out."""
HEAD = """# What speaks for what has the form of a name to be a payee's: facts (reading/payee_names.py) and their weights. Learned from
# tests/reading/narratives/*_dev.jsonl by `python bench/reading_names.py`; not to be changed by hand.
"""


@dataclass(frozen=True)
class Told:
    """The candidates of a narrative, their facts, and the names that its label gives to payees; how often
    each of them counts."""

    found: Names
    facts: list[list[str]]
    payees: set[str]
    counts: float


def told(path: Path) -> Iterator[Told]:
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        expected = line["expected"]
        theirs = [one["holder"] for one in expected["accounts"] if one["side"] != "victim"]
        yield _told(line["text"], [*theirs, *(one["holder"] for one in expected["transfers"])])


def sentences() -> Iterator[Told]:
    """The sentences of tests/reading/told.yaml and of test_names.py whose payees are labelled."""
    for one in (each for rule in yaml.safe_load(SENTENCES.read_text("utf-8")) for each in rule["read"]):
        if "holder" in one:
            text = one["text"]
            for name, number in ACCOUNTS.items():
                text = text.replace(name, number)
            yield _told(text, one["holder"], SENTENCE)
    for text, names_of in PAYEES:
        yield _told(text, names_of, SENTENCE)


def _told(text: str, payees: Sequence[str | None], counts: float = 1.0) -> Told:
    folded = fold(text)
    numbers, banks = ([(one.start, one.end) for one in each(folded)] for each in (cards, bank_names))
    found = names(folded, banks, said(folded, numbers, banks))
    return Told(
        found,
        [[*beside(found.words, one), *of_the_clause(found.words, one)] for one in found.found],
        {fold(name) for name in payees if name},
        counts,
    )


def learn(given: Sequence[Told]) -> dict[str, float]:
    """The weight of each fact that has one."""
    numbers: dict[str, int] = {}
    rows = [
        [numbers.setdefault(fact, len(numbers)) for fact in dict.fromkeys(each)] for one in given for each in one.facts
    ]
    starts = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    places = np.array([at for row in rows for at in row], np.int32)
    table = csr_matrix((np.ones(len(places)), places, starts), (len(rows), len(numbers)))
    right = [one.found.name(each) in one.payees for one in given for each in one.found.found]
    model = LogisticRegression(l1_ratio=1.0, C=STRENGTH, solver="liblinear", random_state=0)
    model.fit(table, right, [one.counts for one in given for _ in one.facts])
    weigh = dict(zip(numbers, model.coef_[0], strict=True)) | {"any": float(model.intercept_[0] + model.coef_[0][0])}
    return {fact: round(float(weight), 2) for fact, weight in weigh.items() if abs(weight) >= 0.005}


def taken(one: Told, weigh: dict[str, float]) -> set[str]:
    """The names of a narrative that weights take for payees'."""
    worth: dict[Candidate, float] = {
        each: sum(weigh.get(fact, 0.0) for fact in said) for each, said in zip(one.found.found, one.facts, strict=True)
    }
    return {one.found.name(each) for each in likely(one.found, worth)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    leave_out = options.parse_args().leave_out
    files = {path: [*told(path)] for path in FILES} | {SENTENCES: [*sentences()]}
    if leave_out:
        every = [0, 0, 0]
        for path, narratives in [(path, files[path]) for path in FILES]:
            weigh = learn([one for other, each in files.items() if other != path for one in each])
            row = [0, 0, 0]
            for one in narratives:
                found = taken(one, weigh)
                for at, many in enumerate((found & one.payees, found, one.payees)):
                    row[at] += len(many)
            every = [one + more for one, more in zip(every, row, strict=True)]
            print(f"{path.stem:18}", in_words(row))
        print(f"{'all':18}", in_words(every))
        return
    weigh = learn([one for each in files.values() for one in each])
    ordered = dict(sorted(weigh.items(), key=lambda each: (-each[1], each[0])))
    WEIGHTS.write_text(HEAD + yaml.safe_dump(ordered, sort_keys=False, width=120, allow_unicode=True), encoding="utf-8")
    print(f"{len(ordered)} weights from {sum(len(each) for each in files.values())} narratives")


if __name__ == "__main__":
    main()
