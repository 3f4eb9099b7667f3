"""The closed lists of the register in both languages, from lists.yaml and work_list.yaml."""

from __future__ import annotations

from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_DATA: dict[str, Any] = load_data("fanzha.centre.cases", "lists.yaml")


def _list(name: str) -> dict[str, Text]:
    return {row["code"]: text_from(row["name"]) for row in _DATA[name]}


CHANNELS, SIDES, KINDS = _list("channels"), _list("sides"), _list("kinds")
LEAKS, HARDSHIP = _list("leaks"), _list("hardship")
HOW_LEFT, INVOLVEMENT = _list("how_left"), _list("involvement")
RECOVERIES, ALIKE, NO_STOP = _list("recoveries"), _list("alike"), _list("no_stop")
OVERDUE, STAGES = _list("overdue"), _list("stages")
WORK: dict[str, Text] = {
    row["id"]: text_from(row["name"]) for row in load_data("fanzha.centre.cases", "work_list.yaml")
}


def band(loss_fen: int | None) -> Text | None:
    """The severity band of a loss in fen. Source: lists.yaml `bands`."""
    if loss_fen is None:
        return None
    return text_from([row for row in _DATA["bands"] if row["from_fen"] <= max(loss_fen, 0)][-1]["name"])
