"""Clues over HTTP: a sender's program tells clues, asks what became of its own, and reads what it is told back (Art. 26).

`POST /api/v1/clues`, `GET /api/v1/clues`, `GET /api/v1/clues/{number}`; docs/clues.md shows them. Errors have the one form.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from fanzha.centre import clock
from fanzha.centre.access import doors
from fanzha.centre.clues import actions, queries
from fanzha.centre.clues.models import Clue
from fanzha.centre.secrets import SENDERS
from fanzha.refusal import Refusal

LARGEST, MOST = 1_000_000, 1_000
FIELDS = ("id", "kind", "value", "text")
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a sign, where a text was cut in the middle of an emoji: it is in no encoding, and can be kept nowhere."""


@csrf_exempt
@login_not_required
def clues(request: HttpRequest) -> HttpResponse:
    """Tell clues (NDJSON, a line each), or list one's own."""
    sender = _sender(request)
    if sender is None:
        return doors.refused(401, "token", "no bearer token, or a wrong one")
    if request.method == "GET":
        return _listed(request, sender)
    if request.method != "POST":
        return doors.refused(405, "method", "clues are told with POST and listed with GET")
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return doors.refused(413, "too_large", f"a batch holds at most {LARGEST} bytes and {MOST} lines")
    lines = [line for line in request.body.decode("utf-8", "replace").split("\n") if line.strip()]
    if len(lines) > MOST:
        return doors.refused(413, "too_large", f"a batch holds at most {LARGEST} bytes and {MOST} lines")
    taken, refused = [], []
    for number, line in enumerate(lines, start=1):
        try:
            taken.append(_told(_taken(sender, line)))
        except Refusal as refusal:
            refused.append({"line": number, "code": refusal.code, "message": str(refusal)})
    return JsonResponse({"accepted": len(taken), "refused": len(refused), "clues": taken, "refusals": refused})


@login_not_required
def clue(request: HttpRequest, number: str) -> HttpResponse:
    """What became of one of the sender's clues."""
    sender = _sender(request)
    if sender is None:
        return doors.refused(401, "token", "no bearer token, or a wrong one")
    found = queries.sent_by(sender).filter(number=number).first()
    if found is None:
        return doors.refused(404, "clue.unknown", "no such clue of yours")
    return JsonResponse(_told(found))


def _sender(request: HttpRequest) -> str | None:
    return next((sender for sender in SENDERS if doors.carries(request, f"clues_{sender}")), None)


def _taken(sender: str, line: str) -> Clue:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError of its own
        raise Refusal(f"expected a JSON object, {error}", code="clue.form") from error
    if not isinstance(row, dict) or any(not isinstance(row.get(name, ""), str) for name in FIELDS):
        raise Refusal(f"expected a JSON object with {', '.join(FIELDS)} as text", code="clue.form")
    told = {name: _HALF.sub("\ufffd", row.get(name, "")) for name in FIELDS}
    return actions.receive_sent(sender, told["id"], told["kind"], told["value"], told["text"], clock.now())


def _listed(request: HttpRequest, sender: str) -> HttpResponse:
    said = request.GET
    rows = list(queries.sent_by(sender, said.get("state", ""), said.get("after", ""))[: queries.PAGE + 1])
    more = rows[queries.PAGE - 1].number if len(rows) > queries.PAGE else None
    return JsonResponse({"clues": [_told(one) for one in rows[: queries.PAGE]], "next": more})


def _told(one: Clue) -> dict[str, Any]:
    """What a sender may know: never the finding, which may tell of a case; what it is told is the feedback."""
    return {
        "id": one.source_id,
        "number": one.number,
        "kind": one.kind,
        "state": one.state,
        "known_already": one.duplicate_of_id is not None,
        "received_at": one.received_at.isoformat(),
        "disposed_at": one.disposed_at.isoformat() if one.disposed_at else None,
        "feedback": one.feedback or None,
        "fed_back_at": one.fed_back_at.isoformat() if one.fed_back_at else None,
    }
