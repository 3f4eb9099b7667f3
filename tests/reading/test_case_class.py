"""The class that a narrative suggests, and the words that it shows for it."""

from __future__ import annotations

import pytest

from fanzha.reading.case_class import case_class

BRUSHING = "其刷单做任务垫付返佣金，抢单连单卡单，做单返利，客服派单，垫资联单。"


@pytest.mark.parametrize(
    ("text", "code", "because"),
    [
        ("其被骗。", "AL", ()),
        ("对方称可办理无抵押贷款，让其缴纳解冻费后失联。", "AA", ("解冻费", "无抵押", "贷款")),
        ("作案手段：刷单返利。", "AB", ("刷单", "返利")),
        ("作案手段：并非刷单返利，系虚假投资理财。", "AE", ("投资", "理财")),
        ("刷单，刷单，刷单，刷单。", "AB", ("刷单",)),
        ("其刷单返利，平台投资，刷单。", "AE", ("投资", "平台")),
    ],
)
def test_the_words_that_weigh_most_decide(text: str, code: str, because: tuple[str, ...]) -> None:
    found = case_class(text)
    assert (found.code, found.because) == (code, because)


def test_six_words_are_shown_at_most_the_weightiest_first_and_where_they_stand() -> None:
    found = case_class(BRUSHING)
    assert found.because == ("派单", "做单", "卡单", "连单", "抢单", "垫付返")
    assert [BRUSHING[start:end] for start, end in found.spans] == list(found.because)
    assert 0.9 < found.confidence < 1
