"""The suspects of a case, a gang or a den, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from fanzha.centre.cases.models import Case
from fanzha.centre.suspects import lists, queries

register = template.Library()


@register.inclusion_tag("suspects/of_case.html", takes_context=True)
def suspects_of(context: template.Context, case: Case) -> dict[str, Any]:
    """The suspects of a case, and the form to name one."""
    told = {"lines": queries.lines(case.suspects.all()[: queries.PAGE]), "case": case, "roles": lists.BY_STAGE}
    return {**told, "may_work": context.get("may_work"), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("suspects/in_network.html")
def suspects_in(kind: str, number: str) -> dict[str, Any]:
    """Who was put into a gang or den by a person, with what that rests on; each counted once."""
    found = queries.put_in(kind, number)
    return {"lines": queries.lines(found[: queries.PAGE]), "persons": found.count(), "kind": kind, "number": number}
