"""What a case is linked to, for its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser

from fanzha.centre.access import permissions
from fanzha.centre.cases.models import Case
from fanzha.centre.networks import queries, states

register = template.Library()


@register.inclusion_tag("networks/of_case.html", takes_context=True)
def networks_of(context: template.Context, case: Case) -> dict[str, Any]:
    """Links and series of a case, with their evidence, to be decided by who may."""
    series = [(one, states.NAMES["series"][one.state]) for one in case.series.exclude(state="rejected")]
    user = getattr(context.get("request"), "user", None) or AnonymousUser()
    told = {"lines": queries.links_of_case(case), "series": series, "case": case, "here": context["request"].path}
    return {**told, "may_decide": permissions.may_file(user), "csrf_token": context.get("csrf_token")}
