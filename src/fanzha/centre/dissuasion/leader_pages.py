"""The leader's page with what waits for a word, and the care list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.dissuasion import actions, leading, queries
from fanzha.centre.dissuasion.bias import bias
from fanzha.centre.dissuasion.precision import WATCHING, precision
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, Text


def leader(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    if not permissions.may_lead(request.user):
        raise PermissionDenied
    now = clock.now()
    reviews = leading.reviews_waiting()
    context = {
        "stages": leading.late_by_stage(now),
        "loads": leading.roster(now),
        "units": leading.units_in_need(now),
        "hours": WATCHING["breach_hours"]["value"],
        "wrong": [(days, precision(days, now)) for days in WATCHING["precision_days"]["value"]],
        "least": WATCHING["least_judged"]["value"],
        "reviews": list(reviews[: leading.LONGEST]),
        "reviews_number": reviews.count(),
        "verdicts": actions.VERDICTS,
        "lowering": leading.lowering_waiting(),
        "lowering_number": leading.lowering_number(),
        "transfers": [(one, leading.may_answer(request.user, one.transfer)) for one in leading.transfers_waiting()],
        "transfers_number": leading.transfers_number(),
        "bias": bias(now),
        "allowed": WATCHING["false_of_city"]["value"],
        "refused": refused,
    }
    return render(request, "dissuasion/leader.html", context, status=409 if refused else 200)


_VERBS: dict[str, Callable[[HttpRequest, int, QueryDict], Any]] = {
    "reason": lambda request, key, said: actions.explain_breach(key, request.user, said.get("reason", ""), clock.now()),
    "review": lambda request, key, said: actions.review(
        key, request.user, said.get("verdict", ""), said.get("note", ""), clock.now()
    ),
    "lower": lambda request, key, said: actions.decide_lower(
        key, request.user, said.get("grant") == "yes", clock.now()
    ),
    "transfer": lambda request, key, said: actions.decide_transfer(
        key, request.user, said.get("accept") == "yes", clock.now()
    ),
}


@require_POST
def decide(request: HttpRequest, verb: str, key: int) -> HttpResponse:
    """One of _VERBS about the record `key`; a refusal is shown on the leader's page."""
    if not permissions.may_lead(request.user):
        raise PermissionDenied
    if verb not in _VERBS:
        raise Http404
    try:
        _VERBS[verb](request, key, request.POST)
    except Refusal as refusal:
        return leader(request, refused=refusal_words(refusal))
    except ObjectDoesNotExist as fault:
        raise Http404 from fault
    return redirect("dissuasion:leader")


def care(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    """Who is on the care list, until when and why, and the follow-ups that are due."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    now = clock.now()
    context = {
        "care": queries.on_care(now),
        "care_number": queries.cared_for(now).count(),
        "follow_ups": queries.follow_ups(now),
        "follow_ups_number": queries.due_follow_ups(now).count(),
        "contacts": CONTACTS.values(),
        "refused": refused,
    }
    return render(request, "dissuasion/care.html", context, status=409 if refused else 200)


@require_POST
def follow_up(request: HttpRequest, task_id: int) -> HttpResponse:
    """Write down what one follow-up found."""
    if not permissions.may_dissuade(request.user):
        raise PermissionDenied
    try:
        actions.finish_follow_up(task_id, request.user, clock.now(), request.POST.get("contact", ""))
    except Refusal as refusal:
        return care(request, refused=refusal_words(refusal))
    except ObjectDoesNotExist as fault:
        raise Http404 from fault
    return redirect("dissuasion:care")
