"""Telephone numbers written in full, each with its normal form.

>>> [(one.spelled, one.value) for one in phones("接到154 3300 7812打来，95588发来短信，尾号1234")]
[('154 3300 7812', 'CN:15433007812'), ('95588', 'CN:95588')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fanzha.reading.around import left_of
from fanzha.reading.first_signs import compiled
from fanzha.vocabulary import normal_number

_GAP = r"[ -]?"
_NUMBER = re.compile(
    rf"""(?=[(+\d])(?<![\d.*A-Za-z@_/-])(?:
      (?P<mobile>(?:\(?(?:\+|00)86\)?{_GAP}|86-?(?=1\d{{10}}))?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}})
      |(?P<abroad>(?:\+|00)\d{{7,15}}|(?<!\d\ )(?<!\d\ \ )(?:\+|00)\d{{1,5}}(?:[ -]{{1,3}}\d{{1,5}}){{2,5}}(?!:\d))
      |(?P<landline>\(?0(?:10|2\d|[3-9]\d{{2}})\)?[ -]?[2-9]\d{{6,7}})
      |(?P<special>(?:400|800)[ -]?\d{{3,4}}[ -]?\d{{3,4}}|106\d{{5,17}}|1069\d{{4,16}})
      |(?P<virtual>1[67]\d{{9}})
      |(?P<service>95\d{{3,6}}|96\d{{3,4}}|12\d{{3}}|100\d\d|11[0-9]|12[0-2]|118\d{{2}})
    )(?![\d*A-Za-z@_]|\.\d|-\d)""",
    re.VERBOSE,
)
_SHORTEST_ABROAD = 9
"""Digits with 00 and the country: those of a number abroad that has seven."""
_GROUPS = compiled(r"(?<![\d.*A-Za-z@_/-])(?<!\d )\d{2,8}(?: {1,4}\d{2,8})+(?![\d*A-Za-z@_:]|\.\d|-\d)")
_GROUP = re.compile(r"\d+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE_BEFORE = re.compile(
    r"(?:接到|收到|来电|屏?显示?(?:为|是|的是)?|号码(?:为|是|:)?|冒充|假冒|自称|接了|接听|伪装成|称是|一个|通过|电话(?:号码)?(?:为|是|:)?|短信(?:来自)?|由|被|仿冒|伪造)[\s“(]{0,2}$"
)
_SERVICE_AFTER = re.compile(
    r"[\s”)]{0,2}(?:给(?:我|其|他|她)(?:发|打|来)|发(?:来|的|送)|的?(?:号码)?(?:打来|来电|短信|来的)|(?:就|又)?打(?:来|给|过来|我)|开头|这个号|客服(?:来电|打)|的(?:电话|号码|来电|短信))"
)
_SHORTEST = 3
_CAME, _SENTENCE_GOES_ON = re.compile(r"收到[\s“(]{0,2}$"), re.compile(r"了|[，。！]|\s?(?:\n|$)")
"""收到118了 is money that came, 收到110的来电 a call."""
_MONEY_AFTER = re.compile(r"\s?(?:元|块|万|人民币)")
_POLICE_AFTER = re.compile(r"[\s”)]{0,2}(?:报警|指挥|中心|接警|民警|劝阻|热线|核实|咨询|求助)")
_NAMED = re.compile(
    r"(?:卡号|账[号户]|单号|订单|QQ号?|qq|群号?|身份证|尾号|编号|工号|警号|金额|运单|验证码|会议号|房间号|案号|流水号?|协议号|合同号?)[\s:是为(]*$"
)

_SERVICE_ACCOUNT = re.compile(r"(?:支付宝|微信|[Ww]hats[Aa]pp|WHATSAPP)[^。；]{0,24}\Z|(?:账号|账户)[\s:是为(]*\Z")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number at text[start:end], as spelled, and in normal form."""

    start: int
    end: int
    spelled: str
    value: str


def phones(folded: str) -> list[Phone]:
    """The telephone numbers in a folded text, in order.

    A public short number only where somebody called or wrote from it, or it was worn: not where one reported to it.
    """
    found = []
    for match in _NUMBER.finditer(folded):
        start, end, spelled = match.start(), match.end(), match.group()
        left = left_of(folded, start)
        if _NAMED.search(left) and not ((match["mobile"] or match["abroad"]) and _SERVICE_ACCOUNT.search(left)):
            continue
        if match["service"] and not (
            (_SERVICE_BEFORE.search(left) or _SERVICE_AFTER.match(folded, end)) and not _POLICE_AFTER.match(folded, end)
        ):
            continue
        if len(spelled) == _SHORTEST and _CAME.search(left) and _SENTENCE_GOES_ON.match(folded, end):
            continue
        if _MONEY_AFTER.match(folded, end) or (match["abroad"] and sum(map(str.isdigit, spelled)) < _SHORTEST_ABROAD):
            continue
        value = normal_number(spelled)
        if value is not None:
            found.append(Phone(start, end, spelled, value))
    found += [
        one for one in _in_groups(folded) if not any(one.start < other.end and other.start < one.end for other in found)
    ]
    return sorted(found, key=lambda one: one.start)


def _in_groups(folded: str) -> Iterator[Phone]:
    """Mobile numbers in whatever groups they were said, where all digits of a run are such numbers."""
    for run in _GROUPS.finditer(folded):
        told: list[Phone] = []
        digits, first = "", run.start()
        for group in _GROUP.finditer(folded, run.start(), run.end()):
            first = first if digits else group.start()
            digits += group.group()
            if _MOBILE.fullmatch(digits) and (value := normal_number(digits)):
                told.append(Phone(first, group.end(), folded[first : group.end()], value))
                digits = ""
        if not digits and not _NAMED.search(left_of(folded, run.start())):
            yield from told
