"""Links and series: confirm, reject, split; a refusal is shown where it was decided."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.networks import actions, queries, states
from fanzha.centre.networks.models import Series
from fanzha.centre.networks.views.listing import back_to
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


@require_POST
def decide_link(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm or reject a link, and go back to the page it was decided on."""
    user, now, back = for_the_centre(request), clock.now(), back_to(request)
    try:
        if verb == "confirm":
            actions.confirm_link(pk, user, now)
        elif verb == "reject":
            actions.reject_link(pk, user, request.POST.get("reason", ""), now)
        else:
            raise Http404
    except Refusal as refusal:
        return render(request, "networks/refused.html", {"refused": refusal_words(refusal), "back": back}, status=409)
    return redirect(back)


def series(request: HttpRequest, number: str, refused: Text | None = None) -> HttpResponse:
    user = for_the_centre(request)
    found = get_object_or_404(Series, number=number)
    context = {
        **queries.series_page(found),
        "may_decide": permissions.may_file(user),
        "over": found.state not in states.STANDING,
        "refused": refused,
        "here": request.path,
    }
    return render(request, "networks/series.html", context, status=409 if refused else 200)  # fmt: skip


@require_POST
def act_on_series(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Confirm, reject, split, or suspect a gang behind it; a refusal is shown on its page."""
    user, now, said = for_the_centre(request), clock.now(), request.POST
    reason = said.get("reason", "")
    try:
        if verb == "confirm":
            actions.confirm_series(number, user, now)
        elif verb == "reject":
            actions.reject_series(number, user, reason, now)
        elif verb == "split":
            return redirect(
                "networks:series", actions.split_series(number, user, said.getlist("case"), reason, now).number
            )
        elif verb == "gang":
            return redirect("networks:gang", actions.raise_gang(number, user, said.get("name", ""), now).number)
        else:
            raise Http404
    except Refusal as refusal:
        return series(request, number, refusal_words(refusal))
    return redirect("networks:series", number)
