"""The filters of the case list that somebody keeps."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import permissions
from fanzha.centre.cases.actions.steps import may, told
from fanzha.centre.cases.models import SavedFilter

LONGEST = 400


@transaction.atomic
def keep_filter(user: User, name: str, query: str) -> SavedFilter:
    """Keep a choice of the list under a name; the same name again replaces it."""
    may(permissions.may_see_warnings(user))
    named = told(name, "name", "give it a name")[:40]
    return SavedFilter.objects.update_or_create(user=user, name=named, defaults={"query": query[:LONGEST]})[0]


@transaction.atomic
def drop_filter(user: User, filter_id: int) -> None:
    """Keep it no longer; somebody else's stays."""
    SavedFilter.objects.filter(user=user, pk=filter_id).delete()
