"""Data in the reader's language: texts with both languages, money, seconds, names of codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template

from fanzha.centre.languages import of_page
from fanzha.vocabulary import Text

register = template.Library()


@register.filter
def said(text: Text | None) -> str:
    """A Text in the language of the page; nothing for none."""
    return "" if text is None else text.in_language(of_page())


@register.filter
def reason_text(reason: dict[str, Any]) -> str:
    """A reason of a warning in the language of the page."""
    return str(reason["text_en" if of_page().startswith("en") else "text_zh"])


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan with two places."""
    return "" if fen is None else f"{fen / 100:,.2f}"


@register.filter
def minutes(seconds: int) -> str:
    """Seconds as minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02d}"


@register.filter
def local(instant: str) -> str:
    """An RFC 3339 text as Shanghai time."""
    return (
        datetime.fromisoformat(instant).astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H:%M") if instant else ""
    )


@register.filter
def absolute(value: int) -> int:
    """Without its sign."""
    return abs(value)


@register.filter
def rounded(value: float) -> str:
    """A number without needless places."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")
