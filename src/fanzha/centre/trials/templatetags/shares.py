"""Shares as the page of comparisons shows them."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """A share of 1 in percent, with its sign when it is negative."""
    return f"{100 * share:.1f} %"
