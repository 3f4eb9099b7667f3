"""The page where anybody who has a receipt number objects to a hold, and sees what became of it. No sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fanzha.centre import clock
from fanzha.centre.access import rates
from fanzha.centre.access.public import address, public_page
from fanzha.centre.holds import actions, queries
from fanzha.centre.holds.actions.objecting import receipt_digits


@public_page
def object_to(request: HttpRequest) -> HttpResponse:
    """Object (`do=object`) or look (`do=look`) by receipt number; whatever has no receipt is told one and the same."""
    if request.method != "POST":
        return render(request, "holds/object.html")
    said, now = request.POST, clock.now()
    try:
        rates.spend("objection.address", rates.network(address(request)), now)
    except rates.TooMany as refusal:
        answer = render(request, "holds/object.html", {"too_many": True, "written": said}, status=429)
        answer["Retry-After"] = str(refusal.retry_after)
        return answer
    hold = queries.by_receipt(receipt_digits(said.get("receipt", "")))
    if hold is None:
        return render(request, "holds/object.html", {"unknown": True, "written": said})
    if said.get("do") == "object":
        actions.object_by_receipt(hold.receipt, said.get("said", ""), now)
    context = {"hold": hold, "live": queries.is_live(hold, now), "objection": queries.objection_of(hold)}
    return render(request, "holds/objected.html", context)
