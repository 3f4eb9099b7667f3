"""What the codes and times in the history of a visit mean."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from fanzha.centre.access.words import Teller
from fanzha.centre.visits import form
from fanzha.vocabulary import Text

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_REPORT = re.compile(r"(\w+), (\S+), skew (-?\d+) s$")
IN_TIME = "met in time, reported at "
FOR_A_VISIT = "visit of order "


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(_SHANGHAI).strftime("%m-%d %H:%M")


def _report(said: str) -> Text | None:
    """What came of the visit, when by the time that counts, and how far the phone's clock was behind."""
    found = _REPORT.match(said)
    result = form.RESULTS.get(found[1]) if found else None
    if found is None or result is None:
        return None
    at, late = _local(found[2]), found[3]
    return Text(f"{result.zh}，{at}，手机时间相差{late}秒", f"{result.en}, {at}, the phone's clock {late} s behind")


def _in_time(said: str) -> Text | None:
    if not said.startswith(IN_TIME):
        return None
    at = _local(said.removeprefix(IN_TIME))
    return Text(f"时限内已见面，回报于{at}", f"met in time, reported at {at}")


def _for_a_visit(said: str) -> Text | None:
    return Text("上门", "for the visit") if said.startswith(FOR_A_VISIT) else None


TOLD: dict[str, Teller] = {"visit": _report, "breach_reason": _in_time, "unmask": _for_a_visit}
"""By act."""
