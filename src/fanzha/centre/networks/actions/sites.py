"""What a site was seen with is written down: its icon, its certificate, its number of registration, its server."""

from __future__ import annotations

import re
from datetime import datetime

import polars as pl
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.networks.models import SiteTrace
from fanzha.centre.networks.traces import OF_SITES
from fanzha.linking import clean, site_of
from fanzha.refusal import Refusal

_FORMS = {"favicon": r"-?\d{1,10}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", "tls_certificate": r"[0-9a-f]{64}"}
"""A favicon by the number that search engines of hosts use, or a digest; a certificate by its SHA-256."""


@transaction.atomic
def see_site(user: User, address: str, kind: str, value: str, now: datetime) -> SiteTrace:
    """A site was seen with something; the same again adds nothing. The worker links the cases that name it.

    Refusal for a public platform, and for what everybody shares.
    """
    if not permissions.may_work_cases(user):
        raise PermissionDenied
    site, plain = site_of(address), "".join(value.split())
    if "." not in site or len(site) > 200:
        raise Refusal("expected a site of its own", code="site.address", where="address")
    if kind not in OF_SITES or not plain or len(plain) > 200:
        raise Refusal("choose what it was seen with", code="site.kind", where="kind")
    kept = clean(pl.DataFrame({"subject": [site], "kind": [kind], "value": [plain]})).kept
    told = kept.filter(kept["kind"] == kind)["value"].to_list()
    if not told:
        raise Refusal("everybody shares this", code="site.shared", where="value")
    if kind in _FORMS and not re.fullmatch(_FORMS[kind], told[0]):
        raise Refusal("expected a digest", code="site.value", where="value")
    seen, new = SiteTrace.objects.get_or_create(site=site, kind=kind, value=told[0], defaults={"at": now, "by": user})
    if new:
        audit.write(user, "site_seen", site, now, f"{kind} {told[0]}")
    return seen
