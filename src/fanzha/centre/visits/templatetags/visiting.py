"""The visits of an order, on the order's page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.visits import queries
from fanzha.centre.visits.actions.addresses import LONGEST

register = template.Library()


@register.inclusion_tag("visits/of_order.html", takes_context=True)
def visit_of(context: Context, order: Order) -> dict[str, Any]:
    """What officers reported, and while the order is open the field for the address they go to."""
    asked = order.state not in states.ENDED and order.tasks.filter(kind="visit", state__in=("open", "held")).exists()
    return {
        "order": order,
        "visits": queries.of_order(order),
        "asks_address": asked and context.get("may_dissuade"),
        "has_address": order.addresses.filter(forgotten_at=None).exists(),
        "longest": LONGEST,
        "may_unmask": context.get("may_unmask"),
        "csrf_token": context.get("csrf_token"),
    }
