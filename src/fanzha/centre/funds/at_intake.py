"""Every transfer that a new report tells of drafts a stop-payment at once; a person completes, approves and sends it."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre import clock
from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.cases.models import Case, Transfer
from fanzha.centre.funds import states
from fanzha.centre.funds.actions import locked, move, one_more
from fanzha.centre.funds.models import StopPayment
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
RUNNING = (*states.ON_ITS_WAY, "effective")
USED = (*states.ON_ITS_WAY, *states.COUNTED)
NOT_SENT = ("drafted", "approved")
STEPS = tuple(states.NAMES)
STOPS = Text("止付", "a stop-payment")


def draft_for(case: Case, user: User | None, now: datetime) -> None:
    """Draft what is not drafted yet, and withdraw the draft of what a person said was no transfer. Call it inside a transaction.

    What the transfer does not tell (holder, bank) stays empty until somebody completes it; why another drafts none is kept with it.
    """
    _withdraw_dropped(case, user, now)
    for transfer in case.transfers.filter(dropped_at=None, back=False).order_by("-at"):
        stop = StopPayment.objects.filter(form=_form(transfer)).first()
        if stop is not None:
            _follow(stop, transfer)
            continue
        reason = _why_not(transfer, now)
        if reason != transfer.no_stop:
            transfer.no_stop = reason
            transfer.save(update_fields=["no_stop"])
        if not reason:
            _draft(case, transfer, user, now)


def _form(transfer: Transfer) -> str:
    return f"transfer-{transfer.pk}"


def _why_not(transfer: Transfer, now: datetime) -> str:
    for code, told in (("no_account", transfer.payee), ("no_amount", transfer.amount_fen), ("no_time", transfer.at)):
        if not told:
            return code
    try:
        one_more(transfer.payee, now)
    except Refusal:
        return "used_up"
    return ""


def _draft(case: Case, transfer: Transfer, user: User | None, now: datetime) -> None:
    stop = StopPayment.objects.create(
        form=_form(transfer),
        case=case,
        order=case.order,
        holder=transfer.holder,
        account=transfer.payee,
        bank=transfer.bank,
        amount_fen=transfer.amount_fen,
        paid_at=min(transfer.at, now) if transfer.at else now,
        day_only=transfer.day_only,
        drafted_by=user,
        drafted_at=now,
    )
    audit.write(user, "stop_drafted", f"stop {stop.pk}", now, case.number)


def _follow(stop: StopPayment, transfer: Transfer) -> None:
    """A draft takes over what a person corrected in the transfer."""
    if stop.state == "drafted":
        stop.holder, stop.bank = transfer.holder or stop.holder, transfer.bank or stop.bank
        if transfer.at and not (transfer.day_only and not stop.day_only):
            stop.paid_at, stop.day_only = min(transfer.at, stop.drafted_at), transfer.day_only
        stop.save()


def _withdraw_dropped(case: Case, user: User | None, now: datetime) -> None:
    forms = [_form(one) for one in case.transfers.filter(dropped_at__isnull=False)]
    for stop in StopPayment.objects.select_for_update().filter(form__in=forms, state__in=NOT_SENT):
        stop.ended_at = now
        move(stop, "withdrawn", user, now, "no transfer after all")


@transaction.atomic
def complete(stop_id: int, user: User, holder: str, bank: str, now: datetime, at: time | None = None) -> StopPayment:
    """Fill in what the report did not tell; `at`: the local time of a transfer of which it told the day alone. Refusal once it is
    approved, and for a time that lies ahead."""
    if not permissions.may_stop(user):
        raise PermissionDenied
    stop = locked(stop_id)
    if stop.state != "drafted":
        raise Refusal("only a draft is filled in", code="stop.state", where=str(stop_id))
    stop.holder = vault.keep("name", holder.strip()) if holder.strip() else stop.holder
    stop.bank = bank.strip()[:80] or stop.bank
    stop.drafted_by = (
        stop.drafted_by or user
    )  # what no person drafted was written by who filled it in: a second one approves
    if at is not None and stop.day_only:
        paid_at = datetime.combine(stop.paid_at.astimezone(SHANGHAI).date(), at, SHANGHAI)
        if paid_at > now:
            raise Refusal("the transfer cannot lie in the future", code="stop.time", where="clock")
        stop.paid_at, stop.day_only = paid_at, False
    stop.save()
    audit.write(user, "stop_completed", f"stop {stop_id}", now)
    return stop


def bring(later: Case, into: Case) -> None:
    """The stops of a case that was joined to another go with it; of two for one transfer, which both told, one is withdrawn.

    That which went less far: else it would use up the account's second stop. What was sent stays.
    """
    now = clock.now()
    standing = list(StopPayment.objects.select_for_update().filter(case=into, state__in=USED))
    twice = [_form(one) for one in later.transfers.filter(dropped_at=None)]
    for stop in StopPayment.objects.select_for_update().filter(form__in=twice, state__in=USED):
        same = next((one for one in standing if (one.account, one.amount_fen) == (stop.account, stop.amount_fen)), None)
        if same is None:
            continue
        standing.remove(same)
        less = min(stop, same, key=lambda one: STEPS.index(one.state))
        if less.state in NOT_SENT:
            less.ended_at = now
            move(less, "withdrawn", None, now, "told twice")
    StopPayment.objects.filter(case=later).update(case=into)


def still_running(case: Case) -> list[Text]:
    """What has to end before a case can be closed."""
    return [STOPS] if StopPayment.objects.filter(case=case, state__in=RUNNING).exists() else []
