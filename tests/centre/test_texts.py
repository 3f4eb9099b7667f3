"""No text of the pages is without a Chinese translation."""

from __future__ import annotations

from pathlib import Path

import django
from babel.messages.pofile import read_po

django.setup()


def test_every_text_is_translated() -> None:
    from fanzha.centre import extraction

    path = Path(extraction.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"
    with path.open("rb") as file:
        catalog = read_po(file)
    translated = {str(message.id) for message in catalog if message.string}
    found = extraction.message_ids()
    assert len(found) > 50
    assert found - translated == set()
    assert translated - {""} - found == set(), "a translation that no page uses"
