"""The desk, the queue and the page of an order; a page calls a query or an action, never the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.dissuasion import actions, figures, queries
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.warnings.queries import history
from fanzha.metrics import DESK
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, OUTCOMES


def _only_for_the_centre(request: HttpRequest) -> None:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied


def desk(request: HttpRequest) -> HttpResponse:
    _only_for_the_centre(request)
    now = clock.now()
    begin, end = queries.day_of(now)
    measured = figures.measure(DESK, begin, end)[""].values()
    shown = [(one.figure.id, one.figure.name, one.numerator) for one in measured]
    due = queries.lines(queries.queue(request.user)[:8], now)
    return render(request, "dissuasion/desk.html", {"figures": shown, "due": due, "day": begin.date().isoformat()})


def queue(request: HttpRequest) -> HttpResponse:
    _only_for_the_centre(request)
    return render(request, "dissuasion/queue.html", {"lines": queries.lines(queries.queue(request.user), clock.now())})


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    order = actions.take_next(request.user, clock.now())
    return redirect("dissuasion:order", order.order_id) if order else redirect("dissuasion:queue")


def of_warning(request: HttpRequest, warning_id: str) -> HttpResponse:
    _only_for_the_centre(request)
    order = queries.of_warning(actions.OWN, warning_id)
    if order is None:
        raise Http404
    return redirect("dissuasion:order", order.order_id)


def order(request: HttpRequest, order_id: str, refused: str = "") -> HttpResponse:
    _only_for_the_centre(request)
    found = get_object_or_404(Order, order_id=order_id)
    context = {
        "order": found,
        "line": queries.lines([found], clock.now())[0],
        "bases": found.bases.all(),
        "clocks": found.clocks.order_by("due_at"),
        "tasks": found.tasks.select_related("holder"),
        "contacts_made": found.contacts.select_related("by"),
        "results": found.results.select_related("by"),
        "contacts": CONTACTS.values(),
        "outcomes": OUTCOMES.values(),
        "history": history(order_id),
        "refused": refused,
    }
    return render(request, "dissuasion/order.html", context, status=409 if refused else 200)


_OUTCOME_FIELDS = ("who_said", "evidence", "exception", "note")


def _outcome(request: HttpRequest, order_id: str, said: QueryDict) -> None:
    told: dict[str, Any] = {name: said[name] for name in _OUTCOME_FIELDS if said.get(name)}
    if said.get("yuan"):
        told["amount_fen"] = round(float(said["yuan"]) * 100)
    actions.record_outcome(order_id, request.user, clock.now(), said.get("code", ""), **told)


def _contact(request: HttpRequest, order_id: str, said: QueryDict) -> None:
    actions.record_contact(order_id, request.user, clock.now(), said.get("contact", ""), note=said.get("note", ""))


_VERBS: dict[str, Callable[[HttpRequest, str, QueryDict], Any]] = {
    "take": lambda request, order_id, _: actions.take(order_id, request.user, clock.now()),
    "contact": _contact,
    "met": lambda request, order_id, said: actions.record_meeting(
        order_id, request.user, clock.now(), said.get("note", "")
    ),
    "outcome": _outcome,
}


@require_POST
def act(request: HttpRequest, order_id: str, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the order's page."""
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](request, order_id, request.POST)
    except Refusal as refusal:
        return order(request, order_id, refused=str(refusal))
    return redirect("dissuasion:order", order_id)
