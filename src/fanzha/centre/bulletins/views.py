"""The bulletin of a period, and the records behind each figure wherever it stands. The formulas: fanzha/metrics/figures.yaml."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import word
from fanzha.centre.cases import figures as figures_of_register
from fanzha.centre.days import asked_day
from fanzha.centre.dissuasion import figures, queries
from fanzha.centre.dissuasion.figure_pages import LONGEST_DAYS
from fanzha.centre.dissuasion.models import Basis, Contact
from fanzha.metrics import DESK, FIGURES, REGISTER
from fanzha.vocabulary import CONTACTS, LEVELS, Text

_OF_THE_REGISTER = (
    "cases_filed",
    "loss_amount",
    "cases_cleared",
    "clearance_rate",
    "loss_recovered",
    "persons_dealt",
    "luring_suspects",
    "two_card_suspects",
    "overseas_persons_dealt",
    "telecom_clues",
)
"""The figures of the register that the bulletin tells (domain page 14)."""


def _window(request: HttpRequest) -> tuple[date, date, datetime, datetime]:
    """The Shanghai days `from` to `to` (both included) of the request; today where it names none. Http404 for an end before its beginning."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    today = clock.now().astimezone(queries.SHANGHAI).date()
    first = asked_day(request.GET.get("from"), today)
    last = asked_day(request.GET.get("to"), first)
    if last < first:
        raise Http404
    begin, end = queries.days_between(first, last)
    return first, last, begin, end


def bulletin(request: HttpRequest) -> HttpResponse:
    first, last, begin, end = _window(request)
    found = {name: one.numerator for name, one in figures.measure(DESK, begin, end)[""].items()}
    days = (last - first).days + 1
    context = {
        "figures": found,
        "first": first,
        "last": last,
        "days": days,
        "per_day": round(found["pushed"] / days),
        "tabled": days <= LONGEST_DAYS,
        "register": [(one.figure, one) for one in figures_of_register.measure_all(_OF_THE_REGISTER, first, last)],
        "marked": figures.marked_days(begin, end),
    }
    return render(request, "bulletins/bulletin.html", context)


def records(request: HttpRequest) -> HttpResponse:
    """The records of a figure: its numerator or summand `part` of its denominator, of one group (`by`, `group`) or of all."""
    first, last, begin, end = _window(request)
    said = request.GET
    figure, by, group = said.get("figure", ""), said.get("by", ""), said.get("group", "")
    if figure in figures_of_register.KEPT:
        return _of_the_register(request, figure, by, group, first, last)
    try:
        part = int(said["part"]) if said.get("part", "").isdecimal() else None
        named = figures.GROUPINGS[by].told(group) if by else None
    except (KeyError, ValueError) as wrong:  # a grouping, a group or a number that there is not
        raise Http404 from wrong
    if figure not in FIGURES or (part or 0) >= max(len(FIGURES[figure].of), 1):
        raise Http404
    declared = FIGURES[figure]
    context: dict[str, Any] = {
        "figure": declared,
        "words": declared.numerator if part is None else declared.denominator,
        "group": named,
        "first": first,
        "last": last,
        "tabled": (last - first).days < LONGEST_DAYS,
        "longest": queries.LONGEST_LIST,
    }
    counts = declared.counts if part is None else declared.over
    if counts == "cases":
        found = figures.cases(figure, begin, end, part, by, group)
        context |= {"cases": found[: queries.LONGEST_LIST], "number": len(found)}
        return render(request, "bulletins/records.html", context)
    orders = figures.records(figure, begin, end, part, by, group)
    if counts in ("attempts", "warnings"):
        rows, words = (figures.attempts(orders), _how) if counts == "attempts" else (figures.warnings(orders), _source)
        shown = [(row, LEVELS[row.order.level], words(row)) for row in rows[: queries.LONGEST_LIST]]
        context |= {counts: shown, "number": rows.count()}
        return render(request, "bulletins/records.html", context)
    context |= {
        "lines": queries.lines(orders[: queries.LONGEST_LIST], clock.now()),
        "number": orders.count(),
        "persons": orders.order_by().values("subject").distinct().count() if counts == "subjects" else None,
    }
    return render(request, "bulletins/records.html", context)


def _how(attempt: Contact) -> Text:
    way, came = word("tasks", attempt.channel), CONTACTS[attempt.contact].name
    return Text(f"{way.zh}：{came.zh}", f"{way.en}: {came.en}")


def _source(warning: Basis) -> Text:
    return figures.GROUPINGS["source"].told(warning.source)


def _of_the_register(request: HttpRequest, figure: str, by: str, group: str, first: date, last: date) -> HttpResponse:
    if by and by not in figures_of_register.GROUPS:
        raise Http404
    kept = figures_of_register.KEPT[figure]
    found = figures_of_register.records(figure, first, last, by, group)
    context = {
        "figure": REGISTER[figure],
        "group": figures_of_register.group_name(by, group) if by and kept.case is not None else None,
        "number": found.count(),
        "total": figures_of_register.total(figure, found),
        "records": [kept.shown(one) for one in found[: queries.LONGEST_LIST]],
        "first": first,
        "last": last,
        "tabled": (last - first).days < LONGEST_DAYS,
        "longest": queries.LONGEST_LIST,
    }
    return render(request, "bulletins/register.html", context)
