"""The languages of the pages. (What people may ask to be spoken to in on the telephone is another list: vocabulary/spoken_languages.yaml.)"""

from __future__ import annotations

from django.utils.translation import get_language

from fanzha.vocabulary import load_data

LANGUAGES: tuple[tuple[str, str], ...] = tuple(
    (row["code"], row["name"]) for row in load_data("fanzha.centre", "languages.yaml")
)
"""Code (of BCP 47, in lower case) and name of each; the first is the house's own."""
FIRST = LANGUAGES[0][0]


def of_page() -> str:
    """The code of the language that the page being answered is in."""
    return get_language() or FIRST
