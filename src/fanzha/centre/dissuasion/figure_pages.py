"""The pages of figures: the table of a period by group, its CSV, and the daily brief."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.dissuasion import figures, queries
from fanzha.centre.dissuasion.brief import brief as drawn_up
from fanzha.centre.dissuasion.brief import newest_day
from fanzha.metrics import FIGURES

LONGEST_DAYS = 366


def _day(said: str | None, default: date) -> date:
    try:
        return date.fromisoformat(said) if said else default
    except ValueError as wrong:
        raise Http404 from wrong


def figure_table(request: HttpRequest) -> HttpResponse:
    """The figures of `from` to `to`, as a whole and by one grouping; `format=csv` gives them as a file."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    said = request.GET
    today = clock.now().astimezone(queries.SHANGHAI).date()
    first = _day(said.get("from"), today)
    last = _day(said.get("to"), first)
    by = said.get("by", "")
    names = [name for name in said.getlist("figure") if name in FIGURES] or list(FIGURES)
    if (by and by not in figures.GROUPINGS) or not 0 <= (last - first).days < LONGEST_DAYS:
        raise Http404
    begin, end = queries.days_between(first, last)
    rows = figures.table(names, by, begin, end)
    if said.get("format") == "csv":
        answer = HttpResponse(
            figures.rows_as_csv(rows, get_language() or "zh-hans"), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="figures-{first}-{last}.csv"'
        return answer
    context = {
        "rows": rows,
        "whole": rows[0],
        "groups": rows[1:],
        "grouping": figures.GROUPINGS.get(by),
        "groupings": figures.GROUPINGS.values(),
        "first": first,
        "last": last,
        "marked": figures.marked_days(begin, end),
        "query": request.GET.urlencode(),
    }
    return render(request, "dissuasion/figures.html", context)


def brief(request: HttpRequest) -> HttpResponse:
    """The daily brief of the morning of `day`, by default the newest; a day that has not come has none."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    now = clock.now()
    day = _day(request.GET.get("day"), newest_day(now))
    if day > now.astimezone(queries.SHANGHAI).date():
        raise Http404
    context = {"brief": drawn_up(day, now), "day": day, "before": day - timedelta(days=1)}
    return render(request, "dissuasion/brief.html", context)
