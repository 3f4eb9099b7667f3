"""How figures are shown: values with their unit, numbers as links to their records; and what a handover tells of orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from fanzha.centre.dissuasion import leading, queries
from fanzha.centre.dissuasion.brief import Change
from fanzha.centre.dissuasion.figures import Measured

register = template.Library()


@register.filter
def valued(measured: Measured) -> str:
    """A value with its unit; a dash where there is nothing to say."""
    return "–" if measured.value is None else _with_unit(measured.figure.unit, measured.value)


def _with_unit(unit: str, value: float) -> str:
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "fen":
        return f"¥{value / 100:,.2f}"
    if unit == "minutes":
        return gettext("%(minutes)s min") % {"minutes": f"{value:.1f}"}
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


@register.filter
def changed(change: Change) -> str:
    """By how much a figure changed, with its sign; shares in percentage points."""
    if change.change is None:
        return "–"
    unit, value = change.measured.figure.unit, change.change
    if unit == "share":
        return gettext("%(points)s points") % {"points": f"{value * 100:+.1f}"}
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + _with_unit(unit, abs(value))


@register.filter
def percent(share: float | None) -> str:
    """A share as a percentage; a dash for none."""
    return "–" if share is None else f"{share * 100:.1f} %"


@register.simple_tag
def records_page(
    measured: Measured, first: date, last: date, part: int | None = None, by: str = "", group: str = ""
) -> str:
    """The address of the records behind a number."""
    said: dict[str, Any] = {"figure": measured.figure.id, "from": first.isoformat(), "to": last.isoformat()}
    if part is not None:
        said["part"] = part
    if by:
        said |= {"by": by, "group": group}
    return f"{reverse('bulletins:records')}?{urlencode(said)}"


@register.inclusion_tag("dissuasion/open_orders.html")
def open_orders(unit: str, now: datetime) -> dict[str, Any]:
    """What is open in a unit, the most urgent first."""
    found = queries.open_orders(unit)
    return {"lines": queries.lines(found[: queries.LONGEST_LIST], now), "number": found.count()}


@register.inclusion_tag("dissuasion/roster.html")
def roster(unit: str | None, now: datetime) -> dict[str, Any]:
    """Who is on duty and what they hold."""
    return {"loads": leading.roster(now, unit)}
