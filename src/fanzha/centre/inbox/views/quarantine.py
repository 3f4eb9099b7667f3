"""Refused rows: listed, taken out to mend, driven in again."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.inbox.sheets import read_sheet
from fanzha.centre.intake import actions, queries
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text


def quarantine_list(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    if not permissions.may_mend(request.user):
        raise PermissionDenied
    context = {"files": queries.quarantined().prefetch_related("mendings__again"), "refused": refused}
    return render(request, "inbox/quarantine.html", context, status=409 if refused else 200)


@require_POST
def take_out(request: HttpRequest, name: str) -> HttpResponse:
    """The refused rows as a CSV; with a reason, on record."""
    try:
        rows = actions.take_out(name, request.user, request.POST.get("reason", ""), clock.now())
    except Refusal as refusal:
        return quarantine_list(request, refused=refusal_words(refusal))
    response = HttpResponse("\ufeff" + rows, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@require_POST
def drive_in(request: HttpRequest, name: str) -> HttpResponse:
    """Mended rows through the same door."""
    file = request.FILES.get("file")
    try:
        if file is None:
            raise Refusal("choose a file", code="file.missing", where="file")
        actions.drive_in(name, request.user, *read_sheet(file.name, file.read()), clock.now())
    except Refusal as refusal:
        return quarantine_list(request, refused=refusal_words(refusal))
    return redirect("inbox:quarantine")
