"""Who is on the victim's side by what a narrative has them do."""

from __future__ import annotations

import pytest

from fanzha.reading.victim_names import victim_names


@pytest.mark.parametrize(
    "told",
    [
        "韦某某称被骗", "韦某某怀疑被骗", "韦某某到派出所反映", "韦某某报警称被骗", "韦某某用微信付款", "韦某某被骗", "韦某某需付款", "其被骗后，韦某某通过手机银行转账",
        "报警人韦某某来所", "其母亲韦某某转账", "公司会计韦某某转账", "其子韦某某转账",
    ],
)  # fmt: skip
def test_who_reports_or_pays_is_a_victim(told: str) -> None:
    assert victim_names(told) == {"韦某某"}


@pytest.mark.parametrize("told", ["转账给韦某某", "户名韦某某", "对方韦某某让其转账", "向韦某某的账户转账"])
def test_who_is_paid_is_none(told: str) -> None:
    assert victim_names(told) == set()
