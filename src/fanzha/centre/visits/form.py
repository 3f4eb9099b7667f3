"""The officer's form as checklist.yaml declares it: what is asked, what a report must hold, and which of its times counts."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fanzha.centre.days import typed_time
from fanzha.deadlines import duration
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text, load_data, text_from

MET = "met"
_JPEG = b"\xff\xd8\xff"
_TOLD: dict[str, Any] = load_data("fanzha.centre.visits", "checklist.yaml")
PHOTO: dict[str, int] = _TOLD["photo"]
DECIMALS: int = _TOLD["place"]["decimals"]
LONGEST: int = _TOLD["text"]["longest"]
PROTECTION, CONSENT, CONFIRMATION = (text_from(_TOLD[name]) for name in ("protection", "consent", "confirmation"))


def _named(part: str) -> dict[str, Text]:
    return {row["code"]: text_from(row["name"]) for row in _TOLD[part]}


LOOKS, FINDINGS, QUESTIONS, CHOICES, RESULTS = map(_named, ("looks", "findings", "questions", "choices", "results"))
CHOSEN = {row["code"] for row in _TOLD["questions"] if row["kind"] == "choice"}
"""The questions that are answered by one of CHOICES; the others are answered in words."""
CONTACT_OF: dict[str, str] = {row["code"]: row["contact"] for row in _TOLD["results"]}


@dataclass(frozen=True)
class Report:
    """What a phone sent, checked. `digest` tells one content from another, whenever it was sent."""

    visit_id: uuid.UUID
    result: str
    answers: dict[str, dict[str, str]]
    protection_wanted: bool
    note: str
    latitude: float | None
    longitude: float | None
    met_at: datetime
    sent_at: datetime
    photo: bytes | None
    digest: str


def read_report(said: Any) -> Report:
    """The report in the JSON that a phone sent. Refusal names the field that is missing or wrong."""
    if not isinstance(said, Mapping):
        raise _wrong("body", "expected a JSON object")
    result = _one_of(said.get("result"), RESULTS, "result")
    if said.get("confirmed") is not True:
        raise _wrong("confirmed", "the officer confirms the report")
    latitude, longitude = _place(said.get("place"))
    return Report(
        visit_id=_uuid(said.get("visit_id")),
        result=result,
        answers=_answers(said, required=result == MET),
        protection_wanted=said.get("protection_wanted") is True,
        note=_words(said.get("note"), "note"),
        latitude=latitude,
        longitude=longitude,
        met_at=_instant(said.get("met_at"), "met_at"),
        sent_at=_instant(said.get("sent_at"), "sent_at"),
        photo=_photo(said.get("photo")),
        digest=_digest(said),
    )


def counted(report: Report, held_at: datetime, now: datetime) -> datetime:
    """The instant of a visit that clocks count: the phone's where its clock can be believed, else that of arrival.

    Believed when the phone's clock at sending was within `visit.clock_skew` of ours, and the visit lies between the
    taking of the task (`held_at`) and now. Source: clocks.yaml.
    """
    if not is_near(report, now) or not may_be_of(report, held_at, now):
        return now
    return min(max(report.met_at, held_at), now)


def is_near(report: Report, now: datetime) -> bool:
    """Whether the phone's clock was near ours when it sent."""
    return abs(now - report.sent_at) <= duration("visit.clock_skew", now)


def may_be_of(report: Report, held_at: datetime | None, now: datetime) -> bool:
    """Whether a report tells of a time between the taking of a visit and now, as near as clocks are."""
    limit = duration("visit.clock_skew", now)
    return held_at is not None and held_at - limit <= report.met_at <= now + limit


def skew(report: Report, now: datetime) -> timedelta:
    """How far the phone's clock was behind ours when it sent, with the time on the way in it."""
    return now - report.sent_at


def _wrong(where: str, message: str) -> Refusal:
    return Refusal(message, code="visit.report", where=where)


def _uuid(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise _wrong("visit_id", "expected a UUID that the phone made") from error


def _instant(value: Any, where: str) -> datetime:
    try:
        instant = typed_time(str(value))
    except ValueError as error:
        raise _wrong(where, "expected an RFC 3339 time") from error
    if instant.tzinfo is None:
        raise _wrong(where, "expected a time with its offset")
    return instant


def _one_of(value: Any, codes: Mapping[str, Text], where: str) -> str:
    if not isinstance(value, str) or value not in codes:
        raise _wrong(where, f"expected one of {', '.join(codes)}")
    return value


def _words(value: Any, where: str) -> str:
    if (value is not None and not isinstance(value, str)) or len(value or "") > LONGEST:
        raise _wrong(where, f"expected at most {LONGEST} characters")
    return (value or "").strip()


def _answers(said: Mapping[str, Any], required: bool) -> dict[str, dict[str, str]]:
    looks, asked = said.get("looks") or {}, said.get("questions") or {}
    if not isinstance(looks, Mapping) or not isinstance(asked, Mapping):
        raise _wrong("looks", "expected answers by their codes")
    for code in (*LOOKS, *QUESTIONS) if required else ():
        if not (looks if code in LOOKS else asked).get(code):
            raise _wrong(code, "this point of the checklist is not answered yet")
    return {
        "looks": {code: _one_of(looks[code], FINDINGS, code) for code in LOOKS if looks.get(code)},
        "questions": {code: _answer(asked[code], code) for code in QUESTIONS if asked.get(code)},
    }


def _answer(value: Any, question: str) -> str:
    return _one_of(value, CHOICES, question) if question in CHOSEN else _words(value, question)


def _place(value: Any) -> tuple[float | None, float | None]:
    """Made coarse here too: what a phone sends is not relied on."""
    if value is None:
        return None, None
    try:
        latitude, longitude = float(value["latitude"]), float(value["longitude"])
    except (KeyError, TypeError, ValueError) as error:
        raise _wrong("place", "expected latitude and longitude in degrees") from error
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise _wrong("place", "expected latitude and longitude in degrees")
    return round(latitude, DECIMALS), round(longitude, DECIMALS)


def _photo(value: Any) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or value.get("consent") is not True:
        raise _wrong("photo", "a photo needs the person's recorded consent")
    try:
        photo = base64.b64decode(str(value.get("jpeg") or ""), validate=True)
    except ValueError as error:  # also for letters beyond ASCII
        raise _wrong("photo", "expected a JPEG in base64") from error
    if not photo.startswith(_JPEG) or len(photo) > PHOTO["max_bytes"]:
        raise _wrong("photo", f"expected a JPEG of at most {PHOTO['max_bytes']} bytes")
    return photo


def _digest(said: Mapping[str, Any]) -> str:
    content = {name: value for name, value in said.items() if name != "sent_at"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
