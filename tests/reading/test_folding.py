"""One width for every sign, character for character, so that places in the text stay places in what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzha.reading.folding import fold

SAME = {
    " ": "\u3000\u00a0\u200b\ufeff\t\r", "¥": "￥", "-": "—–－", "~": "〜～", "[": "【〔［", "]": "】〕］", "“": "「『‘", "”": "」』’", "《": "〈", "》": "〉",
    "万": "萬", "亿": "億", "元": "圆圓", "账": "賬帳帐", "号": "號", "时": "時", "点": "點", "0123456789": "０１２３４５６７８９", "A": "Ａ", "z": "ｚ", ":": "：",
    "(": "（", ".": "．", "%": "％", "，": "，", "；": "；", "？": "？", "！": "！", ",": ",", "。": "。",
}  # fmt: skip


@pytest.mark.parametrize("plain", SAME)
def test_signs_of_one_meaning_are_one(plain: str) -> None:
    for written in [SAME[plain]] if len(plain) > 1 else SAME[plain]:
        assert fold(written) == plain


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("幺五四三二幺零", "1543210"),
        ("一二三四五六七", "1234567"),
        ("零〇八八八八九", "0088889"),
        ("幺五四，零零零零，八八七六", "154 0000 8876"),
        ("幺五四、零零零零,八八七六", "154 0000 8876"),
        ("一五四 零零零零-八八七六", "154 0000 8876"),
        ("154幺零零零零", "15410000"),
        ("154一零零零零", "154一零零零零"),
        ("一二三四五六", "一二三四五六"),
        ("一二三，四五六", "一二三，四五六"),
        ("一二三，四五六，七八九", "123 456 789"),
        ("一二，四五六，七八九", "一二，四五六，七八九"),
        ("幺五四幺，零零零零，八七六", "1541 0000 876"),
        ("八八零零，四五六幺，二三", "8800 4561 23"),
        ("幺五四，呃，零零零零，然后，八八七六", "154   0000    8876"),
        ("幺五四零零零零八八七一个男的", "1540000887一个男的"),
        ("幺五四幺，零零零零，八七六，三百块", "1541 0000 876，三百块"),
        ("幺五四幺零零零零，不对，幺五四二零零零零", "幺五四幺零零零零，不对，15420000"),
        ("xugou幺零六", "xugou106"),
    ],
)
def test_numbers_spelled_out_in_speech_become_digits(spoken: str, digits: str) -> None:
    assert fold(f"电话{spoken}。") == f"电话{digits}。"


@given(st.text())
def test_a_folded_text_is_as_long_as_what_was_written_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
