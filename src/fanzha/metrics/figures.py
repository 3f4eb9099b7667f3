"""What a figure is, from figures.yaml: which records it counts, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanzha.vocabulary import OUTCOMES, Text, load_data, text_from

WHERE = ("level", "signed_in", "reached", "outcome", "open")
COUNTS = ("records", "subjects")


@dataclass(frozen=True, slots=True)
class Figure:
    """`where`: conditions of a record, keys of WHERE (outcome: the codes); `counts`: one of COUNTS."""

    id: str
    name: Text
    where: dict[str, Any]
    counts: str


def _figure(row: dict[str, Any]) -> Figure:
    where = dict(row["where"])
    if set(where) - set(WHERE) or row["counts"] not in COUNTS:
        raise ValueError(f"figures.yaml: {row['id']} is declared by what there is not")
    if "outcome" in where:
        where["outcome"] = tuple(code for code, one in OUTCOMES.items() if one.counts_as == where["outcome"])
    return Figure(row["id"], text_from(row["name"]), where, row["counts"])


FIGURES: dict[str, Figure] = {row["id"]: _figure(row) for row in load_data("fanzha.metrics", "figures.yaml")}
