"""The list of suspects with the groups and their overlaps, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions, vault
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases import timeline, typed
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.days import asked_day
from fanzha.centre.dissuasion.queries import SHANGHAI, days_between
from fanzha.centre.keys import told_key
from fanzha.centre.networks import queries as networks
from fanzha.centre.suspects import actions, lists, queries
from fanzha.centre.suspects.models import Suspect
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

FILTERS = ("role", "gang", "den", "abroad")


def suspect_list(request: HttpRequest, refused: Text | None = None) -> HttpResponse:
    """Suspects by filter; above them the persons dealt with in a year (or `from` to `to`), by group, with the overlaps."""
    user, said, today = for_the_centre(request), request.GET, clock.now().astimezone(SHANGHAI).date()
    first, last = asked_day(said.get("from"), today.replace(month=1, day=1)), asked_day(said.get("to"), today)
    rows, before = queries.one_page(queries.chosen(said), said.get("before", ""))
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if said.get(name):
            kept[name] = said[name]
    context = {
        "lines": queries.lines(rows),
        "before": before,
        "query": kept.urlencode(),
        "said": said,
        "written": request.POST,
        "first": first,
        "last": last,
        "overlaps": queries.overlaps(*days_between(first, last)),
        "roles": lists.BY_STAGE,
        "may_work": permissions.may_work_cases(user),
        "refused": refused,
    }
    return render(request, "suspects/list.html", context, status=409 if refused else 200)


@require_POST
def name(request: HttpRequest) -> HttpResponse:
    """Name a suspect of a case."""
    user, said = for_the_centre(request), request.POST
    try:
        made = actions.name(
            user,
            said.get("case", ""),
            said.get("person", ""),
            clock.now(),
            said.get("called", ""),
            said.get("role", ""),
        )
    except Refusal as refusal:
        return suspect_list(request, refused=refusal_words(refusal))
    return redirect("suspects:suspect", made.pk)


def suspect(
    request: HttpRequest, suspect_id: int, refused: Text | None = None, clear: str = "", verb: str = ""
) -> HttpResponse:
    """The page of one; on a refusal with what was typed into the form of `verb`."""
    user = for_the_centre(request)
    found = get_object_or_404(Suspect, pk=suspect_id)
    context = {
        "line": queries.lines([found])[0],
        "suspect": found,
        "held": [(one, lists.ROLES[one.role]) for one in found.roles.filter(taken_back_at=None).select_related("case")],
        "taken": [(one, lists.MEASURES[one.kind]) for one in found.measures.select_related("case", "by")],
        "back": [(one, lists.RETURNS[one.how]) for one in found.returns.all()],
        "timeline": timeline.of_tokens([found.person]),
        "gangs": networks.open_gangs(),
        "dens": networks.open_dens(),
        "roles": lists.BY_STAGE,
        "measures": lists.MEASURES.items(),
        "returns": lists.RETURNS.items(),
        "may_work": permissions.may_work_cases(user),
        "may_unmask": permissions.may_unmask(user),
        "refused": refused,
        "clear": clear,
        "written": {verb: request.POST},
    }
    return render(request, "suspects/suspect.html", context, status=409 if refused else 200)


def _measure(key: int, user: User, said: QueryDict) -> None:
    at = typed.instant(said.get("at", ""), "at") or clock.now()
    actions.measure(key, user, said.get("case", ""), said.get("kind", ""), at, said.get("document", ""), clock.now())


def _put(key: int, user: User, said: QueryDict) -> None:
    told = {"gang": said.get("gang", ""), "den": said.get("den", ""), "abroad": said.get("abroad", "")}
    actions.put(key, user, clock.now(), said.get("rests_on", ""), overseas=bool(said.get("overseas")), **told)


def _back(key: int, user: User, said: QueryDict) -> None:
    at = typed.instant(said.get("at", ""), "at") or clock.now()
    wanted = said.get("request", "").strip()
    request = told_key(wanted)
    if wanted and request is None:
        raise Refusal("no such request", code="cooperation.unknown", where="request")
    actions.came_back(key, user, said.get("how", ""), at, said.get("document", ""), clock.now(), request)


_VERBS: dict[str, Callable[[int, User, QueryDict], Any]] = {
    "role": lambda key, user, said: actions.give_role(
        key, user, said.get("case", ""), said.get("role", ""), clock.now()
    ),
    "role_ended": lambda _, user, said: actions.take_back_role(
        told_key(said.get("held", "")) or 0, user, said.get("reason", ""), clock.now()
    ),
    "measure": _measure,
    "put": _put,
    "back": _back,
}


@require_POST
def act(request: HttpRequest, suspect_id: int, verb: str) -> HttpResponse:
    """One of _VERBS; a refusal is shown on the suspect's page."""
    user, said = for_the_centre(request), request.POST
    if verb not in _VERBS or (verb == "role_ended" and told_key(said.get("held", "")) is None):
        raise Http404
    try:
        _VERBS[verb](suspect_id, user, said)
    except Refusal as refusal:
        return suspect(request, suspect_id, refused=refusal_words(refusal), verb=verb)
    return redirect("suspects:suspect", suspect_id)


@require_POST
def unmask(request: HttpRequest, suspect_id: int) -> HttpResponse:
    """Who it is, in clear; with a reason, on record."""
    user, found = for_the_centre(request), get_object_or_404(Suspect, pk=suspect_id)
    reason = request.POST.get("reason", "")
    tokens = [token for token in (found.person, found.name) if token and vault.kind_of(token)]
    if not reason.strip():
        return suspect(request, suspect_id, refused=refusal_words(Refusal("say why", code="suspect.reason")))
    clear = " ".join(vault.unmask(token, user, reason, found.person, clock.now()) for token in tokens)
    return suspect(request, suspect_id, clear=clear)
