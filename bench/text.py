"""Texts judged a second, ours and scikit-learn's usual pipeline, with 2 processes each, in one run.

Run: python bench/text.py CSV --text COLUMN --label COLUMN
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from fanzha.reading import judge_messages, train_text_model


def ours(given: tuple[Any, list[str]]) -> int:
    return len(judge_messages(given[1], given[0]).fraud)


def theirs(given: tuple[Any, list[str]]) -> int:
    return len(given[0].predict(given[1]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("csv", type=Path)
    options.add_argument("--text", required=True)
    options.add_argument("--label", required=True)
    told = options.parse_args()
    table = pl.read_csv(told.csv, encoding="utf8-lossy").drop_nulls([told.text, told.label])
    texts, labels = table[told.text].to_list(), table[told.label].cast(pl.String).to_list()
    peer = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LogisticRegression(max_iter=200))
    peer.fit(texts[:5000], labels[:5000])
    model = train_text_model(texts[:5000], labels[:5000], {})
    halves = [texts[::2], texts[1::2]]
    print(f"scikit-learn {version('scikit-learn')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    rates = {}
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(ours, [(model, texts[:10])] * 2))
        for name, run, with_what in (("ours", ours, model), ("scikit-learn", theirs, peer)):
            begin = time.perf_counter()
            list(pool.map(run, [(with_what, half) for half in halves]))
            rates[name] = len(texts) / (time.perf_counter() - begin)
            print(f"{name}: {rates[name]:,.0f} texts/s over {len(texts):,} texts")
    print(f"ours over scikit-learn: {rates['ours'] / rates['scikit-learn']:.2f}")


if __name__ == "__main__":
    main()
