"""Names that a text gives as an account's.

>>> [one.name for one in holders("户名:梁某海，卡号1；收款方:个体户李素]，户名韦某强的工商银行卡")]
['梁某海', '个体户李素', '韦某强']
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LABEL = r"(?:开户名称?|户名|账户名称?|账号名称?|账户姓名|户主|持卡人|开户人|收款(?:人|方|单位|商户|商家|账户名?)(?:姓名|名称|名字)?|收款名|(?:对方)?姓名|名字(?:都)?(?=是|叫|显示)|显示名|账户(?=是|为)|商户(?:名称?|全称)|商家名称?)"
_HAN = "[\u4e00-\u9fa5]"
_NAME = rf"(?:\*{{1,3}}{_HAN}{{1,2}}|{_HAN}[\u4e00-\u9fa5*×·某xX]{{0,23}}(?:\({_HAN}{{1,8}}\){_HAN}{{2,14}})?(?:-{_HAN}{{1,3}}[某*]{{0,2}}{_HAN}{{0,2}})?)"
_LABELLED = re.compile(rf"{_LABEL}(?:都|均|又|也)?\s?(?:显示)?(?:是|为|叫|:|\s|“|\"|\()*\s?(?P<name>{_NAME})")
_MASKED = rf"(?:{_HAN}{{1,2}}[某*]{{1,2}}{_HAN}?|\*{{1,2}}{_HAN})"
_OWNER = re.compile(
    rf"(?P<name>{_MASKED})(?=(?:名下)?的?(?:{_HAN}{{0,8}}银行)?(?:个人|对公)?(?:账户|账号|银行卡|卡|户头|收款码))"
)
_AFTER_CARD = re.compile(rf"(?<=\d)\s?[(，,\s]\s?(?P<name>{_MASKED})(?=[),，。；;\s]|的|$|\d|{_HAN}{{2,6}}银行)")
_STOP = re.compile(
    r"的|卡号|账号|开户|账户(?!$)|银行|尾号|电话|手机|(?:工|农|建|中|交|招)行|邮储|转账|汇款|转了|，|并|后|于|金额|信用社|支付宝|微信|扫码|分别|是假|不详|未知|我不|共|等"
)
_NOT_NAMES = re.compile(
    r"(?:对方|其|本人|我|他|她|自己|空白?|无|不详|未知|不清楚|同上|以上|和|与|及|卡|账|以下|需要|必须|我的|记不清|忘|一个|某|某人|个人|公司|如下|都不|信息|就|也|不|没|上面|转|显示).{0,3}$"
)
_COMPANY = re.compile(
    r".*?(?:有限责任公司|股份有限公司|有限公司|公司|经营部|服务部|便利店|商行|商贸行|工作室|合作社|超市|百货店?|商店|门市部?|中心|店)"
)
_LONGEST_PERSON = 4


@dataclass(frozen=True, slots=True)
class Holder:
    start: int
    end: int
    name: str


def holders(folded: str) -> list[Holder]:
    """The holders that a folded text names, in order."""
    found: dict[int, Holder] = {}
    for pattern in (_LABELLED, _OWNER, _AFTER_CARD):
        for match in pattern.finditer(folded):
            name = _cut(match["name"], folded, match.end())
            start = match.start("name")
            if name and not any(one.start < start + len(name) and start < one.end for one in found.values()):
                found[start] = Holder(start, start + len(name), name)
    return [found[start] for start in sorted(found)]


def _cut(name: str, folded: str, end: int) -> str | None:
    company = _COMPANY.match(name)
    if company and not name[company.end() :].startswith("-"):
        return company.group()
    stop = _STOP.search(name)
    kept = (name[: stop.start()] if stop else name).strip("·-")
    if _NOT_NAMES.fullmatch(kept) or len(kept) < 2:
        return None
    closed = not stop and folded[end : end + 1] in ("”", '"', ")", "]", "，", "。", "；", ";", " ", ",", "、", "\n", "")
    if "*" in kept or "某" in kept:
        masked = re.match(
            rf"(?:{_HAN}{{0,3}}[某*×]{{1,3}}{_HAN}{{0,8}}|[\u4e00-\u9fa5]{{2,16}}-?{_HAN}[某*]+{_HAN}?)", kept
        )
        return masked.group() if masked else kept
    return kept if closed or stop or len(kept) <= _LONGEST_PERSON else None
