"""The list of clues and the page of one; a page calls a query or an action, never the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.clues import actions, queries, states
from fanzha.centre.clues.models import Clue
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


def clue_list(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    user, now, said = for_the_centre(request), clock.now(), request.GET
    rows, before = queries.one_page(queries.chosen(said, user, now), said.get("before", ""))
    kept = QueryDict(mutable=True)
    for name in ("state", "source", "value", "mine", "late"):
        if said.get(name):
            kept[name] = said[name]
    context = {
        "lines": queries.lines(rows, now),
        "before": before,
        "query": kept.urlencode(),
        "said": said,
        "written": request.POST,
        "states": states.NAMES.items(),
        "sources": states.SOURCES.items(),
        "values": states.VALUES.items(),
        "kinds": states.KINDS.items(),
        "refused": refused,
    }
    return render(request, "clues/list.html", context, status=409 if refused else 200)


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Write a clue down."""
    user, said = for_the_centre(request), request.POST
    names = ("kind", "value", "source", "text", "source_id", "case")
    try:
        made = actions.receive(user, clock.now(), **{name: said.get(name, "") for name in names})
    except Refusal as refusal:
        return clue_list(request, refused=refusal_words(refusal))
    return redirect("clues:clue", made.number)


def clue(request: HttpRequest, number: str, refused: Text | None = None) -> HttpResponse:
    user, now = for_the_centre(request), clock.now()
    found = get_object_or_404(Clue.objects.select_related("case", "order", "handler", "duplicate_of"), number=number)
    context = {
        "line": queries.lines([found], now)[0],
        "clue": found,
        "values": states.VALUES.items(),
        "dispositions": [(code, states.NAMES[code]) for code in states.DISPOSITIONS],
        "own": found.found_by_id == user.pk,
        "may_work": permissions.may_work_cases(user),
        "done": queries.history(number),
        "written": request.POST,
        "refused": refused,
    }
    return render(request, "clues/clue.html", context, status=409 if refused else 200)


_VERBS: dict[str, Callable[[str, User, QueryDict], Any]] = {
    "value": lambda number, user, said: actions.value(number, user, said.get("value", ""), clock.now()),
    "mine": lambda number, user, _: actions.assign(number, user, user, clock.now()),
    "verify": lambda number, user, _: actions.verify(number, user, clock.now()),
    "dispose": lambda number, user, said: actions.dispose(
        number, user, said.get("to", ""), said.get("finding", ""), clock.now(), said.get("case", "")
    ),
    "feed_back": lambda number, user, said: actions.feed_back(number, user, said.get("told", ""), clock.now()),
}


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the clue's page."""
    user = for_the_centre(request)
    if verb not in _VERBS or not Clue.objects.filter(number=number).exists():
        raise Http404
    try:
        _VERBS[verb](number, user, request.POST)
    except Refusal as refusal:
        return clue(request, number, refused=refusal_words(refusal))
    return redirect("clues:clue", number)
