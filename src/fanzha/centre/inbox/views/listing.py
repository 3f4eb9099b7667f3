"""What was handed down, and the month's reconciliation."""

from __future__ import annotations

import csv
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.days import typed_time
from fanzha.centre.inbox import queries, words
from fanzha.centre.inbox.dropped import withheld
from fanzha.centre.intake.queries import refused_rows


def only_for_the_centre(request: HttpRequest) -> None:
    """PermissionDenied for those who see no warnings."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied


def inbox(request: HttpRequest) -> HttpResponse:
    only_for_the_centre(request)
    source, late = request.GET.get("sender", ""), bool(request.GET.get("late"))
    context = {
        "lines": queries.lines(queries.latest(source, late), clock.now()),
        "senders": [(code, words.sender(code)) for code in queries.senders()],
        "source": source,
        "late": late,
        "files": [(file, words.sender(file.sender)) for file in queries.feedback_files()],
        "withheld": withheld(),
        "may_hand_in": permissions.may_hand_in(request.user),
        "may_mend": permissions.may_mend(request.user),
        "may_report": permissions.may_report(request.user),
    }
    return render(request, "inbox/list.html", context)


def reconciliation(request: HttpRequest) -> HttpResponse:
    """`?month=2026-03`, also `&as=csv` and `&as=open` (one line for each warning that does not balance)."""
    only_for_the_centre(request)
    month = _month(request.GET.get("month", ""))
    found = queries.reconciliation(month)
    if request.GET.get("as") in ("csv", "open"):
        return _csv(found, month, request.GET["as"])
    context = {"rows": found, "month": f"{month:%Y-%m}", "refused": refused_rows("pushed", *queries.month_of(month))}
    return render(request, "inbox/month.html", context)


def _month(told: str) -> date:
    try:
        return typed_time(f"{told}-01").date()
    except ValueError:
        return clock.now().astimezone(queries.SHANGHAI).date().replace(day=1)


def _csv(found: list[queries.Reconciled], month: date, kind: str) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{month:%Y-%m}.csv"'
    writer = csv.writer(response)
    if kind == "csv":
        writer.writerow(["month", "sender", "pushed", "handled", "fed_back", "late", "balances"])
        for row in found:
            counts = [row.pushed, row.handled, row.fed_back, row.late, str(row.balances).lower()]
            writer.writerow([f"{month:%Y-%m}", row.sender, *counts])
        return response
    writer.writerow(["sender", "source_id", "open", "feedback_due", "order"])
    for row in found:
        for what, items in (("not_handled", row.not_handled), ("not_fed_back", row.not_fed_back)):
            for one in items:
                due = one.feedback_due.astimezone(queries.SHANGHAI).isoformat(timespec="seconds")
                writer.writerow([row.sender, one.source_id, what, due, one.order.order_id if one.order else ""])
    return response
