"""By which way money went and was handed over, and who speaks in a pasted chat."""

from __future__ import annotations

import pytest

from fanzha.reading.amounts import amounts
from fanzha.reading.folding import fold
from fanzha.reading.passages import passages
from fanzha.reading.payment_channels import channel, handover, ways


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("半万元", 5_000), ("半亿元", 50_000_000), ("一万半", 15_000), ("五百半", 550), ("十五万", 150_000), ("3.5千元", 3_500), ("5k元", 5_000), ("2百元", 200), ("3十万元", 300_000),
        ("1百万元", 1_000_000), ("2千万元", 20_000_000), ("3亿元", 300_000_000), ("一点五亿", 150_000_000), ("¥1,234,567.89", 1_234_567.89), ("$500", 500), ("5块5", 5.5),
        ("3元2角5分", 3.25), ("2万零500元", 20_500), ("2万500元", 20_500), ("5百万余元", 5_000_000), ("八百二", 820), ("两万零三百", 20_300), ("120元", 120), ("三十余万五千元", 305_000), ("三十余万五", 305_000), ("三十余万元", 300_000),
    ],
)  # fmt: skip
def test_a_sum_in_any_unit_is_read(written: str, yuan: float) -> None:
    assert [one.fen for one in amounts(fold(f"转账{written}，"))] == [round(yuan * 100)]


@pytest.mark.parametrize(
    "text",
    [
        "0元",
        "编号A500",
        "500人",
        "：12、转账",
        "(3)转账",
        "拨打95588",
        "联系12345",
        "100000000000000元",
        "账号123456789",
        "500/1",
        "500.5.5",
        "2%",
    ],
)
def test_what_only_looks_like_a_sum_is_none(text: str) -> None:
    assert amounts(fold(f"其{text}")) == []


def test_a_sum_is_bare_when_only_its_neighbours_say_that_it_is_money() -> None:
    assert [(one.fen, one.bare) for one in amounts("转了500，又转500元，再转5万，给¥300")] == [
        (50_000, True), (50_000, False), (5_000_000, False), (30_000, False),
    ]  # fmt: skip
    text = fold("转了 ５００ 元，")
    (one,) = amounts(text)
    assert text[one.start : one.end] == "500 元"


@pytest.mark.parametrize(
    ("way", "bank", "form"),
    [
        ("card_secret", False, "card_secret"), ("gold", False, "gold_courier"), ("crypto", False, "virtual_currency"), ("wechat", True, "payment"), ("alipay", False, "payment"),
        ("payment", False, "payment"), ("qr", False, "payment"), ("counter", False, "bank"), ("atm_cash", False, "bank"), ("mobile", False, "bank"), ("online", False, "bank"),
        ("pos", False, "pos"), ("cash", False, "cash_courier"), (None, True, "bank"), (None, False, None),
    ],
)  # fmt: skip
def test_each_way_is_a_form_of_handing_over(way: str | None, bank: bool, form: str | None) -> None:
    assert handover([(way, bank)], text="") == ([form] if form else [])


@pytest.mark.parametrize("way", ["cash", "gold"])
def test_what_a_hired_car_took_away_was_handed_over_so(way: str) -> None:
    taken = "其将现金放在网约车后备箱内"
    assert handover([("wechat", False), (way, False), (None, True)], text=taken) == ["payment", "bank", "ride_hailing"]
    assert handover([(way, False)], text="其坐网约车回家") != ["ride_hailing"]
    assert handover([(way, False)], text="其将现金放在网约车") == ["ride_hailing"]
    assert handover([("wechat", False)], text=taken) == ["payment"]
    assert handover([(way, False)], text="现金放" + "哦" * 61 + "网约车")[0] != "ride_hailing"
    assert handover([(way, False), (way, False)], text="") == [handover([(way, False)], text="")[0]]


@pytest.mark.parametrize(
    ("words", "way"),
    [("微信扫码支付", "wechat"), ("支付宝转账", "alipay"), ("手机银行转账", "mobile"), ("网上银行转账", "online"), ("柜台转账", "counter"), ("走路", None)],
)  # fmt: skip
def test_a_way_is_named_by_its_words(words: str, way: str | None) -> None:
    assert channel(ways(words), 0, len(words)) == way


CHAT = (
    "以下是聊天记录\n客服 18:02\n请转300元。再转500元\n我 18:05 转了300\n好的\n民警 18:06 转给谁？\n客服 18:07 收到\n"
)


def turns(text: str) -> list[tuple[str, str | None, bool, bool]]:
    return [
        (text[one.start : one.end], one.speaker, one.own, one.asked) for one in passages(text) if one.end > one.start
    ]


def test_turns_of_a_chat_are_told_apart_with_who_writes_and_whether_it_is_the_victim() -> None:
    assert turns(CHAT.replace("民警", "助理")) == [
        ("以下是聊天记录", None, False, False), ("请转300元。", "客服", False, False), ("再转500元", "客服", False, False), ("转了300", "我", True, False),
        ("好的", None, False, False), ("转给谁？", "助理", False, False), ("收到", "客服", False, False),
    ]  # fmt: skip


def test_who_answers_an_officer_tells_a_story_and_writes_no_chat() -> None:
    told = {said: (speaker, own, asked) for said, speaker, own, asked in turns(CHAT)}
    assert told["转给谁？"] == ("民警", False, True)
    assert told["转了300"] == (None, False, False)


def test_turns_are_counted_on_and_begin_at_their_heads() -> None:
    text = CHAT + "\n\n以上为全部聊天内容\n我觉得被骗了"
    found = passages(text)
    turns = [one.turn for one in found]
    assert turns == sorted(turns)
    assert max(turns) >= 4
    for one in found:
        assert one.head <= one.start
        if one.speaker:
            assert text[one.head :].startswith(one.speaker)


def test_prose_is_parted_at_its_stops_and_nothing_is_lost() -> None:
    text = "其被骗。转了500元！为什么？；\n完"
    found = passages(text)
    assert [text[one.start : one.end] for one in found] == ["其被骗。", "转了500元！", "为什么？", "；", "完"]
    assert {(one.speaker, one.turn) for one in found} == {(None, 0)}


def test_a_name_before_a_colon_speaks_when_it_comes_back_or_the_victim_does_too() -> None:
    assert [one.speaker for one in passages("小王: 你好\n小王: 转了吗")] == ["小王", "小王"]
    assert [one.speaker for one in passages("小王: 你好\n小李: 转了吗")] == [None, None]
    assert [one.speaker for one in passages("小王: 你好\n我: 转了")] == ["小王", "我"]
    assert [one.speaker for one in passages("金额: 500\n金额: 600")] == [None, None]
