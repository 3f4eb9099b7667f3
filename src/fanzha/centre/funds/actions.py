"""The verbs of a stop-payment: the only writers; one transaction and one audit entry each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.models import Recovery
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.funds import queries, states
from fanzha.centre.funds.models import StopPayment, StoppedAccount
from fanzha.deadlines import duration, times
from fanzha.refusal import Refusal

DECISIONS = ("file_and_freeze", "let_lapse")


@dataclass(frozen=True)
class Fields:
    """The four fields of a stop-payment and where it goes, in clear. `amount_fen`: fen; `paid_at`: aware."""

    holder: str
    account: str
    amount_fen: int
    paid_at: datetime
    bank: str


@transaction.atomic
def draft(order: Order | None, user: User, fields: Fields, now: datetime, form: str, note: str = "") -> StopPayment:
    """Write a stop-payment down, and open the case; the same form again gives the same one.

    Refusal for a field that is missing, for a form that was sent with other fields, and when the account has had all the stops that
    the law allows.
    """
    _may(permissions.may_stop(user))
    standing = StopPayment.objects.filter(form=form).first()
    if standing is not None:
        return _same(standing, fields)
    for name in ("holder", "account", "bank"):
        if not str(getattr(fields, name)).strip():
            raise Refusal("this field is needed", code="stop.field", where=name)
    if fields.paid_at > now:
        raise Refusal("the transfer cannot lie in the future", code="stop.time", where="paid_at")
    account = vault.keep("account", fields.account)
    one_more(account, now)
    stop = StopPayment.objects.create(
        form=form,
        order=order,
        case=cases.open_case(order, user, now, loss_fen=fields.amount_fen),
        holder=vault.keep("name", fields.holder.strip()),
        account=account,
        bank=fields.bank.strip()[:80],
        amount_fen=fields.amount_fen,
        paid_at=fields.paid_at,
        drafted_by=user,
        drafted_at=now,
        note=note,
    )
    _write(stop, user, "stop_drafted", now)
    return stop


def _same(stop: StopPayment, fields: Fields) -> StopPayment:
    account, holder = vault.token("account", fields.account), vault.keep("name", fields.holder.strip())
    told = (account, fields.amount_fen, fields.paid_at, holder, fields.bank.strip()[:80])
    if told != (stop.account, stop.amount_fen, stop.paid_at, stop.holder, stop.bank):
        raise Refusal(f"this form was sent with other fields: stop {stop.pk}", code="stop.form", where="form")
    return stop


def one_more(account: str, now: datetime) -> None:
    """Hold the account (a token) and refuse one stop too many: two in all, a renewal being one. Source: clocks.yaml `stop.renewals`."""
    StoppedAccount.objects.get_or_create(token=account)
    StoppedAccount.objects.select_for_update().get(token=account)
    if queries.stops_used([account])[account] > times("stop.renewals", now):
        said = "an account may be stopped twice in all; ask for a freeze"
        raise Refusal(said, code="stop.renewals", where="account")


@transaction.atomic
def approve(stop_id: int, user: User, now: datetime) -> StopPayment:
    """A second person agrees. Refusal when it is the one who drafted it."""
    _may(permissions.may_decide(user))
    stop = locked(stop_id)
    if stop.drafted_by_id == user.pk:
        raise Refusal("a second person approves", code="stop.second", where=str(stop_id))
    for name in ("holder", "bank"):
        if not getattr(stop, name):
            raise Refusal("this field is needed", code="stop.field", where=name)
    stop.approved_by, stop.approved_at = user, now
    return move(stop, "approved", user, now)


@transaction.atomic
def send(stop_id: int, user: User, now: datetime) -> StopPayment:
    """It went out by the channel that exists."""
    _may(permissions.may_stop(user))
    stop = locked(stop_id)
    stop.sent_at = now
    return move(stop, "sent", user, now)


@transaction.atomic
def take_effect(
    stop_id: int, user: User, now: datetime, stopped_fen: int, began_at: datetime | None = None
) -> StopPayment:
    """The bank stopped `stopped_fen` at `began_at` (default now; banks tell it to the minute); the 48 hours run from there."""
    _may(permissions.may_stop(user))
    stop, begins = locked(stop_id), began_at or now
    if stop.sent_at is not None and begins == stop.sent_at.replace(second=0, microsecond=0):
        begins = stop.sent_at
    if stop.sent_at is None or not stop.sent_at <= begins <= now:
        raise Refusal("the stop lies between its sending and now", code="stop.began", where="began_at")
    if stopped_fen < 0:
        raise Refusal("expected the amount that was stopped", code="typed.amount", where="stopped")
    stop.stopped_fen, stop.answered_at = stopped_fen, now
    stop.began_at = stop.term_began_at = begins
    stop.ends_at = begins + duration("stop.duration", begins)
    if stop.case is not None and stopped_fen:
        cases.recover(stop.case.number, None, "stopped", stopped_fen, now, f"stop {stop.pk}", at=begins)
    return move(stop, "effective", user, now)


@transaction.atomic
def not_stopped(stop_id: int, user: User, now: datetime, answer: str, reason: str) -> StopPayment:
    """The bank did not stop it: `answer` mismatched or rejected, `reason` a code of answers.yaml."""
    _may(permissions.may_stop(user))
    if reason not in states.REASONS.get(answer, {}):
        raise Refusal("expected a reason of the list", code="stop.reason", where="reason")
    stop = locked(stop_id)
    stop.reason, stop.answered_at = reason, now
    return move(stop, answer, user, now, reason)


@transaction.atomic
def renew(stop_id: int, user: User, now: datetime) -> StopPayment:
    """Another 48 hours, once, from the end of the first. Refusal for a second renewal and after the end."""
    _may(permissions.may_decide(user))
    stop = _running(stop_id, now)
    one_more(stop.account, now)
    stop.renewed += 1
    stop.term_began_at, stop.ends_at = stop.ends_at, stop.ends_at + duration("stop.duration", stop.ends_at)
    stop.alarmed_at, stop.decision = None, ""
    stop.save()
    _write(stop, user, "stop_renewed", now)
    return stop


@transaction.atomic
def decide(stop_id: int, user: User, decision: str, reason: str, now: datetime) -> StopPayment:
    """A person decides what comes before the end (one of DECISIONS), with the reason."""
    _may(permissions.may_decide(user))
    if decision not in DECISIONS or not reason.strip():
        raise Refusal("say what is decided, and why", code="stop.decision", where="reason")
    stop = _running(stop_id, now)
    stop.decision = decision
    stop.save()
    _write(stop, user, f"stop_{decision}", now, reason)
    return stop


@transaction.atomic
def end(stop_id: int, user: User, to: str, reason: str, now: datetime) -> StopPayment:
    """`converted_to_freeze` or `lifted`, with the reason; after the end of its term there is nothing left to end."""
    _may(permissions.may_decide(user))
    if to not in ("converted_to_freeze", "lifted") or not reason.strip():
        raise Refusal("say whether it is frozen or lifted, and why", code="stop.end", where="reason")
    stop = _running(stop_id, now)
    stop.ended_at = now
    if to == "converted_to_freeze" and stop.case is not None and stop.stopped_fen:
        _freeze(stop, stop.case.number, stop.stopped_fen, now)
    return move(stop, to, user, now, reason)


def _freeze(stop: StopPayment, case: str, stopped_fen: int, now: datetime) -> None:
    """What of the stopped money nobody wrote into the case already as frozen or returned."""
    key = f"stop {stop.pk}"
    gone = Recovery.objects.filter(of__key=key).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    if stopped_fen > gone:
        cases.recover(case, None, "frozen", stopped_fen - gone, now, f"freeze {stop.pk}", of=key)


@transaction.atomic
def withdraw(stop_id: int, user: User, reason: str, now: datetime) -> StopPayment:
    """Take back what has not gone out, with the reason."""
    _may(permissions.may_stop(user))
    if not reason.strip():
        raise Refusal("say why it is withdrawn", code="stop.withdraw", where="reason")
    stop = locked(stop_id)
    stop.ended_at = now
    return move(stop, "withdrawn", user, now, reason)


@transaction.atomic
def clear_fields(stop_id: int, user: User, reason: str, now: datetime) -> Fields:
    """The form in clear, for printing and sending: with a reason, on record. Refusal without one."""
    stop = StopPayment.objects.get(pk=stop_id)
    holder = vault.unmask(stop.holder, user, reason, f"stop {stop_id}", now) if stop.holder else ""
    account = vault.unmask(stop.account, user, reason, f"stop {stop_id}", now)
    return Fields(holder, account, stop.amount_fen, stop.paid_at, stop.bank)


@transaction.atomic
def lapse(now: datetime) -> int:
    """End what ran out; how many. It ends at its own time, whenever this is called. Source: clocks.yaml `stop.duration`."""
    over = list(StopPayment.objects.select_for_update().filter(state="effective", ends_at__lte=now)[:100])
    for stop in over:
        stop.ended_at = stop.ends_at
        move(stop, "lapsed", None, now)
    return len(over)


@transaction.atomic
def alarm(now: datetime) -> int:
    """Ask for a decision on filing and freezing, once a term, `stop.alarm` after it began; how many."""
    begun = now - duration("stop.alarm", now)
    running = StopPayment.objects.select_for_update().filter(state="effective", alarmed_at=None, ends_at__gt=now)
    found = list(running.filter(term_began_at__lte=begun, decision="")[:100])
    for stop in found:
        stop.alarmed_at = now
        stop.save(update_fields=["alarmed_at"])
        _write(stop, None, "stop_alarm", now)
    return len(found)


def _may(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def locked(stop_id: int) -> StopPayment:
    stop = StopPayment.objects.select_for_update().filter(pk=stop_id).first()
    if stop is None:
        raise Refusal("no such stop", code="stop.unknown", where=str(stop_id))
    return stop


def _running(stop_id: int, now: datetime) -> StopPayment:
    stop = locked(stop_id)
    if stop.state != "effective" or stop.ends_at is None or stop.ends_at <= now:
        raise Refusal("this stop is not running (any more)", code="stop.over", where=str(stop_id))
    return stop


def move(stop: StopPayment, to: str, user: User | None, now: datetime, reason: str = "") -> StopPayment:
    if to not in states.ALLOWED[stop.state]:
        raise Refusal(f"a stop that is {stop.state} cannot become {to}", code="stop.state", where=str(stop.pk))
    stop.state = to
    stop.save()
    _write(stop, user, f"stop_{to}", now, reason)
    return stop


def _write(stop: StopPayment, user: User | None, action: str, now: datetime, reason: str = "") -> None:
    audit.write(user, action, f"stop {stop.pk}", now, reason)
