"""Accounts of messengers as they are written, and what only looks like one."""

from __future__ import annotations

import pytest

from fanzha.reading.folding import fold
from fanzha.reading.messengers import messengers


def found(written: str, phones: list[tuple[int, str]] | None = None) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in messengers(fold(written), phones or [])]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("加QQ 8800456123，", [("qq", "8800456123")]),
        ("加QQ8800456123和9300112288，", [("qq", "8800456123"), ("qq", "9300112288")]),
        ("群号9300112288，", [("qq_group", "9300112288")]),
        ("微信号：xugou_a1，", [("wechat", "xugou_a1")]),
        ("微信号xugou_a1、xugou_b2，", [("wechat", "xugou_a1"), ("wechat", "xugou_b2")]),
        ("抖音号xugou88，", [("douyin", "xugou88")]),
        ("快手号xugou88，", [("kuaishou", "xugou88")]),
        ("Telegram账号@xugou_88，", [("telegram", "xugou_88")]),
        ("抖音app，", []),
        ("用Telegram hello联系，", []),
        ("看抖音 hello video，", []),
        ("看快手 hello video，", []),
        ("用Line hello联系，", []),
        ("微信app联系，", []),
        ("QQ群里，", []),
        ("型号abcQQ8800456123，", []),
        ("他的Vwx xugou_a1，", [("wechat", "xugou_a1")]),
        ("qq八八零零，四五六，一二三。", [("qq", "8800456123")]),
        ("QQ群九三零零，一一二，二八八。", [("qq_group", "9300112288")]),
        ("他QQ我记得是八八零零，四五六，一二三。", [("qq", "8800456123")]),
        ("微信号好像是xugou_a1。", [("wechat", "xugou_a1")]),
        ("微信号xugouabc，", [("wechat", "xugouabc")]),
        ("QQ八八零零，四五六幺，二三，", [("qq", "8800456123")]),
        ("群号好像是八八零二，九幺五三，六六，", [("qq_group", "8802915366")]),
        ("在Telegram上聊的（@xugou_88），", [("telegram", "xugou_88")]),
        ("用WhatsApp找我，号码+0015430121277。", [("whatsapp", "+0015430121277")]),
        ("抖音主播让我私信，号是xugou_88，", [("douyin", "xugou_88")]),
    ],
)
def test_an_account_is_read_with_its_kind(written: str, wanted: list[tuple[str, str]]) -> None:
    assert found(written) == wanted


def test_a_telephone_is_a_wechat_account_where_the_text_says_so() -> None:
    text = fold("他手机15412345678，微信同号")
    (one,) = messengers(text, [(3, "15412345678")])
    assert (one.kind, one.value, text[one.start : one.end]) == ("wechat", "15412345678", "15412345678")
    assert found("他手机15412345678", [(3, "15412345678")]) == []
