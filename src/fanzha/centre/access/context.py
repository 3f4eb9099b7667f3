"""What every page's frame shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.menu import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """The clock, the role and what the demo mark needs."""
    user = getattr(request, "user", None)
    return {
        "centre_now": clock.now(),
        "page_address": _page_address(request),
        "demo": settings.DEMO,
        "menu": menu(user, request.path) if user is not None else [],
        "role": permissions.role(user) if user is not None else None,
        "may_dissuade": user is not None and permissions.may_dissuade(user),
        "may_hold_visits": user is not None and permissions.may_hold_visits(user),
        "may_judge": user is not None and permissions.may_judge(user),
        "may_decide": user is not None and permissions.may_decide(user),
        "may_stop": user is not None and permissions.may_stop(user),
        "may_lead": user is not None and permissions.may_lead(user),
        "may_unmask": user is not None and permissions.may_unmask(user),
    }


def _page_address(request: HttpRequest) -> str:
    """Where the page can be opened again: many addresses answer a form alone, so what a form brought leads to where that stood."""
    came_from = request.headers.get("Referer", "") if request.method == "POST" else ""
    return came_from or request.get_full_path()
