"""Accounts of those who work here: the demo's, one a role, and those of a real centre."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.access.permissions import ROLES
from fanzha.refusal import Refusal

_OF_DEMOS = "demo-"


def ensure_roles() -> None:
    """The groups that carry the roles."""
    Group.objects.bulk_create([Group(name=name) for name in ROLES], ignore_conflicts=True)


def check_records(*, demo: bool) -> None:
    """Refusal where the records are a real centre's for a demonstration, or the other way round: one database may be named for two homes."""
    of_demos = User.objects.filter(username__startswith=_OF_DEMOS).exists()
    if demo and not of_demos and User.objects.exists():
        raise Refusal("the records here are a real centre's; name another database", code="records.real")
    if not demo and of_demos:
        raise Refusal("the records here are a demonstration's; name another database", code="records.demo")


@transaction.atomic
def ensure_demo_accounts() -> None:
    """One account a role, without a password: only the demo's buttons sign them in."""
    ensure_roles()
    groups = {group.name: group for group in Group.objects.all()}
    for name in ROLES:
        user, made = User.objects.get_or_create(
            username=f"{_OF_DEMOS}{name}", defaults={"password": make_password(None)}
        )
        if made:
            user.groups.add(groups[name])


@transaction.atomic
def make_account(username: str, role: str, now: datetime) -> tuple[User, str]:
    """An account in one of ROLES, with the password that its holder first signs in by. Refusal for a name that is taken or cannot be one."""
    if role not in ROLES:
        raise Refusal(f"expected a role, one of {', '.join(ROLES)}: {role}", code="staff.role", where=username)
    user = User(username=username, password=make_password(None))
    try:
        user.clean_fields()
    except ValidationError as error:
        said = "expected a name of letters, digits and @ . + - _"
        raise Refusal(said, code="staff.name", where=username) from error
    if username.startswith(_OF_DEMOS):
        raise Refusal(f"names with {_OF_DEMOS} are those of demonstrations", code="staff.demo", where=username)
    if User.objects.filter(username__iexact=username).exists():
        raise Refusal("this name is taken", code="staff.taken", where=username)
    user.save()
    user.groups.add(Group.objects.get(name=role))
    audit.write(None, "account_made", username, now, role)
    return user, _put_password(user)


@transaction.atomic
def renew_password(username: str, now: datetime) -> str:
    """A new password for somebody who lost theirs; where they are signed in they are no longer. Refusal where the account is closed."""
    user = account(username)
    if not user.is_active:
        raise Refusal("this account is closed", code="staff.closed", where=username)
    audit.write(None, "password_renewed", username, now)
    return _put_password(user)


@transaction.atomic
def close_account(user: User, now: datetime) -> None:
    """Nobody signs in by it any more, and whoever has is out at once; what they did stays under their name."""
    user.is_active, user.password = False, make_password(None)
    user.save(update_fields=["is_active", "password"])
    audit.write(None, "account_closed", user.get_username(), now)


def account(username: str) -> User:
    """The account of this name. Refusal where there is none, or it is a demonstration's."""
    user = User.objects.filter(username=username).exclude(username__startswith=_OF_DEMOS).first()
    if user is None:
        raise Refusal("nobody here has this name", code="staff.unknown", where=username)
    return user


def _put_password(user: User) -> str:
    """A password to be changed at the first sign-in, as `last_login` tells."""
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.last_login = None
    user.save(update_fields=["password", "last_login"])
    return password
