"""What is kept of networks, the search for more, and what sites were seen with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.networks import actions, queries
from fanzha.refusal import Refusal


def back_to(request: HttpRequest) -> str:
    """The page that a form names to go back to, when it is one of ours."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else reverse("networks:list")


def overview(request: HttpRequest) -> HttpResponse:
    user = for_the_centre(request)
    rules = {name: rule["value"] for name, rule in actions.RULES.items()}
    context = {**queries.overview(), "may_decide": permissions.may_file(user), "rules": rules}
    return render(request, "networks/list.html", context)


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Search now."""
    actions.ask(for_the_centre(request), clock.now())
    return redirect("networks:list")


@require_POST
def see_site(request: HttpRequest) -> HttpResponse:
    """A site was seen with something; back to the page it was written down on."""
    user, said, back = for_the_centre(request), request.POST, back_to(request)
    try:
        actions.see_site(user, said.get("address", ""), said.get("kind", ""), said.get("value", ""), clock.now())
    except Refusal as refusal:
        return render(request, "networks/refused.html", {"refused": refusal_words(refusal), "back": back}, status=409)
    return redirect(back)
