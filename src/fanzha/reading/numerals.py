"""Chinese numerals as numbers, and back into writing by nobody: only reading.

>>> numeral("四十五万"), numeral("两千三"), numeral("一万零五"), numeral("叁万伍仟"), numeral("二零二二")
(450000, 2300, 10005, 35000, 2022)
"""

from __future__ import annotations

DIGITS = "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖俩仨"
UNITS = "十百千拾佰仟"
GROUPS = "万亿"
CHARACTERS = DIGITS + UNITS + GROUPS

_DIGIT = dict(
    zip(
        "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖俩仨",
        [0, 0, 0, 1, 2, 2, *range(3, 10), *range(1, 10), 2, 3],
        strict=True,
    )
)
_UNIT = dict(zip("十百千拾佰仟", [10, 100, 1000] * 2, strict=True))


def numeral(written: str) -> int | None:
    """The number that `written` is in Chinese numerals; None when it is none.

    A last digit without a unit is of the unit below the one before it (两千三 is 2300), unless a zero stands
    between (一万零五).
    """
    if not written or any(one not in CHARACTERS for one in written):
        return None
    if all(one in _DIGIT for one in written):
        return int("".join(str(_DIGIT[one]) for one in written))
    total = group = 0
    digit: int | None = None
    last, zero = 1, False
    for one in written:
        if one in _DIGIT:
            if digit:
                return None
            digit, zero = _DIGIT[one], zero or _DIGIT[one] == 0
        elif one in _UNIT:
            group += (1 if digit is None or (digit == 0 and one in "十拾") else digit) * _UNIT[one]
            last, digit, zero = _UNIT[one], None, False
        else:
            scale = 10_000 if one == "万" else 100_000_000
            whole = group + (digit or 0)
            total = (
                (total + (whole or (1 if not total else 0))) * scale if scale > 10_000 else total + (whole or 1) * scale
            )
            group, last, digit, zero = 0, scale, None, False
    if digit:
        group += digit * (1 if zero or last == 1 else last // 10)
    return total + group
