"""The suspects of a case, for its page."""

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
