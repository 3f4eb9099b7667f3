"""A figure of the register, from figures.yaml: what it counts or sums, over what, in words; its records are kept by the centre's apps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanzha.metrics.figures import UNITS
from fanzha.vocabulary import Text, load_data, text_from


@dataclass(frozen=True, slots=True)
class RegisterFigure:
    """`unit`: one of UNITS; `over`: the figure whose records are the denominator, empty where there is none."""

    id: str
    name: Text
    unit: str
    over: str
    numerator: Text
    denominator: Text | None
    rule: Text
    source: str


def _figure(row: dict[str, Any]) -> RegisterFigure:
    if row["unit"] not in UNITS or not row.get("source") or bool(row.get("over")) != ("denominator" in row):
        raise ValueError(
            f"figures.yaml: {row['id']} needs a unit, a source, and a denominator in words where it has one"
        )
    if row["unit"] == "share" and not row.get("over"):
        raise ValueError(f"figures.yaml: {row['id']} is a share and says not of what")
    words = {name: text_from(row[name]) for name in ("name", "numerator", "rule")}
    below = text_from(row["denominator"]) if "denominator" in row else None
    return RegisterFigure(
        id=row["id"], unit=row["unit"], over=row.get("over", ""), denominator=below, source=row["source"], **words
    )


REGISTER: dict[str, RegisterFigure] = {
    row["id"]: _figure(row) for row in load_data("fanzha.metrics", "figures.yaml") if row.get("register")
}
_UNKNOWN = {one.over for one in REGISTER.values() if one.over} - set(REGISTER)
if _UNKNOWN:
    raise ValueError(f"figures.yaml: no such figure: {', '.join(sorted(_UNKNOWN))}")
