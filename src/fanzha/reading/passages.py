"""A narrative in its passages: sentences of prose, turns of a pasted chat with who speaks.

>>> [(one.speaker, one.own) for one in passages("聊天记录\\n客服 18:02 请转300元\\n我 18:05 转了300")]
[(None, False), ('客服', False), ('我', True)]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from fanzha.reading.first_signs import compiled

_KIN = "哥哥?|姐姐?|老?妈妈?|老?爸爸?|崽|弟弟?|妹妹?|女儿|闺女|儿子|孩子|丈夫|妻子|爱人|媳妇|老公|老婆|老伴|奶奶|爷爷|外婆|外公|孙子|孙女|侄子|侄女|同学|室友"
_OWN = re.compile(
    rf"(?:我|本人|自己|我自己|me|Me|受害人|报警人|报案人|事主|我方|来电人|求助人|群众|我?(?:{_KIN}))(?:\(.{{0,10}}\))?"
    rf"|[^\s()]{{1,10}}\((?:我的?)?(?:{_KIN}|我|本人|受害人|报警人|事主)\)"
)
_FOR_THEM = re.compile("他|她")
"""Who writes as the victim in the chat that somebody else pastes, where nobody else is _OWN."""
_ASKING = re.compile(r"接警员?|接线员|民警|警察|警官同志|110|96110|接警台")
_STAMP = r"\[?\(?(?:(?:\d{4}[年/.-])?\d{1,2}[月/.-]\d{1,2}日?\s*)?(?:(?:昨天|今天|前天|昨晚|凌晨|早上|上午|中午|下午|晚上|(?:周|星期)[一二三四五六日天])\s*){0,3}\d{1,2}:\d{2}(?::\d{2})?\]?\)?"
_DAY = r"(?:\d{4}[年/.-])?\d{1,2}[月/.-]\d{1,2}日?"
_NAME = r"[^\s:，。；！？\[\]“”、,]{1,16}(?:\([^)\n]{0,16}\))?"
_HEADERS = (
    re.compile(rf"(?P<name>{_NAME})\s+(?:{_STAMP})(?:\s*:\s*(?=\S)|\s*:?(?:\s+|$))"),
    re.compile(rf"(?P<name>我|本人)(?:{_STAMP})(?:\s*:\s*(?=\S)|\s*:?(?:\s+|$))"),
    re.compile(rf"(?P<name>[^\s:，。；！？\[\]“”、,()]{{1,16}})\({_STAMP}\s*:?\s*(?=\S|$)"),
    re.compile(rf"(?:{_STAMP})\s+(?P<name>{_NAME})(?:\s*:|\s*$|\s+(?=\S))"),
    re.compile(rf"[\[(“]{_STAMP}[\])”]\s*(?P<name>{_NAME})\s*:\s*(?=\S)"),
    re.compile(rf"{_DAY}\s+(?P<name>{_NAME})(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?\s*:\s*(?=\S)"),
    re.compile(rf"(?P<name>{_NAME})(?:\s+{_STAMP})?\s?:\s*(?=\S)"),
)
_STAMPED = len(_HEADERS) - 1
"""How many of them have a stamp, after which a name is the writer's wherever it stands."""
_QUOTED = re.compile(rf"(?:{_STAMP}\s*)?[\[“](?P<name>[^\]”\n]{{1,20}})[\]”]\s*(?:{_STAMP})?\s*:?\s*(?=\S|$)")
"""A head whose name stands in brackets; only where one of them is _OWN, since [图片] and [招商银行] stand so too."""
_NOT_SPEAKERS = re.compile(
    r"(?:情况|补充)?说明|补充|注|总结|附|另外|银行卡|微信(?:转账|支付|红包)?|云闪付|手机银行|网银|现金|柜台|ATM|[\u4e00-\u9fa5]{0,6}(?:银行|农行|工行|建行|中行|信用社|农信)卡?|"
    rf"[-+¥]?[\d.,]+(?:元|块|万|w|k)?|(?:[今昨前][天晚日]|凌晨|[早晚]上|[上中下]午)+|我(?!{_KIN}).{{2,}}|"
    r"(?:又|再|我)?(?:转(?!转)|汇|付|充|支(?!付宝客服)|打[给到款入了]|扫|提现|存|垫|从|用|通过|→|刷|投|入金|出金|借).*|.*[付转充垫投]\d{2}.*|.*(?:\d{5}|→|\d(?:元|块|万)|^第.[单笔次]).*|[(-]*(?:\d{2,4}[年/.-])?\d{1,2}(?:月|[/.-])\d{1,2}[日号]?(?:\d{1,2})?|.*(?:记录|账单|全号|如下|卡号|账号|户名|收款|网址|链接|电话|手机|微信号|QQ号?|号码|手段|银行|时间|金额|内容|姓名|地址|备注|报警人|经过|单号|情况|损失|合计|总共|其中|说|称|http|https|显示|为|是|这些|这样|流水|第.笔|如下的?|开户行|身份证|群号|截图|短信|要求|诉求)\d*"
)
_PAID = compiled(
    r"(?<![要让叫请你您没未])(?:我)?(?:已|刚)?(?:转|付|扫|充|汇|打|交)(?:了|好|过去|完)|已(?:转|付|扫|充|汇)|\[[^\]]*(?:转账|付款|支付|红包)"
)
_OFFERS = re.compile(
    "客服|导师|老师|主管|经理|群主|管理|助理|专员|警官|队长|平台|派单|接待|卖家|店|中介|律师|教授|主播|助教|总"
)
"""Who asks for money, by what they are called: never the one who pays."""
_ENDS = re.compile(r"[。！？!?\n]+|[；;](?=\s*\n)")


@dataclass(frozen=True, slots=True)
class Passage:
    """text[start:end]: a sentence of prose or a sentence of a turn in a chat.

    `speaker` is who writes it in a chat (None in prose), `own` whether that is the person who tells; `turn` counts
    turns (and blocks of prose between them); `head` is where the turn with its stamp begins; `asked`: the writer is an
    officer who asks.
    """

    start: int
    end: int
    speaker: str | None
    own: bool
    turn: int
    head: int
    asked: bool


def passages(folded: str) -> list[Passage]:
    """The passages of a folded text, in order; together they hold every character that is not between them."""
    found: list[Passage] = []
    turn = 0
    head = 0
    speaker: str | None = None
    own = False
    at = 0
    lines = folded.split("\n")
    quoted = any(_OWN.fullmatch(one["name"]) for one in map(_QUOTED.match, lines) if one)
    names = _speakers(lines, quoted=quoted)
    theirs = _OWN if any(_OWN.fullmatch(name) for name in names) else _FOR_THEM
    for line in lines:
        header = _header(line, names, quoted=quoted)
        body = at
        if header:
            turn, head = turn + 1, at
            speaker = header["name"]
            own = bool(theirs.fullmatch(speaker))
            body = at + header.end()
        elif speaker is not None and _ends_the_chat(line, found):
            turn, head, speaker, own = turn + 1, at, None, False
        found += _sentences(
            folded, body, at + len(line), (speaker, own, turn, head, bool(speaker and _ASKING.fullmatch(speaker)))
        )
        at += len(line) + 1
    if payer := _who_pays(folded, found):
        found = [replace(one, own=True) if one.speaker == payer else one for one in found]
    if any(one.asked for one in found):  # who answers an officer tells a story and writes no chat
        found = [replace(one, speaker=None, own=False) if one.own else one for one in found]
    return found


def _who_pays(folded: str, found: list[Passage]) -> str | None:
    """Of the writers of a chat in which nobody is 我 the one who says most often, and alone, that money was sent."""
    if any(one.own or one.asked for one in found):
        return None
    said: dict[str, int] = {}
    for one in found:
        if one.speaker and _PAID.search(folded, one.start, one.end):
            said[one.speaker] = said.get(one.speaker, 0) + 1
    ranked = sorted(said, key=lambda name: (-said[name], name))
    if not ranked or _OFFERS.search(ranked[0]) or (len(ranked) > 1 and said[ranked[0]] == said[ranked[1]]):
        return None
    return ranked[0]


def _sentences(folded: str, start: int, end: int, who: tuple[str | None, bool, int, int, bool]) -> list[Passage]:
    found, at = [], start
    for stop in _ENDS.finditer(folded, start, end):
        if stop.end() > at:
            found.append(Passage(at, stop.end(), *who))
        at = stop.end()
    if at < end or not found:
        found.append(Passage(at, end, *who))
    return found


def _header(line: str, names: set[str], *, quoted: bool) -> re.Match[str] | None:
    if quoted and (match := _QUOTED.match(line)):
        return match
    for kind, pattern in enumerate(_HEADERS):
        match = pattern.match(line)
        if match and (match["name"] in names or (kind < _STAMPED and not _NOT_SPEAKERS.fullmatch(match["name"]))):
            return match
    return None


def _speakers(lines: list[str], *, quoted: bool) -> set[str]:
    """Who writes in a pasted chat: names before a stamp, or before a colon in two lines, or beside 我."""
    stamped: set[str] = set()
    said: dict[str, int] = {}
    for line in lines:
        if quoted and (match := _QUOTED.match(line)):
            stamped.add(match["name"])
            continue
        for kind, pattern in enumerate(_HEADERS):
            match = pattern.match(line)
            if match and not _NOT_SPEAKERS.fullmatch(match["name"]):
                if kind < _STAMPED:
                    stamped.add(match["name"])
                else:
                    said[match["name"]] = said.get(match["name"], 0) + 1
                break
    own = any(_OWN.fullmatch(name) for name in said)
    if own or any(count > 1 for count in said.values()):
        stamped |= set(said)
    return stamped


def _ends_the_chat(line: str, found: list[Passage]) -> bool:
    """A line without a speaker belongs to the turn whose head stood alone, or goes on it; prose about it does not."""
    last = found[-1] if found else None
    if last is None or not line.strip():
        return False
    return any(one.end > one.start for one in takewhile(lambda one: one.turn == last.turn, reversed(found)))
