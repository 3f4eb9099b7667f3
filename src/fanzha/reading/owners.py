"""Whose a telephone number is said to be: the words right before it that name its owner, or tell who calls whom with it.

>>> owner("后来打给我表哥，我表哥的手机号是")
Owner(relation='owns', named='我表哥', first=False)
>>> owner("我吓坏了，马上打老板电话(")
Owner(relation='called', named='老板', first=False)
>>> owner("其接到自称客服的陌生来电，号码")
Owner(relation='calls', named='其接到自称客服的陌生来电', first=True)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ENDS = re.compile(
    r"(?:[\s:(“\[，]|(?<!不)[是为]|就是|也是|好像|大概|有|叫|显示|这个|那个|(?:我|也|都|就|再|先)*(?:留|写|报)?给(?:你们?|我)(?:留)?(?:一个|一下|了)?[啊吧嘛]?|要不要|我(?:也|都|还)?(?:背得|念一下|翻了|记了|记着|抄了|存了|查了|找到了|写了))+\Z"
)
_TELEPHONE = re.compile(
    r"(?:联系|订餐|收货|预留|注册)?(?:手机|电话|座机|热线)(?:号码?|号)?|联系(?:方式|人)|(?:来电|短信|主叫)(?:号码?)?|(?:新|旧|原)?号码?(?!台)|支付宝(?:账?号)?|微信号?|WhatsApp|账号"
)
_AFTER_TELEPHONE = re.compile(r"(?:[过了]?来?的|打过来|打来|现在|目前)?\Z")
_BETWEEN = re.compile(
    r"(?:的|现在|目前|当时|以前|平时|留下?|使?用|用来?|真|那个|这个|有(?:一)?个|一个|那边|这边|另外)+\Z"
)
_CLAUSE = re.compile(r"[，。；:(（！？!?\n、]")
_SPEAKER = re.compile(r"\A[^，。；:]{0,6}:\s*\Z|\A[答问\s]*\Z")
_CALLED = re.compile(
    r"(?:拨打|致电|联系|回(?:电|拨)?(?:了)?(?:上面|里面)?|打(?:电话)?(?:给|到|了|过)?|问)(?P<whom>[^，。；:]{0,8})\Z"
)
_GIVEN = re.compile(r"(?:给|发|推|提供|报|留)(?:给|来|了|过)*(?:我|其|他|她)?(?:了)?\Z")
_CALLS = re.compile(
    r"接到|接了?|收到|来电|打来|打进|打过来|打电话|(?:打|联系|骚扰|加|找)(?:电话)?(?:了|过|给|到)?(?:我|其|他|她)|发来|短信"
)
_FILLED = re.compile(r"填|注册|预留|登记|绑|登录|留")
_HIMSELF = re.compile(r"(?<=[\u4e00-\u9fa5])(?:本人|自己)\Z")
_FAR = 14
"""Characters before the word for a telephone that name its owner, at most; ours."""
_EMPTY = re.compile(r"[\s的了就又再后来]*\Z")


@dataclass(frozen=True, slots=True)
class Owner:
    """`named`: the words that name who owns a number (relation owns), was called with it (called) or calls with it (calls), or who
    gave it somewhere (filled) or to somebody (given), empty where none do (nothing). `first`: who is named first in them matters, as the one who does it."""

    relation: str
    named: str
    first: bool = False


def owner(left: str) -> Owner:
    """Whose a number is by the words `left` of it."""
    bare = _ENDS.sub("", left)
    clause = bare[_begin(bare) :]
    telephone = max(_TELEPHONE.finditer(clause), key=re.Match.end, default=None)
    if telephone and _AFTER_TELEPHONE.fullmatch(clause, telephone.end()):
        ends = clause[telephone.end() :] + telephone.group()
        clause = clause[: telephone.start()]
        if _EMPTY.fullmatch(clause):  # 韦某(电话, 我叫王丽，电话
            before = bare[: _begin(bare)]
            bracket = before.endswith("(")
            before = before.rstrip("，(: 、")
            clause = before[_begin(before) :]
            if not bracket and clause:
                return Owner("calls" if _CALLS.search(clause) else "beside", clause, first=True)
        if "打" in ends or "来电" in ends or "短信" in ends:
            return Owner("calls", clause, first=True)
    if _FILLED.search(clause[-5:]) and not clause.endswith("的"):
        return Owner("filled", clause, first=True)
    named = _BETWEEN.sub("", clause)
    if _EMPTY.fullmatch(named):
        return Owner("nothing", "")
    if (called := _CALLED.search(named)) and not re.match("我|其|店|本人", called["whom"]):
        return Owner("called", _HIMSELF.sub("", called["whom"]))
    if _GIVEN.search(named):
        return Owner("given", named, first=True)
    if _CALLS.search(named):
        return Owner("calls", named, first=True)
    return Owner("owns", (_HIMSELF.sub("", named) or named)[-_FAR:])


def _begin(words: str) -> int:
    return max((stop.end() for stop in _CLAUSE.finditer(words)), default=0)


def sentence_before(folded: str, start: int, left: str) -> str:
    """`left`, or where it says nothing (a number that answers a question) the sentence before it."""
    if not _SPEAKER.match(left):
        return left
    end = start - len(left)
    return folded[max(0, end - 30) : end].rstrip("。！？!?\n") + left
