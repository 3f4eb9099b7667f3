"""The page of comparisons: written, approved, looked at, ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.trials import actions, comparing, queries
from fanzha.centre.trials.variants import VARIANTS
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


def page(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    context = {
        "lines": queries.lines(),
        "variants": VARIANTS.values(),
        "most_looks": comparing.MOST_LOOKS,
        "refused": refused,
        "said": request.POST,
    }
    return render(request, "trials/page.html", context, status=409 if refused else 200)


def _number(said: QueryDict, name: str) -> int:
    try:
        return int(said.get(name, ""))
    except ValueError as error:
        raise Refusal("expected a whole number", code="trial.number", where=name) from error


@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """A new plan."""
    said = request.POST
    try:
        sample, days, looks = (_number(said, name) for name in ("sample", "within_days", "looks"))
        variant, hypothesis = said.get("variant", ""), said.get("hypothesis", "")
        actions.write_plan(request.user, clock.now(), variant, hypothesis, sample, days, looks)
    except Refusal as refusal:
        return page(request, refused=refusal_words(refusal))
    return redirect("trials:page")


_VERBS: dict[str, Callable[[HttpRequest, str], Any]] = {
    "approve": lambda request, plan_id: actions.approve(plan_id, request.user, clock.now()),
    "look": lambda request, plan_id: actions.look(plan_id, request.user, clock.now()),
    "stop": lambda request, plan_id: actions.stop(plan_id, request.user, clock.now(), request.POST.get("reason", "")),
}


@require_POST
def act(request: HttpRequest, plan_id: str, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the page."""
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](request, plan_id)
    except Refusal as refusal:
        return page(request, refused=refusal_words(refusal))
    return redirect("trials:page")
