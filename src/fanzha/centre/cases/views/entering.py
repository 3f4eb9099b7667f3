"""Who may come in, said once for all pages of cases."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from fanzha.centre.access import permissions


def for_the_centre(request: HttpRequest) -> User:
    """The user, when of the centre or its stations; PermissionDenied for banks and telecom operators."""
    if not permissions.may_see_warnings(request.user):
        raise PermissionDenied
    return request.user
