"""The words right before a place in a text, as far back as a phrase reaches, and the places where the same words stand.

>>> left_of("其向该账户转账5000元", 7)
'其向该账户转账'
>>> left_of("其向该账户转账5000元", 7, 2), left_of("其向该账户转账5000元", 7, since=5)
('转账', '转账')
"""

from __future__ import annotations

from collections.abc import Iterator

CLOSE = 14
"""Characters before a sum in which a word is said of it and of nothing else; ours."""
PHRASE = 24
"""Characters that a phrase reaches at most: what stands farther from a place speaks of something else; ours."""


def left_of(text: str, at: int, reach: int = PHRASE, *, since: int = 0) -> str:
    """The last `reach` characters of text[since:at]."""
    return text[max(since, at - reach) : at]


def places_of(words: str, text: str, since: int = 0) -> Iterator[int]:
    """Where `words` (some) begin in text[since:], none of them over another.

    >>> list(places_of("韦某", "韦某说，韦某到了", 1))
    [4]
    """
    at = text.find(words, since)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))
