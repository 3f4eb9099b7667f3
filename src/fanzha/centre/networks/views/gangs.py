"""The pages of a gang and of a den."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.keys import told_key
from fanzha.centre.networks import actions, queries
from fanzha.centre.networks.models import Den, Gang
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


def gang(request: HttpRequest, number: str, refused: Text | None = None) -> HttpResponse:
    user = for_the_centre(request)
    found = get_object_or_404(Gang, number=number)
    context = {**queries.gang_page(found), "may_decide": permissions.may_file(user), "refused": refused}
    return render(request, "networks/gang.html", context, status=409 if refused else 200)


@require_POST
def move_gang(request: HttpRequest, number: str) -> HttpResponse:
    user, said = for_the_centre(request), request.POST
    try:
        actions.move_gang(number, user, said.get("to", ""), said.get("reason", ""), clock.now())
    except Refusal as refusal:
        return gang(request, number, refusal_words(refusal))
    return redirect("networks:gang", number)


@require_POST
def settle_identifiers(request: HttpRequest, number: str) -> HttpResponse:
    """The chosen identifiers belong to the gang, or do not."""
    user, said = for_the_centre(request), request.POST
    keys = [key for one in said.getlist("key") if (key := told_key(one)) is not None]
    try:
        actions.settle_identifiers(number, user, keys, said.get("to", ""), said.get("reason", ""), clock.now())
    except Refusal as refusal:
        return gang(request, number, refusal_words(refusal))
    return redirect("networks:gang", number)


def den(request: HttpRequest, number: str, refused: Text | None = None) -> HttpResponse:
    user = for_the_centre(request)
    found = get_object_or_404(Den, number=number)
    context = {**queries.den_page(found), "may_decide": permissions.may_file(user), "refused": refused}
    return render(request, "networks/den.html", context, status=409 if refused else 200)


@require_POST
def move_den(request: HttpRequest, number: str) -> HttpResponse:
    user, said = for_the_centre(request), request.POST
    try:
        actions.move_den(number, user, said.get("to", ""), said.get("reason", ""), clock.now(), said.get("place", ""))
    except Refusal as refusal:
        return den(request, number, refusal_words(refusal))
    return redirect("networks:den", number)


@require_POST
def write_den(request: HttpRequest) -> HttpResponse:
    """A den that a person knows of; a refusal is shown by itself."""
    user, said = for_the_centre(request), request.POST
    told = {name: said.get(name, "") for name in ("name", "place")}
    try:
        made = actions.write_den(user, rests_on=said.get("reason", ""), now=clock.now(), **told)
    except Refusal as refusal:
        context = {"refused": refusal_words(refusal), "back": reverse("networks:list")}
        return render(request, "networks/refused.html", context, status=409)
    return redirect("networks:den", made.number)
