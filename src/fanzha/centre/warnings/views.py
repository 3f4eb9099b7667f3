"""The live list and the page of a warning; a page calls a query or an action, never the database."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import permissions, vault
from fanzha.centre.access.words import in_words, refusal_words
from fanzha.centre.languages import of_page
from fanzha.centre.warnings import actions, live, queries
from fanzha.centre.warnings.models import Warning
from fanzha.refusal import Refusal
from fanzha.vocabulary import WARNING_KINDS, Text


def _only_for_the_centre(request: HttpRequest) -> None:
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied


def warning_list(request: HttpRequest) -> HttpResponse:
    _only_for_the_centre(request)
    kind = request.GET.get("kind") if request.GET.get("kind") in WARNING_KINDS else None
    found, change = (
        queries.latest(kind),
        queries.last_change(),
    )  # asked first: what comes while the list is read is sent by the feed
    shown = queries.lines(found[: queries.LONGEST_LIST])
    context = {"lines": shown, "kinds": WARNING_KINDS, "kind": kind, "change": change}
    context |= {"number": found.count(), "longest": queries.LONGEST_LIST}
    return render(request, "warnings/list.html", context)


async def stream(request: HttpRequest) -> HttpResponse:
    user = await request.auser()
    if not await sync_to_async(permissions.may_see_warnings)(user):
        raise PermissionDenied
    told = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    feed = live.follow(of_page(), int(told) if told.isdecimal() else None)
    return StreamingHttpResponse(feed, content_type="text/event-stream", headers={"Cache-Control": "no-cache"})


def detail(request: HttpRequest, warning_id: str, refused: Text | None = None, clear: str = "") -> HttpResponse:
    _only_for_the_centre(request)
    warning = get_object_or_404(Warning, warning_id=warning_id)
    told: dict[str, Any] = warning.told
    others = vault.masked([*told["related"], *_named(told)])
    events = [
        {**event, "from": others.get(_from(event), ""), "to": others.get(_to(event), "")} for event in told["events"]
    ]
    context = {
        "line": queries.lines([warning])[0],
        "warning": warning,
        "told": told,
        "events": events,
        "related": [others[one] for one in told["related"]],
        "rewarnings": warning.rewarnings.all(),
        "history": in_words(queries.history(warning_id)),
        "refused": refused,
        "clear": clear,
    }
    return render(request, "warnings/detail.html", context, status=409 if refused else 200)


def _from(event: dict[str, Any]) -> str:
    return str(
        event.get("caller")
        or event.get("sender")
        or event.get("payer")
        or event.get("number")
        or event.get("orderer")
        or ""
    )


def _to(event: dict[str, Any]) -> str:
    return str(event.get("callee") or event.get("receiver") or event.get("payee") or event.get("domain") or "")


def _named(told: dict[str, Any]) -> list[str]:
    return [name for event in told["events"] for name in (_from(event), _to(event)) if name]


@require_POST
def act(request: HttpRequest, warning_id: str, verb: str) -> HttpResponse:
    """`judge` or `unmask`; a refusal is shown on the warning's page."""
    now, said, warning = clock.now(), request.POST, get_object_or_404(Warning, warning_id=warning_id)
    try:
        if verb == "judge":
            actions.judge(warning_id, request.user, now, said.get("verdict", ""))
        else:
            clear = vault.unmask(warning.subject, request.user, said.get("reason", ""), warning_id, now)
            return detail(request, warning_id, clear=clear)
    except Refusal as refusal:
        return detail(request, warning_id, refused=refusal_words(refusal))
    return redirect("warnings:detail", warning_id)
