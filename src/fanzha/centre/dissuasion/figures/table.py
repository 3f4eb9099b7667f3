"""Figures as a table: the whole first, then each group, every number with what its records are found by; and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from fanzha.centre.dissuasion.figures.grouping import GROUPINGS, SHANGHAI, WORDS
from fanzha.centre.dissuasion.figures.measuring import Measured, measure
from fanzha.centre.dissuasion.models import Mark
from fanzha.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Row:
    """A group of a grouping with its figures; `by` is empty for the whole."""

    by: str
    group: str
    name: Text
    cells: list[Measured]


def table(figures: Iterable[str], by: str, begin: datetime, end: datetime) -> list[Row]:
    """The whole and then the groups of `by` (a key of GROUPINGS, or "" for the whole alone), for orders opened in [begin, end)."""
    names = list(figures)
    whole = measure(names, begin, end)[""]
    rows = [Row("", "", WORDS["all"], [whole[name] for name in names])]
    if by:
        told = GROUPINGS[by].told
        for group, found in measure(names, begin, end, by).items():
            rows.append(Row(by, group, told(group), [found[name] for name in names]))
    return rows


def marked_days(begin: datetime, end: datetime) -> list[date]:
    """The closed days in [begin, end) whose figures changed by a correction."""
    first, last = (instant.astimezone(SHANGHAI).date() for instant in (begin, end))
    return sorted(set(Mark.objects.filter(day__gte=first, day__lt=last).values_list("day", flat=True)))


def rows_as_csv(rows: list[Row], language: str) -> str:
    """One line a figure and group: numbers and the words of numerator, denominator and rule in one language; UTF-8 with BOM for spreadsheets."""
    told = io.StringIO()
    writer = csv.writer(told)
    head = ["figure", "name", "by", "group", "group_name", "numerator", "denominator", "value", "unit"]
    writer.writerow([*head, "numerator_counts", "denominator_counts", "rule", "source"])
    for row in rows:
        for cell in row.cells:
            one = cell.figure
            below = "+".join(map(str, cell.of))
            value = "" if cell.value is None else _exact(cell.value)
            words = [text.in_language(language) if text else "" for text in (one.numerator, one.denominator, one.rule)]
            named = [one.id, one.name.in_language(language), row.by, row.group, row.name.in_language(language)]
            writer.writerow([*named, cell.numerator, below, value, one.unit, *words, one.source])
    return "\ufeff" + told.getvalue()


def _exact(value: float) -> str:
    """A whole number in full, however large; others to six digits."""
    return f"{value:.0f}" if value == round(value) else f"{value:.6g}"
