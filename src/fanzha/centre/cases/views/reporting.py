"""A report is taken down (read, gone through, taken), brought in as a file, or gone through later."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases import actions, lists, narrative, typed
from fanzha.centre.cases.models import Report
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.cases.views.form import difference, facts_from, rows_as_typed, rows_of
from fanzha.centre.dissuasion.models import Order
from fanzha.refusal import Refusal
from fanzha.vocabulary import CITY, COUNTIES


def new(request: HttpRequest) -> HttpResponse:
    """The form: first the narrative is read, then every item is gone through, then the report is taken."""
    user, now, said, refused = for_the_centre(request), clock.now(), request.POST, None
    if not permissions.may_take_reports(user):
        raise PermissionDenied
    context: dict[str, Any] = {"read": False, "differs": None}
    if request.method == "POST":
        try:
            told = _told(said)
            facts = narrative.read(told.narrative, told.reported_at) if said.get("do") == "read" else facts_from(said)
            stated = facts.stated_fen if told.loss_fen is None else told.loss_fen
            context |= {"read": True, "differs": difference(facts, stated), **rows_of(facts)}
            if said.get("do") == "take":
                order = Order.objects.filter(order_id=said.get("order", "")).first()
                case = actions.take_report(told, facts, user, now, said.get("form", ""), order)
                return redirect("cases:case", case.number)
        except Refusal as refusal:
            refused = refusal_words(refusal)
            if "item_kind" in said:
                context |= {"read": True, **rows_as_typed(said)}
    context |= {
        "said": said if request.method == "POST" else request.GET,
        "form": said.get("form") or uuid.uuid4(),
        "now": typed.as_typed(now),
        "channels": [(code, name) for code, name in lists.CHANNELS.items() if code != "signals"],
        "places": [CITY, *COUNTIES.values()],
        "refused": refused,
    }
    return render(request, "cases/new.html", context, status=409 if refused else 200)


def _told(said: QueryDict) -> actions.Told:
    return actions.Told(
        channel=said.get("channel", ""),
        narrative=said.get("narrative", ""),
        reported_at=typed.instant(said.get("reported_at", ""), "reported_at") or clock.now(),
        person=said.get("person", ""),
        phone=said.get("phone", ""),
        name=said.get("name", ""),
        reporter=said.get("reporter", ""),
        place=said.get("place", ""),
        occurred_at=typed.instant(said.get("occurred_at", ""), "occurred_at"),
        loss_fen=typed.fen(said.get("loss", ""), "loss"),
    )


def reading(request: HttpRequest, number: str, report_id: int) -> HttpResponse:
    """What the machine read in a report, opened with a reason and gone through by a person."""
    user, now, said = for_the_centre(request), clock.now(), request.POST
    report = get_object_or_404(Report.objects.select_related("case"), pk=report_id, case__number=number)
    context: dict[str, Any] = {"report": report, "channel": lists.CHANNELS.get(report.channel), "refused": None}
    if request.method == "POST":
        try:
            if said.get("do") == "confirm":
                actions.confirm(report_id, user, facts_from(said), now)
                return redirect("cases:case", number)
            text, found = actions.show(report_id, user, said.get("reason", ""), now)
            facts = actions.settled(found, report)
            context |= {"text": text, "differs": difference(facts, facts.stated_fen), **rows_of(facts), "found": found}
        except Refusal as refusal:
            context["refused"] = refusal_words(refusal)
            if said.get("do") == "confirm" and said.get("reason", "").strip():
                text, _ = actions.show(report_id, user, said["reason"], now)
                context |= {"text": text, **rows_as_typed(said)}
    context["reason"] = said.get("reason", "")
    context["may_unmask"] = permissions.may_unmask(user)
    return render(request, "cases/reading.html", context, status=409 if context["refused"] else 200)


def bring_in(request: HttpRequest) -> HttpResponse:
    """A CSV with the columns of the table `reports` (contract 1); refused rows go to the sealed quarantine."""
    user, receipt, refused = for_the_centre(request), None, None
    if not permissions.may_hand_in(user):
        raise PermissionDenied
    file = request.FILES.get("file") if request.method == "POST" else None
    if file is not None:
        try:
            receipt = actions.bring_in(file.read(), str(file.name), user, clock.now())
        except Refusal as refusal:
            refused = refusal_words(refusal)
    context = {"receipt": receipt, "refused": refused}
    return render(request, "cases/bring_in.html", context, status=409 if refused else 200)


def training(request: HttpRequest) -> HttpResponse:
    """What people made of readings, as JSON lines: training data in clear, with a reason on record."""
    user, refused = for_the_centre(request), None
    if not (permissions.may_unmask(user) and permissions.may_file(user)):
        raise PermissionDenied
    if request.method == "POST":
        try:
            answer = HttpResponse(actions.export(user, request.POST.get("reason", ""), clock.now()))
            answer["Content-Type"] = "application/x-ndjson; charset=utf-8"
            answer["Content-Disposition"] = 'attachment; filename="readings.jsonl"'
            return answer
        except Refusal as refusal:
            refused = refusal_words(refusal)
    return render(request, "cases/training.html", {"refused": refused}, status=409 if refused else 200)
