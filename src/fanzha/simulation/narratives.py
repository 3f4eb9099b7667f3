"""What a victim of the city says at the counter: how it was told, each payment, what came back. All of it synthetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def narrative(story: str, paid: Sequence[tuple[int, int]], payees: Sequence[str], returned_fen: int) -> str:
    """The narrative of a report. `story`: what the fraudster said; `paid`: (instant in microseconds UTC, fen) of each payment, to `payees`.

    >>> narrative("转到安全账户", [(1772416800000000, 5000000)], ["9999991234567890124"], 0)
    '报警人称，其被人以“转到安全账户”的方式诈骗。其于2026年3月2日10时0分转账50000.00元到对方账户9999991234567890124。共计损失50000.00元。'
    """
    told = sorted(zip(paid, payees, strict=True))
    payments = "；".join(f"其于{_at(at)}转账{fen / 100:.2f}元到对方账户{payee}" for (at, fen), payee in told)
    back = f"对方曾返还{returned_fen / 100:.2f}元。" if returned_fen else ""
    lost = sum(fen for _, fen in paid) - returned_fen
    return f"报警人称，其被人以“{story}”的方式诈骗。{payments}。{back}共计损失{lost / 100:.2f}元。"


def _at(instant_us: int) -> str:
    at = datetime.fromtimestamp(instant_us / 1e6, UTC).astimezone(_SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute}分"
