"""The value of declared figures over the orders of a period, all groups of a grouping in one statement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from fanzha.centre.dissuasion.figures import records
from fanzha.centre.dissuasion.figures.conditions import Window, all_of, kept_result, numerator
from fanzha.centre.dissuasion.figures.grouping import GROUPINGS
from fanzha.centre.dissuasion.models import Basis, Contact, Order
from fanzha.metrics import FIGURES, Figure


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of one group. `of`: the summands of the denominator, none where it has none; `value`: None where there is nothing to say."""

    figure: Figure
    numerator: int
    of: tuple[int, ...]
    value: float | None


def count(figure: str, begin: datetime, end: datetime) -> int:
    """How much the numerator of a figure is over the whole city. KeyError for an unknown figure."""
    return measure([figure], begin, end)[""][figure].numerator


def measure(figures: Iterable[str], begin: datetime, end: datetime, by: str = "") -> dict[str, dict[str, Measured]]:
    """Group -> figure -> what it is for orders opened in [begin, end); without `by` there is the one group "".

    KeyError for an unknown figure or grouping.
    """
    declared = [FIGURES[name] for name in figures]
    orders = records.opened(begin, end)
    orders = records.grouped(orders, by) if by else orders.annotate(group=Value(""))
    counted = _counted(declared, orders, (begin, end))
    by_case = _by_case(declared, begin, end, by)
    groups = sorted({*counted, *by_case} or {""}, key=str)
    times = _times(declared, orders, (begin, end))
    days = max(1, round((end - begin) / timedelta(days=1)))
    found: dict[str, dict[str, Measured]] = {}
    for group in groups:
        numbers = {**counted.get(group, {}), **by_case.get(group, {})}
        found[group] = {one.id: _measured(one, numbers, times.get((group, one.id), []), days) for one in declared}
    return found


def _measured(figure: Figure, numbers: dict[str, int], times: list[float], days: int) -> Measured:
    top = numbers.get(figure.id) or 0
    if figure.unit == "minutes":
        return Measured(figure, len(times), (), median(times) if times else None)
    if figure.over == "days":
        return Measured(figure, top, (days,), top / days)
    parts = tuple(numbers.get(f"{figure.id}_of{n}") or 0 for n in range(len(figure.of)))
    if figure.unit == "share":
        return Measured(figure, top, parts, top / sum(parts) if sum(parts) else None)
    return Measured(figure, top, (), float(top))


def _per_order(model: type[Contact | Basis]) -> Coalesce:
    rows = model.objects.filter(order=OuterRef("pk")).order_by().values("order").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(rows), 0, output_field=IntegerField())


_SUMMED: dict[str, Any] = {
    "attempts": _per_order(Contact),
    "warnings": _per_order(Basis),
    "amounts": Coalesce(Subquery(kept_result().values("amount_fen")[:1]), 0),
}


def _aggregate(counts: str, condition: Q) -> Count | Sum:
    if counts in _SUMMED:
        return Sum(f"{counts}_of_order", filter=condition, default=0)
    return Count("subject" if counts == "subjects" else "pk", distinct=counts == "subjects", filter=condition)


def _counted(declared: list[Figure], orders: QuerySet[Order], window: Window) -> dict[str, dict[str, int]]:
    wanted: dict[str, Count | Sum] = {}
    summed: set[str] = set()
    for one in declared:
        if one.counts in ("cases", "times"):
            continue
        wanted[one.id] = _aggregate(one.counts, numerator(one, window))
        wanted |= {f"{one.id}_of{n}": _aggregate(one.over, all_of(part, window)) for n, part in enumerate(one.of)}
        summed |= {one.counts, one.over} & set(_SUMMED)
    if not wanted:
        return {}
    with_sums = orders.annotate(**{f"{name}_of_order": _SUMMED[name] for name in summed})
    renamed = {f"f_{name}": aggregate for name, aggregate in wanted.items()}
    rows = with_sums.order_by().values("group").annotate(**renamed)
    return {row["group"]: {name.removeprefix("f_"): value for name, value in row.items()} for row in rows}


def _times(declared: list[Figure], orders: QuerySet[Order], window: Window) -> dict[tuple[str, str], list[float]]:
    """(group, figure) -> the minutes from the issue of each order to its first attempt."""
    found: dict[tuple[str, str], list[float]] = {}
    first = Contact.objects.filter(order=OuterRef("pk"), at__gte=OuterRef("issued_at")).order_by("at").values("at")[:1]
    for one in declared:
        if one.counts != "times":
            continue
        rows = orders.filter(numerator(one, window)).annotate(first=Subquery(first), began=F("issued_at"))
        for group, began, at in rows.exclude(first=None).order_by().values_list("group", "began", "first"):
            found.setdefault((group, one.id), []).append((at - began).total_seconds() / 60)
    return found


def _by_case(declared: list[Figure], begin: datetime, end: datetime, by: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    of_case = GROUPINGS[by].of_case if by else lambda _: ""
    for one in declared:
        if one.counts != "cases" or of_case is None:
            continue
        for part in (None, *range(len(one.of))):
            name = one.id if part is None else f"{one.id}_of{part}"
            for case in records.cases(one.id, begin, end, part):
                group = found.setdefault(of_case(case), {})
                group[name] = group.get(name, 0) + 1
    return found
