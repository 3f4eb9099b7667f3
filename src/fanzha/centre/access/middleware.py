"""What the browser may load: only from here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"

Answering = Callable[[HttpRequest], HttpResponseBase]


def content_policy(get_response: Answering) -> Answering:
    """Put the Content-Security-Policy on every answer."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return answer
