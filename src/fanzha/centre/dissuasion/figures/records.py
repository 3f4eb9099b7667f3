"""The records behind a figure: orders, and where it counts them, attempts, warnings or cases."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from fanzha.centre.dissuasion import filed_cases
from fanzha.centre.dissuasion.figures.conditions import all_of, numerator
from fanzha.centre.dissuasion.figures.grouping import GROUPINGS, local_hour
from fanzha.centre.dissuasion.models import Basis, Contact, Order
from fanzha.metrics import FIGURES


def opened(begin: datetime, end: datetime) -> QuerySet[Order]:
    """The orders opened in [begin, end)."""
    return Order.objects.filter(opened_at__gte=begin, opened_at__lt=end)


def grouped(orders: QuerySet[Order], by: str) -> QuerySet[Order]:
    """Orders with their group (a text) as `group`; without a grouping all are of one. KeyError for an unknown grouping."""
    if by == "shift":
        orders = orders.annotate(local_hour=local_hour)
    return orders.annotate(group=GROUPINGS[by].key)


def records(
    figure: str, begin: datetime, end: datetime, part: int | None = None, by: str = "", group: str = ""
) -> QuerySet[Order]:
    """The orders behind a figure, opened in [begin, end): its numerator, or summand `part` of its denominator.

    `by`, `group`: of one group alone. KeyError for an unknown figure or grouping.
    """
    declared, window = FIGURES[figure], (begin, end)
    condition = numerator(declared, window) if part is None else all_of(declared.of[part], window)
    found = opened(begin, end).filter(condition)
    return grouped(found, by).filter(group=group) if by else found


def attempts(orders: QuerySet[Order]) -> QuerySet[Contact]:
    """Every attempt made for orders, the first one first."""
    return Contact.objects.filter(order__in=orders.order_by().values("pk")).select_related("order").order_by("at")


def warnings(orders: QuerySet[Order]) -> QuerySet[Basis]:
    """Every warning that orders rest on, the first one first."""
    mine = Basis.objects.filter(order__in=orders.order_by().values("pk"))
    return mine.defer("told").select_related("order").order_by("issued_at", "id")


def cases(
    figure: str, begin: datetime, end: datetime, part: int | None = None, by: str = "", group: str = ""
) -> list[filed_cases.FiledCase]:
    """The cases behind a figure of cases, filed in [begin, end)."""
    where = FIGURES[figure].where if part is None else FIGURES[figure].of[part]
    found = filed_cases.filed(begin, end)
    if by:
        of_case = GROUPINGS[by].of_case
        found = [case for case in found if of_case is not None and of_case(case) == group]
    return filed_cases.warned_before(found) if where.get("warned") else found
