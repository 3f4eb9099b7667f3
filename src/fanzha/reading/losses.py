"""What was lost by the text's own word, what was sent by its parts, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fanzha.reading.sums import Sum
from fanzha.reading.totals import meant, stated


@dataclass(frozen=True, slots=True)
class Loss:
    """In fen; None where the text does not say. `differs`: whether the stated loss is neither what was sent nor what
    is left of it after what came back; `within`: what the stated loss may mean, where it is told roughly."""

    stated: int | None
    summed: int | None
    returned: int | None
    within: tuple[int, int]

    @property
    def differs(self) -> bool | None:
        if self.stated is None or self.summed is None:
            return None
        low, high = self.within
        return not any(low <= one <= high for one in (self.summed, self.summed - (self.returned or 0)))


def loss(masked: str, sums: list[Sum]) -> Loss:
    """The three figures of a narrative's sums; `masked`: its text."""
    total = stated(sums)
    sent = [one.amount.fen for one in sums if one.role == "sent"]
    back = came_back(sums)
    within = meant(masked, total) if total else (0, 0)
    return Loss(total.amount.fen if total else None, sum(sent) if sent else None, back, within)


def came_back(sums: Sequence[Sum]) -> int | None:
    """What came back in all, in fen: a sum that is told to be all of it counts for those before it, and one that they make up not again."""
    parts: list[int] = []
    for one in sums:
        fen = one.amount.fen
        if one.role not in ("returned", "returned again"):
            continue
        if len(parts) > 1 and fen == sum(parts):
            continue
        if one.total and (one.role == "returned again" or fen >= sum(parts)):
            parts = [fen]
        elif one.role == "returned":
            parts.append(fen)
    again = {one.amount.fen for one in sums if one.role == "returned again"}
    told = [one.amount.fen for one in sums if one.role == "returned"]
    if len(told) > 1 and sum(told) in again:
        return sum(told)
    return sum(parts) if parts else None
