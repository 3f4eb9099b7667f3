"""The picture of a network: on its page, and as files."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from fanzha.centre.access import permissions
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.languages import of_page
from fanzha.centre.networks import queries, viewing
from fanzha.linking import KINDS

LEAST = ("0.4", "0.6", "0.8", "0.95")


def network(request: HttpRequest) -> HttpResponse:
    """The network around cases: expand one, filter by kind and strength, find the way between two."""
    user = for_the_centre(request)
    found = _view(request.GET)
    context = {
        **_picture(request.GET, found),
        "lines": queries.link_lines(found.links[: queries.LINKS]),
        "number": len(found.links),
        "longest": queries.LINKS,
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
