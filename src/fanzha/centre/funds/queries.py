"""What pages and other apps read of stop-payments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.cases import timeline
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.duty.pending import Pending
from fanzha.centre.funds import states
from fanzha.centre.funds.models import StopPayment
from fanzha.deadlines import duration, times
from fanzha.vocabulary import Text

LONGEST_LIST = 100
STOP_PAYMENT = Text("止付", "Stop-payment")


@dataclass(frozen=True)
class Line:
    """A stop as a list shows it, masked. `minutes`: until it ends, None when it does not run; `alarm`: a person must decide now;
    `unsent`: later than it should have gone out; `renewable`: the account has a stop left; `age`: minutes since the money went, while
    the stop is on its way: the fresher, the more can still be there."""

    stop: StopPayment
    holder: str
    account: str
    state: Text
    reason: Text | None
    minutes: int | None
    alarm: bool
    unsent: bool
    renewable: bool
    age: int | None

    @property
    def fresh(self) -> tuple[int, int] | None:
        """Hours and minutes since the money went."""
        return None if self.age is None else divmod(self.age, 60)

    @property
    def left(self) -> tuple[int, int] | None:
        """Hours and minutes until the end."""
        return None if self.minutes is None else divmod(self.minutes, 60)


def lines(stops: Iterable[StopPayment], now: datetime) -> list[Line]:
    """Stops with their masked holder and account."""
    found = list(stops)
    shown = vault.masked([token for one in found for token in (one.holder, one.account) if token])
    used = stops_used([one.account for one in found if one.state == "effective"])
    return [_line(one, shown, used[one.account] <= times("stop.renewals", now), now) for one in found]


def stops_used(accounts: Iterable[str]) -> Counter[str]:
    """How many of the stops that the law allows accounts (tokens) have had or are about to have; a renewal is one."""
    counted = StopPayment.objects.filter(account__in=set(accounts), state__in=(*states.ON_ITS_WAY, *states.COUNTED))
    used: Counter[str] = Counter()
    for account, renewed in counted.order_by().values_list("account", "renewed"):
        used[account] += 1 + renewed
    return used


def _line(stop: StopPayment, shown: dict[str, str], one_more: bool, now: datetime) -> Line:
    runs = stop.state == "effective" and stop.ends_at is not None
    minutes = max(0, int((stop.ends_at - now).total_seconds() // 60)) if runs and stop.ends_at else None
    late = stop.state in ("drafted", "approved") and now - stop.drafted_at > duration("stop.send", stop.drafted_at)
    return Line(
        stop=stop,
        holder=shown.get(stop.holder, ""),
        account=shown[stop.account],
        state=states.NAMES[stop.state],
        reason=states.REASONS.get(stop.state, {}).get(stop.reason),
        minutes=minutes,
        alarm=runs and stop.alarmed_at is not None and not stop.decision,
        unsent=late,
        renewable=runs and one_more,
        age=int((now - stop.paid_at).total_seconds() // 60)
        if stop.state in states.ON_ITS_WAY and not stop.day_only
        else None,
    )


def on_their_way() -> QuerySet[StopPayment]:
    """What is drafted, approved or sent, the freshest transfer first."""
    found = StopPayment.objects.filter(state__in=states.ON_ITS_WAY)
    return found.select_related("order", "case").order_by("-paid_at", "-id")


def running() -> QuerySet[StopPayment]:
    """What a bank has stopped, whatever ends first in front."""
    return StopPayment.objects.filter(state="effective").select_related("order", "case").order_by("ends_at", "id")


def ended() -> QuerySet[StopPayment]:
    """What is over, the newest first."""
    found = StopPayment.objects.exclude(state__in=(*states.ON_ITS_WAY, "effective"))
    return found.select_related("order", "case")


def of_order(order: Order) -> QuerySet[StopPayment]:
    """The stops of an order."""
    return StopPayment.objects.filter(order=order).select_related("case")


def of_case(case: Case) -> QuerySet[StopPayment]:
    """The stops of a case."""
    return StopPayment.objects.filter(case=case).select_related("case", "order")


def happened_in(case: Case) -> Iterator[Entry]:
    """The stops of a case, for its timeline."""
    return _steps(of_case(case))


def of_tokens(tokens: list[str]) -> Iterator[Entry]:
    """The stops of accounts, for their timelines."""
    return _steps(StopPayment.objects.filter(account__in=tokens)[:LONGEST_LIST])


def _steps(stops: Iterable[StopPayment]) -> Iterator[Entry]:
    """When it was drafted, when the bank stopped it, and what people did: sending, renewals, decisions, the end."""
    for stop in stops:
        page = reverse("funds:stop", args=[stop.pk])
        for at, state in ((stop.drafted_at, "drafted"), (stop.began_at, "effective")):
            if at is not None:
                paper = _form_of(stop) if stop.sent_at and state == "drafted" else ""
                yield Entry(at, STOP_PAYMENT, detail=_told(stop, state), page=page, document=paper)
        yield from timeline.acts([f"stop {stop.pk}"], page)


def _form_of(stop: StopPayment) -> Text:
    return Text(f"紧急止付表 {stop.pk}", f"Stop-payment form {stop.pk}")


def _told(stop: StopPayment, state: str) -> Text:
    amount, name = f"¥{stop.amount_fen / 100:,.2f}", states.NAMES[state]
    return Text(f"{amount} {name.zh}", f"{amount} {name.en}")


def for_handover(unit: str | None, now: datetime) -> Iterator[Pending]:
    """The stops that the next shift has to know of, of one unit's orders and cases or of all: those that run first."""
    mine = Q() if unit is None else Q(order__unit=unit) | Q(order=None, case__unit=unit)
    for line in lines([*running().filter(mine), *on_their_way().filter(mine)], now):
        page = reverse("funds:stop", args=[line.stop.pk])
        yield Pending(STOP_PAYMENT, line.account, page, line.stop.ends_at)
