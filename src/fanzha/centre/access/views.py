"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import audit, rates
from fanzha.centre.access.menu import ENTRANCES, start_of
from fanzha.centre.access.permissions import ROLES
from fanzha.centre.access.public import address


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    entrances = ENTRANCES.items() if settings.DEMO else ()
    if request.method == "POST":
        try:
            _count(request)
        except rates.TooMany as refusal:  # the password is not even looked at
            answer = render(request, "access/sign_in.html", {"too_many": True, "entrances": entrances}, status=429)
            answer["Retry-After"] = str(refusal.retry_after)
            return answer
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _enter(request, form.get_user())
    return render(request, "access/sign_in.html", {"form": form, "entrances": entrances})


def _count(request: HttpRequest) -> None:
    """Count a try, by the wall's clock as all of sign-in; by name and address, so that nobody locks out another from elsewhere."""
    now, whence = datetime.now(UTC), rates.network(address(request))
    rates.spend("sign_in.address", whence, now)
    rates.spend("sign_in.name", f"{request.POST.get('username', '')[:150].lower()}\x1f{whence}", now)


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    if not settings.DEMO or role not in ROLES:
        raise Http404
    return _enter(request, User.objects.get(username=f"demo-{role}"))


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    is_first = user.last_login is None and user.has_usable_password()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    audit.write(user, "sign_in", user.get_username(), clock.now())
    return redirect("access:password" if is_first else start_of(user))


def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; whoever made the account, or found it on a note, knows the first one."""
    user = request.user
    if not user.has_usable_password():
        raise Http404
    form = PasswordChangeForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.write(user, "password_changed", user.get_username(), clock.now())
        update_session_auth_hash(request, user)
        return redirect(start_of(user))
    return render(request, "access/password.html", {"form": form})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = redirect("access:sign_in")
    answer["Clear-Site-Data"] = '"cache", "storage"'  # what an officer's phone keeps of visits goes with the session
    return answer
