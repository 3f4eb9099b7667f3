"""What a sum is that the other side writes in a pasted chat: asked for, promised, or paid back."""

from __future__ import annotations

import re

from fanzha.reading.around import CLOSE
from fanzha.reading.gifts import AT_ONCE, LOAN_NAMED, is_a_loan
from fanzha.reading.money_roles import role

_PAID_BACK = re.compile(
    r"(?:已|给你|给您|帮你|成功)[^，。]{0,4}(?:返|退|到账(?!户|号)|发|提现|打)|(?:返|退|到账(?!户|号)|佣金|提现)[^，。]{0,4}(?:已|了|成功)"
)
_BACK_RIGHT = re.compile(
    r"^\s?(?:元|块)?(?:已(?:到(?!账[户号])|结算)|(?:已|给您|给你|的佣金已)?(?:返(?!\d)|退(?!\d)|发|到账(?!户|号)|打给|转给))(?!还前)"
)
_ONLY_SHOWN = re.compile(r"\[?(?:图片|示例|别人|其他人)[^\]]*\Z")
_TO_ME = re.compile(r"我(?:的)?(?:支付宝|微信|卡|零钱)?(?:里)?(?:收到|到了|到账)(?:了)?\s?\Z")
"""What the victim writes in brackets beside what the other side wrote."""


def offered(near: str, far: str, right: str, shown: re.Match[str] | None) -> tuple[str | None, bool]:
    """What a sum is that the other side writes: asked for, promised, or paid back."""
    if shown:
        return ("returned" if "收" not in shown.group() else None), False
    if _ONLY_SHOWN.search(near) or is_a_loan(near[-LOAN_NAMED:]):
        return "virtual", False
    if _BACK_RIGHT.match(right) or (
        _PAID_BACK.search((far + near)[-CLOSE:]) and not re.search(r"[才后再充垫转交补缴差存]|(?<!支)付", near)
    ):
        return "returned", False
    if _TO_ME.search(near):
        return "returned", False
    kind, total = role(near, far, right)
    if AT_ONCE.search(near):
        kind = "virtual"
    return ("virtual" if kind in ("virtual", "returned") else "demand"), total
