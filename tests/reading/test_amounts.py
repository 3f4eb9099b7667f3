"""Every way in which a sum of money is written reads back as the sum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzha.reading.amounts import amounts
from fanzha.reading.folding import fold
from fanzha.reading.numerals import numeral

DIGITS = "零一二三四五六七八九"


def read_fen(written: str) -> list[int]:
    return [one.fen for one in amounts(fold(written))]


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("三万五", 35_000),
        ("1.2万", 12_000),
        ("2万6千", 26_000),
        ("2万6", 26_000),
        ("2万6500元", 26_500),
        ("四十五万余", 450_000),
        ("8000.10元", 8000.10),
        ("38.3万元", 383_000),
        ("¥500", 500),
        ("12,000.50元", 12_000.5),
        ("12,345,678", 12_345_678),
        ("１２０００元", 12_000),
        ("3w5", 35_000),
        ("1w5", 15_000),
        ("二十来万", 200_000),
        ("两块五", 2.5),
        ("六块四", 6.4),
        ("三十八块五", 38.5),
        ("3元5角", 3.5),
        ("伍万元整", 50_000),
        ("肆万捌仟元", 48_000),
        ("一点二万", 12_000),
        ("三万半", 35_000),
        ("1万2千5百元", 12_500),
        ("一万零五十元", 10_050),
        ("两万三千五百二", 23_520),
        ("六十三万八千元", 638_000),
        ("3千5", 3_500),
        ("999999999999元", 999_999_999_999),
    ],
)
def test_a_written_amount_reads_as_what_it_says(written: str, yuan: float) -> None:
    assert read_fen(f"转账{written}，") == [round(yuan * 100)]


@pytest.mark.parametrize(
    "text",
    [
        "尾号1234",
        "千万不要转账",
        "百万保障",
        "12点赞",
        "3个人",
        "2万粉丝",
        "拨打110报警",
        "第2000单",
        "500U",
        "3000美元",
        "几千块",
        "付123456789，",
        "付1000000000000元，",
        "单号三二一，四五六，七八九，",
    ],
)
def test_what_is_no_money_is_not_read_as_money(text: str) -> None:
    assert read_fen(text) == []


def chinese(number: int) -> str:
    """A number under 10^8 in Chinese numerals."""
    if number >= 10_000:
        rest = number % 10_000
        return chinese(number // 10_000) + "万" + ("" if not rest else ("零" if rest < 1000 else "") + chinese(rest))
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return text


@given(st.integers(1, 99_999_999))
def test_any_number_in_chinese_numerals_reads_back(number: int) -> None:
    assert numeral(chinese(number)) == number


@given(
    st.integers(1, 9_999_999_99),
    st.sampled_from(["{plain}元", "¥{plain}", "{comma}元", "人民币{plain}元", "{full}元", "{plain}块"]),
)
def test_any_amount_in_digits_reads_back(fen: int, form: str) -> None:
    plain = f"{fen / 100:.2f}"
    full = plain.translate({ord(one): ord(one) + 0xFEE0 for one in "0123456789"})
    assert read_fen("付" + form.format(plain=plain, comma=f"{fen / 100:,.2f}", full=full)) == [fen]


@given(st.integers(1, 9_999), st.integers(1, 9))
def test_any_amount_in_wan_reads_back(wan: int, thousand: int) -> None:
    assert read_fen(f"转{wan}.{thousand}万元") == [(wan * 10 + thousand) * 100_000]
    assert read_fen(f"转{wan}万{thousand}千") == [(wan * 10 + thousand) * 100_000]
    assert read_fen(f"转{wan}万{thousand}，") == [(wan * 10 + thousand) * 100_000]


@given(st.integers(1, 99_999_999))
def test_any_amount_in_chinese_numerals_reads_back(yuan: int) -> None:
    assert read_fen(f"共{chinese(yuan)}元。") == [yuan * 100]
