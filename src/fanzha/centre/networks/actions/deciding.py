"""A person confirms a link or a series, rejects it with a reason, or splits a series; nothing is linked for good without one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.networks import states
from fanzha.centre.networks.actions.steps import held, may_decide, next_number, step, why
from fanzha.centre.networks.models import Link, Series
from fanzha.refusal import Refusal


@transaction.atomic
def confirm_link(pk: int, user: User, now: datetime) -> Link:
    """The two cases are of one hand."""
    return _decide_link(pk, user, "confirmed", "", now)


@transaction.atomic
def reject_link(pk: int, user: User, reason: str, now: datetime) -> Link:
    """What the two cases share does not link them. Refusal without a reason. It is not proposed again."""
    return _decide_link(pk, user, "rejected", why(reason, "reason"), now)


def _decide_link(pk: int, user: User, to: str, reason: str, now: datetime) -> Link:
    may_decide(user)
    link = held(Link, pk=pk)
    step("link", link.state, to, str(pk))
    link.state, link.by, link.at, link.reason = to, user, now, reason
    link.save()
    for case in (link.a, link.b):
        audit.write(user, f"link_{to}", case.number, now, reason)
    return link


@transaction.atomic
def confirm_series(number: str, user: User, now: datetime) -> Series:
    """The cases are worked as one."""
    return _decide_series(number, user, "confirmed", "", now)


@transaction.atomic
def reject_series(number: str, user: User, reason: str, now: datetime) -> Series:
    """They do not belong together. Refusal without a reason. The same cases are not proposed again."""
    return _decide_series(number, user, "rejected", why(reason, "reason"), now)


def _decide_series(number: str, user: User, to: str, reason: str, now: datetime) -> Series:
    may_decide(user)
    series = held(Series, number=number)
    step("series", series.state, to, number)
    series.state, series.by, series.at, series.reason = to, user, now, reason
    series.save()
    audit.write(user, f"series_{to}", number, now, reason)
    return series


@transaction.atomic
def split_series(number: str, user: User, cases: Collection[str], reason: str, now: datetime) -> Series:
    """Take cases (numbers) out into a series of their own; the links between the two parts are rejected for the same reason.

    Refusal when none, or all, of its cases are chosen, or without a reason.
    """
    may_decide(user)
    series = held(Series, number=number)
    if series.state not in states.STANDING:
        raise Refusal("a series that was rejected or withdrawn is over", code="networks.state", where=number)
    told = why(reason, "reason")
    out = list(series.cases.filter(number__in=cases))
    left = list(series.cases.exclude(number__in=cases))
    if not out or not left:
        raise Refusal("choose some of the cases", code="networks.split", where="cases")
    part = Series(number=next_number("S", now), strength=series.strength, proposed_at=now, split_from=series)
    part.state, part.kinds = series.state, series.kinds
    part.by, part.at, part.reason = user, now, told
    part.save()
    part.cases.add(*out)
    series.cases.remove(*out)
    between = Link.objects.filter(a__in=out, b__in=left) | Link.objects.filter(a__in=left, b__in=out)
    between.exclude(state="rejected").update(state="rejected", by=user, at=now, reason=told)
    audit.write(user, "series_split", number, now, told)
    audit.write(user, "series_split", part.number, now, told)
    return part
