"""What a case is linked to, and what a site was seen with, for their pages."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser

from fanzha.centre.access import permissions
from fanzha.centre.cases.models import Case
from fanzha.centre.networks import queries, states, traces
from fanzha.linking import KINDS, site_of

register = template.Library()


@register.inclusion_tag("networks/of_case.html", takes_context=True)
def networks_of(context: template.Context, case: Case) -> dict[str, Any]:
    """Links and series of a case, with their evidence, to be decided by who may."""
    series = [(one, states.NAMES["series"][one.state]) for one in case.series.exclude(state="rejected")]
    user = getattr(context.get("request"), "user", None) or AnonymousUser()
    told = {"series": series, "case": case, "here": context["request"].path}
    return {
        **told,
        **queries.links_of_case(case),
        "may_decide": permissions.may_file(user),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("networks/site.html", takes_context=True)
def site_seen(context: template.Context, address: str) -> dict[str, Any]:
    """What the site of an address was seen with, and the form to add to it; nothing for what is no address of a site."""
    user = getattr(context.get("request"), "user", None) or AnonymousUser()
    site = site_of(address) if "." in address else ""
    kinds = [(code, KINDS[code].name) for code in traces.OF_SITES]
    told = {"site": site, "seen": queries.seen_with(address), "kinds": kinds, "here": context["request"].path}
    return {**told, "may_work": permissions.may_work_cases(user), "csrf_token": context.get("csrf_token")}
