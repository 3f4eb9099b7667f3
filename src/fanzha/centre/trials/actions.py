"""The only writers of comparisons: written down, approved by another, assigned by lot, looked at as planned, ended."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.secrets import secret
from fanzha.centre.trials import comparing, queries
from fanzha.centre.trials.models import Assignment, Look, Plan
from fanzha.centre.trials.variants import VARIANTS
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

LEAST_SAMPLE, MOST_SAMPLE = 20, 1_000_000
MOST_DAYS = 366
"""A loss of later years has nothing to do with how somebody was spoken with."""


@transaction.atomic
def write_plan(
    user: User, now: datetime, variant: str, hypothesis: str, sample: int, within_days: int, looks: int
) -> Plan:
    """Write a plan down before anything begins; the same one at the same instant (a second click) is the same. Refusal names what is missing."""
    if not permissions.may_judge(user):
        raise PermissionDenied
    if variant not in VARIANTS:
        raise Refusal(f"expected one of {', '.join(VARIANTS)}", code="trial.variant", where="variant")
    if not hypothesis.strip():
        raise Refusal("say what you expect and why", code="trial.hypothesis", where="hypothesis")
    if not 1 <= looks <= comparing.MOST_LOOKS:
        raise Refusal(f"expected 1 to {comparing.MOST_LOOKS} looks", code="trial.looks", where="looks")
    if not (LEAST_SAMPLE <= sample <= MOST_SAMPLE and 1 <= within_days <= MOST_DAYS):
        said = f"expected {LEAST_SAMPLE} to {MOST_SAMPLE} orders and 1 to {MOST_DAYS} days"
        raise Refusal(said, code="trial.sample", where="sample")
    place = VARIANTS[variant].place
    told = "\x1f".join((variant, hypothesis, str(sample), str(within_days), str(looks), now.isoformat(), str(user.pk)))
    plan, new = Plan.objects.get_or_create(plan_id="t" + hashlib.sha256(told.encode()).hexdigest()[:15], defaults={
        "place": place, "variant": variant, "hypothesis": hypothesis.strip(), "sample": sample, "within_days": within_days,
        "looks": looks, "written_by": user, "written_at": now,
    })  # fmt: skip
    if new:
        audit.write(user, "trial_written", plan.plan_id, now, _both(queries.plan_text(plan)))
    return plan


@transaction.atomic
def approve(plan_id: str, user: User, now: datetime) -> Plan:
    """Let a plan begin: a leader's word, and not the writer's own. Refusal when one runs at the same place."""
    if not permissions.may_lead(user):
        raise PermissionDenied
    plan = _held(plan_id, "written")
    if plan.written_by_id == user.pk:
        raise Refusal("somebody else than who wrote it approves it", code="trial.own", where=plan_id)
    if Plan.objects.filter(place=plan.place, state="running").exists():
        raise Refusal("another comparison runs at this place", code="trial.place", where=plan.place)
    plan.state, plan.approved_by, plan.approved_at = "running", user, now
    plan.save()
    audit.write(user, "trial_approved", plan_id, now, _both(queries.plan_text(plan)))
    return plan


@transaction.atomic
def stop(plan_id: str, user: User, now: datetime, reason: str) -> Plan:
    """End a comparison before its time, or withdraw a plan that never began; a leader's word, with a reason."""
    if not permissions.may_lead(user):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("say why it ends", code="trial.reason", where="reason")
    plan = _held(plan_id, "written", "running")
    return _end(plan, user, now, "withdrawn" if plan.state == "written" else "ended", reason)


@transaction.atomic(savepoint=False)
def variant_for(order: Order, place: str, now: datetime) -> str | None:
    """The variant (an id of VARIANTS) with which an order is worked at `place`; None for the standard contact.

    The lot is a keyed hash of the order's id, drawn once and written down, so that nobody can choose it and the same order
    always has the same. Levels 1-2, minors and whoever is not known to be of age, and people on the care list get the standard.
    """
    plan = queries.running(place, now)
    if plan is None or not queries.eligible(order, plan, now):
        return None
    known = Assignment.objects.filter(plan=plan, order=order).first()
    if known is not None:
        return known.variant or None
    if plan.assignments.count() >= plan.sample:
        return None
    variant = plan.variant if _lot(plan.plan_id, order.order_id) else ""
    made, new = Assignment.objects.get_or_create(plan=plan, order=order, defaults={"variant": variant, "at": now})
    if new:
        audit.write(None, "trial_assigned", order.order_id, now, f"{plan.plan_id}: {variant or 'standard'}")
    return made.variant or None


def draw_opening(order: Order, now: datetime) -> None:
    """Draw with which words a call begins, when the order comes into somebody's hands: before the call, and never after its first word."""
    variant_for(order, "script.opening", now)


def _lot(plan_id: str, order_id: str) -> bool:
    """Heads or tails, by a key that nobody sees and ids that nobody chooses."""
    key = secret(settings.HOME, "token_key").encode()
    return bool(hmac.digest(key, f"trial\0{plan_id}\0{order_id}".encode(), hashlib.sha256)[0] & 1)


@transaction.atomic
def look(plan_id: str, user: User, now: datetime) -> Look:
    """The next planned look, at the first so many orders, once the days of all of them are over. Refusal before that.

    A difference that reaches what it must ends the comparison, and so does the last look.
    """
    if not permissions.may_judge(user):
        raise PermissionDenied
    plan = _held(plan_id, "running")
    number = plan.seen.count() + 1
    due = queries.due(plan, number)
    first = list(plan.assignments.select_related("order").order_by("id")[:due])
    if len(first) < due or first[-1].at + timedelta(days=plan.within_days) > now:
        raise Refusal(f"look {number} comes when the days of {due} orders are over", code="trial.early", where=plan_id)
    counted = queries.losses(plan, first)
    variant, standard = counted[plan.variant], counted[""]
    seen = Look.objects.create(
        plan=plan, number=number, at=now, by=user, standard_orders=standard[1], standard_losses=standard[0],
        variant_orders=variant[1], variant_losses=variant[0], z=comparing.z_of(*variant, *standard),
        needed=comparing.needed(number, plan.looks),
    )  # fmt: skip
    audit.write(user, "trial_look", plan_id, now, f"{number}: z {seen.z:.2f}, needed {seen.needed:.2f}")
    if abs(seen.z) >= seen.needed:
        _end(plan, user, now, "ended", f"第{number}次查看：差异成立 / look {number}: the difference counts")
    elif number == plan.looks:
        _end(plan, user, now, "ended", "最后一次查看：无显著差异 / the last look: no difference that counts")
    return seen


def _both(text: Text) -> str:
    return f"{text.zh} / {text.en}"


def _held(plan_id: str, *states: str) -> Plan:
    plan = Plan.objects.select_for_update().filter(plan_id=plan_id).first()
    if plan is None:
        raise Refusal("no such plan", code="trial.unknown", where=plan_id)
    if plan.state not in states:
        raise Refusal(f"this plan is {plan.state}", code="trial.state", where=plan_id)
    return plan


def _end(plan: Plan, user: User, now: datetime, state: str, why: str) -> Plan:
    plan.state, plan.ended_by, plan.ended_at, plan.ended_why = state, user, now, why
    plan.save()
    audit.write(user, "trial_ended", plan.plan_id, now, why)
    return plan
