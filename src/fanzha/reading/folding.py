"""A text in one width, character for character, so that every place in it is a place in what was written.

>>> fold("电话幺五四三二幺零八八七六")
'电话15432108876'
>>> fold("转账５０００元，卡号：６２")
'转账5000元，卡号:62'
"""

from __future__ import annotations

import re

_PAIRS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KEPT = "，；？！"  # between clauses; a comma of ASCII stands inside amounts
_OTHERS = {
    "\u3000": " ", "\u00a0": " ", "\u200b": " ", "\ufeff": " ", "\t": " ", "\r": " ",
    "￥": "¥", "—": "-", "–": "-", "－": "-", "〜": "~", "～": "~", "【": "[", "】": "]", "〔": "[", "〕": "]",
    "「": "“", "」": "”", "『": "“", "』": "”", "〈": "《", "〉": "》", "‘": "“", "’": "”",
    "萬": "万", "億": "亿", "圆": "元", "圓": "元", "賬": "账", "帳": "账", "號": "号", "時": "时", "點": "点", "帐": "账",
}  # fmt: skip
_TABLE = {**_PAIRS, **{ord(one): ord(other) for one, other in _OTHERS.items()}}
for _one in _KEPT:
    _TABLE.pop(ord(_one), None)


_SPOKEN = re.compile(
    r"[幺零〇一二三四五六七八九\d]{7,}|[幺零〇一二三四五六七八九]{3,5}(?:[，、,\s-][幺零〇一二三四五六七八九]{3,5}){2,5}"
)
_DIGITS = str.maketrans("幺零〇一二三四五六七八九，、,-", "100123456789    ")


def fold(text: str) -> str:
    """`text` with digits, letters and signs in one width, and numbers that were spelled out in digits; as long as
    `text` is."""
    return _SPOKEN.sub(_in_digits, text.translate(_TABLE))


def _in_digits(run: re.Match[str]) -> str:
    """A run of spoken digits as digits; among digits only where 幺 shows that all of it was spoken."""
    spoken = run.group()
    return spoken.translate(_DIGITS) if "幺" in spoken or not re.search(r"\d", spoken) else spoken
