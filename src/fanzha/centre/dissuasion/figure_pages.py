"""The pages of figures: the table of a period by group, its CSV, and the daily brief."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import override

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.days import asked_day
from fanzha.centre.dissuasion import actions, figures, queries
from fanzha.centre.dissuasion.brief import brief as drawn_up
from fanzha.centre.dissuasion.brief import newest_day
from fanzha.centre.languages import of_page
from fanzha.metrics import FIGURES
from fanzha.vocabulary import Text

LONGEST_DAYS = 366


def figure_table(request: HttpRequest) -> HttpResponse:
    """The figures of `from` to `to`, as a whole and by one grouping; `format=csv` gives them as a file."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    said = request.GET
    today = clock.now().astimezone(queries.SHANGHAI).date()
    first = asked_day(said.get("from"), today)
    last = asked_day(said.get("to"), first)
    by = said.get("by", "")
    names = [name for name in said.getlist("figure") if name in FIGURES] or list(FIGURES)
    if (by and by not in figures.GROUPINGS) or not 0 <= (last - first).days < LONGEST_DAYS:
        raise Http404
    begin, end = queries.days_between(first, last)
    rows = figures.table(names, by, begin, end)
    if said.get("format") == "csv":
        answer = HttpResponse(figures.rows_as_csv(rows, of_page()), content_type="text/csv; charset=utf-8")
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
    """The daily brief of the morning of `day`, by default the newest, as it was kept; `anew` draws it up with what is known now.

    A day that has not come has none.
    """
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    now = clock.now()
    day = asked_day(request.GET.get("day"), newest_day(now))
    if day > now.astimezone(queries.SHANGHAI).date():
        raise Http404
    kept = queries.kept_brief(day)
    context = {"day": day, "was_kept": kept is not None}
    if kept is not None and not request.GET.get("anew"):
        context |= {"kept": kept, "said": Text(kept.page_zh, kept.page_en).in_language(of_page())}
    else:
        context |= {"brief": drawn_up(day, now)}
    return render(request, "dissuasion/brief.html", context)


def keep_newest_brief(now: datetime) -> bool:
    """Keep the brief of the morning that has come, as its page says it; whether there was one to keep. A round of the worker."""
    day = newest_day(now)
    if queries.kept_brief(day) is not None:
        return False
    context = {"brief": drawn_up(day, now)}
    pages = {}
    for language in ("zh-hans", "en"):
        with override(language):
            pages[language] = render_to_string("dissuasion/brief_body.html", context)
    actions.keep_brief(day, Text(pages["zh-hans"], pages["en"]), now)
    return True
