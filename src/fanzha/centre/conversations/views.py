"""What the script's card sends; a refusal is shown on the order's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.conversations import actions
from fanzha.centre.dissuasion.views import order as order_page
from fanzha.refusal import Refusal


@require_POST
def answer(request: HttpRequest, order_id: str) -> HttpResponse:
    said = request.POST
    try:
        actions.answer(order_id, request.user, clock.now(), said.get("question", ""), said.get("answer", ""))
    except Refusal as refusal:
        return order_page(request, order_id, refused=refusal)
    return redirect(reverse("dissuasion:order", args=[order_id]) + "#conversation")


@require_POST
def tell(request: HttpRequest, order_id: str) -> HttpResponse:
    said = request.POST
    given, leaving = said.get("consent") == "1", said.get("money_leaving_now") == "1"
    try:
        actions.tell(
            order_id, request.user, clock.now(), said.get("relation", ""), given, leaving, said.get("reason", "")
        )
    except Refusal as refusal:
        return order_page(request, order_id, refused=refusal)
    return redirect(reverse("dissuasion:order", args=[order_id]) + "#telling")
