"""Co-operation with other countries: requests, answers, and who came back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases import typed
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.suspects import actions, lists, queries
from fanzha.centre.suspects.models import Return
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

LONGEST = 100


def cooperation(request: HttpRequest, refused: Text | None = None, answering: int | None = None) -> HttpResponse:
    """Requests and who came back; on a refusal with what was typed, into the form of the answer to `answering` or of a new request."""
    user = for_the_centre(request)
    requests, returns = queries.requests(), Return.objects.select_related("suspect", "cooperation")
    context = {
        "requests": requests[:LONGEST],
        "returns": [(one, lists.RETURNS[one.how]) for one in returns[:LONGEST]],
        "number": requests.count(),
        "number_back": returns.count(),
        "longest": LONGEST,
        "written": request.POST if answering is None else {},
        "answered": request.POST,
        "answering": answering,
        "may_work": permissions.may_work_cases(user),
        "refused": refused,
    }
    return render(request, "suspects/cooperation.html", context, status=409 if refused else 200)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    user, said, now = for_the_centre(request), request.POST, clock.now()
    try:
        at = typed.instant(said.get("at", ""), "at") or now
        told = {
            "country": said.get("country", ""),
            "asked": said.get("asked", ""),
            "document": said.get("document", ""),
        }
        actions.ask(user, now, sent_at=at, case=said.get("case", ""), **told)
    except Refusal as refusal:
        return cooperation(request, refused=refusal_words(refusal))
    return redirect("suspects:cooperation")


@require_POST
def answer(request: HttpRequest, cooperation_id: int) -> HttpResponse:
    user, said, now = for_the_centre(request), request.POST, clock.now()
    try:
        at = typed.instant(said.get("at", ""), "at") or now
        actions.answer(cooperation_id, user, said.get("answer", ""), said.get("document", ""), at, now)
    except Refusal as refusal:
        return cooperation(request, refused=refusal_words(refusal), answering=cooperation_id)
    return redirect("suspects:cooperation")
