"""The figures of the register: every number with the year before, by class or county, and the way to its records."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fanzha.centre import clock
from fanzha.centre.cases import figures
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.days import asked_day
from fanzha.metrics import REGISTER

LONGEST_DAYS = 366


def table(request: HttpRequest) -> HttpResponse:
    """The figures of `from` to `to` (by default of this year), and one of them by class or county."""
    for_the_centre(request)
    said, today = request.GET, clock.now().astimezone(figures.SHANGHAI).date()
    first, last = asked_day(said.get("from"), today.replace(month=1, day=1)), asked_day(said.get("to"), today)
    by, chosen = said.get("by") or "class", said.get("figure") or "cases_filed"
    if not 0 <= (last - first).days < LONGEST_DAYS or by not in figures.GROUPS or chosen not in figures.KEPT:
        raise Http404
    context = {
        "rows": figures.measure_all([name for name in REGISTER if name in figures.KEPT], first, last),
        "first": first,
        "last": last,
        "by": by,
        "chosen": REGISTER[chosen],
        "grouped": [one for name, one in REGISTER.items() if name in figures.KEPT and _can_be_grouped(name)],
        "groups": figures.by_group(chosen, by, first, last),
    }
    return render(request, "cases/figures.html", context)


def _can_be_grouped(name: str) -> bool:
    return figures.KEPT[name].case is not None and not REGISTER[name].over
