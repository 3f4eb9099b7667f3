"""Texts judged a second, ours and scikit-learn's usual pipeline, with 2 processes each, in one run.

Run: python bench/text.py CSV --text COLUMN --label COLUMN
Both learn from one half of the rows, dealt at random with a fixed seed and label by label, and judge all rows.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from fanzha.reading import TextModel, judge_messages, train_text_model

ROUNDS = 5
"""Rounds of judging, taken in turn; the fastest counts, since the machine is shared."""

_held: dict[str, Any] = {}


def ours(texts: list[str]) -> int:
    return len(judge_messages(texts, _held["ours"]).fraud)


def theirs(texts: list[str]) -> int:
    return len(_held["scikit-learn"].predict(texts))


def _hold(model: TextModel, peer: Any) -> None:
    _held.update({"ours": model, "scikit-learn": peer})


def compare(texts: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Texts a second by "ours" and "scikit-learn" (character 1- to 4-grams, linear machine), 2 processes each."""
    half = train_test_split(list(texts), list(labels), train_size=0.5, random_state=0, stratify=_dealt(labels))
    peer = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 4)), LinearSVC(C=1.0, random_state=0))
    peer.fit(half[0], half[2])
    model = train_text_model(half[0], half[2])
    halves = [list(texts[::2]), list(texts[1::2])]
    rates = {"ours": 0.0, "scikit-learn": 0.0}
    with ProcessPoolExecutor(2, initializer=_hold, initargs=(model, peer)) as pool:
        for run in (ours, theirs):
            list(pool.map(run, [part[:10] for part in halves] * 4))
        for _ in range(ROUNDS):
            for name, run in (("ours", ours), ("scikit-learn", theirs)):
                begin = time.perf_counter()
                list(pool.map(run, halves))
                rates[name] = max(rates[name], len(texts) / (time.perf_counter() - begin))
    return rates


def _dealt(labels: Sequence[str]) -> list[str]:
    """The labels, those that stand only once as one: a half of one cannot be taken."""
    return [label if labels.count(label) > 1 else "" for label in labels]


def told(texts: Sequence[str], rates: dict[str, float]) -> str:
    """The comparison in one paragraph."""
    return (
        f"{len(texts):,} texts, 2 processes on {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}, "
        f"scikit-learn {version('scikit-learn')}, numba {version('numba')}: ours {rates['ours']:,.0f} texts/s, "
        f"scikit-learn {rates['scikit-learn']:,.0f} texts/s, ratio {rates['ours'] / rates['scikit-learn']:.2f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("csv", type=Path)
    options.add_argument("--text", required=True)
    options.add_argument("--label", required=True)
    given = options.parse_args()
    table = pl.read_csv(given.csv, encoding="utf8-lossy", infer_schema=False).drop_nulls([given.text, given.label])
    texts, labels = table[given.text].to_list(), table[given.label].to_list()
    print(told(texts, compare(texts, labels)))


if __name__ == "__main__":
    main()
