"""Clocks of an order: set, met, passed over, late; and the way of a breach up the chain."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import QuerySet

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion.models import Breach, Clock, Order, Transfer
from fanzha.centre.duty import queries as duty
from fanzha.deadlines import deadline
from fanzha.refusal import Refusal

BATCH = 500
_CHAIN = {"county": ("city", "breach.to_leader"), "city": ("leader", None)}


def steps_of(order: Order) -> tuple[str, ...]:
    """The limits that an order has by its place."""
    return ("sign_in", "first_call", "in_person_remote" if order.remote else "in_person", "feedback")


def start(order: Order, level: int, begins: datetime, new: bool = False) -> None:
    """Set the clocks of a level from `begins`; steps that were met stay met, and what runs at this level already runs on.

    A `new` order has none of either.
    """
    there = Clock.objects.filter(order=order, again=order.again, passed_over=False)
    rows = there.values_list("step", "level", "met_at") if not new else ()
    done = {step for step, at, met in rows if met is not None or at == level}
    wanted = {step: deadline(f"order.{step}", level, begins) for step in steps_of(order) if step not in done}
    Clock.objects.bulk_create(
        [_clock(order, step, level, begins, due) for step, due in wanted.items() if due is not None]
    )


def set_one(order: Order, step: str, due_at: datetime, begins: datetime) -> None:
    """Set a clock that only some orders have (a visit after failed calls, a call back), or one that is due earlier; as with a
    raised level the earliest counts, and one that runs and is due no later stands."""
    if not running(order).filter(step=step, due_at__lte=due_at).exists():
        _clock(order, step, order.level, begins, due_at).save()


def _clock(order: Order, step: str, level: int, begins: datetime, due: datetime) -> Clock:
    return Clock(order=order, again=order.again, step=step, level=level, began_at=begins, due_at=due)


def running(order: Order) -> QuerySet[Clock]:
    """The clocks that run for an order."""
    return Clock.objects.filter(order=order, met_at=None, passed_over=False)


def meet(order: Order, *steps: str, at: datetime) -> None:
    """Stop the clocks of steps; one that stops after its due is a breach even when nobody had looked."""
    _stop(order, at, f" AND step IN ({', '.join(['%s'] * len(steps))})", steps)


def stop_all(order: Order, at: datetime) -> None:
    """Stop whatever still runs: the order is over."""
    _stop(order, at)


def _stop(order: Order, at: datetime, which: str = "", steps: tuple[str, ...] = ()) -> None:
    """Stop what runs of an order (`which`: a condition on `steps`); one that looked late is not when a report of what was done in
    time comes in. One statement, since every act stops something (the ORM would need three)."""
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dissuasion_clock SET met_at = %s, late = late AND due_at < %s "
            f"WHERE order_id = %s AND met_at IS NULL AND NOT passed_over{which} "
            "RETURNING id, due_at < %s AND NOT late",
            [moment, moment, order.pk, *steps, moment],
        )
        passed = [pk for pk, unseen in cursor.fetchall() if unseen]
    for clock in Clock.objects.filter(pk__in=passed) if passed else ():
        _late(clock)


def pass_over(order: Order, above: int) -> None:
    """Drop the level's own clocks that are more urgent than `above`: the level was lowered by two people.

    What an outcome asked for (a second visit, and the feedback of it) is still due.
    """
    met = Clock.objects.filter(order=order, again=order.again, met_at__isnull=False).values("step")
    own = running(order).filter(step__in=steps_of(order), level__lt=above).exclude(step__in=met)
    Clock.objects.filter(pk__in=list(own.values_list("pk", flat=True))).update(passed_over=True)


def due(order: Order) -> Clock | None:
    """What is due next: the earliest of the clocks that run."""
    return running(order).order_by("due_at").first()


def _late(clock: Clock) -> None:
    record_breach(clock.order_id, clock.again, clock.step, clock.level, clock.due_at)
    Clock.objects.filter(pk=clock.pk).update(late=True)


def record_breach(order_pk: int, again: int, step: str, level: int, due_at: datetime) -> None:
    """Write down that a limit `order.<step>` passed at `due_at`, once; it goes up the chain like any other."""
    after = deadline("breach.to_city", level, due_at)
    made = {"due_at": due_at, "level": level, "next_stage_at": after, "unit": _unit_at(order_pk, due_at)}
    Breach.objects.get_or_create(order_id=order_pk, again=again, step=step, defaults=made)


def _unit_at(order_pk: int, at: datetime) -> str:
    """The unit that had an order at an instant: a limit that passed before another took the order over was its own."""
    later = Transfer.objects.filter(order=order_pk, accepted=True, decided_at__gt=at).order_by("decided_at", "id")
    gave = later.values_list("origin", flat=True).first()
    return gave or Order.objects.values_list("unit", flat=True).get(pk=order_pk)


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
    """Write down why a limit was missed, once; then it goes no further up.

    The unit that had the order then and those above may, and whoever has the order while it is still there: a reason from
    elsewhere would only silence it.
    """
    if not (permissions.may_dissuade(user) or permissions.may_visit(user)):
        raise PermissionDenied
    breach = Breach.objects.select_related("order").get(pk=breach_id)
    owns = breach.order.owner_id == user.pk and breach.order.unit == breach.unit
    if not owns and not duty.works_for(user, breach.unit):
        said = "somebody of the unit that had the order then explains it"
        raise Refusal(said, code="breach.unit", where=breach.order.order_id)
    return write_reason(breach_id, user, reason, now)


def write_reason(breach_id: int, user: User, reason: str, now: datetime) -> Breach:
    """The same for who was shown to have a part in the order already; call it in a transaction."""
    if not reason.strip():
        raise Refusal("say why the limit was missed", code="breach.reason", where="reason")
    changed = Breach.objects.filter(pk=breach_id, reason="").update(reason=reason, reasoned_by=user, next_stage_at=None)
    if not changed:
        raise Refusal("this breach is explained already", code="breach.explained", where=str(breach_id))
    breach = Breach.objects.select_related("order").get(pk=breach_id)
    audit.write(user, "breach_reason", breach.order.order_id, now, reason)
    return breach
