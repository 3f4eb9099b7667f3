"""Doors for programs: who may come in by a token, and the one form in which they are refused."""

from __future__ import annotations

import hmac
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from fanzha.centre.secrets import secret


def refused(status: int, code: str, message: str) -> JsonResponse:
    """The one form of an error that programs get."""
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


def carries(request: HttpRequest, name: str) -> bool:
    """Whether a request carries the secret `name` (centre.secrets) as its bearer token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), secret(settings.HOME, name).encode())


def sent_json(request: HttpRequest) -> Any:
    """What was sent as JSON. ValueError for what is none, and for what no record can hold: no number (NaN), half of a sign."""
    try:
        said = json.loads(request.body)
        json.dumps(said, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return said
