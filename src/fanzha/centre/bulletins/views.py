"""The bulletin of a period, and the records behind each of its figures."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.dissuasion import queries
from fanzha.metrics import FIGURES


def _window(request: HttpRequest) -> tuple[date, date, datetime, datetime]:
    """The Shanghai days `from` to `to` (both included) of the request; today where it names none."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    today = clock.now().astimezone(queries.SHANGHAI).date()
    try:
        first = date.fromisoformat(request.GET.get("from") or today.isoformat())
        last = date.fromisoformat(request.GET.get("to") or first.isoformat())
    except ValueError as wrong:
        raise Http404 from wrong
    begin, end = queries.days_between(first, last)
    return first, last, begin, end


def bulletin(request: HttpRequest) -> HttpResponse:
    first, last, begin, end = _window(request)
    figures = {name: queries.count(name, begin, end) for name in FIGURES}
    days = (last - first).days + 1
    context = {
        "figures": figures,
        "first": first,
        "last": last,
        "days": days,
        "per_day": round(figures["pushed"] / days),
    }
    return render(request, "bulletins/bulletin.html", context)


def records(request: HttpRequest) -> HttpResponse:
    first, last, begin, end = _window(request)
    figure = request.GET.get("figure", "")
    if figure not in FIGURES:
        raise Http404
    found = queries.records(figure, begin, end)
    context = {
        "name": FIGURES[figure].name,
        "value": queries.count(figure, begin, end),
        "lines": queries.lines(found[: queries.LONGEST_LIST], clock.now()),
        "first": first,
        "last": last,
        "longest": queries.LONGEST_LIST,
    }
    return render(request, "bulletins/records.html", context)
