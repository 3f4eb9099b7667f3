"""Holds for those who decide, confirm and answer objections; a page calls a query or an action, never the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.holds import actions, queries, terms
from fanzha.deadlines import duration
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


def _only_for_those_inside(request: HttpRequest) -> User:
    if not permissions.may_see_holds(request.user):
        raise PermissionDenied
    return request.user


def hold_list(request: HttpRequest) -> HttpResponse:
    user, now = _only_for_those_inside(request), clock.now()
    context = {
        "to_do": queries.to_do(user, now),
        "lines": queries.lines(queries.visible(user)[: queries.LONGEST_LIST], user, now),
    }
    return render(request, "holds/list.html", context)


def hold(request: HttpRequest, hold_id: int, refused: Text | None = None) -> HttpResponse:
    user = _only_for_those_inside(request)
    found = get_object_or_404(queries.visible(user), pk=hold_id)
    context = {
        "line": queries.lines([found], user, clock.now())[0],
        "hold": found,
        "objection": queries.objection_of(found),
        "notice": queries.notice_of(found),
        "live": queries.is_live(found, clock.now()),
        "inside": permissions.may_see_warnings(user),
        "refused": refused,
    }
    return render(request, "holds/hold.html", context, status=409 if refused else 200)


_VERBS: dict[str, Callable[[int, User, QueryDict], Any]] = {
    "approve": lambda hold_id, user, _: actions.approve(hold_id, user, clock.now()),
    "refuse": lambda hold_id, user, said: actions.refuse(hold_id, user, clock.now(), said.get("reason", "")),
    "lift": lambda hold_id, user, said: actions.lift(hold_id, user, clock.now(), said.get("reason", "")),
    "confirm": lambda hold_id, user, said: actions.confirm(hold_id, user, clock.now(), said.get("what", "")),
}


@require_POST
def act(request: HttpRequest, hold_id: int, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the hold's page."""
    user = _only_for_those_inside(request)
    if verb not in _VERBS or not queries.visible(user).filter(pk=hold_id).exists():
        raise Http404
    try:
        _VERBS[verb](hold_id, user, request.POST)
    except Refusal as refusal:
        return hold(request, hold_id, refused=refusal_words(refusal))
    return redirect("holds:hold", hold_id)


def ask(request: HttpRequest, order_id: str) -> HttpResponse:
    """The form to ask for a hold, and what became of it."""
    if not permissions.may_ask_hold(request.user):
        raise PermissionDenied
    order, refused, said = get_object_or_404(Order, order_id=order_id), None, request.POST
    if request.method == "POST":
        try:
            hours, yuan = _whole(said, "hours"), _whole(said, "yuan")
            made = actions.request(
                order_id,
                request.user,
                clock.now(),
                said.get("target", ""),
                said.get("reason", ""),
                note=said.get("note", ""),
                hours=hours,
                leaves_fen=None if yuan is None else yuan * 100,
            )
            return redirect("holds:hold", made.pk)
        except Refusal as refusal:
            refused = refusal_words(refusal)
    context = {"order": order, "refused": refused, "written": said, **form_of(order)}
    return render(request, "holds/ask.html", context, status=409 if refused else 200)


_DIGITS = 12
"""More than that no hold leaves or lasts, and no record holds."""


def _whole(said: QueryDict, field: str) -> int | None:
    written = said.get(field, "").strip()
    if written and not (written.isdecimal() and len(written) <= _DIGITS):
        raise Refusal("expected a whole number", code="field.number", where=field)
    return int(written) if written else None


def form_of(order: Order) -> dict[str, Any]:
    """What the form to ask for a hold offers."""
    now = clock.now()
    return {
        "targets": queries.targets(order),
        "reasons": terms.REASONS,
        "longest": int(duration("hold.longest", now) / timedelta(hours=1)),
        "floor": terms.floor_fen(now) // 100,
        "can_be_asked": queries.can_be_asked(order),
    }


def objections(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    user, now = _only_for_those_inside(request), clock.now()
    found = list(queries.objections(user))
    shown = queries.lines([one.hold for one in found], user, now)
    rows = [
        (one, line, queries.may_answer(one, user), one.state == "submitted" and one.due_at < now)
        for one, line in zip(found, shown, strict=True)
    ]
    context = {"rows": rows, "refused": refused, "inside": permissions.may_see_warnings(user)}
    return render(request, "holds/objections.html", context, status=409 if refused else 200)


@require_POST
def decide(request: HttpRequest, objection_id: int) -> HttpResponse:
    said = request.POST
    try:
        grant = said.get("answer") == "grant"
        actions.decide_objection(objection_id, request.user, grant, said.get("reason", ""), clock.now())
    except Refusal as refusal:
        return objections(request, refused=refusal_words(refusal))
    return redirect("holds:objections")


def counter(request: HttpRequest) -> HttpResponse:
    """Staff enter the objection of somebody who stands before them."""
    user, said, now = _only_for_those_inside(request), request.POST, clock.now()
    context: dict[str, Any] = {"identities": terms.IDENTITY, "done": [], "refused": None, "written": {}}
    if request.method == "POST":
        try:
            made = actions.object_at_counter(
                said.get("identifier", ""), user, said.get("identity", ""), said.get("said", ""), now
            )
            context["done"] = [(one, one.submitted_at == now) for one in made]
        except Refusal as refusal:
            context |= {"refused": refusal_words(refusal), "written": said}
    return render(request, "holds/counter.html", context, status=409 if context["refused"] else 200)
