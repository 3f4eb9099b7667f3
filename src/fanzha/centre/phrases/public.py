"""The page where anybody checks whether a call was ours. No sign-in, and no answer from which a warning could be read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fanzha.centre import clock
from fanzha.centre.access import rates
from fanzha.centre.access.public import address, public_page
from fanzha.centre.phrases import actions


@public_page
def check(request: HttpRequest) -> HttpResponse:
    """The form, and its two answers: "this call was ours", or one and the same advice for anything else.

    The answer holds no form (and so no token of its own), so that equal answers are equal byte for byte.
    """
    if request.method != "POST":
        return render(request, "phrases/check.html")
    now = clock.now()
    try:
        rates.spend("phrase.address", rates.network(address(request)), now)
        right = actions.check(request.POST.get("number", ""), request.POST.get("phrase", ""), now)
    except rates.TooMany as refusal:
        answer = render(request, "phrases/answer.html", {"too_many": True}, status=429)
        answer["Retry-After"] = str(refusal.retry_after)
        return answer
    return render(request, "phrases/answer.html", {"right": right})
