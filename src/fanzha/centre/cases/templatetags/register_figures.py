"""A figure's value in its unit; a detail of a timeline in words."""

from __future__ import annotations

from django import template

from fanzha.centre.languages import of_page
from fanzha.vocabulary import Text

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


@register.filter
def in_words(detail: str | Text) -> str:
    """A detail in the language of the page, or as somebody wrote it."""
    return detail if isinstance(detail, str) else detail.in_language(of_page())
