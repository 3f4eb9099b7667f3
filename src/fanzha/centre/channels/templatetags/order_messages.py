"""What was sent for an order and what came back, with the buttons to send more, on the order's page."""

from __future__ import annotations

import secrets
from typing import Any

from django import template

from fanzha.centre.channels import queries
from fanzha.centre.dissuasion.models import Order

register = template.Library()


@register.inclusion_tag("channels/of_order.html", takes_context=True)
def messages_of(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """`{% messages_of order %}`."""
    return {
        "order": order,
        "lines": queries.lines(queries.outbox(order_id=order.order_id)),
        "ways": queries.ways_for(order),
        "once": secrets.token_hex(8),
        "may_send": context.get("may_dissuade") and context.get("may_work", False),
        "csrf_token": context.get("csrf_token"),
    }
