"""Phrases: drawn from the words of words.yaml, and brought back to one form from whatever somebody typed.

>>> canonical("苹果 月亮 石桥") == canonical("Píngguǒ yueliang, SHIQIAO") == "pingguoyueliangshiqiao"
True
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Any

from fanzha.vocabulary import Text, load_data

_DATA: dict[str, Any] = load_data("fanzha.centre.phrases", "phrase_words.yaml")
WORDS: dict[str, str] = _DATA["words"]
"""Word -> its pinyin with tones."""
LENGTH: int = _DATA["length"]


def plain(pinyin: str) -> str:
    """Pinyin as it is typed without tones: letters a to z alone, ü as v.

    >>> plain("lǜchá"), plain("Lvcha")
    ('lvcha', 'lvcha')
    """
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", pinyin).lower())
    letters = folded.replace("u\u0308", "v")  # a diaeresis under a tone mark comes first in NFD
    return "".join(sign for sign in letters if sign.isascii() and sign.isalpha())


_PLAIN = {word: plain(pinyin) for word, pinyin in WORDS.items()}
_ANY = re.compile("|".join(WORDS))


def draw() -> tuple[str, ...]:
    """The words of a new phrase, all different, each as likely as any other."""
    return tuple(secrets.SystemRandom().sample(list(WORDS), LENGTH))


def shown(words: tuple[str, ...]) -> Text:
    """A phrase as it is said: the words, and for those who read English with their pinyin."""
    chinese = " ".join(words)
    return Text(chinese, f"{chinese} ({' '.join(WORDS[word] for word in words)})")


def canonical(written: str) -> str:
    """What a phrase was typed as, in characters or pinyin, with whatever between the words: its plain pinyin in a row.

    In both, as who reads English is told it, it is the same. A character that belongs to no word makes the whole a phrase that
    never was given out.
    """
    compact = "".join(sign for sign in unicodedata.normalize("NFKC", written) if not _between(sign))
    compact = _ANY.sub(lambda found: _PLAIN[found[0]], compact)
    foreign = any("\u3400" <= sign <= "\u9fff" for sign in compact)
    typed = "?" if foreign else plain(compact)
    once = typed[: len(typed) // 2]
    return once if once + once == typed else typed


def _between(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PZC" or sign in "+·"
