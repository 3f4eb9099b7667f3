"""The outbox, what people send from an order's page, and the door for receipts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import doors, permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.channels import actions, queries, states
from fanzha.centre.dissuasion.views import order as order_page
from fanzha.centre.keys import told_key
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

LARGEST_RECEIPT = 64 * 1024


def outbox(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    asked = request.GET
    before = asked.get("before", "")
    found = queries.outbox(
        asked.get("channel", ""),
        asked.get("state", ""),
        asked.get("order", ""),
        told_key(before),
    )
    shown = queries.lines(found)
    more = shown[-1].message.pk if len(shown) == queries.LONGEST_LIST else None
    kept = asked.copy()
    kept["before"] = str(more)
    context = {
        "lines": shown,
        "channels": queries.channels().items(),
        "states": states.NAMES.items(),
        "asked": asked,
        "more": kept.urlencode() if more else "",
        "refused": refused,
    }
    return render(request, "channels/outbox.html", context, status=409 if refused else 200)


def _relative(request: HttpRequest, order_id: str, said: QueryDict) -> None:
    number, consent, reason = said.get("number", ""), "consent" in said, said.get("reason", "")
    leaving, once = "money_leaving_now" in said, said.get("once", "")
    actions.tell_relative(order_id, request.user, number, consent, reason, once, clock.now(), leaving)


def _name_relative(request: HttpRequest, order_id: str, said: QueryDict) -> None:
    number, relation = said.get("number", ""), said.get("relation", "")
    actions.name_relative(order_id, request.user, number, relation, clock.now(), "guardian" in said)


def _operator(request: HttpRequest, order_id: str, said: QueryDict) -> None:
    action, reason = said.get("action", ""), said.get("reason", "")
    actions.ask_operator(order_id, request.user, action, reason, said.get("once", ""), clock.now())


def _write(request: HttpRequest, order_id: str, said: QueryDict) -> None:
    actions.write(order_id, request.user, said.get("channel", ""), said.get("once", ""), clock.now())


_VERBS: dict[str, Callable[[HttpRequest, str, QueryDict], Any]] = {
    "call": lambda request, order_id, said: actions.call(order_id, request.user, said.get("once", ""), clock.now()),
    "write": _write,
    "name_relative": _name_relative,
    "relative": _relative,
    "operator": _operator,
    "dispatch": lambda request, order_id, said: actions.dispatch(
        order_id, request.user, said.get("once", ""), clock.now()
    ),
}


@require_POST
def act(request: HttpRequest, order_id: str, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the order's page."""
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](request, order_id, request.POST)
    except Refusal as refusal:
        return order_page(request, order_id, refused=refusal)
    return redirect("dissuasion:order", order_id)


@require_POST
def explain(request: HttpRequest, message_id: int) -> HttpResponse:
    try:
        actions.explain_failure(message_id, request.user, request.POST.get("reason", ""), clock.now())
    except Refusal as refusal:
        return outbox(request, refused=refusal_words(refusal))
    return redirect(f"{reverse('channels:outbox')}?state=marked")


@csrf_exempt
@login_not_required
def receipts(request: HttpRequest, channel: str) -> HttpResponse:
    """`POST /channels/receipts/<channel>`: one JSON object; 200 once it is kept, also when it came before."""
    if request.method != "POST":
        return doors.refused(405, "method", "receipts are sent with POST")
    if not doors.carries(request, "receipt_token"):
        return doors.refused(401, "token", "no bearer token, or a wrong one")
    if int(request.headers.get("Content-Length") or 0) > LARGEST_RECEIPT:
        return doors.refused(413, "too_large", f"a receipt holds at most {LARGEST_RECEIPT} bytes")
    try:
        body = doors.sent_json(request)
    except ValueError:
        return doors.refused(400, "receipt.form", "expected a JSON object")
    if not isinstance(body, dict):
        return doors.refused(400, "receipt.form", "expected a JSON object")
    try:
        new = actions.receive(channel, body, clock.now())
    except Refusal as refusal:
        missing = refusal.code in ("channel.unknown", "message.unknown")
        return doors.refused(404 if missing else 400, refusal.code, str(refusal))
    return JsonResponse({"new": new})
