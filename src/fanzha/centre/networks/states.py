"""The states of links, series, gangs and dens, and the lists around them, from states.yaml."""

from __future__ import annotations

from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_DATA: dict[str, Any] = load_data("fanzha.centre.networks", "states.yaml")
OF = ("link", "series", "gang", "den")
NAMES: dict[str, dict[str, Text]] = {of: {row["id"]: text_from(row["name"]) for row in _DATA[of]} for of in OF}
ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {of: {row["id"]: tuple(row["to"]) for row in _DATA[of]} for of in OF}
STANDING = ("proposed", "confirmed")
"""A link or series in one of these holds cases together."""


def _texts(name: str) -> dict[str, Text]:
    return {code: text_from(told) for code, told in _DATA[name].items()}


ROLES, EVIDENCE, KINDS = _texts("roles"), _texts("evidence"), _texts("kinds")
COUNTRIES, STANDINGS, SEARCHES = _texts("countries"), _texts("standings"), _texts("searches")
GRID: dict[str, tuple[int, int]] = {code: (place[0], place[1]) for code, place in _DATA["grid"].items()}
