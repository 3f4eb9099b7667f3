"""An officer's visits: pages that hold nothing of anybody, and the data that the phone asks for and sends."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from fanzha.centre import clock
from fanzha.centre.access import doors, permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.dissuasion.views import order as order_page
from fanzha.centre.languages import of_page
from fanzha.centre.visits import actions, form, queries
from fanzha.centre.visits.models import Visit
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

_STATUS = {"visit.over": 410, "visit.changed": 409, "task.taken": 409}
"""What a refusal answers with; 400 where it is not here."""


def _only_for_visitors(request: HttpRequest) -> None:
    if not permissions.may_hold_visits(request.user):
        raise PermissionDenied


def _said(refusal: Refusal) -> str:
    return refusal_words(refusal).in_language(of_page())


def _refused(refusal: Refusal) -> JsonResponse:
    status = _STATUS.get(refusal.code, 400)
    return JsonResponse({"error": {"code": refusal.code, "message": _said(refusal)}}, status=status)


@never_cache
def mine(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    _only_for_visitors(request)
    context = {"lines": queries.mine(request.user, clock.now()), "refused": refused}
    return render(request, "visits/mine.html", context, status=409 if refused else 200)


def list_shell(request: HttpRequest) -> HttpResponse:
    """The list without its rows, for a phone that has no connection."""
    _only_for_visitors(request)
    return render(request, "visits/mine.html", {"shell": True})


def visit_shell(request: HttpRequest) -> HttpResponse:
    """The page of any visit: what it shows of a person comes from the sealed store of the phone."""
    return _page(request, 200)


def visit(request: HttpRequest, order_id: str) -> HttpResponse:
    """The same page, with 410 when the visit is over: then the phone forgets what it kept."""
    try:
        queries.held(order_id, request.user)
    except Refusal as refusal:
        return _page(request, _STATUS[refusal.code])
    return _page(request, 200)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    _only_for_visitors(request)
    return render(request, "visits/visit.html", {"form": form, "protection": form.PROTECTION}, status=status)


@login_not_required
@require_GET
def worker(_: HttpRequest) -> FileResponse:
    """The service worker: served from here, since its reach is the path it lies under."""
    found = finders.find("visits/worker.js")
    return FileResponse(open(found, "rb"), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_POST
def take(request: HttpRequest, task_id: int) -> HttpResponse:
    try:
        task = actions.take(task_id, request.user, clock.now())
    except Refusal as refusal:
        return mine(request, refused=refusal_words(refusal))
    return redirect("visits:visit", task.order.order_id)


@never_cache
@require_POST
def open_visit(request: HttpRequest, order_id: str) -> HttpResponse:
    """What the phone keeps of a visit, clear values among it: POST, since it is written to the audit."""
    try:
        return JsonResponse(actions.open_visit(order_id, request.user, clock.now()))
    except Refusal as refusal:
        return _refused(refusal)


@never_cache
@require_GET
def state(request: HttpRequest, order_id: str) -> HttpResponse:
    """204 while the visit is in the user's hands, 410 when it is over."""
    try:
        queries.held(order_id, request.user)
    except Refusal as refusal:
        return _refused(refusal)
    return HttpResponse(status=204)


@require_POST
def report(request: HttpRequest, order_id: str) -> HttpResponse:
    """A report from the phone: 200 with what was kept, the same when it is sent again; 410 when it came after the end."""
    try:
        said = doors.sent_json(request)
    except ValueError:
        return _refused(Refusal("expected JSON", code="visit.report", where="body"))
    try:
        kept = actions.report(order_id, request.user, clock.now(), said)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse(_kept(kept), status=410 if kept.after_end else 200)


def _kept(kept: Visit) -> dict[str, Any]:
    return {
        "visit_id": str(kept.visit_id),
        "result": kept.result,
        "received_at": kept.received_at.isoformat(),
        "counted_at": kept.counted_at.isoformat(),
        "skew_s": kept.skew_s,
    }


@require_POST
def give_back(request: HttpRequest, order_id: str) -> HttpResponse:
    try:
        actions.give_back(order_id, request.user, clock.now())
    except Refusal as refusal:
        return mine(request, refused=refusal_words(refusal))
    return redirect("visits:mine")


@require_POST
def give_address(request: HttpRequest, order_id: str) -> HttpResponse:
    try:
        actions.give_address(order_id, request.user, clock.now(), request.POST.get("address", ""))
    except Refusal as refusal:
        return order_page(request, order_id, refused=refusal)
    return redirect("dissuasion:order", order_id)


@never_cache
@require_POST
def photo(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """The photo of a visit, for a reason that is written down."""
    try:
        shown = actions.show_photo(visit_id, request.user, request.POST.get("reason", ""), clock.now())
    except Refusal as refusal:
        return HttpResponse(_said(refusal), status=409, content_type="text/plain; charset=utf-8")
    return HttpResponse(shown, content_type="image/jpeg")
