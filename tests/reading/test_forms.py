"""What people type into forms, what cheques say in capitals, and a reading told in words."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzha.reading import in_words, read, typed_account, typed_fen
from fanzha.reading.amounts import amounts
from fanzha.reading.capitals import capitals
from fanzha.reading.folding import fold
from fanzha.reading.numerals import numeral
from fanzha.reading.typed import account_numbers
from fanzha.refusal import Refusal

REPORT = datetime.fromisoformat("2024-03-07T16:40:00+08:00")


@pytest.mark.parametrize(
    ("fen", "wanted"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (50, "伍角整"), (55, "伍角伍分"), (100, "壹元整"), (105, "壹元零伍分"), (150, "壹元伍角整"),
        (1_000, "壹拾元整"), (10_100, "壹佰零壹元整"), (100_100, "壹仟零壹元整"), (101_000, "壹仟零壹拾元整"), (1_000_000, "壹万元整"), (1_000_100, "壹万零壹元整"),
        (1_010_000, "壹万零壹佰元整"), (1_100_000, "壹万壹仟元整"), (10_000_000, "壹拾万元整"), (10_000_000_000, "壹亿元整"), (10_000_000_100, "壹亿零壹元整"),
        (10_100_000_000, "壹亿零壹佰万元整"), (11_000_000_000, "壹亿壹仟万元整"), (123_456_789_01, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        (10_001_000_000, "壹亿零壹万元整"), (20_000_500_000, "贰亿零伍仟元整"),
    ],
)  # fmt: skip
def test_an_amount_in_capitals_is_what_a_cheque_says(fen: int, wanted: str) -> None:
    assert capitals(fen) == wanted


@given(st.integers(1, 10**8 - 1))
def test_capitals_are_read_back(yuan: int) -> None:
    assert numeral(capitals(yuan * 100).removesuffix("元整")) == yuan
    assert [one.fen for one in amounts(fold("付" + capitals(yuan * 100)))] == [yuan * 100]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("十", 10), ("拾", 10), ("二十", 20), ("百", 100), ("一百零五", 105), ("一百五", 150), ("一千零五十", 1050), ("一千零五", 1005), ("三千五", 3500), ("两千三百五", 2350),
        ("万", 10_000), ("五", 5), ("三万五", 35_000), ("三万零五", 30_005), ("一亿", 10**8), ("亿", 10**8), ("一亿二千万", 120_000_000), ("一亿三", 130_000_000),
        ("十二万亿", 12 * 10**12), ("零零七", 7), ("俩", 2), ("仨", 3), ("○", 0), ("一○五", 105), ("零十", 10), ("五五百", None), ("", None), ("五元", None), ("二零二二", 2022),
        ("一百零", 100), ("三千万", 30_000_000), ("三万三千三百三十三", 33_333),
    ],
)  # fmt: skip
def test_a_numeral_is_read_as_it_is_spoken(written: str, wanted: int | None) -> None:
    assert numeral(written) == wanted


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("50000", 5_000_000), ("50,000.5", 5_000_050), (" ５００００ ", 5_000_000), ("¥ 3.05", 305), ("5万", 5_000_000), ("三万五", 3_500_000), ("0.01", 1), ("1，000", 100_000),
        ("999999999999.99", 99_999_999_999_999), ("1e3", 100_000),
    ],
)  # fmt: skip
def test_an_amount_may_be_typed_as_people_write(written: str, fen: int) -> None:
    assert typed_fen(written) == fen


@pytest.mark.parametrize(
    "written", ["", "0", "-5", "0.001", "1.234", "1000000000000", "五万和三万", "约5万", "x", "NaN", "Infinity"]
)
def test_what_is_no_amount_in_yuan_is_refused_with_its_field(written: str) -> None:
    with pytest.raises(Refusal, match="expected an amount in yuan") as refused:
        typed_fen(written, "loss")
    assert (refused.value.code, refused.value.where) == ("typed.amount", "loss")
    with pytest.raises(Refusal) as refused:
        typed_fen(written)
    assert refused.value.where == "amount"


def test_the_least_amount_may_be_nought_or_more() -> None:
    assert typed_fen("0", least=0) == 0
    assert typed_fen("0.05", least=5) == 5
    with pytest.raises(Refusal):
        typed_fen("0.04", least=5)


@pytest.mark.parametrize(
    ("written", "value", "luhn"),
    [
        ("9999 9912 3456 7890 124", "9999991234567890124", True), ("9999-9912-3456-7890-125", "9999991234567890125", False), ("12345678", "12345678", None),
        ("６２１２３４５６", "62123456", None), ("T" + "a" * 31, "T" + "a" * 31, None),
    ],
)  # fmt: skip
def test_an_account_is_read_without_its_spaces_and_a_card_by_its_check_digit(
    written: str, value: str, luhn: bool | None
) -> None:
    one = typed_account(written)
    assert (one.value, one.luhn) == (value, luhn)


@pytest.mark.parametrize("written", ["1234567", "1" * 33, "账户12345678", "1234_5678"])
def test_what_cannot_be_an_account_is_refused(written: str) -> None:
    with pytest.raises(Refusal, match="expected an account of 8 to 32 digits or letters") as refused:
        typed_account(written)
    assert (refused.value.code, refused.value.where) == ("stop.account", "account")


def test_pasted_accounts_come_once_the_right_cards_first() -> None:
    pasted = (
        "错的9999991234567890125，对的9999 9912 3456 7890 124，又9999991234567890124，对公123456789012，短12345678901，长"
        + "1" * 33
    )
    assert [(one.value, one.luhn) for one in account_numbers(pasted)] == [
        ("9999991234567890124", True), ("9999991234567890125", False), ("123456789012", None),
    ]  # fmt: skip


def test_a_mistyped_card_in_groups_is_one_number() -> None:
    assert [(one.value, one.luhn) for one in account_numbers("卡号 9999 9912-3456 7890 125，")] == [
        ("9999991234567890125", False)
    ]


TOLD = (
    "2024年3月7日16时许，报警人（电话15400000001）报称：3月5日其加入微信群做任务，下载“聚点优选”APP（jd-yx.example）。"
    "3月6日15：12其用本人农业银行卡（卡号9999992026985895365）向对方建设银行账户（户名：梁某海，卡号9999992978897116027）转账1000元，"
    "后收到返款8元。客服QQ8800456123。共计损失5000元。作案手段：刷单返利。"
)


def test_a_reading_is_told_line_by_line_in_both_languages() -> None:
    found = read(TOLD, REPORT)
    zh, en = list(in_words(found, "zh")), list(in_words(found, "en"))
    assert len(zh) == len(en)
    assert en[2:] == [
        "Way in: group chat",
        "Payments, 1:",
        "  2024-03-06 15:12:00  1,000.00 yuan  9999992026985895365 → 9999992978897116027 建设银行 梁某海",
        "Loss: stated 5,000.00 yuan, payments add up to 1,000.00 yuan, returned 8.00 yuan",
        "  Note: the stated loss and the payments differ.",
        "Numbers: CN:15400000001 (the victim's)",
        "Accounts: 9999992026985895365 农业银行 (the victim's)",
        "Accounts: 9999992978897116027 建设银行 梁某海 (the other side's)",
        "Messenger accounts: qq 8800456123 (the other side's)",
        "Addresses: jd-yx.example",
        "Apps: 聚点优选",
        "Handed over by: bank transfer",
    ]
    assert zh[0].startswith("类别：刷单返利")
    assert zh[3] == "付款 1 笔："
    assert zh[-2:] == ["应用: 聚点优选", "交付方式: 银行转账"]


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("我昨天转了500元。", "2024-03-06  500.00 yuan  ? → ?"),
        ("我昨天15时转了500元。", "2024-03-06 15:00  500.00 yuan  ? → ?"),
        ("我转了500元。", "not said  500.00 yuan  ? → ?"),
        ("我昨天15:12微信转了500元。", "2024-03-06 15:12:00  500.00 yuan  ? → ?  WeChat"),
    ],
)
def test_a_payment_is_told_as_exactly_as_it_is_known(told: str, line: str) -> None:
    assert [one.strip() for one in in_words(read(told, REPORT), "en") if "→" in one] == [line]


def test_nothing_is_told_to_be_nothing() -> None:
    assert list(in_words(read("今天天气很好", REPORT), "en"))[1:] == [
        "Way in: not said", "No payments read.", "Loss: stated not said yuan, payments add up to not said yuan, returned not said yuan",
    ]  # fmt: skip


def test_every_mark_on_the_page_stands_on_what_it_marks() -> None:
    found = read(TOLD, REPORT)
    folded = fold(TOLD)
    marked = {(one["item"], one["value"]): TOLD[one["start"] : one["end"]] for one in found.spans()}
    assert marked[("number", "CN:15400000001")] == "15400000001"
    assert marked[("amount", "100000")] == "1000元"
    for item, value in (
        ("account", "9999992978897116027"),
        ("qq", "8800456123"),
        ("url", "jd-yx.example"),
        ("app", "聚点优选"),
    ):
        assert marked[(item, value)] == value
    assert [one["start"] for one in found.spans()] == sorted(one["start"] for one in found.spans())
    assert any(item == "because" and value == text and value in folded for (item, value), text in marked.items())
