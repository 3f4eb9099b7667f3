"""Search by any identifier, and what is known of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import vault
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases import actions, queries, timeline
from fanzha.centre.cases.queries.about import LONGEST, cases_of, how_many_cases, same_as
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.refusal import Refusal


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """By a number, an account, a person, an address ... or a case number; what was typed is in no address and no log."""
    user, typed, refused, found = for_the_centre(request), request.POST.get("q", ""), None, []
    page = queries.spelled(typed)
    if page is not None:
        return redirect(page)
    try:
        found = queries.found_by(actions.look_up(typed, user, clock.now()), typed)
    except Refusal as refusal:
        refused = refusal_words(refusal)
    if len(found) == 1:
        return redirect("cases:about", found[0].token)
    context = {"found": found, "refused": refused}
    return render(request, "cases/search.html", context, status=409 if refused else 200)


def about(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that happened to a person or an identifier, masked."""
    for_the_centre(request)
    tokens = same_as(token)
    entries = timeline.of_tokens(tokens)
    if not entries:
        raise Http404
    shown = vault.masked(tokens)
    context = {
        "token": token,
        "shown": shown[token],
        "others": [(one, shown[one]) for one in tokens[1:]],
        "lines": queries.lines(cases_of(token), clock.now()),
        "number": how_many_cases(token),
        "longest": LONGEST,
        "timeline": entries[:LONGEST],
        "cut": len(entries) >= LONGEST,
    }
    return render(request, "cases/about.html", context)
