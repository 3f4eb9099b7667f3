"""What the browser may load: only from here; and the chain of middleware, kept in one thread."""

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


def in_one_thread(get_response: Answering) -> Answering:
    """Nothing but synchronous, and the innermost: else Django would run every part of the chain on the event loop and hop to a thread
    and back for each, a dozen times a request, and wait each time for whoever is computing."""
    return get_response
