"""Pages that anybody may open: no sign-in, nothing kept by browsers, the language by a link that needs no script and no form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.cache import cache_control

Page = Callable[[HttpRequest], HttpResponse]


def public_page(page: Page) -> Page:
    """Open a page to strangers; `?language=` with the code of one of languages.yaml chooses the language, and the browser remembers it."""

    @wraps(page)
    def answer(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("language", "")
        if asked not in dict(settings.LANGUAGES):
            return page(request)
        translation.activate(asked)  # LocaleMiddleware chose before the page was known
        response = page(request)
        secure = settings.LANGUAGE_COOKIE_SECURE
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, asked, samesite="Lax", secure=secure)
        return response

    return login_not_required(cache_control(no_store=True)(answer))  # never_cache would tell the second in Expires


def address(request: HttpRequest) -> str:
    """Where a request comes from; a proxy in front is trusted by the server's settings, never by a header read here."""
    return str(request.META.get("REMOTE_ADDR", ""))
