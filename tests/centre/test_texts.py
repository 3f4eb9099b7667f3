"""No text of the pages is without a Chinese translation."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import django
from babel.messages.pofile import read_po

django.setup()


def test_every_text_is_translated_once() -> None:
    from fanzha.centre import extraction

    translated: Counter[str] = Counter()
    for path in Path(extraction.__file__).parent.rglob("*.po"):
        with path.open("rb") as file:
            translated.update(str(message.id) for message in read_po(file) if message.id and message.string)
    found = extraction.message_ids()
    assert len(found) > 50
    assert found - set(translated) == set()
    assert set(translated) - found == set(), "a translation that no page uses"
    assert [text for text, times in translated.items() if times > 1] == [], "translated in two places"
