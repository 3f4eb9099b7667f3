"""The form of 60 seconds, the list with its countdowns, one stop and what can be done about it."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha import reading
from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import in_words, refusal_words
from fanzha.centre.days import typed_time
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.funds import actions, at_intake, queries, states
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.warnings.queries import history
from fanzha.refusal import Refusal
from fanzha.vocabulary import OUTCOMES, Text, load_data, text_from

SHANGHAI = ZoneInfo("Asia/Shanghai")
LATE = ("D03", "D04")
"""The outcomes that come with a stop-payment (domain page 3.4)."""
WHO_SAID = {
    row["code"]: text_from(row["name"]) for row in load_data("fanzha.centre.dissuasion", "outcomes.yaml")["who_said"]
}


def _only_for_the_centre(request: HttpRequest) -> None:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied


def stop_list(request: HttpRequest) -> HttpResponse:
    _only_for_the_centre(request)
    now = clock.now()
    parts = {"on_their_way": queries.on_their_way(), "running": queries.running(), "ended": queries.ended()}
    context = {
        name: (found.count(), queries.lines(found[: queries.LONGEST_LIST], now)) for name, found in parts.items()
    }
    return render(request, "funds/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """The four fields, the call to 110 and the outcome on one screen."""
    if not permissions.may_stop(request.user):
        raise PermissionDenied
    now, refused, spent = clock.now(), None, False
    wanted = request.GET.get("order") or request.POST.get("order", "")
    order = get_object_or_404(Order, order_id=wanted) if wanted else None
    if request.method == "POST":
        try:
            made = actions.draft(order, request.user, _fields(request.POST), now, request.POST.get("form", ""))
        except Refusal as refusal:
            refused, spent = refusal_words(refusal), refusal.code == "stop.form"
        else:
            return _with_outcome(request, made, order)
    context = {
        "order": order,
        "said": request.POST,
        "form": uuid.uuid4() if spent else request.POST.get("form") or uuid.uuid4(),
        "now": now.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
        "call_number": states.CALL_NUMBER,
        "call_line": states.CALL_LINE,
        "outcomes": [OUTCOMES[code] for code in LATE],
        "who_said": WHO_SAID.items(),
        "refused": refused,
    }
    return render(request, "funds/new.html", context, status=409 if refused else 200)


def _with_outcome(request: HttpRequest, made: StopPayment, order: Order | None) -> HttpResponse:
    """Record the outcome beside the stop; a stop that is written down never waits for it, and a second click asks for nothing more."""
    code = request.POST.get("outcome", "")
    if order is not None and code in LATE and order.outcome != code:
        try:
            dissuasion.record_outcome(
                order.order_id, request.user, clock.now(), code, who_said=request.POST.get("who_said", "")
            )
        except Refusal as refusal:
            return stop(request, made.pk, refused=refusal_words(refusal))
    return redirect("funds:stop", made.pk)


def _fields(said: QueryDict) -> actions.Fields:
    return actions.Fields(
        holder=said.get("holder", ""),
        account=reading.typed_account(said.get("account", "")).value,
        amount_fen=reading.typed_fen(said.get("yuan", "")),
        paid_at=_time(said.get("paid_at", ""), "paid_at"),
        bank=said.get("bank", ""),
    )


def _time(typed: str, where: str) -> datetime:
    try:
        return typed_time(typed).replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise Refusal("expected a date and a time", code="stop.time", where=where) from error


def _clock(typed: str) -> time | None:
    try:
        return time.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise Refusal("expected a time of day", code="stop.time", where="clock") from error


@require_POST
def check(request: HttpRequest) -> JsonResponse:
    """What was typed or pasted, read back: `capitals`, `digits`, `account`, `luhn`, `found`; null where it cannot be read."""
    if not permissions.may_stop(request.user):
        raise PermissionDenied
    told: dict[str, Any] = {"capitals": None, "digits": None, "account": None, "luhn": None}
    try:
        amount = reading.typed_fen(request.POST.get("yuan", ""))
        told |= {"capitals": reading.capitals(amount), "digits": f"{amount / 100:,.2f}"}
    except Refusal as refusal:
        told["amount_refused"] = refusal.code  # half typed
    try:
        found = reading.typed_account(request.POST.get("account", ""))
        told |= {
            "account": " ".join(found.value[at : at + 4] for at in range(0, len(found.value), 4)),
            "luhn": found.luhn,
        }
    except Refusal as refusal:
        told["account_refused"] = refusal.code
    pasted = reading.account_numbers(request.POST.get("pasted", ""))
    told["found"] = [{"value": one.value, "luhn": one.luhn} for one in pasted]
    return JsonResponse(told)


def stop(request: HttpRequest, stop_id: int, refused: Text | None = None, verb: str = "") -> HttpResponse:
    """The page of one; on a refusal with what was typed into the form of `verb`."""
    _only_for_the_centre(request)
    found = get_object_or_404(StopPayment.objects.select_related("order", "case"), pk=stop_id)
    context = {
        "line": queries.lines([found], clock.now())[0],
        "stop": found,
        "capitals": reading.capitals(found.amount_fen),
        "reasons": states.REASONS,
        "may_stop": permissions.may_stop(request.user),
        "may_decide": permissions.may_decide(request.user),
        "history": in_words(history(f"stop {stop_id}")),
        "written": {verb: request.POST},
        "refused": refused,
    }
    return render(request, "funds/stop.html", context, status=409 if refused else 200)


def _effective(request: HttpRequest, stop_id: int, said: QueryDict) -> None:
    stopped = said.get("yuan", "").strip()
    amount = 0 if stopped in ("0", "0.00") else reading.typed_fen(stopped)
    began = _time(said["began_at"], "began_at") if said.get("began_at") else None
    actions.take_effect(stop_id, request.user, clock.now(), amount, began)


_VERBS: dict[str, Callable[[HttpRequest, int, QueryDict], Any]] = {
    "complete": lambda request, stop_id, said: at_intake.complete(
        stop_id, request.user, said.get("holder", ""), said.get("bank", ""), clock.now(), _clock(said.get("clock", ""))
    ),
    "approve": lambda request, stop_id, _: actions.approve(stop_id, request.user, clock.now()),
    "send": lambda request, stop_id, _: actions.send(stop_id, request.user, clock.now()),
    "effective": _effective,
    "not_stopped": lambda request, stop_id, said: actions.not_stopped(
        stop_id, request.user, clock.now(), *(said.get("answer", ":") + ":").split(":")[:2]
    ),
    "renew": lambda request, stop_id, _: actions.renew(stop_id, request.user, clock.now()),
    "decide": lambda request, stop_id, said: actions.decide(
        stop_id, request.user, said.get("decision", ""), said.get("reason", ""), clock.now()
    ),
    "end": lambda request, stop_id, said: actions.end(
        stop_id, request.user, said.get("to", ""), said.get("reason", ""), clock.now()
    ),
    "withdraw": lambda request, stop_id, said: actions.withdraw(
        stop_id, request.user, said.get("reason", ""), clock.now()
    ),
}


@require_POST
def act(request: HttpRequest, stop_id: int, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the stop's page."""
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](request, stop_id, request.POST)
    except Refusal as refusal:
        return stop(request, stop_id, refused=refusal_words(refusal), verb=verb)
    return redirect("funds:stop", stop_id)


@require_POST
def form(request: HttpRequest, stop_id: int) -> HttpResponse:
    """The form in clear, to print or as CSV for the channel that exists; with a reason, on record."""
    _only_for_the_centre(request)
    found = get_object_or_404(StopPayment.objects.select_related("order", "case"), pk=stop_id)
    try:
        fields = actions.clear_fields(stop_id, request.user, request.POST.get("reason", ""), clock.now())
    except Refusal as refusal:
        return stop(request, stop_id, refused=refusal_words(refusal))
    paid = fields.paid_at.astimezone(SHANGHAI)
    told = paid.date().isoformat() if found.day_only else paid.isoformat(timespec="minutes")
    if request.POST.get("as") == "csv":
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="stop-{stop_id}.csv"'
        writer = csv.writer(response)
        writer.writerow(["case", "holder", "account", "bank", "amount_yuan", "amount_capitals", "paid_at"])
        yuan = f"{fields.amount_fen / 100:.2f}"
        words = [fields.holder, f"\t{fields.account}", fields.bank, yuan, reading.capitals(fields.amount_fen)]
        writer.writerow([found.case.number if found.case else "", *words, told])
        return response
    context = {"stop": found, "fields": fields, "capitals": reading.capitals(fields.amount_fen)}
    return render(request, "funds/form.html", context)
