"""By which number a person is reached."""

from __future__ import annotations

from fanzha.centre.access import vault
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import queries as people

_SIDES = {"calls": ("callee",), "messages": ("receiver",), "visits": ("number",), "deliveries": ("orderer",)}
"""Where in an event the person's own number stands."""


def number_of(order: Order) -> str | None:
    """The token of the number to reach the person of an order by; None where none is known.

    First the number that the newest warning saw them with, among those that are theirs; else the first they hold;
    else the subject itself where it is a number.
    """
    held = [one.token for one in people.held_by(order.subject, "number")]
    for basis in order.bases.order_by("-issued_at", "-id"):
        for event in reversed(basis.told.get("events") or []):
            for side in _SIDES.get(event.get("table", ""), ()):
                if event.get(side) in held:
                    return str(event[side])
    if held:
        return held[0]
    return order.subject if vault.kind_of(order.subject) == "number" else None


_OTHER_SIDES = {"calls": "caller", "messages": "sender"}


def other_number_of(order: Order) -> str | None:
    """The token of the number that the newest warning saw the person on with; None where none is known or it is a service number."""
    for basis in order.bases.order_by("-issued_at", "-id"):
        for event in reversed(basis.told.get("events") or []):
            other = event.get(_OTHER_SIDES.get(event.get("table", ""), ""))
            if other and vault.kind_of(other) == "number":
                return str(other)
    return None
