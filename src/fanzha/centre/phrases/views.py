"""Phrases for operators and analysts; a page calls a query or an action, never the database."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.phrases import actions, queries
from fanzha.refusal import Refusal


@never_cache
@require_POST
def issue(request: HttpRequest, order_id: str) -> HttpResponse:
    """A new phrase for one of the person's numbers, shown this once."""
    if not permissions.may_dissuade(request.user):
        raise PermissionDenied
    order = get_object_or_404(Order, order_id=order_id)
    numbers, number = queries.numbers_of(order), request.POST.get("number", "")
    if number not in numbers:
        return render(request, "phrases/issued.html", {"order": order}, status=409)
    phrase = actions.issue(number, order, clock.now(), by=request.user)
    return render(request, "phrases/issued.html", {"order": order, "phrase": phrase, "shown": numbers[number]})


def callback(request: HttpRequest) -> HttpResponse:
    """What the operator types when somebody calls back and reads a phrase out."""
    if not permissions.may_dissuade(request.user):
        raise PermissionDenied
    context: dict[str, object] = {}
    if request.method == "POST":
        said = request.POST
        try:
            right = actions.check(said.get("number", ""), said.get("phrase", ""), clock.now(), by=request.user)
            context = {"answered": True, "right": right}
        except Refusal as refusal:
            context = {"refused": refusal_words(refusal)}
    return render(request, "phrases/callback.html", context, status=429 if "refused" in context else 200)


def wrong(request: HttpRequest) -> HttpResponse:
    """Possible impersonation of the centre, for those who examine it."""
    if not permissions.may_judge(request.user):
        raise PermissionDenied
    now = clock.now()
    context = {
        "suspicions": queries.suspicions(now),
        "number": queries.suspected(now),
        "longest": queries.LONGEST_LIST,
    }
    return render(request, "phrases/wrong.html", context)
