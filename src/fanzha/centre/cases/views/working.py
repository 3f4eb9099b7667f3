"""The page of a case, and every act on it; a refusal is shown on the page itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fanzha import reading
from fanzha.centre import clock
from fanzha.centre.access import vault
from fanzha.centre.access.words import refusal_words
from fanzha.centre.cases import actions, lists, queries, typed
from fanzha.centre.cases.actions.moving import EXAMINATIONS
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.views.entering import for_the_centre
from fanzha.centre.keys import told_key
from fanzha.deadlines import limits
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, CITY, COUNTIES, Text


def case(
    request: HttpRequest, number: str, refused: Text | None = None, clear: str = "", verb: str = ""
) -> HttpResponse:
    """The page of a case; on a refusal with what was typed into the form of `verb`."""
    user, now = for_the_centre(request), clock.now()
    found = get_object_or_404(Case.objects.select_related("order", "handler", "joined_to"), number=number)
    context = queries.case_page(found, user, now) | {
        "refused": refused,
        "clear": clear,
        "written": {verb: request.POST},
        "form": uuid.uuid4(),
        "classes": CASE_CLASSES.values(),
        "places": [CITY, *COUNTIES.values()],
        "elsewhere": bool(found.place) and found.place[:6] not in {CITY.code, *COUNTIES},
        "lures": reading.LURES.items(),
        "leaks": lists.LEAKS.items(),
        "kinds_of_recovery": lists.RECOVERIES.items(),
        "kinds_of_help": lists.HARDSHIP.items(),
        "examinations": [(one, limits()[one].name) for one in EXAMINATIONS] if found.due_at else [],
    }
    return render(request, "cases/case.html", context, status=409 if refused else 200)


def _recover(number: str, user: User, said: QueryDict) -> None:
    amount = typed.fen(said.get("yuan", ""), "yuan") or 0
    of, document = said.get("of", ""), said.get("document", "")
    actions.recover(number, user, said.get("kind", ""), amount, clock.now(), said.get("form", ""), of, document)


def _care(number: str, user: User, said: QueryDict) -> None:
    told: dict[str, Any] = {"self_harm": bool(said.get("self_harm")), "there": bool(said.get("there"))}
    told |= {"hardship": said.get("hardship", ""), "note": said.get("note", "")}
    told["hardship_fen"] = typed.fen(said.get("yuan", ""), "yuan")
    actions.care_for(number, user, clock.now(), **told)


def _facts(number: str, user: User, said: QueryDict) -> None:
    names = ("case_class", "place", "lure_channel", "leak", "leak_note")
    told: dict[str, Any] = {name: said[name].strip() for name in names if name in said}
    if said.get("confirmed"):
        told["confirmed_loss_fen"] = typed.fen(said["confirmed"], "confirmed")
    actions.set_facts(number, user, clock.now(), **told)


def _move(number: str, user: User, said: QueryDict) -> None:
    to, reason = said.get("to", ""), said.get("reason", "")
    actions.move(number, user, to, reason, clock.now(), said.get("handed_to", ""), said.get("document", ""))


_VERBS: dict[str, Callable[[str, User, QueryDict], Any]] = {
    "move": _move,
    "work": lambda _, user, said: actions.work(
        _key(said, "item"), user, said.get("state", ""), said.get("note", ""), clock.now()
    ),
    "longer": lambda number, user, said: actions.examine_longer(
        number, user, said.get("limit", ""), said.get("reason", ""), clock.now()
    ),
    "mine": lambda number, user, _: actions.give_to(number, user, user, clock.now()),
    "facts": _facts,
    "recover": _recover,
    "care": _care,
    "tell": lambda number, user, said: actions.tell(number, user, said.get("how", ""), clock.now()),
    "ask_review": lambda number, user, said: actions.ask_for_review(number, user, said.get("said", ""), clock.now()),
    "answer_review": lambda number, user, said: actions.answer_review(
        number, user, said.get("answer") == "file", said.get("reason", ""), clock.now()
    ),
    "used_here": lambda number, user, said: actions.used_here(
        number, user, said.get("token", ""), said.get("place", ""), clock.now()
    ),
    "explain": lambda _, user, said: actions.explain(_key(said, "overdue"), user, said.get("reason", ""), clock.now()),
}


def _key(said: QueryDict, name: str) -> int:
    key = told_key(said.get(name, ""))
    if key is None:
        raise Http404
    return key


@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One of _VERBS."""
    user = for_the_centre(request)
    if verb not in _VERBS or not Case.objects.filter(number=number).exists():
        raise Http404
    try:
        _VERBS[verb](number, user, request.POST)
    except Refusal as refusal:
        return case(request, number, refused=refusal_words(refusal), verb=verb)
    return redirect("cases:case", number)


@require_POST
def unmask(request: HttpRequest, number: str) -> HttpResponse:
    """One identifier of the case in clear, on its page; with a reason, on record."""
    user, said = for_the_centre(request), request.POST
    token, reason = said.get("token", ""), said.get("reason", "")
    try:
        if vault.kind_of(token) is None:
            raise Refusal("its clear value is not here", code="case.identifier", where=token[:4])
        clear = actions.unmask(number, token, user, reason, clock.now())
    except Refusal as refusal:
        return case(request, number, refused=refusal_words(refusal), verb="unmask")
    return case(request, number, clear=clear)
