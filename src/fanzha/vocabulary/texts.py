"""A text that people read exists in both languages, or does not exist."""

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
    """One text in Chinese and in English; neither may be empty."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a text needs both languages, got zh={self.zh!r} en={self.en!r}")

    def in_language(self, language: str) -> str:
        """The text in `language` ("zh", "zh-hans", "en", ...); Chinese unless English is asked for."""
        return self.en if language.lower().startswith("en") else self.zh

    def format(self, **values: object) -> Text:
        """Both languages with the same values filled in."""
        return Text(self.zh.format(**values), self.en.format(**values))


def text_from(data: Mapping[str, str]) -> Text:
    """A `{zh: ..., en: ...}` mapping of a data file as a Text."""
    return Text(zh=data["zh"], en=data["en"])


@cache
def load_data(package: str, name: str) -> Any:
    """The parsed content of the YAML data file `name` that lies beside the code of `package`."""
    return yaml.load(resources.files(package).joinpath(name).read_text(encoding="utf-8"), Loader=_LOADER)
