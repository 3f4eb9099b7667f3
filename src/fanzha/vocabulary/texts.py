"""A text that people read exists in both languages of the house, or does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's, where PyYAML has it: every process reads all data files at its start, and Python's own takes a second for them."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and in English, neither of them empty; `others`: (language, text) of further languages that have it."""

    zh: str
    en: str
    others: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a text needs both languages, got zh={self.zh!r} en={self.en!r}")

    def in_language(self, language: str) -> str:
        """The text in `language` ("zh", "zh-hans", "en", ...); Chinese where it is not told in the one asked for."""
        asked = language.lower().split("-")[0]
        return self.en if asked == "en" else dict(self.others).get(asked, self.zh)

    def format(self, **values: object) -> Text:
        """Every language with the same values filled in."""
        others = tuple((language, text.format(**values)) for language, text in self.others)
        return Text(self.zh.format(**values), self.en.format(**values), others)


def text_from(data: Mapping[str, str]) -> Text:
    """A `{zh: ..., en: ..., vi: ...}` mapping of a data file as a Text. KeyError names the language of the house that it lacks."""
    return Text(
        data["zh"], data["en"], tuple((language, data[language]) for language in data if language not in ("zh", "en"))
    )


@cache
def load_data(package: str, name: str) -> Any:
    """The parsed content of the YAML data file `name` that lies beside the code of `package`."""
    return yaml.load(resources.files(package).joinpath(name).read_text(encoding="utf-8"), Loader=_LOADER)
