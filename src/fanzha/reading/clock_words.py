"""Times of the day as people write them: 15:00, 下午3点半, 15时许, 12时15分32秒."""

from __future__ import annotations

import re
from typing import NamedTuple

from fanzha.reading.numerals import numeral
from fanzha.reading.word_search import one_of
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "times.yaml")
LATE = frozenset([*_DATA["noon"], *_DATA["afternoon"]])
"""Parts of the day after which an hour under 12 counts from noon."""
PART = one_of([*_DATA["morning"], *_DATA["noon"], *_DATA["afternoon"]])
_CN = "[零〇一二两三四五六七八九十]"
_FIRST_SIGNS = "".join({one[0] for part in ("morning", "noon", "afternoon") for one in _DATA[part]}) + _CN[1:-1]
"""What the branches of CLOCK begin with, digits and spaces apart; a new branch adds its own here, or is never tried."""
CLOCK = re.compile(
    rf"""(?=[\s\d{_FIRST_SIGNS}])(?:(?P<part>{PART})?\s?
    (?:(?<![\d.])(?<!\d:)(?P<h>\d{{1,2}})\s?:\s?(?P<m>\d{{2}})(?:\s?:\s?(?P<s>\d{{2}}))?(?!\d|:\d)(?:\.\d{{1,3}})?
      |(?P<glued>(?<=\d))(?P<gh>\d{{2}}):(?P<gm>\d{{2}})(?::(?P<gs>\d{{2}}))?(?!\d)
      |(?<![\d.])(?P<hh>\d{{1,2}}|{_CN}{{1,3}})\s?(?:时(?!间(?![由，。、])|候|段|长)|点(?![赞击关开餐位单数评播卡券券进个一下{{_CN}}]*[万千百元]|[赞击关开餐位数评播卡券进]|{_CN}*[万千百元]|\d+[万元])钟?)
        (?:[过零]?(?P<mm>\d{{1,2}}|{_CN}{{1,3}})(?:分(?!之)(?:(?P<ss>\d{{1,2}}|{_CN}{{1,3}})秒)?|(?![\d万千百元块:.])(?<=\d\d))
          |(?P<half>半)|(?P<sharp>整)|(?P<quarter>[一三])刻|(?P<cnm>零[一二三四五六七八九]|[二三四五]?十[一二三四五六七八九]?)(?![万千百元块个几]))?
    )(?:许|左右|多|前后)?|(?P<only>(?<=[日号天]){PART}|{PART}(?=[\s，,。；的我他她其对有在又再就接收被到打转向给通用从突一微])))""",
    re.VERBOSE,
)


class Clock(NamedTuple):
    """Hour, minute, second of a day; `precision` None when only a part of the day was said."""

    hour: int
    minute: int
    second: int
    precision: str | None


def clock_said(match: re.Match[str], day_word: str) -> Clock | None:
    """What a match of CLOCK says; `day_word` is the day before it (昨晚 8点). None when it is no time."""
    if match["only"]:
        return Clock(0, 0, 0, None)
    hour_text = match["h"] or match["gh"] or match["hh"]
    hour = _number(hour_text)
    minute_text = match["m"] or match["gm"] or match["mm"] or match["cnm"]
    minute = _number(minute_text) if minute_text else {"半": 30}.get(match["half"] or "", 0)
    if match["quarter"]:
        minute = 15 if match["quarter"] == "一" else 45
    second_text = match["s"] or match["gs"] or match["ss"]
    second = _number(second_text) if second_text else 0
    if hour > 24 or minute > 59 or second > 59:
        return None
    part = match["part"] or {"早": "早", "晚": "晚", "夜": "夜里"}.get(day_word[-1:], "")
    if part in _DATA["afternoon"] and hour < 12 and not (part in ("半夜", "夜里", "深夜") and hour < 6):
        hour += 12
    elif part in _DATA["afternoon"] and hour == 12 and "晚" in part + day_word:
        hour = 24
    elif part in _DATA["noon"] and hour < 4:
        hour += 12
    elif part == "凌晨" and hour == 12:
        hour = 0
    exact = minute_text or match["half"] or match["sharp"] or match["quarter"]
    return Clock(hour, minute, second, "second" if second_text else "minute" if exact else "hour")


def _number(written: str) -> int:
    plain = written.lstrip("零")
    return int(plain) if plain.isdigit() and plain.isascii() else numeral(written) or 0
