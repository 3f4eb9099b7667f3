"""The variants that may be compared with the standard contact, as data; one that would do less is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

LEVELS = (3, 4)
"""Where variants are compared; the two urgent levels get nothing but the standard."""


@dataclass(frozen=True)
class Variant:
    """`channels`: what an order of each level gets with it; `text`: what is said at its place instead, None where it only adds."""

    id: str
    place: str
    name: Text
    channels: Mapping[int, tuple[str, ...]]
    text: Text | None


def variants_from(told: Mapping[str, Any]) -> dict[str, Variant]:
    """Variants by their id. ValueError names one that falls below the standard, or has no place, pedigree or name of its own."""
    standard = {level: set(told["standard"][level]) for level in LEVELS}
    places = {row["id"] for row in told["places"]}
    found: dict[str, Variant] = {}
    for row in told["variants"]:
        where = f"variants.yaml, {row['id']}"
        channels = {int(level): tuple(some) for level, some in row["channels"].items()}
        if row["id"] in found or row["place"] not in places or not row.get("source") or not row.get("since"):
            raise ValueError(f"{where}: expected an id of its own, a known place, since and source")
        if not channels or not set(channels) <= set(LEVELS):
            raise ValueError(f"{where}: expected channels for levels {' or '.join(map(str, LEVELS))} alone")
        for level, some in channels.items():
            lacks = standard[level] - set(some)
            if lacks:
                raise ValueError(
                    f"{where}: below the standard contact of level {level}, it lacks {', '.join(sorted(lacks))}"
                )
        text = text_from(row["text"]) if "text" in row else None
        if text is None and all(set(some) == standard[level] for level, some in channels.items()):
            raise ValueError(f"{where}: it neither adds a channel nor says anything else")
        found[row["id"]] = Variant(row["id"], row["place"], text_from(row["name"]), channels, text)
    return found


_TOLD: dict[str, Any] = load_data("fanzha.centre.trials", "variants.yaml")
VARIANTS = variants_from(_TOLD)
STANDARD = Text("标准联系方式", "the standard contact")
PLACES: dict[str, Text] = {row["id"]: text_from(row["name"]) for row in _TOLD["places"]}


def name_of(variant: str) -> Text:
    """The name of a variant, or of the standard contact; its id where the data has it no more, since what was compared stays on record."""
    return (
        STANDARD if variant == "standard" else VARIANTS[variant].name if variant in VARIANTS else Text(variant, variant)
    )
