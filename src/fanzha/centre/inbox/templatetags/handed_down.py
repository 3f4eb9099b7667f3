"""What was handed down for an order, for the pages that show one."""

from __future__ import annotations

from typing import Any

from django import template

from fanzha.centre import clock
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.inbox import queries

register = template.Library()


@register.inclusion_tag("inbox/of_order.html")
def pushed_of(order: Order) -> dict[str, Any]:
    """The warnings that senders handed down for an order, and what they were told."""
    return {"lines": queries.lines(queries.of_order(order), clock.now())}
