"""Clocks of an order: set, met, passed over, late; and the way of a breach up the chain."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.dissuasion.models import Breach, Clock, Order
from fanzha.deadlines import deadline
from fanzha.refusal import Refusal

BATCH = 500
_CHAIN = {"county": ("city", "breach.to_leader"), "city": ("leader", None)}


def steps_of(order: Order) -> tuple[str, ...]:
    """The limits that an order has by its place."""
    return ("sign_in", "first_call", "in_person_remote" if order.remote else "in_person", "feedback")


def start(order: Order, level: int, begins: datetime) -> None:
    """Set the clocks of a level from `begins`; steps that were met already stay met."""
    met = Clock.objects.filter(order=order, again=order.again, met_at__isnull=False)
    done = set(met.values_list("step", flat=True))
    for step in steps_of(order):
        due = deadline(f"order.{step}", level, begins)
        if due is not None and step not in done:
            _set(order, step, level, begins, due)


def set_one(order: Order, step: str, due_at: datetime, begins: datetime) -> None:
    """Set a clock that only some orders have (a visit after failed calls, a second visit); one that is due earlier stands."""
    if not Clock.objects.filter(order=order, step=step, met_at=None, passed_over=False, due_at__lte=due_at).exists():
        _set(order, step, order.level, begins, due_at)


def bring_forward(order: Order, step: str, due_at: datetime, begins: datetime) -> None:
    """Set a clock that is due earlier than the one that runs; as with a raised level the earliest due counts."""
    running = Clock.objects.filter(order=order, step=step, met_at=None, passed_over=False)
    if not running.filter(due_at__lte=due_at).exists():
        _set(order, step, order.level, begins, due_at)


def _set(order: Order, step: str, level: int, begins: datetime, due: datetime) -> None:
    Clock.objects.create(order=order, again=order.again, step=step, level=level, began_at=begins, due_at=due)


def meet(order: Order, *steps: str, at: datetime) -> None:
    """Stop the clocks of steps; one that stops after its due is a breach even when nobody had looked."""
    running = Clock.objects.filter(order=order, step__in=steps, met_at=None, passed_over=False)
    for clock in running.filter(due_at__lt=at, late=False):
        _late(clock)
    running.filter(due_at__gte=at).update(late=False)  # it looked late until a report came in of what was done in time
    running.update(met_at=at)


def pass_over(order: Order, above: int) -> None:
    """Drop the running clocks of levels more urgent than `above`: the level was lowered by two people."""
    Clock.objects.filter(order=order, met_at=None, level__lt=above).update(passed_over=True)


def stop_all(order: Order, at: datetime) -> None:
    """Stop whatever still runs: the order is over."""
    meet(order, *Clock.objects.filter(order=order, met_at=None).values_list("step", flat=True).distinct(), at=at)


def due(order: Order) -> Clock | None:
    """What is due next: the earliest of the clocks that run."""
    return order.clocks.filter(met_at=None, passed_over=False).order_by("due_at").first()


def _late(clock: Clock) -> None:
    record_breach(clock.order_id, clock.again, clock.step, clock.level, clock.due_at)
    Clock.objects.filter(pk=clock.pk).update(late=True)


def record_breach(order_pk: int, again: int, step: str, level: int, due_at: datetime) -> None:
    """Write down that a limit `order.<step>` passed at `due_at`, once; it goes up the chain like any other."""
    after = deadline("breach.to_city", level, due_at)
    made = {"due_at": due_at, "level": level, "next_stage_at": after}
    Breach.objects.get_or_create(order_id=order_pk, again=again, step=step, defaults=made)


@transaction.atomic
def find_breaches(now: datetime) -> int:
    """Record each limit that passed by `now`, once; and hand unexplained ones up the chain. How many were new."""
    passed = Clock.objects.filter(met_at=None, passed_over=False, late=False, due_at__lt=now).order_by("due_at")
    found = list(passed[:BATCH])
    for clock in found:
        _late(clock)
    waiting = Breach.objects.filter(reason="", next_stage_at__lte=now)
    for breach in waiting[:BATCH]:
        breach.stage, limit = _CHAIN[breach.stage]
        breach.next_stage_at = deadline(limit, breach.level, breach.due_at) if limit else None
        if breach.next_stage_at is not None:
            breach.next_stage_at = max(breach.next_stage_at, now + timedelta(seconds=1))
        breach.save(update_fields=["stage", "next_stage_at"])
    return len(found)


@transaction.atomic
def explain_breach(breach_id: int, user: User, reason: str, now: datetime) -> Breach:
    """Write down why a limit was missed, once; then it goes no further up."""
    if not reason.strip():
        raise Refusal("say why the limit was missed", code="breach.reason", where="reason")
    changed = Breach.objects.filter(pk=breach_id, reason="").update(reason=reason, reasoned_by=user, next_stage_at=None)
    if not changed:
        raise Refusal("this breach is explained already", code="breach.explained", where=str(breach_id))
    breach = Breach.objects.select_related("order").get(pk=breach_id)
    audit.write(user, "breach_reason", breach.order.order_id, now, reason)
    return breach
