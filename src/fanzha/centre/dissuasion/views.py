"""The desk, the queue and the page of an order; a page calls a query or an action, never the database."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions, vault
from fanzha.centre.access.menu import start_of
from fanzha.centre.access.words import in_words, refusal_words
from fanzha.centre.dissuasion import actions, figures, live, outcomes, queries, states
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.dissuasion.pending import pending
from fanzha.centre.dissuasion.steps import steps_of
from fanzha.centre.dissuasion.verbs import IN_ROOM, ON_ORDER
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Unit
from fanzha.centre.languages import of_page
from fanzha.centre.warnings.queries import history
from fanzha.metrics import DESK
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, LEVELS, OUTCOMES, SPOKEN_LANGUAGES, Text


def _only_for_the_centre(request: HttpRequest) -> None:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied


def desk(request: HttpRequest) -> HttpResponse:
    """What the day asks of who opens it; banks and telecom operators begin elsewhere, and `/` leads them there."""
    if start_of(request.user) != "desk" and not permissions.may_see_warnings(request.user):
        return redirect(start_of(request.user))
    _only_for_the_centre(request)
    now = clock.now()
    begin, end = queries.day_of(now)
    measured = figures.measure(DESK, begin, end)[""].values()
    shown = [(one.figure.id, one.figure.name, one.numerator) for one in measured]
    due = queries.lines(queries.queue(request.user)[:8], now)
    return render(request, "dissuasion/desk.html", {"figures": shown, "due": due, "day": begin.date().isoformat()})


def queue(request: HttpRequest, refused: Refusal | None = None) -> HttpResponse:
    _only_for_the_centre(request)
    context = {**_room(request), "pending": pending(request.user, clock.now()), "contacts": CONTACTS.values()}
    return render(request, "dissuasion/queue.html", _refused(context, refused), status=409 if refused else 200)


def _room(request: HttpRequest) -> dict[str, Any]:
    """What the room's list needs, whichever page stands beside it."""
    now, change = (
        clock.now(),
        queries.last_change(),
    )  # asked first: what comes while the list is read is sent by the feed
    return {"lines": queries.room(request.user, now), "change": change, "now": now, "pace": clock.pace()}


def _refused(context: dict[str, Any], refused: Refusal | None) -> dict[str, Any]:
    return {**context, "refused": refusal_words(refused) if refused else None}


async def stream(request: HttpRequest) -> HttpResponse:
    user = await request.auser()
    if not await sync_to_async(permissions.may_see_warnings)(user):
        raise PermissionDenied
    unit = await sync_to_async(duty.unit_of)(user)
    told = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    wanted = live.wanted_by(user.pk, unit.code if unit else "")
    feed = live.FEED.follow(of_page(), int(told) if told.isdecimal() else None, wanted)
    return StreamingHttpResponse(feed, content_type="text/event-stream", headers={"Cache-Control": "no-cache"})


@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    _only_for_the_centre(request)
    order = actions.take_next(request.user, clock.now())
    return redirect("dissuasion:order", order.order_id) if order else redirect("dissuasion:queue")


def of_warning(request: HttpRequest, warning_id: str) -> HttpResponse:
    _only_for_the_centre(request)
    order = queries.of_warning(actions.OWN, warning_id)
    if order is None:
        raise Http404
    return redirect("dissuasion:order", order.order_id)


def order(request: HttpRequest, order_id: str, refused: Refusal | None = None, clear: str = "") -> HttpResponse:
    """The page of an order; `outcome` in the address opens that outcome with the fields it needs."""
    _only_for_the_centre(request)
    found = get_object_or_404(Order, order_id=order_id)
    now = clock.now()
    unit = Unit.objects.filter(pk=found.unit).first()
    context = {
        **_room(request),
        "order": found,
        "line": queries.lines([found], now)[0],
        "unit": Text(unit.name_zh, unit.name_en) if unit else None,
        "language": SPOKEN_LANGUAGES[found.language].name if found.language in SPOKEN_LANGUAGES else None,
        "languages": SPOKEN_LANGUAGES.values(),
        "may_work": queries.may_work(found, request.user),
        "waits": found.state in states.WAITING,
        "steps": steps_of(found, now),
        "numbers": queries.numbers_of(found),
        "bases": found.bases.all(),
        "contacts": outcomes.contact_keys(),
        "outcomes": outcomes.offered(found),
        "chosen": outcomes.form(found, request.POST.get("code") or request.GET.get("outcome", "")),
        "said": request.POST,
        "results": [
            (one, OUTCOMES[one.code].name, outcomes.exception_words(one.exception))
            for one in found.results.select_related("by").order_by("id")
        ],
        "levels": LEVELS.values(),
        "units": queries.other_units(found),
        "who_said": outcomes.choices("who_said"),
        "evidence": outcomes.choices("evidence"),
        "history": in_words(history(order_id)),
        "clear": clear,
    }
    return render(request, "dissuasion/order.html", _refused(context, refused), status=409 if refused else 200)


@require_POST
def act(request: HttpRequest, order_id: str, verb: str) -> HttpResponse:
    """One of ON_ORDER; a refusal is shown on the order's page. `next`: go on with the next order."""
    _only_for_the_centre(request)
    if verb == "unmask":
        return _unmask(request, order_id)
    if verb not in ON_ORDER:
        raise Http404
    try:
        ON_ORDER[verb](order_id, request.user, request.POST)
    except Refusal as refusal:
        if verb == "take":  # somebody else was quicker: the next order matters now, and fifty ask at once
            context = _refused({"order_id": order_id}, refusal)
            return render(request, "dissuasion/not_taken.html", context, status=409)
        return order(request, order_id, refused=refusal)
    return take_next(request) if request.POST.get("next") else redirect("dissuasion:order", order_id)


def _unmask(request: HttpRequest, order_id: str) -> HttpResponse:
    found, token = get_object_or_404(Order, order_id=order_id), request.POST.get("token", "")
    if token not in {token for token, _ in queries.numbers_of(found)}:
        raise Http404
    try:
        clear = vault.unmask(token, request.user, request.POST.get("reason", ""), order_id, clock.now())
    except Refusal as refusal:
        return order(request, order_id, refused=refusal)
    return order(request, order_id, clear=clear)


@require_POST
def act_in_room(request: HttpRequest, verb: str, record: int = 0) -> HttpResponse:
    """One of IN_ROOM; a refusal is shown in the room."""
    _only_for_the_centre(request)
    if verb not in IN_ROOM:
        raise Http404
    try:
        done = IN_ROOM[verb](record, request.user, request.POST)
    except Refusal as refusal:
        return queue(request, refused=refusal)
    except ObjectDoesNotExist as fault:
        raise Http404 from fault
    return redirect("dissuasion:order", done.order.order_id) if verb == "task" else redirect("dissuasion:queue")
