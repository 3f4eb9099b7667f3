"""What the browser may load: only from here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

POLICY = "default-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"


@sync_and_async_middleware
def content_policy(get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]):  # type: ignore[no-untyped-def]
    """Put the Content-Security-Policy on every answer."""
    if iscoroutinefunction(get_response):

        async def answer(request: HttpRequest) -> HttpResponseBase:
            response = await get_response(request)
            response["Content-Security-Policy"] = POLICY
            return response

        return answer

    def answer_now(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY  # type: ignore[index]
        return response  # type: ignore[return-value]

    return answer_now
