"""Learns what speaks for a payee, a paying account or a way to belong to a payment (src/fanzha/reading/belonging.yaml).

Run: PYTHONPATH=src:tests/reading python bench/reading_weights.py [--leave-out]
It learns from the labelled narratives tests/reading/narratives/*_dev.jsonl: a chain (reading_chains.py) over the payments that are read
in each of them. One field is learned after the other, and what was decided before is what weights of the other files decide, so that
its mistakes are learned with it. With --leave-out nothing is written: each file is judged by weights of the other files, as a hand that
nobody has learned from.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from reading_chains import Chain, learn
from test_told import ACCOUNTS, OF_PAYMENTS, REPORT

from fanzha.reading.belonging import Value, best
from fanzha.reading.narrative import gathered
from fanzha.reading.payment_accounts import Payee
from fanzha.reading.payment_layout import Layout
from fanzha.reading.times import Moment
from fanzha.reading.transfers import FIELDS, Choices, along, choices, states

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/fanzha/reading/belonging.yaml"
SENTENCES = ROOT / "tests/reading/told.yaml"
FILES = sorted((ROOT / "tests/reading/narratives").glob("*_dev.jsonl"))
SENTENCE = 8.0
"""How often a sentence of told.yaml counts: it was written for what it says; ours."""
LEAST = 0.05
"""Weights nearer to nothing than this are left out of the file."""
HEAD = """# What speaks for a payee, a paying account ("source") or a way ("way" at first sight, "channel" when the accounts are known) to belong
# to a payment: facts (reading/belonging.py, payment_accounts.py, payment_ways.py) and their weights. Learned from tests/reading/narratives/*_dev.jsonl by
# `python bench/reading_weights.py`; not to be changed by hand.
"""
JUDGED = ("to", "holder", "bank", "source", "channel")
UNKNOWN = object()
"""The label of a sum that was taken for a payment and is none: any state is right."""


@dataclass(frozen=True)
class Labelled:
    """A narrative with the label of each payment that is read in it (None where it is none) and the times that are read."""

    line: dict[str, Any]
    layout: Layout
    told: Choices
    labels: list[dict[str, Any] | None]
    times: list[Moment]
    counts: float = 1.0
    given: dict[str, list[Value]] = field(default_factory=dict)

    def right(self, name: str, number: int, values: list[Value]) -> list[bool]:
        """Which of the values a payment may have are as its label says: all where it says nothing, the nearest where none is."""
        label = self.labels[number]
        if label is None:
            return [True] * len(values)
        if name != "payee":
            wanted = label["channel" if name == "way" else name]
            fits = [wanted is UNKNOWN or value == wanted for value in values]
            return fits if any(fits) else [True] * len(values)
        wanted = Payee(label["to"], label["holder"], label["bank"])
        alike = [
            sum(one == other for one, other in zip(wanted, value or (None, None, None), strict=True))
            for value in values
        ]
        return [one == max(alike) for one in alike]

    def chain(self, name: str) -> Chain:
        """What there is to learn of one field, given those before it."""
        found = states(name, self.told, self.given)
        right = [self.right(name, number, [one.value for one in each]) for number, each in enumerate(found)]
        return Chain(self.layout, found, right, along(name, self.given, len(found)), self.counts)


def labelled(path: Path) -> Iterator[Labelled]:
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        found = gathered(line["text"], datetime.fromisoformat(line["reported_at"]))
        layout = found.layout()
        if not layout.sent:
            continue
        told = _numbered([one["amount_fen"] for one in line["expected"]["transfers"]])
        known = dict(zip(told, ({**one, "source": one["from"]} for one in line["expected"]["transfers"]), strict=True))
        labels = [known.get(one) for one in _numbered([each.amount.fen for each in layout.sent])]
        yield Labelled(line, layout, choices(layout, found.accounts), labels, found.times)


def told_sentences() -> Iterator[Labelled]:
    """The sentences of tests/reading/told.yaml: what a sentence says nothing of is UNKNOWN; "told at" is the time as it is written there."""
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
        if len(one.get("at", [])) == len(layout.sent) and layout.sent:
            columns["told at"] = one["at"]
        labels: list[dict[str, Any] | None] = [
            {name: columns[name][n] if name in columns else UNKNOWN for name in (*JUDGED, "told at")}
            for n in range(len(layout.sent))
        ]
        if labels:
            yield Labelled(
                {"expected": {"transfers": []}}, layout, choices(layout, found.accounts), labels, found.times, SENTENCE
            )


def _numbered(sums: list[int]) -> list[tuple[int, int]]:
    """Each sum with how often it was told until then."""
    met: Counter[int] = Counter()
    numbered = []
    for one in sums:
        met[one] += 1
        numbered.append((one, met[one]))
    return numbered


def stack(files: dict[Path, list[Labelled]]) -> None:
    """Give every narrative what weights of the other files decide of it, field by field."""
    for name in FIELDS:
        chains = {path: [one.chain(name) for one in narratives] for path, narratives in files.items()}
        for path, narratives in files.items():
            weigh = learn([one for other, each in chains.items() if other != path for one in each])
            for one, chain in zip(narratives, chains[path], strict=True):
                one.given[name] = best(one.layout, chain.states, weigh, chain.along)


def judge(narratives: Sequence[Labelled], counts: dict[str, list[int]]) -> None:
    """Add to `counts` what is right, found and there of each of JUDGED, of the payments that are read."""
    for one in narratives:
        for number, label in enumerate(one.labels):
            if label is None:
                continue
            payee = one.given["payee"][number] or Payee(None, None, None)
            got = dict(zip(JUDGED, (*payee, one.given["source"][number], one.given["channel"][number]), strict=True))
            for name, row in counts.items():
                row[0] += got[name] is not None and got[name] == label[name]
                row[1] += got[name] is not None
                row[2] += label[name] is not None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--leave-out", action="store_true", help="judge each file by what the others teach")
    leave_out = options.parse_args().leave_out
    files = {path: [*labelled(path)] for path in FILES} | {SENTENCES: [*told_sentences()]}
    stack(files)
    if leave_out:
        every = {name: [0, 0, 0] for name in JUDGED}
        for path in FILES:
            counts = {name: [0, 0, 0] for name in JUDGED}
            judge(files[path], counts)
            judge(files[path], every)
            print(f"{path.stem:18}", _in_words(counts))
        print(f"{'all':18}", _in_words(every))
        return
    told = [one for narratives in files.values() for one in narratives]
    found = {}
    for name in FIELDS:
        weigh = learn([one.chain(name) for one in told])
        kept = {fact: round(weight, 2) for fact, weight in weigh.items() if abs(weight) >= LEAST}
        found[name] = dict(sorted(kept.items(), key=lambda each: (-each[1], each[0])))
    WEIGHTS.write_text(HEAD + yaml.safe_dump(found, sort_keys=False, width=120, allow_unicode=True), encoding="utf-8")
    print(f"{sum(map(len, found.values()))} weights from {len(told)} narratives")


def _in_words(counts: dict[str, list[int]]) -> str:
    return "  ".join(
        f"{field} {right / max(had, 1):.3f}/{right / max(there, 1):.3f}"
        for field, (right, had, there) in counts.items()
    )


if __name__ == "__main__":
    main()
