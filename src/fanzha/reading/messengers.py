"""Accounts of messengers in a text: QQ, WeChat, Telegram and the others, groups by their numbers.

>>> [(one.kind, one.value) for one in messengers("加QQ 8800456123，群号9300112288，微信号:xugou_a1", [])]
[('qq', '8800456123'), ('qq_group', '9300112288'), ('wechat', 'xugou_a1')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "messengers.yaml")
_AND = r"(?:\([^)\n]{1,10}\))?\s?(?:、|和|及|以及|，|,|/|或)\s?"


def _patterns() -> tuple[WordSearch, list[tuple[str, re.Pattern[str]]]]:
    """What finds an account of each kind by its messenger's name; each kind with what finds the next in a list of them."""
    introduced, kinds = [], []
    for kind, told in _DATA["kinds"].items():
        names = "|".join(re.escape(name) for name in sorted(told["names"], key=len, reverse=True))
        glued = r"(?<![A-Za-z])" if kind != "wechat" else ""
        names = f"(?:{names})(?![A-Za-z])" if kind in ("telegram", "other") else f"(?:{names})"
        value = told["value"]
        introduced.append(rf"{glued}{names}{_DATA['between']}(?P<value>{value})(?![A-Za-z0-9_*])")
        kinds.append((kind, re.compile(rf"{_AND}(?P<value>{value})(?![A-Za-z0-9_*])")))
    return WordSearch(introduced), kinds


_INTRODUCED, _KINDS = _patterns()
_BESIDE = [(kind, words) for told in ("named_after", "named_before") for kind, words in _DATA[told].items()]
_NAMED_BESIDE = WordSearch([rf"(?<![A-Za-z0-9_]){words}" for _, words in _BESIDE])
_SAME = re.compile("|".join(_DATA["same_as_phone"]))
_FAR = re.compile(_DATA["named_far"])
_NAMES = {name: kind for kind, told in _DATA["kinds"].items() for name in told["names"]}
_NAMED = re.compile("|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True) if len(name) > 1))
_ASIDE = 8
"""Characters between 微信就是他电话 and the telephone that is meant, when it follows; ours."""
_WORDS = re.compile(r"(?i)(?:app|apk|vip|http|www|qq|id|wechat|pos|atm|usdt|ok|sim)\w?$|\d{1,4}$")


@dataclass(frozen=True, slots=True)
class Messenger:
    start: int
    end: int
    kind: str
    value: str


def messengers(folded: str, phones: list[tuple[int, str]]) -> list[Messenger]:
    """The accounts in a folded text, in order; `phones` are place and spelling of its telephone numbers.

    A telephone number is a WeChat account as well where the text says so.
    """
    taken: dict[int, Messenger] = {}
    for which, match in _INTRODUCED.matches(folded):
        kind, more = _KINDS[which]
        where: re.Match[str] | None = match
        while where is not None:
            _take(taken, kind, where, folded)
            where = more.match(folded, where.end())
            if where and kind not in ("qq", "qq_group") and not re.search(r"\d|_", where["value"]):
                break
    for which, match in _NAMED_BESIDE.matches(folded):
        _take(taken, _BESIDE[which][0], match, folded)
    for match in _FAR.finditer(folded):
        named = [_NAMES[one.group()] for one in _NAMED.finditer(folded, 0, match.start())]
        if named and named[-1] not in ("qq", "qq_group"):
            _take(taken, named[-1], match, folded)
    for said in _SAME.finditer(folded):
        follows = [one for one in phones if said.start() <= one[0] < said.end() + _ASIDE]
        near = follows[:1] or [one for one in phones if one[0] < said.end()] or phones[:1]
        if near:
            start, spelled = near[-1]
            value = re.sub(r"[ -]", "", spelled)
            if not any(one.value == value for one in taken.values()):
                taken[start] = Messenger(start, start + len(spelled), "wechat", value)
    return [taken[start] for start in sorted(taken)]


def _take(taken: dict[int, Messenger], kind: str, match: re.Match[str], folded: str) -> None:
    value = match["value"]
    start, end = match.span("value")
    if re.fullmatch(r"[+\d -]+", value):
        value = re.sub(r"[ -]", "", value)
    value = value.lstrip("@")
    if kind not in ("qq", "qq_group") and (_WORDS.match(value) or folded[end : end + 1] == "."):
        return
    if kind in ("telegram", "other", "douyin", "kuaishou") and not _introduced(match):
        return
    for other in taken.values():
        if other.start < end and start < other.end:
            return
    taken[start] = Messenger(start, end, kind, value)


def _introduced(match: re.Match[str]) -> bool:
    """Whether something says that an account follows: 号, a colon, an @, a digit in it."""
    between = match.group()[: match.start("value") - match.start()]
    return bool(re.search(r"号|:|@|ID|id|账|用户名|名|\(|是|为", between)) or bool(re.search(r"[\d_]", match["value"]))
