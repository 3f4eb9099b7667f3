"""The clue board of a case, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from fanzha.centre import clock
from fanzha.centre.cases.models import Case
from fanzha.centre.clues import queries, states

register = template.Library()


@register.inclusion_tag("clues/board.html", takes_context=True)
def clues_of(context: template.Context, case: Case) -> dict[str, Any]:
    """The clues of a case by column, and the form for a new one."""
    told = {"columns": queries.board(case, clock.now()), "case": case, "kinds": states.KINDS.items()}
    return {**told, "may_work": context.get("may_work"), "csrf_token": context.get("csrf_token")}
