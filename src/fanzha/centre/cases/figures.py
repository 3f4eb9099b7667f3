"""The declared figures of the register (fanzha.metrics.REGISTER) over its records: value, year on year, by class and county.

Each app that keeps records puts them into KEPT under the figure's id; every number leads to these records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Substr

from fanzha.metrics import REGISTER, RegisterFigure
from fanzha.vocabulary import CASE_CLASSES, COUNTIES, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNKNOWN = Text("其他或不详", "Elsewhere or not known")
GROUPS = {"class": "case_class", "county": "place"}


@dataclass(frozen=True)
class Record:
    """One record behind a number, as a list shows it."""

    at: datetime | None
    shown: str
    page: str
    amount_fen: int | None = None


@dataclass(frozen=True)
class Kept:
    """`records`: the rows of [begin, end), each of them one thing that is counted; `amount`: what is summed (fen), None for counting;
    `case`: the way from a row to its case (a prefix such as `case__`), None where it has none; `shown`: a row as a list shows it."""

    records: Callable[[datetime, datetime], QuerySet[Any]]
    shown: Callable[[Any], Record]
    amount: Combinable | None = None
    case: str | None = None


KEPT: dict[str, Kept] = {}


@dataclass(frozen=True)
class Measured:
    """A figure of a period: `top` over `below` (None where it has no denominator); `value`: None where there is nothing to say;
    `before`: the value of the same days a year earlier; `change`: relative, None where the earlier value is none or nought."""

    figure: RegisterFigure
    top: int
    below: int | None
    value: float | None
    before: float | None

    @property
    def change(self) -> float | None:
        """(now - before) / before, as the rule of year on year says: relative, of shares as well."""
        return None if self.value is None or not self.before else (self.value - self.before) / self.before


def instants(first: date, last: date) -> tuple[datetime, datetime]:
    """The Shanghai days `first` to `last`, both included, as [begin, end)."""
    begin, end = (datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) for day in (first, last))
    return begin, end + timedelta(days=1)


def year_before(day: date) -> date:
    """The same calendar day a year earlier; for the 29th of February the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def measure(figure: str, first: date, last: date) -> Measured:
    """A figure of the days `first` to `last` (both included). KeyError for one that is not declared or not kept."""
    return measure_all([figure], first, last)[0]


def measure_all(names: Iterable[str], first: date, last: date) -> list[Measured]:
    """Figures of the same days; records that several of them count are counted once."""
    now, before = Counting(*instants(first, last)), Counting(*instants(year_before(first), year_before(last)))
    return [Measured(REGISTER[name], *now.value(name), before.value(name)[2]) for name in names]


class Counting:
    """The totals of one period, each kind of records asked for once."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self._window, self._known = (begin, end), dict[int, int]()

    def value(self, figure: str) -> tuple[int, int | None, float | None]:
        """What is counted, over what, and the value."""
        declared, top = REGISTER[figure], self._total(KEPT[figure])
        if not declared.over:
            return top, None, float(top)
        below = self._total(KEPT[declared.over])
        return top, below, top / below if below else None

    def _total(self, kept: Kept) -> int:
        if id(kept) not in self._known:
            self._known[id(kept)] = _total(kept, kept.records(*self._window))
        return self._known[id(kept)]


def _total(kept: Kept, rows: QuerySet[Any]) -> int:
    return int(rows.count() if kept.amount is None else rows.aggregate(n=Sum(kept.amount, default=0))["n"])


def total(figure: str, rows: QuerySet[Any]) -> int:
    """How many `rows` of a figure's records are, or how much (fen) they come to. KeyError for one that is not kept."""
    return _total(KEPT[figure], rows)


def group_name(by: str, group: str) -> Text:
    """The name of a group; `by` is a key of GROUPS."""
    known = CASE_CLASSES if by == "class" else COUNTIES
    return known[group].name if group in known else UNKNOWN


def by_group(figure: str, by: str, first: date, last: date) -> list[tuple[str, Text, int, float | None]]:
    """Group, its name, its number, and its share of all; `by` is a key of GROUPS. Empty for records that are of no case."""
    kept = KEPT[figure]
    if kept.case is None or REGISTER[figure].over:
        return []
    path = F(f"{kept.case}{GROUPS[by]}")
    key = path if by == "class" else Substr(Coalesce(path, Value("")), 1, 6)
    counted = Count("pk") if kept.amount is None else Sum(kept.amount, default=0)
    rows = kept.records(*instants(first, last)).order_by().annotate(group_=key).values("group_").annotate(n_=counted)
    found = {row["group_"] or "": int(row["n_"]) for row in rows}
    whole = sum(found.values())
    told = [(code, group_name(by, code), n, n / whole if whole else None) for code, n in found.items()]
    return sorted(told, key=lambda row: -row[2])


def records(figure: str, first: date, last: date, by: str = "", group: str = "") -> QuerySet[Any]:
    """The records behind a figure, of one group alone where asked. KeyError for an unknown figure or grouping."""
    kept = KEPT[figure]
    found = kept.records(*instants(first, last))
    if by and kept.case is not None:
        name = f"{kept.case}{GROUPS[by]}"
        found = found.filter(**({name: group} if by == "class" or not group else {f"{name}__startswith": group}))
    return found
