"""The script's card on the order's page."""

from __future__ import annotations

from typing import Any

from django import template

from fanzha.centre import clock
from fanzha.centre.conversations import queries
from fanzha.centre.conversations.script import KEYS
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.telling import RELATIONS

register = template.Library()


@register.inclusion_tag("conversations/card.html", takes_context=True)
def conversation_of(context: dict[str, Any], order: Order) -> dict[str, Any]:
    """The guided conversation of an order: what to say now, the answers, situations, what to do."""
    card = queries.card(order, clock.now())
    asked = card.standing.next
    replies = list(zip(KEYS, asked.replies.values(), strict=False)) if asked else []
    return {
        "order": order,
        "card": card,
        "replies": replies,
        "relations": RELATIONS.items(),
        "told": [(RELATIONS[one.relation], words) for one, words in card.told],
        "may_work": context.get("may_work", False),
        "csrf_token": context.get("csrf_token"),
    }
