"""What the page of an order shows of holds, and how pages name their states."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_noop

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.holds import notices, queries, views

register = template.Library()
_NAMES = {
    "requested": gettext_noop("waits for a second person"),
    "approved": gettext_noop("asked of the bank or telecom operator"),
    "in_force": gettext_noop("in force"),
    "lifted": gettext_noop("lifted"),
    "expired": gettext_noop("ended"),
    "refused": gettext_noop("refused"),
    "submitted": gettext_noop("being verified"),
    "granted": gettext_noop("granted"),
}


@register.filter
def hold_state(state: str) -> str:
    """A state of a hold or an objection in the language of the page."""
    return gettext(_NAMES[state])


@register.filter
def receipt(digits: str) -> str:
    """A receipt number as it is read out."""
    return notices.spaced(digits)


@register.inclusion_tag("holds/of_order.html", takes_context=True)
def holds_of(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """The holds of an order, with the form to ask for one."""
    user = context["request"].user
    return {
        "csrf_token": context.get("csrf_token"),
        "order": order,
        "lines": queries.lines(queries.visible(user).filter(order=order), user, clock.now()),
        "may_ask_hold": permissions.may_ask_hold(user),
        **views.form_of(order),
    }
