"""Every text of the pages that has to be translated, found in templates and code; each app keeps its own translations."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation import template


def message_ids() -> set[str]:
    """The English texts of all templates and modules of the centre."""
    root = Path(__file__).parent
    found = set()
    for path in root.rglob("*.html"):
        source = template.templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()
        found |= _of(source)
    for path in root.rglob("*.py"):
        found |= _of(path.read_bytes())
    return found


def _of(source: bytes) -> set[str]:
    keywords = {"gettext": None, "gettext_noop": None, "_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    rows = extract("python", io.BytesIO(source), keywords=keywords)
    return {message if isinstance(message, str) else message[0] for _, message, _, _ in rows}
