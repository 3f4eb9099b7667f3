"""What a figure is, from figures.yaml: what it counts over what, in data and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanzha.vocabulary import OUTCOMES, Text, load_data, text_from

WHERE = (
    "level",
    "levels",
    "signed_in",
    "in_time",
    "called",
    "reached",
    "met",
    "visit_required",
    "outcome",
    "handled_but",
    "evidence",
    "deceived",
    "warned",
    "open",
)
UNITS = ("count", "share", "minutes", "fen")
COUNTS = ("records", "subjects", "attempts", "warnings", "amounts", "times", "cases")
OVER = ("", "records", "attempts", "days", "cases")
Where = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """`where`: conditions of a record, keys of WHERE (outcomes as codes); `counts`: one of COUNTS, `over`: of OVER, `unit`: of UNITS.

    `of`: the conditions of each summand of the denominator. `desk`: whether everybody's desk and the bulletin show it.
    """

    id: str
    name: Text
    unit: str
    counts: str
    where: Where
    of: tuple[Where, ...]
    over: str
    numerator: Text
    denominator: Text | None
    rule: Text
    source: str
    desk: bool


def _codes(counted_as: list[str]) -> tuple[str, ...]:
    known = {one.counts_as for one in OUTCOMES.values()}
    if set(counted_as) - known:
        raise ValueError(f"figures.yaml: outcomes count as {', '.join(sorted(known))}, not as {counted_as}")
    return tuple(code for code, one in OUTCOMES.items() if one.counts_as in counted_as)


def _where(conditions: Where) -> Where:
    return {name: _codes(value) if name in ("outcome", "handled_but") else value for name, value in conditions.items()}


def _figure(row: dict[str, Any]) -> Figure:
    parts = [row["where"], *row.get("of", [])]
    known = (row["unit"] in UNITS, row["counts"] in COUNTS, row.get("over", "") in OVER)
    if not all(known) or any(set(part) - set(WHERE) for part in parts):
        raise ValueError(f"figures.yaml: {row['id']} is declared by what there is not")
    if bool(row.get("over")) != ("denominator" in row) or not row.get("source"):
        raise ValueError(f"figures.yaml: {row['id']} needs a source, and a denominator in words where it has one")
    if row["unit"] == "share" and not row.get("of"):
        raise ValueError(f"figures.yaml: {row['id']} is a share and says not of what")
    return Figure(
        id=row["id"],
        name=text_from(row["name"]),
        unit=row["unit"],
        counts=row["counts"],
        where=_where(row["where"]),
        of=tuple(_where(part) for part in row.get("of", [])),
        over=row.get("over", ""),
        numerator=text_from(row["numerator"]),
        denominator=text_from(row["denominator"]) if "denominator" in row else None,
        rule=text_from(row["rule"]),
        source=row["source"],
        desk=row.get("desk", False),
    )


FIGURES: dict[str, Figure] = {
    row["id"]: _figure(row) for row in load_data("fanzha.metrics", "figures.yaml") if not row.get("register")
}
"""The figures of dissuasion; those of the register are in register.py."""

DESK: tuple[str, ...] = tuple(name for name, figure in FIGURES.items() if figure.desk)
"""The figures of everybody's desk and of the bulletin."""
