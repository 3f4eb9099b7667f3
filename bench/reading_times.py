"""Learns what speaks for a time to be a payment's (src/fanzha/reading/payment_times.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_times.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl and the sentences of tests/reading/told.yaml: a chain
(reading_chains.py) over the payments that are read in each of them. With --leave-out nothing is written: each file is judged by weights of the other files, as a hand that nobody has
learned from.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from reading_chains import Chain, in_words, learn
from reading_weights import FILES, LEAST, ROOT, SENTENCES, UNKNOWN, Labelled, labelled, told_sentences

from fanzha.reading.belonging import best
from fanzha.reading.payment_times import time_states, time_steps, times_told
from fanzha.reading.times import When

WEIGHTS = ROOT / "src/fanzha/reading/payment_times.yaml"
SENTENCE = 3.0
"""How often a sentence of told.yaml counts; ours: of 1, 2, 3 and 8 the least with which all of them are read as they are told, while files left
out are read a little worse the more they count."""
HEAD = """# What speaks for a time to be a payment's: facts (reading/payment_times.py) and their weights. Learned from
# tests/reading/narratives/*_dev.jsonl by `python bench/reading_times.py`; not to be changed by hand.
"""


def fits(label: dict[str, Any] | None, when: When | None) -> bool:
    """Whether a time is what the label of a payment says; any is where that says nothing."""
    if label is None:
        return True
    if "told at" in label:  # 03-05 10:00, of a sentence
        told = label["told at"]
        return told is UNKNOWN or told == (
            when and when.at[5 : 10 if when.precision == "day" else 16].replace("T", " ")
        )
    return when == (When(label["at"], label["precision"]) if label["at"] else None)


def chain(one: Labelled) -> Chain:
    """What there is to learn of a narrative; where no time that is read is right, any is."""
    told = times_told(one.layout, one.times)
    states, right = time_states(one.layout, told), []
    for label, choices in zip(one.labels, states, strict=True):
        row = [fits(label, each.value) for each in choices]
        right.append(row if any(row) else [True] * len(row))
    return Chain(
        one.layout,
        states,
        right,
        time_steps(one.layout, told),
        SENTENCE if any(each and "told at" in each for each in one.labels) else 1.0,
    )


def judge(narratives: Sequence[Labelled], chains: Sequence[Chain], weigh: dict[str, float]) -> list[int]:
    """[right, found, there] of the times of the payments that are read."""
    row = [0, 0, 0]
    for one, each in zip(narratives, chains, strict=True):
        found = best(each.layout, each.states, weigh, each.along)
        for got, label in zip(found, one.labels, strict=True):
            if label is not None:
                row[0] += got is not None and fits(label, got)
                row[1] += got is not None
                row[2] += label["at"] is not None
    return row


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    leave_out = options.parse_args().leave_out
    narratives = {path: [*labelled(path)] for path in FILES} | {SENTENCES: [*told_sentences()]}
    chains: dict[Path, list[Chain]] = {path: [chain(one) for one in told] for path, told in narratives.items()}
    if leave_out:
        every = [0, 0, 0]
        for path in FILES:
            weigh = learn([one for other, each in chains.items() if other != path for one in each])
            row = judge(narratives[path], chains[path], weigh)
            every = [before + more for before, more in zip(every, row, strict=True)]
            print(f"{path.stem:18} {in_words(row)}", flush=True)
        print(f"{'all':18} {in_words(every)}")
        return
    weigh = learn([one for each in chains.values() for one in each])
    kept = {fact: round(weight, 2) for fact, weight in weigh.items() if abs(weight) >= LEAST}
    found = {"time": dict(sorted(kept.items(), key=lambda each: (-each[1], each[0])))}
    WEIGHTS.write_text(HEAD + yaml.safe_dump(found, sort_keys=False, width=120, allow_unicode=True), encoding="utf-8")
    print(f"{len(kept)} weights from {sum(map(len, chains.values()))} narratives")


if __name__ == "__main__":
    main()
