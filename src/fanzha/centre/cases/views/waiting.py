"""What waits: pairs that may be one loss, involved cards, what is overdue."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases import actions, lists, queries
from fanzha.centre.cases.queries.cards import PAGE
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.keys import told_key
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


def twins(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    """Pairs of cases with what is alike in them, to be joined or kept apart."""
    user, now, waiting = for_the_centre(request), clock.now(), queries.twins_waiting()
    rows = [
        (one, *queries.lines([one.earlier, one.later], now), [lists.ALIKE[code] for code in one.alike])
        for one in waiting[: queries.LONGEST_LIST]
    ]
    context = {"rows": rows, **_how_many(waiting), "may_work": permissions.may_work_cases(user), "refused": refused}
    return render(request, "cases/twins.html", context, status=409 if refused else 200)


def _how_many(found: QuerySet[Any]) -> dict[str, int]:
    """What a page needs to say how much of a list it shows."""
    return {"number": found.count(), "longest": queries.LONGEST_LIST}


@require_POST
def decide_twins(request: HttpRequest, twin_id: int) -> HttpResponse:
    user, reason = for_the_centre(request), request.POST.get("reason", "")
    try:
        if request.POST.get("answer") == "join":
            actions.join(twin_id, user, reason, clock.now())
        else:
            actions.keep_apart(twin_id, user, reason, clock.now())
    except Refusal as refusal:
        return twins(request, refused=refusal_words(refusal))
    return redirect("cases:twins")


def cards(request: HttpRequest, refused: Text | None = None, card_id: int | None = None) -> HttpResponse:
    """Involved cards of the city, those that nobody worked yet first; `worked=1`: the others; with what was typed of `card_id`."""
    user, said = for_the_centre(request), request.GET
    after, worked = told_key(said.get("after", "")) or 0, bool(said.get("worked"))
    lines = queries.card_lines(queries.cards(worked, after))
    context = {
        "lines": lines,
        "worked": worked,
        "after": after,
        "written": request.POST,
        "card_id": card_id,
        "following": after + PAGE if len(lines) == PAGE else 0,
        "not_worked": queries.not_worked(),
        "how_left": lists.HOW_LEFT.items(),
        "involvement": lists.INVOLVEMENT.items(),
        "may_work": permissions.may_work_cases(user),
        "refused": refused,
    }
    return render(request, "cases/cards.html", context, status=409 if refused else 200)


@require_POST
def work_card(request: HttpRequest, card_id: int) -> HttpResponse:
    user, said = for_the_centre(request), request.POST
    names = ("holder", "how_left", "involvement", "outlet", "note")
    try:
        actions.work_card(card_id, user, clock.now(), **{name: said.get(name, "") for name in names})
    except Refusal as refusal:
        return cards(request, refused=refusal_words(refusal), card_id=card_id)
    return redirect("cases:cards")


def overdue(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    """What is overdue, what was handed up furthest first."""
    user = for_the_centre(request)
    stage = request.GET.get("stage", "")
    found = queries.overdue_of(stage)
    context = {
        "rows": queries.overdue_lines(found[: queries.LONGEST_LIST]),
        **_how_many(found),
        "stages": lists.STAGES.items(),
        "stage": stage,
        "may_work": permissions.may_work_cases(user),
        "refused": refused,
    }
    return render(request, "cases/overdue.html", context, status=409 if refused else 200)


@require_POST
def explain(request: HttpRequest, overdue_id: int) -> HttpResponse:
    try:
        actions.explain(overdue_id, for_the_centre(request), request.POST.get("reason", ""), clock.now())
    except Refusal as refusal:
        return overdue(request, refused=refusal_words(refusal))
    return redirect("cases:overdue")
