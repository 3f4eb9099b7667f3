"""A figure's value in its unit."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """Fen as yuan, a share in percent to one place, a change with its sign; a dash where there is nothing to say."""
    if value is None:
        return "–"
    if unit == "fen":
        return f"¥{value / 100:,.2f}"
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:+.1%}" if unit == "change" else f"{value:,.0f}"
