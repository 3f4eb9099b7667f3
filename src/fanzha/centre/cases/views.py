"""The list of cases and the page of one; a page calls a query or an action, never the database."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from fanzha.centre.access import permissions
from fanzha.centre.access.words import in_words
from fanzha.centre.cases import queries
from fanzha.centre.cases.models import Case
from fanzha.centre.warnings.queries import history


def _only_for_the_centre(request: HttpRequest) -> None:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied


def case_list(request: HttpRequest) -> HttpResponse:
    _only_for_the_centre(request)
    return render(request, "cases/list.html", {"lines": queries.lines(queries.latest())})


def case(request: HttpRequest, number: str) -> HttpResponse:
    _only_for_the_centre(request)
    found = get_object_or_404(Case, number=number)
    return render(request, "cases/case.html", {"line": queries.lines([found])[0], "history": in_words(history(number))})
