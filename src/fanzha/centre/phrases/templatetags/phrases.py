"""What the page of an order shows of phrases."""

from __future__ import annotations

from typing import Any

from django import template

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.phrases import queries

register = template.Library()


@register.inclusion_tag("phrases/of_order.html", takes_context=True)
def phrases_of(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """A phrase for the call that is about to be made, and how often wrong ones were checked for the person's numbers."""
    numbers = queries.numbers_of(order)
    return {
        "csrf_token": context.get("csrf_token"),
        "order": order,
        "numbers": numbers,
        "wrong": queries.wrong_count(list(numbers), clock.now()),
        "may_dissuade": permissions.may_dissuade(context["request"].user),
    }
