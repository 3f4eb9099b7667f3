"""Every text of the pages that has to be translated, found in templates and code; each app keeps its own Chinese.

What one app alone says stands in its `locale/`; what several say in one of theirs or, like what the frame says, in the centre's own.

`python -m fanzha.centre.extraction vi` prints what a language still lacks, as entries of its django.po.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation import template, to_locale

ROOT = Path(__file__).parent


def message_ids(folder: Path = ROOT) -> set[str]:
    """The English texts of all templates and modules of the centre, or of one folder of it."""
    found = set()
    for path in folder.rglob("*.html"):
        source = template.templatize(path.read_text(encoding="utf-8"), origin=str(path)).encode()
        found |= _of(source)
    for path in folder.rglob("*.py"):
        found |= _of(path.read_bytes())
    return found


def _of(source: bytes) -> set[str]:
    keywords = {"gettext": None, "gettext_noop": None, "_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    rows = extract("python", io.BytesIO(source), keywords=keywords)
    return {message if isinstance(message, str) else message[0] for _, message, _, _ in rows}


def files_of(language: str) -> list[Path]:
    """The files of translations into a language (zh-hans, vi, ...)."""
    return sorted(ROOT.rglob(f"locale/{to_locale(language)}/LC_MESSAGES/django.po"))


def translations(path: Path) -> Catalog:
    """A file of translations, without the entries that nobody has filled in yet."""
    name = path.parts[-3]
    try:
        locale: Locale | None = Locale.parse(name)
    except UnknownLocaleError:  # Babel does not know every language that people speak
        locale = None
    with path.open("rb") as file:
        catalog = read_po(file, locale=locale)
    for message in list(catalog):
        if message.id and not message.string:
            catalog.delete(message.id)
    return catalog


def translated(language: str) -> Iterator[str]:
    """Every English text that has a translation into a language; one that two files translate comes twice."""
    for path in files_of(language):
        yield from translated_in(path)


def translated_in(path: Path) -> Iterator[str]:
    """Every English text that a file translates."""
    yield from (_first(message.id) for message in translations(path) if message.id)


def _first(told: str | tuple[str, ...]) -> str:
    return told if isinstance(told, str) else told[0]


def missing(language: str) -> Catalog:
    """What a language lacks, to be filled in."""
    catalog = Catalog()
    for text in sorted(message_ids() - set(translated(language))):
        catalog.add(text)
    return catalog


if __name__ == "__main__":
    write_po(sys.stdout.buffer, missing(sys.argv[1]), omit_header=True, width=0)
