"""The stop-payments of an order or a case, for the pages that show one."""

from __future__ import annotations

from typing import Any

from django import template

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.funds import queries

register = template.Library()


@register.inclusion_tag("funds/of_order.html", takes_context=True)
def stops_of(context: template.Context, order: Order) -> dict[str, Any]:
    """The stops of an order with their countdowns, its case, and the way to a new one."""
    user = context["request"].user
    lines = queries.lines(queries.of_order(order), clock.now())
    return {
        "lines": lines,
        "order": order,
        "may_stop": permissions.may_stop(user),
        "case": getattr(order, "case", None),
    }


@register.inclusion_tag("funds/of_case.html")
def stops_of_case(case: Case) -> dict[str, Any]:
    """The stops of a case with their countdowns."""
    return {"lines": queries.lines(queries.of_case(case), clock.now())}
