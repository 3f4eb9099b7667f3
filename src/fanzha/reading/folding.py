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


_DIGIT = "[幺零〇一二三四五六七八九]"
_NO_COUNT = "(?![十百千万亿个下直次共些起样张笔天块元点])"
"""What makes a count of the digit before it: a number is not read on into 一个 or 三百."""
_FILLER = "嗯|呃|额|啊|哦|那个|然后|再(?:是|就是)?|后面(?:是)?|接着(?:是)?"
_PAUSE = rf"(?:[，、,\s-]{{1,2}}(?:(?:{_FILLER})[，、,\s]{{0,2}})?|(?:{_FILLER})[，、,\s]{{0,2}})"
_SPOKEN = re.compile(
    rf"(?:[\d幺零〇一二三四五六七八九]{{7,}}{_NO_COUNT}|{_DIGIT}{{2,19}}{_NO_COUNT}(?=\D))(?:{_PAUSE}{_DIGIT}{{2,19}}{_NO_COUNT}){{0,6}}|(?<=[A-Za-z_]){_DIGIT}{{2,12}}{_NO_COUNT}"
)
_SHORTEST = 9
"""Digits of a number that is said in groups; fewer may be a list of counts; ours."""
_WHOLE = 7
"""Digits of a number that is said without a pause; fewer may be a year or a count; ours."""
_OF_A_CARD = 15
"""More digits than one sum or two have."""
_NUMBERED = re.compile(r"QQ|[Qq]q|扣扣|企鹅|群号|(?<![一二三四五六七八九十\d])号|电话|手机")
_NEAR = 24
"""Characters before a number that say what it is; ours."""
_TAKEN_BACK = re.compile(
    r"[，。,\s]{0,2}(?:哦|呃|啊|嗯)?，?(?:不对|不是|错了|[念说讲报]错|[多少]了)[^。\d]{0,9}[，。,\s:]\s?(?=[幺零〇一二三四五六七八九]{3}|\d{3})"
)
"""What follows a number that is said anew."""
_DIGITS = str.maketrans("幺零〇一二三四五六七八九", "100123456789")
_LATIN = re.compile("(?<=[A-Za-z_])")
_NO_DIGIT = re.compile(r"\D")


def fold(text: str) -> str:
    """`text` with digits, letters and signs in one width, and numbers that were spelled out in digits; as long as
    `text` is."""
    return _SPOKEN.sub(_in_digits, text.translate(_TABLE))


def _in_digits(run: re.Match[str]) -> str:
    """A run of spoken digits as digits, its pauses as blanks; among digits only where 幺 shows that all of it was spoken.

    A run that is taken back and said anew stays in words, so that no reader takes it for a number.
    """
    spoken = run.group()
    if not ("幺" in spoken or not re.search(r"\d", spoken)) or _TAKEN_BACK.match(run.string, run.end()):
        return spoken
    digits = _NO_DIGIT.sub(" ", spoken.translate(_DIGITS))
    said = len(digits) - digits.count(" ")
    if " " in digits:
        named = (
            said >= _OF_A_CARD
            or digits[0] in "01"
            or _NUMBERED.search(run.string, max(0, run.start() - _NEAR), run.start())
        )
        return digits if said >= _SHORTEST and named else spoken
    return digits if said >= _WHOLE or _LATIN.match(run.string, run.start()) else spoken
