"""The closed lists of suspects, from lists.yaml: roles with their stage and group, measures, ways back."""

from __future__ import annotations

from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_DATA: dict[str, list[dict[str, Any]]] = load_data("fanzha.centre.suspects", "lists.yaml")


def _names(name: str) -> dict[str, Text]:
    return {row["code"]: text_from(row["name"]) for row in _DATA[name]}


ROLES, GROUPS = _names("roles"), _names("groups")
MEASURES, RETURNS = _names("measures"), _names("returns")
BY_STAGE: list[tuple[Text, list[tuple[str, Text]]]] = [
    (name, [(row["code"], ROLES[row["code"]]) for row in _DATA["roles"] if row["stage"] == stage])
    for stage, name in _names("stages").items()
]
"""The roles as a form offers them, under the stage of the fraud that they belong to."""
IN_GROUP: dict[str, tuple[str, ...]] = {
    code: tuple(row["code"] for row in _DATA["roles"] if row.get("group") == code) for code in GROUPS
}
"""The roles that a figure counts as one group; `overseas` counts whoever is of a den abroad instead."""

DEALS = tuple(row["code"] for row in _DATA["measures"] if row.get("deals"))
"""The measures by which a person counts as dealt with."""
