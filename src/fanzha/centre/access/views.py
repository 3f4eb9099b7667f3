"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fanzha.centre import clock
from fanzha.centre.access import audit
from fanzha.centre.access.menu import ENTRANCES, start_of
from fanzha.centre.access.permissions import ROLES


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    form = AuthenticationForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _enter(request, form.get_user())
    return render(
        request, "access/sign_in.html", {"form": form, "entrances": ENTRANCES.items() if settings.DEMO else ()}
    )


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    if not settings.DEMO or role not in ROLES:
        raise Http404
    return _enter(request, User.objects.get(username=f"demo-{role}"))


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    audit.write(user, "sign_in", user.get_username(), clock.now())
    return redirect(start_of(user))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = redirect("access:sign_in")
    answer["Clear-Site-Data"] = '"cache", "storage"'  # what an officer's phone keeps of visits goes with the session
    return answer
