"""The daily brief: yesterday in figures, and what the day begins with, as it stands at eight o'clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q

from fanzha.centre.dissuasion import figures, leading
from fanzha.centre.dissuasion.figures import Measured
from fanzha.centre.dissuasion.models import Breach, Mark, Order
from fanzha.centre.dissuasion.precision import WATCHING, Judged, precision
from fanzha.centre.dissuasion.queries import SHANGHAI, days_between
from fanzha.centre.duty import pending
from fanzha.centre.duty.models import Promise
from fanzha.vocabulary import LEVELS, Level

DAY = timedelta(days=1)
SHOWN = (
    "pushed", "sign_in_in_time", "called", "reach_rate", "accuracy", "met_share", "protected", "kept", "late", "false",
    "dissuasion_rate", "effective_rate", "deceived_after", "response",
)  # fmt: skip
"""The figures of the brief: one page has room for these."""
LONGEST = 10
"""Of what waits and was corrected the brief shows so many, and says how many there are."""


@dataclass(frozen=True)
class Change:
    """A figure of yesterday and by how much it changed to the day before (shares in points); None where one of them has no value."""

    measured: Measured
    change: float | None


@dataclass(frozen=True)
class Standing:
    """How many orders of a level were open, and how many of them had missed a limit that nobody explained."""

    level: Level
    open: int
    late: int


@dataclass(frozen=True)
class Brief:
    """Everything on the page. `drawn_up`: the instant that it speaks of, never after now; `day`: the day that is over.

    `promises`, `transfers`, `corrections`: the first of `promises_number` and so on."""

    drawn_up: datetime
    day: date
    figures: list[Change]
    standing: list[Standing]
    pending: list[pending.Pending]
    promises: list[Promise]
    promises_number: int
    transfers: list[leading.Offer]
    transfers_number: int
    wrong: list[Judged]
    corrections: list[Mark]
    corrections_number: int
    marked: list[date]


def newest_day(now: datetime) -> date:
    """The day whose brief is the newest: today from eight o'clock on, yesterday before."""
    local = now.astimezone(SHANGHAI)
    return local.date() if local.hour >= WATCHING["brief_hour"]["value"] else local.date() - DAY


def brief(day: date, now: datetime) -> Brief:
    """The brief of the morning of `day`. What other apps keep (stops, holds) is told as it stands now."""
    begin, _ = days_between(day, day)
    drawn_up = min(begin + timedelta(hours=WATCHING["brief_hour"]["value"]), now)
    yesterday, before = (
        figures.measure(SHOWN, begin - DAY, begin)[""],
        figures.measure(SHOWN, begin - 2 * DAY, begin - DAY)[""],
    )
    soon = Q(due_at=None) | Q(due_at__lt=begin + DAY)
    promises = Promise.objects.filter(soon, at__lte=drawn_up, kept_at=None).select_related("by")
    corrections = Mark.objects.filter(at__gt=drawn_up - DAY, at__lte=drawn_up).select_related("result__order")
    return Brief(
        drawn_up=drawn_up,
        day=day - DAY,
        figures=[_change(yesterday[name], before[name]) for name in SHOWN],
        standing=_standing(drawn_up),
        pending=pending.pending(None, now),
        promises=list(promises.order_by(F("due_at").asc(nulls_last=True), "at")[:LONGEST]),
        promises_number=promises.count(),
        transfers=leading.transfers_waiting(LONGEST),
        transfers_number=leading.transfers_number(),
        wrong=[one for one in precision(7, drawn_up) if one.share is not None][:5],
        corrections=list(corrections.order_by("-at")[:LONGEST]),
        corrections_number=corrections.count(),
        marked=figures.marked_days(begin - 2 * DAY, begin),
    )


def _change(now: Measured, before: Measured) -> Change:
    if now.value is None or before.value is None:
        return Change(now, None)
    return Change(now, now.value - before.value)


def _standing(at: datetime) -> list[Standing]:
    """By level as it is now: orders opened by `at` and not closed then; late are limits due by then without a reason to this day."""
    stood = Order.objects.filter(opened_at__lte=at).filter(Q(closed_at=None) | Q(closed_at__gt=at)).order_by()
    opened = dict(stood.values_list("level").annotate(n=Count("pk")))
    missed = Breach.objects.filter(due_at__lt=at, reason="", order__in=stood.values("pk")).order_by()
    late = dict(missed.values_list("order__level").annotate(n=Count("order", distinct=True)))
    return [Standing(level, opened.get(number, 0), late.get(number, 0)) for number, level in LEVELS.items()]
