"""The people of the demo, in whose names tests act."""

from __future__ import annotations

from django.contrib.auth.models import User

from fanzha.centre.access import actions as accounts
from fanzha.centre.duty import actions as duty


def demo_staff(*roles: str) -> dict[str, User]:
    """One of each of these roles, with the units and accounts that they need."""
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    return {role: User.objects.get(username=f"demo-{role}") for role in roles}
