"""The list of cases with its filters, and those that somebody keeps."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.cases import actions, lists, queries, states
from fanzha.centre.cases.queries.listing import FILTERS
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.dissuasion.words import refusal_words
from fanzha.centre.duty import queries as duty
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, COUNTIES, Text


def case_list(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    """A page of the cases that the filters choose; `after`: the row that the page before ended with."""
    user, now, said = for_the_centre(request), clock.now(), request.GET
    rows, following = queries.one_page(queries.chosen(said, user, now), said.get("after", ""))
    context = {
        "lines": queries.lines(rows, now),
        "following": following,
        "said": said,
        "query": _kept(said),
        "filters": queries.filters_of(user),
        "states": states.NAMES.items(),
        "classes": CASE_CLASSES.values(),
        "channels": lists.CHANNELS.items(),
        "units": [(duty.unit_for(one.code), one.name) for one in COUNTIES.values()],
        "not_worked": queries.not_worked(),
        "look_after": queries.to_look_after(),
        "twins": queries.twins_waiting().count(),
        "may_hand_in": permissions.may_hand_in(user),
        "may_export": permissions.may_unmask(user) and permissions.may_file(user),
        "may_take": permissions.may_take_reports(user),
        "refused": refused,
    }
    return render(request, "cases/list.html", context, status=409 if refused else 200)


def _kept(said: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if said.get(name):
            kept[name] = said[name]
    return kept.urlencode()


@require_POST
def keep_filter(request: HttpRequest) -> HttpResponse:
    """Keep the choice that the page shows."""
    user, query = for_the_centre(request), _kept(QueryDict(request.POST.get("query", "")))
    try:
        actions.keep_filter(user, request.POST.get("name", ""), query)
    except Refusal as refusal:
        return case_list(request, refused=refusal_words(refusal))
    return redirect(f"{reverse('cases:list')}?{query}")


@require_POST
def drop_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    actions.drop_filter(for_the_centre(request), filter_id)
    return redirect("cases:list")
