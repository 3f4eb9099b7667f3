"""By what figures are grouped: place, unit, shift, level, source and class of an order, with the names of the groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, ExtractHour

from fanzha.centre.duty.models import Unit
from fanzha.vocabulary import CASE_CLASSES, COUNTIES, LEVELS, Text, load_data, text_from

SHANGHAI = ZoneInfo("Asia/Shanghai")
_TOLD: dict[str, Any] = load_data("fanzha.centre.dissuasion.figures", "grouping.yaml")
WORDS = {name: text_from(text) for name, text in _TOLD["words"].items()}
DAY_FROM, DAY_TO = _TOLD["day_shift"]["from"], _TOLD["day_shift"]["to"]
"""Local hours of the day shift; the rest is night."""


@dataclass(frozen=True)
class Grouping:
    """`key`: the group of an order in SQL (a text); `told`: the group's name; `of_case`: the group of a filed case, None: has none."""

    id: str
    name: Text
    key: Combinable
    told: Callable[[str], Text]
    of_case: Callable[[Any], str] | None = None


def county_of(place: str) -> str:
    """The county of a place, `elsewhere` for a place outside the city, `` where it is not known."""
    return place[:6] if place[:6] in COUNTIES else "elsewhere" if place else ""


def shift_of(instant: datetime) -> str:
    """`day` or `night`, by the Shanghai hour of an instant."""
    return "day" if DAY_FROM <= instant.astimezone(SHANGHAI).hour < DAY_TO else "night"


def _plain(name: str) -> Text:
    return Text(name, name)


def _unit(code: str) -> Text:
    found = Unit.objects.filter(code=code).first()
    return Text(found.name_zh, found.name_en) if found else WORDS["unknown"]


_county = Case(
    When(place="", then=Value("")),
    *(When(place__startswith=code, then=Value(code)) for code in COUNTIES),
    default=Value("elsewhere"),
    output_field=CharField(),
)
_shift = Case(
    When(Q(local_hour__gte=DAY_FROM) & Q(local_hour__lt=DAY_TO), then=Value("day")),
    default=Value("night"),
    output_field=CharField(),
)
local_hour = ExtractHour("opened_at", tzinfo=SHANGHAI)

GROUPINGS: dict[str, Grouping] = {
    one.id: one
    for one in (
        Grouping(
            "county",
            WORDS["county"],
            _county,
            lambda key: COUNTIES[key].name if key in COUNTIES else WORDS[key or "unknown"],
            lambda case: county_of(case.place),
        ),
        Grouping("unit", WORDS["unit"], F("unit"), _unit),
        Grouping("shift", WORDS["shift"], _shift, lambda key: WORDS[key], lambda case: shift_of(case.filed_at)),
        Grouping("level", WORDS["level"], Cast("level", CharField()), lambda key: LEVELS[int(key)].name),
        Grouping("source", WORDS["source"], F("source"), lambda key: WORDS.get(key) or _plain(key)),
        Grouping(
            "class",
            WORDS["class"],
            F("case_class"),
            lambda key: CASE_CLASSES[key].name if key in CASE_CLASSES else WORDS["unknown"],
            lambda case: case.case_class,
        ),
    )
}
