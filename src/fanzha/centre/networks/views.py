"""Pages of networks; a page calls a query or an action, never the database."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.languages import of_page
from fanzha.centre.networks import actions, queries, viewing
from fanzha.centre.networks.models import Den, Gang, Series
from fanzha.linking import KINDS
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

LEAST = ("0.4", "0.6", "0.8", "0.95")


def overview(request: HttpRequest) -> HttpResponse:
    for_the_centre(request)
    return render(request, "networks/list.html", queries.overview())


def network(request: HttpRequest) -> HttpResponse:
    """The network around cases: expand one, filter by kind and strength, find the way between two."""
    user = for_the_centre(request)
    found = _view(request.GET)
    context = {
        **_picture(request.GET, found),
        "lines": queries.link_lines(found.links[:200]),
        "may_decide": permissions.may_file(user),
        "kinds": [(code, kind.name) for code, kind in KINDS.items()],
        "chosen": request.GET.getlist("kind"),
        "least": LEAST,
        "said": request.GET,
        "opened": request.GET.getlist("open"),
        "asked": bool(request.GET.get("from") and request.GET.get("to")),
        "here": request.get_full_path(),
    }
    return render(request, "networks/view.html", context)


def picture(request: HttpRequest) -> HttpResponse:
    """The picture alone, as an SVG file."""
    for_the_centre(request)
    context = {**_picture(request.GET, _view(request.GET)), "alone": True}
    answer = render(request, "networks/picture.html", context, content_type="image/svg+xml")
    answer["Content-Disposition"] = 'attachment; filename="network.svg"'
    return answer


def table(request: HttpRequest) -> HttpResponse:
    """The links behind the picture as CSV, masked: two cases, strength, state, what they share."""
    for_the_centre(request)
    language = of_page()
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="network.csv"'
    answer.write("\ufeff")
    rows = csv.writer(answer)
    rows.writerow(["a", "b", "strength", "state", "evidence"])
    for line in queries.link_lines(_view(request.GET).links):
        shares = "; ".join(
            f"{kind.in_language(language)} {value} ({weight:.2f})" for kind, value, weight in line.shares
        )
        link = line.link
        rows.writerow([link.a.number, link.b.number, f"{link.strength:.4f}", link.state, shares])
    return answer


def _view(said: QueryDict) -> viewing.View:
    kinds = [code for code in said.getlist("kind") if code in KINDS]
    least = float(said["least"]) if said.get("least") in LEAST else float(LEAST[0])
    between = (said["from"].strip(), said["to"].strip()) if said.get("from") and said.get("to") else None
    return viewing.view(said.getlist("open"), kinds, least, between)


def _picture(said: QueryDict, found: viewing.View) -> dict[str, Any]:
    nodes = []
    for node in found.nodes:
        more = said.copy()
        if node.kind == "case" and not node.opened:
            more.appendlist("open", node.key)
        nodes.append((node, f"{reverse('networks:view')}?{more.urlencode()}"))
    query = said.urlencode()
    return {"nodes": nodes, "edges": found.edges, "way": found.way, "cut": found.cut, "query": query, "size": (viewing.WIDTH, viewing.HEIGHT)}  # fmt: skip


@require_POST
def decide_link(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm or reject a link, and go back to the page it was decided on."""
    user, now = for_the_centre(request), clock.now()
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = reverse("networks:list")
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
