"""Signals over HTTP: acknowledged only when they are on disk. Source: contract 4."""

from __future__ import annotations

import io

import polars as pl
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from fanzha.centre import clock
from fanzha.centre.access import doors
from fanzha.centre.intake.actions import opened, receive
from fanzha.refusal import Refusal
from fanzha.signals import REFUSED_SCHEMA, TABLES, ndjson_rows, parted

ARROW = "application/vnd.apache.arrow.stream"
ARROW_FILE, ARROW_MESSAGE = b"ARROW1", b"\xff\xff\xff\xff"


@csrf_exempt
@login_not_required
def signals(request: HttpRequest, table: str) -> HttpResponse:
    """`POST /api/v1/signals/{table}`: 200 with the counts once on disk; every error has one form."""
    home = settings.HOME
    if request.method != "POST":
        return doors.refused(405, "method", "signals are sent with POST")
    if not doors.carries(request, "intake_token"):
        return doors.refused(401, "token", "no bearer token, or a wrong one")
    if table not in TABLES:
        return doors.refused(404, "table.unknown", f"no such table; there are {', '.join(TABLES)}")
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return doors.refused(400, "idempotency_key", "the header Idempotency-Key is needed")
    if int(request.headers.get("Content-Length") or 0) > settings.INTAKE_LARGEST_BYTES:
        return doors.refused(413, "too_large", f"a batch holds at most {settings.INTAKE_LARGEST_BYTES} bytes")
    try:
        with opened(home.log) as here:
            waiting = here.log.rows_after(here.outbox.position())
        if waiting > settings.INTAKE_MOST_WAITING_ROWS:
            slow = doors.refused(429, "too_fast", "detection is behind; send again later")
            slow["Retry-After"] = "5"
            return slow
        raw, broken = _rows(request)
        receipt = receive(table, raw, key, clock.now(), broken=broken)
    except RequestDataTooBig:
        return doors.refused(413, "too_large", f"a batch holds at most {settings.INTAKE_LARGEST_BYTES} bytes")
    except Refusal as refusal:
        return doors.refused(409 if refusal.code == "batch.changed" else 400, refusal.code, str(refusal))
    told = {"accepted": receipt.accepted, "refused": receipt.refused, "quarantine_id": receipt.quarantine_id}
    return JsonResponse(told)


def _rows(request: HttpRequest) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows as they came, and the lines that are no rows. What Arrow writes is known by its first bytes, whatever it is called."""
    read = pl.read_ipc if request.body.startswith(ARROW_FILE) else pl.read_ipc_stream
    if request.content_type == ARROW or request.body.startswith((ARROW_FILE, ARROW_MESSAGE)):
        try:
            return read(io.BytesIO(request.body)), pl.DataFrame(schema=REFUSED_SCHEMA)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise Refusal("expected Arrow IPC, a stream or a file", code="body.arrow") from error
    rows, broken = parted(ndjson_rows(request.body.decode("utf-8", "replace"), "body"))
    return pl.concat(rows, how="diagonal") if rows else pl.DataFrame({"__line__": []}), broken
