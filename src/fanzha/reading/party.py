"""One of those whom money goes between: an account, as far as a text tells it."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanzha.reading.sides import Side


@dataclass(slots=True)
class Party:
    """An account as far as it is told, at text[start:end]; `number` is None where the text has none."""

    start: int
    end: int
    number: str | None = None
    bank: str | None = None
    holder: str | None = None
    side: Side = "unknown"
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


def without_holders(folded: str, parties: list[Party]) -> str:
    """The text without names of holders: a shop that sells gold is no gold."""
    for each in parties:
        if "holder" in each.spans:
            start, end = each.spans["holder"]
            folded = folded[:start] + " " * (end - start) + folded[end:]
    return folded
