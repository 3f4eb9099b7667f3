"""One step of an order: only those that states.py allows, each with a running number that live pages follow."""

from __future__ import annotations

from django.db import connection

from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.warnings.models import Cursor
from fanzha.refusal import Refusal


def next_change() -> int:
    """The next running number of changes to orders; call it inside the transaction of the change.

    One statement, since every act asks for a number (the ORM would need two).
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE warnings_cursor SET value = value + 1 WHERE name = 'orders' RETURNING value")
        row = cursor.fetchone()
    return int(row[0]) if row else Cursor.objects.create(name="orders", value=1).value


def locked(order_id: str) -> Order:
    """The order, held until the transaction ends. Refusal when there is none."""
    try:
        return Order.objects.select_for_update().get(order_id=order_id)
    except Order.DoesNotExist:
        raise Refusal("no such order", code="order.unknown", where=order_id) from None


def move(order: Order, to: str) -> None:
    """Bring an order into a state; the caller saves. Refusal when the step is not allowed."""
    if to not in states.ALLOWED[order.state]:
        raise Refusal(f"an order that is {order.state} cannot become {to}", code="order.state", where=order.order_id)
    order.state = to


def save(order: Order) -> None:
    """Write an order down under the next running number."""
    order.changed = next_change()
    order.save()
