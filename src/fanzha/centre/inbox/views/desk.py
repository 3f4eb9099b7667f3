"""The desk for those who see the money leave: one form, and at once what to tell them."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.inbox import actions, queries, words
from fanzha.centre.inbox.models import Report
from fanzha.refusal import Refusal
from fanzha.vocabulary import COUNTIES, LEVELS


def _only_for_who_may(request: HttpRequest) -> None:
    if not permissions.may_report(request.user):
        raise PermissionDenied


def _everybody(request: HttpRequest) -> bool:
    return permissions.may_see_warnings(request.user)


def desk(request: HttpRequest) -> HttpResponse:
    _only_for_who_may(request)
    said, refused = request.POST, None
    if request.method == "POST":
        try:
            made = actions.report(
                request.user,
                _told(said),
                clock.now(),
                said.get("form", ""),
                place=said.get("place", ""),
                where=said.get("where", ""),
                number=said.get("number", ""),
                call_back=said.get("call_back", ""),
            )
        except Refusal as refusal:
            refused = refusal_words(refusal)
        else:
            return redirect("inbox:answer", made.form)
    context = {
        "form": said.get("form") or uuid.uuid4(),
        "said": said,
        "reporters": words.REPORTERS.items(),
        "items": words.ITEMS.items(),
        "recipients": words.RECIPIENT.items(),
        "counties": COUNTIES.values(),
        "reports": [
            (one, words.REPORTERS[one.reporter], words.ITEMS[one.item], LEVELS[one.level].name)
            for one in queries.reports_of(request.user, _everybody(request))
        ],
        "refused": refused,
    }
    return render(request, "inbox/desk.html", context, status=409 if refused else 200)


def _told(said: QueryDict) -> words.Told:
    try:
        amount = round(float(said.get("yuan", "").replace(",", "")) * 100)
    except (ValueError, OverflowError) as error:
        raise Refusal("expected an amount in yuan", code="desk.amount", where="amount") from error
    under_way = said.get("under_way") == "on"
    return words.Told(said.get("reporter", ""), said.get("item", ""), amount, said.get("recipient", ""), under_way)


def answer(request: HttpRequest, form: str) -> HttpResponse:
    """What the reporter is told, in both languages, and how far the order is."""
    _only_for_who_may(request)
    found = get_object_or_404(Report.objects.select_related("pushed__order"), form=form)
    if not _everybody(request) and found.by_id != request.user.pk:
        raise PermissionDenied
    number_known = found.pushed is not None and found.pushed.subject_kind == "number"
    context = {
        "report": found,
        "level": LEVELS[found.level],
        "reporter": words.REPORTERS[found.reporter],
        "item": words.ITEMS[found.item],
        "answers": words.answers(found.reporter, number_known),
        "closings": queries.closings_of(found),
        "order": found.pushed.order if found.pushed else None,
        "may_see": _everybody(request),
    }
    return render(request, "inbox/answer.html", context)
