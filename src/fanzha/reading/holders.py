"""Names that a text gives as an account's: after a label, beside an account or a bank, or said to be whom money went to.

>>> [one.name for one in holders("户名:梁某海，卡号1；收款方:个体户李素]，户名韦某强的工商银行卡", [], [])]
['梁某海', '个体户李素', '韦某强']
>>> [one.name for one in holders("转给一个叫黎运来的人，转到 李某良 中国银行 9999", [(23, 27)], [(18, 22)])]
['黎运来', '李某良']
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.around import left_of, places_of
from fanzha.reading.bank_names import SHORT_NAMES, bank_names
from fanzha.reading.payee_names import LABELLED, SAID, payee_names
from fanzha.reading.victim_names import victim_names
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_LABEL = r"(?:开户名称?|户名|账户名称?|账号名称?|账户姓名|户主|持卡人|开户人|号主|收款(?:的)?微信(?:的)?(?:昵称|实名|名)|收款(?:人|方|单位|商户|商家|账户名?)(?:姓名|名称|名字)?|收款名字?|收钱的人?|(?:对方)?姓名|名字|显示名|(?<!付款)账户(?=是|为)|商户(?:名称?|全称|显示)?(?=:|是|为|叫|显示|“|[\u4e00-\u9fa5*]{0,2}某)|商家名称?|对手(?:户名|账户名?)|实名(?=是|为|:|叫|显示|\*|[\u4e00-\u9fa5][*某])|收款(?=:|变成|改成|换成)|收方|店名)"
_HAN = "[\u4e00-\u9fa5]"
_NAMES = load_data("fanzha.reading", "surnames.yaml")
_SURNAME = f"(?:{'|'.join(_NAMES['double'])}|[{_NAMES['single']}])"
_MASKABLE = f"(?:{'|'.join(_NAMES['double'])}|[{_NAMES['single']}{_NAMES['masked']}])"
_GIVEN = f"(?:(?!{'|'.join(_NAMES['after'])}|[{_NAMES['never']}]){_HAN})"
_MASKED = rf"(?:{_SURNAME}{_GIVEN}?[某*×xX]{{1,2}}{_GIVEN}?|{_MASKABLE}[某*]{{1,2}}{_GIVEN}?|\*{{1,3}}{_GIVEN}{{1,2}})"
_FIRMS = load_data("fanzha.reading", "firms.yaml")
_BODY = rf"(?:(?![到给至往叫将把]){_HAN}|[某*×])"
_ENDS_OF_FIRMS = "|".join(sorted(_FIRMS["ends"], key=len, reverse=True))
_TRADES = "|".join(sorted(_FIRMS["trades"], key=len, reverse=True))
_FORM = rf"(?:(?:{_ENDS_OF_FIRMS})(?!铺|员|里|的人)|(?<=某)(?:{_BODY}{{0,6}}?)(?:{_TRADES})(?![部行店馆社厂中])(?!{_HAN}{{0,6}}(?:\({_HAN}{{2,6}}\){_HAN}{{0,12}}?)?(?:{_ENDS_OF_FIRMS})))"
_FIRM = rf"(?:{_BODY}{{2,22}}?(?:\({_HAN}{{2,6}}\){_HAN}{{0,12}}?)?{_FORM}(?:{_HAN}{{0,4}}(?:经营部|服务部|营业部|批发部|商行|门市部|门市|工作室|有限公司))?(?:{'|'.join(_FIRMS['after'])})?|{'|'.join(_FIRMS['services'])})"
_LATIN = r"[A-Z][A-Za-z*]{1,14}(?: [A-Z*][A-Za-z*]{0,14}){0,4}"
_PERSON = rf"{_SURNAME}{_GIVEN}{{1,2}}"
_NAME = rf"(?:\*{{1,3}}{_HAN}{{1,2}}|{_HAN}[\u4e00-\u9fa5*×·某xX]{{0,23}}(?:\({_HAN}{{1,8}}\)(?:{_HAN}{{2,14}})?)?(?:-{_HAN}{{1,3}}[某*]{{0,2}}{_HAN}{{0,2}})?|{_LATIN})"
_LABELLED = rf"{_LABEL}(?:是?个?姓{_HAN}的，?叫|都|均|又|也|分别|依次|就)?\s?(?:显示)?(?:写的是|不是[^，。；]{{1,3}}，(?:是叫|是|叫)|[变改换]成(?:了)?|的?是|为|叫(?:做)?个?|一个叫|这个，|个人的，|个[男女]的，(?:叫做?)?|{_HAN}，{_HAN}{{1,3}}的{_HAN}，|[^，。；]{0, 8}什么，|(?:哦|呃|啊)?(?:不是|不对)，|个叫|:|\s|“|\"|\(|，叫|那个|这个|呃|嗯|[，]?(?:呃|嗯|那个|我看一?下啊?)，|，?叫什么，)*\s?(?P<name>{_NAME})"
_OWNER = rf"(?P<name>{_MASKED})(?=(?:名下)?的?(?:{_HAN}{{0,8}}银行)?(?:个人|对公)?(?:账户|账号|银行卡|卡|户头|收款码))"
_GLUE = r"”?(?:名下)?(?:的|”)?[)，,、\s(]{0,2}(?:的)?(?:个人|对公)?(?:账户|账号|银行卡|卡号|卡|户头|银行|开户行)?(?:号)?(?:是|为|:)?[，,、\s(]{0,2}"
_BEFORE = re.compile(
    rf"(?:^|[到给至向→，,、(:\s”“户的；;。为是叫系])(?:(?P<name>(?:个体户)?{_MASKED}|{_FIRM}|{_LATIN}){_GLUE}|(?P<person>{_PERSON})(?:[，,、\s]{{1,2}}|的(?:账户|账号|银行卡|卡)?[(，\s]?))\Z"
)
_AFTER = re.compile(
    rf"(?:的?[，,]\s?(?:{_HAN}{{0,4}}?(?:叫|名字(?:叫|是)|姓名|户名)[做是为:]?)|[(，,\s:]{{0,2}})(?P<name>(?:个体户)?{_MASKED}|{_FIRM}|{_LATIN}|{_PERSON})(?=[),，。；;、\s]|的|$|\d|\((?=\d)|{_HAN}{{2,6}}(?:银行|农信))"
)
_ALSO = re.compile(rf"[、和及]\s?(?P<name>{_MASKED}|{_FIRM}|{_PERSON})(?=[、和及，。；,\s(（)的]|$)")
_LABEL_BEFORE = re.compile(rf"{_LABEL}(?:是|为|叫|:|\s|“|\"|\()*\Z")
_BESIDE = 40
"""Characters before and after an account or a bank that its holder may stand in; ours."""
_SAID = rf"(?:收款|收钱|收的|公司(?=账户|，叫|叫|的)|笔(?:都)?(?:是|给|转)|转给|转到|打给|打到|付给|付到|汇给|汇到|账户|卡号|卡上|给(?:一个|他讲|那个)|对方)[^。；\d]{{0,16}}?(?:叫什么，|叫[做作]?，?呃?，?(?:我看一?下啊?，)?叫?|姓{_HAN}的，叫|名叫)(?P<name>{_PERSON}|钱{_GIVEN}{{1,2}}|{_FIRM}|{_HAN}{{2,10}}(?:货运代理|{_TRADES}))(?=的|[，,。；、那这]|$)"
_PAID = rf"(?:转|汇|打|付|存)(?:账|款)?(?:了)?(?:[给到至入](?:了)?\s?(?P<masked>{_MASKED})|给(?:了)?\s?(?P<name>{_PERSON}(?=[\d\s（(，]|账户|的(?:卡|账|银行)))|[到至](?:了)?\s?(?P<into>{_PERSON}(?=(?:名下)?的(?:卡|账|银行|{_HAN}{{2,4}}银行|.行)|账户)))|(?:向|往)(?P<towards>{_MASKED})(?=转|汇|打|付|支付|的?(?:微信|支付宝)(?:转|付))"
_PARTY = rf"(?:对方|收款|账户)[:，]?\s?(?P<name>{_MASKED})(?=[，。,；\s(])|(?:支付宝|微信)\((?P<inner>{_MASKED})\)"
_SHOWN = (
    rf"(?:显示(?:的)?(?:名字|商户|收款方|收款人)?(?:是|为|叫)?|[是叫到给有、和(:：])\s?“?(?P<name>{_SURNAME}?\*{{1,2}}{_GIVEN}{{0,2}}(?<=[*\u4e00-\u9fa5]{{2}}))(?![*\d])"
    rf"|(?:显示(?:的)?(?:名字|商户|收款方|收款人)?|扫出来)(?:是|为|叫)?\s?“?(?P<masked>{_MASKED}|{_FIRM}|{_HAN}{{0,8}}(?:{_TRADES})(?=[，。；”\n]|$))(?!{_HAN}{{1,6}}”)"
)
_QUOTED = (
    rf"(?P<sure>收款|收钱|商户|户名|店名|实名|付给|转给|打给|汇给|收的)[^。；“”\n]{{0,16}}“(?P<name>[^“”，。；:\n]{{2,24}})”"
    rf"|(?:显示|写|名字|叫|向|是|给|转)[^。；，“”\n]{{0,6}}“(?P<masked>(?:{_MASKED}|\*{{1,2}}{_HAN}{{1,8}}|{_SURNAME}\*|{_FIRM}|[^“”，。；:\n]{{0,6}}某某{_HAN}{{1,8}}))”(?!的?(?:软件|APP|app|应用|平台|网站|群|小程序|公众号))"
)
"""A payee's name in quotation marks; what is masked or of a firm's form needs no word for it."""
_CORRECTED = rf"(?:叫|名字?|户名|收款|公司|[转付打]给|到的是)[^。；\d]{{0,12}}?什么(?:{_HAN}{{0,2}}，(?:(?!什么)[^，。；\d]{{0,10}}，){{0,2}}?(?:哦|嗯|呃|啊|对|不是|是|应该是|叫)*|(?={_PERSON}[，。]))(?P<name>{_FIRM}|{_MASKED}|{_PERSON}|{_HAN}{{2,8}}(?:{_TRADES}))(?=[，。；、\s]|的|还是|$)"
"""A name that somebody who speaks first does not have and then says: 叫卓什么，卓长庚."""
_STARRED = (
    rf"(?<=[，。、；\s/-])(?P<name>(?:{_SURNAME}\*{{1,2}}{_HAN}{{0,1}}|\*{{1,2}}{_HAN}{{1,2}}))(?=[，。；、\s)/]|$)"
)
"""A name with stars between stops: nobody but a payee is written so."""
_NAME_OF = re.compile(r"(?:软件|APP|app|平台|群|游戏|网站|QQ|昵称|网名)[^，。；]{0,14}[，]?\Z")
_STOP = re.compile(
    r"的|卡号|账号|开户|账户(?!$)|(?<=[某*].)账户|(?<=[某*]..)账户|(?<=[某*])账户|银行|尾号|电话|手机|(?:工|农|建|中|交|招)行|邮储|转账|汇款|转了|，|并|后|于|金额|信用社|支付宝|微信|扫码|分别|是假|不详|未知|我不|共|等|同上"
)
_NOT_NAMES = re.compile(
    r"(?:对方|其|本人|我|他|她|自己|空白?|无|不详|未知|不清楚|以上|和|与|及|卡|账|以下|需要|必须|记不清|忘|一个|某人|个人|公司|如下|都不|信息|身份证|对得上|要|由|说|付款|一样|就|也|不|没|上面|转|显示|个姓.?|名字|方便).{0,3}$|(?:同上|一样|说是).*|.*(?:什么.*|我们.*|一致|异常|有误|不符|少一个字|来着|全称写?|冻结|止付|更换|同一个|那里.|验证码|看不全|一样|专员|专户|公安|警官|警察|(?:安全|监管|清算|保证金)账户)|(?:内|由|前|我记得).*(?:是|被).*"
)
_NO_FIRM = re.compile(r"(?:[从用向到至给在由叫]|我|他|她|其|本|对方|一个|这个|该|那个|个|去|是|的|为)")
_COMPANY = re.compile(rf"{_FIRM}")
_LEADING = re.compile(r"\A(?:收款|商户|户名|依次|分别|均|都|写|为|是)+(?=.{4})")
_LED = re.compile(r"(?:(?:前[一二两三]次)?[均都]?(?:[改换变](?:为|成)|为|系|即)|叫做?|什么)+(?=..)")
"""What leads to a name and is none of it: 户名系韦某, 收款人改为韦某, 叫什么百货."""
_THEN_WHO = re.compile(rf"{_PERSON}(?=[我他她你就])")
_ABROAD = re.compile(_LATIN)
_MASKED_PART = re.compile(rf"(?:{_HAN}{{0,3}}[某*×]{{1,3}}{_HAN}{{0,8}}|[\u4e00-\u9fa5]{{2,16}}-?{_HAN}[某*]+{_HAN}?)")
_FORMS = WordSearch([_LABELLED, _OWNER, _SAID, _PARTY, _PAID, _SHOWN, _QUOTED, _STARRED, _CORRECTED])
_LONGEST_PERSON = 4
_ENDS = ("”", '"', ")", "]", "，", "。", "；", ";", " ", ",", "、", "\n", "")


@dataclass(frozen=True, slots=True)
class Holder:
    start: int
    end: int
    name: str


def _by_words(folded: str, numbers: list[tuple[int, int]], banks: list[tuple[int, int]]) -> dict[int, Holder]:
    """What words say to be a holder's name, by where it begins; parameters as in `holders`."""
    found: dict[int, Holder] = {}
    for _, match in _FORMS.matches(folded):
        if match.group().startswith("名字") and _NAME_OF.search(left_of(folded, match.start())):
            continue
        group = next(name for name in ("inner", "masked", "towards", "into", "name") if match.groupdict().get(name))
        _take(found, match[group], match.start(group), folded)
        also = _ALSO.match(folded, match.end(group))
        while also:
            _take(found, also["name"], also.start("name"), folded)
            also = _ALSO.match(folded, also.end("name"))
    beside = [*numbers, *banks]
    for start, end in beside:
        after = _AFTER.match(folded, end, end + _BESIDE)
        if after:
            _take(found, after["name"], after.start("name"), folded)
        first = max(0, start - _BESIDE)
        before = _BEFORE.search(folded[first:start])
        group = "name" if before and before["name"] else "person"
        if before and not any(first + before.start(group) < last for at, last in beside if at < start):
            _take(found, before[group], first + before.start(group), folded)
    return found


def said(folded: str, numbers: list[tuple[int, int]], banks: list[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """Where words say that a holder's name stands, with what that weighs (payee_names.py); parameters as in `holders`."""
    return {
        (one.start, one.end): LABELLED if _is_labelled(folded, one) else SAID
        for one in _by_words(folded, numbers, banks).values()
    }


def holders(folded: str, numbers: list[tuple[int, int]], banks: list[tuple[int, int]]) -> list[Holder]:
    """The holders that a folded text names, in order; `numbers` and `banks` are the places of its account numbers and banks."""
    likely = payee_names(folded, banks, said(folded, numbers, banks))
    found = {start: Holder(start, end, folded[start:end]) for start, end in likely}
    _told_again(found, folded)
    own = victim_names(folded)
    return [one for _, one in sorted(found.items()) if one.name not in own or _is_labelled(folded, one)]


def _told_again(found: dict[int, Holder], folded: str) -> None:
    """Where a name stands again: 还是给谭春妹."""
    for name in sorted({one.name for one in found.values()}, key=lambda each: (-len(each), each)):
        for start in places_of(name, folded):
            if not any(one.start < start + len(name) and start < one.end for one in found.values()):
                found[start] = Holder(start, start + len(name), name)


def _is_labelled(folded: str, one: Holder) -> bool:
    """Whether a label says that it is a holder's name, whoever else bears it."""
    return bool(_LABEL_BEFORE.search(left_of(folded, one.start)))


def _take(found: dict[int, Holder], written: str, start: int, folded: str) -> None:
    near = bank_names(folded[start : start + len(written) + 4])
    if near and not near[0].start and near[0].end > len(written):
        return  # 徐州农商银行 is no holder called 徐州
    bank = next((one for one in near if 0 < one.start < len(written)), None)
    if bank and "公司" not in written:
        written = written[: bank.start]
    name = _cut(written, folded, start + len(written))
    if name and written.find(name) > 0:
        start += written.find(name)
    if name and not any(one.start < start + len(name) and start < one.end for one in found.values()):
        found[start] = Holder(start, start + len(name), name)


def _cut(name: str, folded: str, end: int) -> str | None:
    name = _LED.sub("", name.removeprefix("个体户 "))
    if _ABROAD.fullmatch(name):
        return name if len(name) > 3 else None
    company = _COMPANY.match(name)
    if company and not name[company.end() :].startswith("-"):
        quoted = folded.startswith("”", end)  # what stands in quotation marks is one name
        firm = _LEADING.sub("", (name if quoted else company.group()).rpartition("的")[2])
        return None if _NO_FIRM.match(firm) else firm
    stop = _STOP.search(name)
    kept = (name[: stop.start()] if stop else name).strip("·-")
    if spoken := _THEN_WHO.match(kept):
        return spoken.group()
    if kept in SHORT_NAMES or _NOT_NAMES.fullmatch(kept) or len(kept) < 2:
        return None
    if stop and stop.group() in ("银行", "信用社") and not re.search(r"[某*×]", kept):
        return None  # 湖南银行 is no holder called 湖南
    if "*" in kept or "某" in kept:
        masked = _MASKED_PART.match(kept)
        return masked.group() if masked else kept
    closed = not stop and folded[end : end + 1] in _ENDS
    return kept if closed or stop or len(kept) <= _LONGEST_PERSON else None
