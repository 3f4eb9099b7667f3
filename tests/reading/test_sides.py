"""Whose a telephone number is, by the words that people give it with."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from fanzha.reading import read

VICTIMS = [
    "我妈的手机{}接到诈骗电话。", "报警人王某（联系电话：{}）称被骗。", "本人手机号{}。", "我这个号{}一直能打通。", "我注册用的手机号是{}。",
    "我女儿（电话{}）在宿舍被骗。", "我老公被骗的，他手机号{}。", "我叫王丽，电话{}，昨天被骗了。", "我是王丽，手机{}，报警。", "有消息请打{}。",
    "有结果请联系我{}。", "受害人李某，男，45岁，电话{}。", "李某（男，45岁，住某小区，{}）报警称被骗。", "我现在用的号是{}。",
    "来电人留的联系电话{}。", "绑定的是我手机{}。",
]  # fmt: skip
SUSPECTS = [
    "接到一个自称社保局的电话（{}）。", "他用手机{}联系我。", "打来的号码是{}。", "短信是{}发的。", "对方留的电话是{}。", "我拨打{}对方关机。", "我回拨{}是空号。",
    "他让我打{}这个电话。", "骗子用{}给我打的电话。", "有个{}的号码打进来。", "上门取钱的人电话{}。", "嫌疑人使用手机号{}与其联系。", "她说她手机号是{}，让我有事打她。",
    "通过{}这个号跟我说的。", "号码{}，自称是抖音客服。", "我妈接到一个电话{}。",
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "side"), [*((one, "victim") for one in VICTIMS), *((one, "suspect") for one in SUSPECTS)]
)
def test_whose_a_number_is_follows_from_the_words_around_it(words: str, side: str) -> None:
    assert [one.side for one in read(words.format("15412345678")).numbers] == [side]


def test_a_number_told_twice_has_the_side_that_is_known() -> None:
    told = "15412345678不知道是谁的。后来骗子用15412345678打来，接到15498765432来电。15498765432不知道是谁的。"
    assert {one.value: one.side for one in read(told).numbers} == {
        "CN:15412345678": "suspect",
        "CN:15498765432": "suspect",
    }


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("我们村网格员小韦也帮我打过，他的电话是15460075513。", "unknown"),
        ("后来是银行的李经理帮我弄的止付，李经理电话15460075513。", "unknown"),
        ("一个自称民警的人打来，电话是15460075513。", "suspect"),
    ],
)
def test_a_number_of_one_who_stands_by_is_nobodys(text: str, whose: str) -> None:
    assert [one.side for one in read(text).numbers] == [whose]


@pytest.mark.parametrize("side", ["victim", "suspect", "unknown"])
def test_most_ways_to_tell_whose_a_number_is_are_understood(side: str) -> None:
    told = yaml.safe_load(Path(__file__).with_name("told_numbers.yaml").read_text("utf-8"))[side]
    right = [[one.side for one in read(words.format("15412345678")).numbers][:1] == [side] for words in told]
    assert sum(right) >= 0.85 * len(right), [words for words, is_right in zip(told, right, strict=True) if not is_right]
