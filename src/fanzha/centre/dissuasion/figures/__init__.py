"""The declared figures (fanzha.metrics) over the orders of a period, as a whole and by group, and the records behind each."""

from fanzha.centre.dissuasion.figures.grouping import GROUPINGS
from fanzha.centre.dissuasion.figures.measuring import Measured, count, measure
from fanzha.centre.dissuasion.figures.records import attempts, cases, records, warnings
from fanzha.centre.dissuasion.figures.table import Row, marked_days, rows_as_csv, table

__all__ = [
    "GROUPINGS",
    "Measured",
    "Row",
    "attempts",
    "cases",
    "count",
    "marked_days",
    "measure",
    "records",
    "rows_as_csv",
    "table",
    "warnings",
]
