"""Accounts: the demo's three, and the first of a real centre."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.db import transaction

from fanzha.centre.access.permissions import ROLES


def ensure_roles() -> None:
    """The groups that carry the roles."""
    Group.objects.bulk_create([Group(name=name) for name in ROLES], ignore_conflicts=True)


@transaction.atomic
def ensure_demo_accounts() -> None:
    """One account a role, without a password: only the demo's buttons sign them in."""
    ensure_roles()
    groups = {group.name: group for group in Group.objects.all()}
    for name in ROLES:
        user, made = User.objects.get_or_create(username=f"demo-{name}", defaults={"password": make_password(None)})
        if made:
            user.groups.add(groups[name])


@transaction.atomic
def ensure_first_account() -> str | None:
    """The first leader of a real centre; returns its password once, None when accounts are there."""
    ensure_roles()
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user("leader", password=password)
    user.groups.add(Group.objects.get(name="leader"))
    return password
