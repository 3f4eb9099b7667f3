"""What pages read of the inbox: what was handed down, what is late, what does not balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.states import NAMES
from fanzha.centre.dissuasion.models import Order, Result
from fanzha.centre.inbox import words
from fanzha.centre.inbox.models import Feedback, FeedbackFile, Pushed, Report, Upload
from fanzha.vocabulary import LEVELS, OUTCOMES, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_LIST = 100
PUSHED = Text("收到下发预警", "Handed down from above")
FED_BACK = Text("已向下发单位反馈", "The sender was told")


@dataclass(frozen=True)
class Line:
    """A warning handed down as a list shows it, its subject masked; `minutes` until its sender must be told, None when it was."""

    pushed: Pushed
    shown: str
    sender: Text
    kind: Text
    level: Text
    colour: str
    outcome: Text | None
    minutes: int | None
    late: bool


def lines(pushed: Iterable[Pushed], now: datetime) -> list[Line]:
    """Warnings handed down, with their words."""
    found = list(pushed)
    shown = vault.masked([one.subject for one in found])
    return [_line(one, shown[one.subject], now) for one in found]


def _line(one: Pushed, shown: str, now: datetime) -> Line:
    level = LEVELS[one.level or words.level_of_kind(one.kind, one.taken_in_at)]
    told = one.fed_back_at is not None
    return Line(
        pushed=one,
        shown=shown,
        sender=words.sender(one.source),
        kind=words.KINDS.get(one.kind) or Text(one.kind or "-", one.kind or "-"),
        level=level.name,
        colour=level.colour,
        outcome=OUTCOMES[one.code].name if one.code in OUTCOMES else None,
        minutes=None if told else int((one.feedback_due - now).total_seconds() // 60),
        late=one.late_at is not None or (not told and one.feedback_due < now),
    )


def latest(source: str = "", late: bool = False) -> QuerySet[Pushed]:
    """The newest first; of one sender; or only those whose sender was not told in time."""
    found = Pushed.objects.select_related("order").order_by("-taken_in_at", "-id")
    found = found.filter(source=source) if source else found
    return (found.exclude(late_at=None) if late else found)[:LONGEST_LIST]


def senders() -> list[str]:
    """The codes of senders that are known, or were told something, or handed something down of late."""
    newest = Pushed.objects.order_by("-taken_in_at", "-id").values_list("source", flat=True)[:LONGEST_LIST]
    told = FeedbackFile.objects.values_list("sender", flat=True).distinct()
    return sorted({*words.SENDERS, *newest, *told})


def of_order(order: Order) -> QuerySet[Pushed]:
    """What was handed down for an order."""
    return Pushed.objects.filter(order=order).select_related("order").order_by("id")


def uploads() -> QuerySet[Upload]:
    """Files handed in, the newest first."""
    return Upload.objects.select_related("by").order_by("-id")[:LONGEST_LIST]


def reports_of(user: User, everybody: bool) -> QuerySet[Report]:
    """Reports of the desk, the newest first: all for the centre's people, a bank's own for its staff."""
    found = Report.objects.select_related("pushed__order").order_by("-id")
    return (found if everybody else found.filter(by=user))[:20]


def message_key(report: Report, result: Result) -> str:
    """The key of the message that tells a reporter of one outcome."""
    return f"report-{report.pk}-{result.pk}"


@dataclass(frozen=True)
class Closing:
    """What a reporter is told of one outcome: when, in which words, and how far its message is (None: by this page alone)."""

    at: datetime
    text: Text
    sent: Text | None


def closings_of(report: Report) -> list[Closing]:
    """What became of a report, the newest first; nothing while its order is open."""
    order = report.pushed.order if report.pushed else None
    if order is None or order.closed_at is None:
        return []
    results = list(order.results.order_by("-id"))
    keys = [message_key(report, one) for one in results]
    sent = dict(Message.objects.filter(key__in=keys).values_list("key", "state"))
    states = [NAMES[sent[key]] if key in sent else None for key in keys]
    return [Closing(one.at, words.closing(one.code), state) for one, state in zip(results, states, strict=True)]


def feedback_files() -> QuerySet[FeedbackFile]:
    """Files that senders were given, the newest first."""
    return FeedbackFile.objects.exclude(written_at=None).annotate(count=Count("rows")).order_by("-id")[:20]


@dataclass(frozen=True)
class Reconciled:
    """One sender's month: how many were handed down, handled, fed back; and which of them do not balance."""

    sender: str
    name: Text
    pushed: int
    handled: int
    fed_back: int
    late: int
    not_handled: list[Pushed] = field(default_factory=list)
    not_fed_back: list[Pushed] = field(default_factory=list)
    untold: int = 0

    @property
    def balances(self) -> bool:
        """Whether pushed = handled = fed back, and no correction waits to be told."""
        return self.pushed == self.handled == self.fed_back and not self.untold


def month_of(first: date) -> tuple[datetime, datetime]:
    """The Shanghai month that `first` lies in, as a half-open window."""
    begin = datetime(first.year, first.month, 1, tzinfo=SHANGHAI)
    year, month = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    return begin, datetime(year, month, 1, tzinfo=SHANGHAI)


def reconciliation(month: date) -> list[Reconciled]:
    """For each sender whether everything that was handed down in a Shanghai month is handled and fed back."""
    begin, end = month_of(month)
    found = Pushed.objects.filter(taken_in_at__gte=begin, taken_in_at__lt=end)
    listed = found.select_related("order").order_by("feedback_due")
    counted = found.values(code_of=F("source")).annotate(
        pushed=Count("id"),
        handled=Count("id", filter=Q(handled_at__isnull=False)),
        fed_back=Count("id", filter=Q(fed_back_at__isnull=False)),
        late=Count("id", filter=Q(late_at__isnull=False)),
    )
    untold = dict(
        Feedback.objects.filter(pushed__in=found, file__written_at=None)
        .values_list("pushed__source")
        .annotate(Count("id"))
    )
    return [
        Reconciled(
            sender=row["code_of"],
            name=words.sender(row["code_of"]),
            pushed=row["pushed"],
            handled=row["handled"],
            fed_back=row["fed_back"],
            late=row["late"],
            not_handled=list(listed.filter(source=row["code_of"], handled_at=None)),
            not_fed_back=list(listed.filter(source=row["code_of"], fed_back_at=None).exclude(handled_at=None)),
            untold=untold.get(row["code_of"], 0),
        )
        for row in counted.order_by("code_of")
    ]


def of_tokens(tokens: list[str]) -> Iterator[Entry]:
    """What senders above handed down about tokens and when they were told what came of it, for their timelines."""
    for one in Pushed.objects.filter(order__subject__in=tokens).select_related("order")[:LONGEST_LIST]:
        page = reverse("dissuasion:order", args=[one.order.order_id])
        yield Entry(one.received_at, PUSHED, detail=words.sender(one.source), page=page)
        if one.fed_back_at:
            yield Entry(one.fed_back_at, FED_BACK, detail=words.sender(one.source), page=page)
