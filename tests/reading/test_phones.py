"""Which digits are a telephone number, by what stands around them."""

from __future__ import annotations

import pytest

from fanzha.reading.folding import fold
from fanzha.reading.phones import phones


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("电话15412345678。", ["CN:15412345678"]), ("QQ号15412345678。", []), ("支付宝账号15412345678。", ["CN:15412345678"]), ("支付宝账号07712345678。", []),
        ("接到95588打来的电话。", ["CN:95588"]), ("95588发来短信。", ["CN:95588"]), ("拨打95588。", []), ("收到96110报警中心的短信。", []), ("订单号95588打来。", []),
        ("接到15412345678元。", []), ("尾号15412345678。", []), ("座机07712345678。", ["+867712345678"]),
        ("电话幺五四幺，零零零零，八七六。", ["CN:15410000876"]), ("幺五四幺零零零，零八七六，幺五四二，零零零零，八七七。", ["CN:15410000876", "CN:15420000877"]),
        ("卡号九九九九，九九零零，零零零零，零幺八零，九五三。", []), ("专员003 11-29 18:20。", []), ("屏显“12393”。", ["CN:12393"]), ("转到账号15412345678。", ["CN:15412345678"]),
    ],
)  # fmt: skip
def test_a_number_is_read_where_the_words_say_that_it_is_one(written: str, wanted: list[str]) -> None:
    assert [one.value for one in phones(fold(written))] == wanted
