"""The handover: on and off duty, what is open and pending, what was promised; a page calls a query or an action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.days import typed_time
from fanzha.centre.duty import actions, queries
from fanzha.centre.duty.pending import pending
from fanzha.centre.keys import told_key
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def handover(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    now = clock.now()
    unit = queries.unit_of(request.user)
    context = {
        "unit": unit,
        "shift": queries.running_shift(request.user),
        "pending": pending(unit.code, now) if unit else [],
        "promises": queries.open_promises(unit.code) if unit else [],
        "now": now,
        "about": request.GET.get("about", ""),
        "written": request.POST,
        "refused": refused,
    }
    return render(request, "duty/handover.html", context, status=409 if refused else 200)


def _promise(request: HttpRequest, said: QueryDict) -> None:
    due_at = None
    if said.get("due_at"):
        try:
            due_at = typed_time(said["due_at"])
        except ValueError as wrong:
            raise Refusal("expected a day and a time", code="promise.due", where="due_at") from wrong
        due_at = due_at if due_at.tzinfo else due_at.replace(tzinfo=_SHANGHAI)
    actions.promise(request.user, said.get("about", "")[:40], said.get("text", ""), clock.now(), due_at)


def _keep(request: HttpRequest, said: QueryDict) -> None:
    key = told_key(said.get("promise", ""))
    if key is None:
        raise Http404
    actions.keep(key, request.user, clock.now())


_VERBS: dict[str, Callable[[HttpRequest, QueryDict], Any]] = {
    "on": lambda request, _: actions.go_on(request.user, clock.now()),
    "off": lambda request, _: actions.go_off(request.user, clock.now()),
    "promise": _promise,
    "keep": _keep,
}


@require_POST
def act(request: HttpRequest, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the handover's page."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](request, request.POST)
    except Refusal as refusal:
        return handover(request, refused=refusal_words(refusal))
    return redirect("duty:handover")
