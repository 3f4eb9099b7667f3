"""Names that a text gives as an account's: after a label, beside an account or a bank, or said to be whom money went to.

>>> [one.name for one in holders("户名:梁某海，卡号1；收款方:个体户李素]，户名韦某强的工商银行卡", [])]
['梁某海', '个体户李素', '韦某强']
>>> [one.name for one in holders("转给一个叫黎运来的人，转到 李某良 中国银行 9999", [(18, 22)])]
['黎运来', '李某良']
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.bank_names import bank_names
from fanzha.vocabulary import load_data

_LABEL = r"(?:开户名称?|户名|账户名称?|账号名称?|账户姓名|户主|持卡人|开户人|收款(?:人|方|单位|商户|商家|账户名?)(?:姓名|名称|名字)?|收款名字?|收钱的人?|(?:对方)?姓名|名字|显示名|账户(?=是|为)|商户(?:名称?|全称)?(?=:|是|为|叫|显示|“)|商家名称?)"
_HAN = "[\u4e00-\u9fa5]"
_NAMES = load_data("fanzha.reading", "surnames.yaml")
_SURNAME = f"[{_NAMES['single']}]"
_GIVEN = f"(?:(?![{_NAMES['never']}]){_HAN})"
_MASKED = rf"(?:{_SURNAME}{_GIVEN}?[某*×xX]{{1,2}}{_GIVEN}?|\*{{1,3}}{_HAN}{{1,2}}|{_SURNAME}\*{{1,2}}{_HAN}?)"
_FIRM = rf"(?:{_HAN}|[某*×]){{2,22}}?(?:有限责任公司|股份有限公司|有限公司|公司|经营部|服务部|营业部|便利店|商行|商贸行|商贸中心|服务中心|信息中心|贸易(?!有限|公司)|工作室|合作社|超市|百货店?|商店|门市部?|货运代理|通讯店|数码店|家居馆|金行|店(?!铺))(?:\({_HAN}{{1,6}}\))?"
_LATIN = r"[A-Z][A-Za-z*]{1,14}(?: [A-Z*][A-Za-z*]{0,14}){0,4}"
_PERSON = rf"{_SURNAME}{_GIVEN}{{1,2}}"
_NAME = rf"(?:\*{{1,3}}{_HAN}{{1,2}}|{_HAN}[\u4e00-\u9fa5*×·某xX]{{0,23}}(?:\({_HAN}{{1,8}}\)(?:{_HAN}{{2,14}})?)?(?:-{_HAN}{{1,3}}[某*]{{0,2}}{_HAN}{{0,2}})?|{_LATIN})"
_LABELLED = re.compile(
    rf"{_LABEL}(?:是个姓{_HAN}的，叫|都|均|又|也)?\s?(?:显示)?(?:写的是|是|为|叫|:|\s|“|\"|\(|，叫|，呃，)*\s?(?P<name>{_NAME})"
)
_OWNER = re.compile(
    rf"(?P<name>{_MASKED})(?=(?:名下)?的?(?:{_HAN}{{0,8}}银行)?(?:个人|对公)?(?:账户|账号|银行卡|卡|户头|收款码))"
)
_BEFORE = re.compile(
    rf"(?:^|[到给至向→，,、(:\s”“户的；;。])(?:(?P<name>{_MASKED}|{_FIRM})(?:的|”?[，,、\s(]{{0,2}})|(?P<person>{_PERSON})[，,、\s]{{1,2}})\Z"
)
_AFTER = re.compile(
    rf"(?:的?[，,]\s?(?:叫|名字叫|名叫|姓名)|[(，,\s:]{{0,2}})(?P<name>{_MASKED}|{_FIRM}|{_LATIN}|{_PERSON})(?=[),，。；;、\s]|的|$|\d|{_HAN}{{2,6}}(?:银行|农信))"
)
_BESIDE = 28
"""Characters before and after an account or a bank that its holder may stand in; ours."""
_SAID = re.compile(
    rf"(?:收款|收钱|收的|转给|转到|打给|打到|付给|付到|汇给|汇到|账户|给(?:一个|他讲|那个)|对方)[^。；\d]{{0,16}}?(?:叫什么，|叫做?，?呃?，?叫?|姓{_HAN}的，叫|名叫)(?P<name>{_PERSON}|{_FIRM}|{_HAN}{{2,10}}(?:贸易|货运代理|商贸|科技))(?=的|[，,。；、那这]|$)"
)
_PAID = re.compile(
    rf"(?:转|汇|打|付|存)(?:账|款)?(?:了)?给(?:了)?\s?(?P<name>{_MASKED}|{_PERSON}(?=[\d\s（(，]|账户|的(?:卡|账|银行)))"
)
_PARTY = re.compile(
    rf"(?:对方|收款)[:，]?\s?(?P<name>{_MASKED})(?=[，。,；\s(])|(?:支付宝|微信)\((?P<inner>{_MASKED})\)"
)
_STOP = re.compile(
    r"的|卡号|账号|开户|账户(?!$)|银行|尾号|电话|手机|(?:工|农|建|中|交|招)行|邮储|转账|汇款|转了|，|并|后|于|金额|信用社|支付宝|微信|扫码|分别|是假|不详|未知|我不|共|等|同上"
)
_NOT_NAMES = re.compile(
    r"(?:对方|其|本人|我|他|她|自己|空白?|无|不详|未知|不清楚|以上|和|与|及|卡|账|以下|需要|必须|记不清|忘|一个|某|某人|个人|公司|如下|都不|信息|就|也|不|没|上面|转|显示|个姓.?|名字|方便).{0,3}$|同上.*"
)
_NO_FIRM = re.compile(r"(?:[从用向到至给在由叫]|我|他|她|其|本|对方|一个|这个|该|那个|个|去|是|的|为)")
_COMPANY = re.compile(rf"{_FIRM}")
_LONGEST_PERSON = 4
_ENDS = ("”", '"', ")", "]", "，", "。", "；", ";", " ", ",", "、", "\n", "")


@dataclass(frozen=True, slots=True)
class Holder:
    start: int
    end: int
    name: str


def holders(folded: str, beside: list[tuple[int, int]]) -> list[Holder]:
    """The holders that a folded text names, in order; `beside` are the places of its account numbers and banks."""
    found: dict[int, Holder] = {}
    for pattern in (_LABELLED, _OWNER, _SAID, _PARTY, _PAID):
        for match in pattern.finditer(folded):
            group = "inner" if pattern is _PARTY and match["inner"] else "name"
            _take(found, match[group], match.start(group), folded)
    for start, end in beside:
        after = _AFTER.match(folded, end, end + _BESIDE)
        if after:
            _take(found, after["name"], after.start("name"), folded)
        first = max(0, start - _BESIDE)
        before = _BEFORE.search(folded[first:start])
        group = "name" if before and before["name"] else "person"
        if before and not any(first + before.start(group) < last for at, last in beside if at < start):
            _take(found, before[group], first + before.start(group), folded)
    return [found[start] for start in sorted(found)]


def _take(found: dict[int, Holder], written: str, start: int, folded: str) -> None:
    bank = next(
        (one for one in bank_names(folded[start : start + len(written) + 4]) if 0 < one.start < len(written)), None
    )
    if bank and "公司" not in written:
        written = written[: bank.start]
    name = _cut(written, folded, start + len(written))
    if name and not any(one.start < start + len(name) and start < one.end for one in found.values()):
        found[start] = Holder(start, start + len(name), name)


def _cut(name: str, folded: str, end: int) -> str | None:
    if re.fullmatch(_LATIN, name):
        return name if len(name) > 3 else None
    company = _COMPANY.match(name)
    if company and not name[company.end() :].startswith("-"):
        return None if _NO_FIRM.match(company.group()) else company.group()
    stop = _STOP.search(name)
    kept = (name[: stop.start()] if stop else name).strip("·-")
    if _NOT_NAMES.fullmatch(kept) or len(kept) < 2:
        return None
    if "*" in kept or "某" in kept:
        masked = re.match(
            rf"(?:{_HAN}{{0,3}}[某*×]{{1,3}}{_HAN}{{0,8}}|[\u4e00-\u9fa5]{{2,16}}-?{_HAN}[某*]+{_HAN}?)", kept
        )
        return masked.group() if masked else kept
    closed = not stop and folded[end : end + 1] in _ENDS
    return kept if closed or stop or len(kept) <= _LONGEST_PERSON else None
