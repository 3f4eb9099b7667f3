"""The way in: how the offender first reached the victim, apart from the class of the fraud.

>>> lure_channel("其接到自称客服的电话，后加微信")
'call'
"""

from __future__ import annotations

import re
from functools import cache

from fanzha.vocabulary import load_data

UNKNOWN = "unknown"
_REPORT = re.compile(
    r"(?:拨打|打)(?:了)?(?:110|96110)[^，。]{0,6}|报警电话|(?:110|96110)[^，。；]{0,6}(?:来电|报警|指挥|转)|电话(?:报警|报案)|(?:国家)?反诈中心[^，。]{0,6}|喂[，,你好]*|来电人|从来不打电话|打电话(?:给|到)(?:你们|派出所|110|银行|官方|平台)|(?:回访|联系)电话|手机号(?:码)?(?=\d)"
)
_REACH = 80
"""Characters that the words of one way in may take; ours, more than any of lures.yaml do."""


@cache
def _ways() -> list[tuple[str, re.Pattern[str]]]:
    return [(name, re.compile(words)) for name, words in load_data("fanzha.reading", "lures.yaml").items()]


def lure_channel(folded: str, *, called: bool = False, written: bool = False) -> str:
    """The channel of lures.yaml that a folded text tells of first; "unknown" without any.

    Where no words tell, a number (`called`) or else a messenger's account (`written`) of the other side does.
    """
    kept = _REPORT.sub(lambda match: "\x00" * len(match.group()), folded)
    first, told = len(kept), UNKNOWN
    for name, words in _ways():  # what begins later than what was found is not looked for
        match = words.search(kept, 0, first + _REACH)
        if match and match.start() < first:
            first, told = match.start(), name
    if told == UNKNOWN:
        return "call" if called else "im_friend" if written else UNKNOWN
    return told
