"""Names of the programs that the offender had the victim install or open.

>>> [one.value for one in apps("遂下载“聚点优选”APP，又装一下这个 夜语.apk，用微信聊，打开钉钉会议")]
['聚点优选', '夜语', '钉钉会议']
"""

from __future__ import annotations

import re

from fanzha.reading.links import Link
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "apps.yaml")
_REMOTE = re.compile("|".join(re.escape(one) for one in sorted(_DATA["remote"], key=len, reverse=True)))
_ORDINARY = frozenset(one.lower() for one in _DATA["ordinary"])
_KIND = r"(?:APP|App|app|软件|应用|客户端|(?<!小)程序(?!员)|apk|APK|聊天软件)"
_VERB = r"(?:下载|安装|装(?:了|上|一个|个|好|过|的)?|打开|登录|注册|登陆|使用|下(?:了|的|那|个)+|(?<![一楼底乡线当])下(?=[“《]))"
_QUOTED = r"[“\"《'](?P<name>[^“”\"《》'，。；\n]{1,20})[”\"》']"
_PLAIN = r"[A-Za-z0-9\u4e00-\u9fa5]"
_FORMS = WordSearch(
    [
        rf"{_QUOTED}\s?(?:的)?(?:手机|聊天|交友|投资|办公|会议|理财|炒股|购物|贷款|约会|直播|炒币|聊天交友)?(?:[^，。；“]{{0,2}}){_KIND}",
        rf"{_VERB}[^，。；、！？\n“”]{{0,14}}{_QUOTED}(?!(?:群|的人|公众号|账号|店|小程序|网站|微信|老师|客服|直播间|频道|游戏|平台|网页))",
        rf"{_KIND}(?:名称|名字|名)?(?:是|叫做?|为|名为|名叫|:|\(|，)*\s?{_QUOTED}",
        rf"(?:名为|名叫|叫做?|名称为)\s?{_QUOTED}\s?的?[^，。；“]{{0,6}}{_KIND}",
        rf"{_QUOTED}(?:平台|商城|盘|系统)(?![^，。]{{0,4}}(?:网址|网站|客服|店|的?店铺|商家|卖家)|，?\s?(?:网址|网站)|\s?\(?[a-z0-9-]+\.[a-z])",
        rf"(?:开|进|进入|加入|启动|用)[^，。“]{{0,6}}{_QUOTED}(?=[^，。]{{0,8}}(?:共享|会议|屏幕|远程))",
        r"“(?P<name>[^“”，。]{1,8}会议室?)”",
        rf"(?:开着|开了|启动){_QUOTED}",
        rf"(?:通过|换到|转到|用){_QUOTED}(?:上)?(?=视频|聊|语音|投资|会议|裸聊|做)",
        rf"(?:发来|提供|推荐)的?{_QUOTED}(?=[^，。；]{{0,24}}(?:注册|登录|下载|安装|操作|投资|做单))",
        rf"(?:在|至|到|入|进|用的?|去|通过|推荐){_QUOTED}(?:平台|软件)?(?:上面?|里面?|中|内)?(?=[^，。；“]{{0,6}}(?:[抢做刷接派挂]单|投资|充值?|下注|押注|任务|裸聊|买|操作|短线|合约|炒|开户|视频|选号|跟单))",
        rf"(?:引[流导]?|邀请?|带|拉|推荐)(?:其|我|他|她)?(?:至|到|入|进入?){_QUOTED}(?!群|的群|店|直播间|公众号|小程序|微信)",
        rf"(?:软件|APP|app|应用|东西|安装包)(?:(?![认结]识|男|女|人|群|老师)[^。“”]){{0,16}}(?:名字|名称|名)?(?:叫做?|为){_QUOTED}",
        rf"(?:一款|用的?是?){_QUOTED}(?=[，。；\n为、])",
        rf"平台(?:名字|名称)?(?:叫做?|名叫|名为)\s?{_QUOTED}(?!，?\s?(?:网址|网站))",
        rf"叫(?:做)?{_QUOTED}(?=的?(?:让|叫|喊|要)[^，。；]{{0,4}}(?:装|下)|，?[^，。；]{{0,6}}(?:装|下载))",
        rf"(?:通过|在|用){_QUOTED}(?=(?:里|上|中)?(?:查看|看到|显示|签字|填))",
        rf"(?:进|进入|加入){_QUOTED}(?=，?[^，。；]{{0,12}}(?:买大小|下注|押注|充值|跟单|投注|抢单))",
        r"(?P<name>[A-Za-z0-9\u4e00-\u9fa5+_-]{1,20}?)\.(?:apk|APK|ipa)",
        rf"{_KIND}(?:名称|名字|名)?，?(?:是|叫做?|名为|名叫|:)\s?(?P<name>[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*(?:-?[\u4e00-\u9fa5]{{2,4}}|\s[\u4e00-\u9fa5]{{2,4}})?)(?=[，。；\s)]|$)",
        rf"(?:名为|名叫|叫做?|名称为|叫个)\s?(?P<name>[A-Za-z0-9\u4e00-\u9fa5]{{2,12}}?)(?:的|这个|那个)?(?:手机|聊天|交友|投资)?{_KIND}",
        rf"(?:{_KIND}|(?:下|装)(?:载|上)?(?:了|的)?(?:一个|那个|个)?)[，、]?(?:好像|就|呃|嗯|那个|什么|是|名字|的|，){{0,4}}叫(?:做|什么|个)?[，、]?(?:呃，|什么)?(?P<name>[A-Za-z0-9\u4e00-\u9fa5]{{2,8}}?)(?=[，。；\s)吧嘛啊呢的这那]|$)",
        r"(?:(?<![服西包假武组])装(?![修备饰作箱满袋盒])|(?<!一)下(?!午|来|去|面|次|单|班|周|个月|一步))(?:的|了|那个|个|她发的|他发的)*[^。“”]{0,10}，?叫(?:做)?(?P<name>[A-Za-z0-9\u4e00-\u9fa5]{2,8}?)(?=[，。；\s)]|$)",
        rf"{_KIND}(?:名称|名字|名)?，?(?:是|叫做?|名为|名叫|:)\s?(?P<name>[A-Za-z0-9\u4e00-\u9fa5]{{2,12}}?)(?=[，。；\s)]|$)",
        rf"(?:下|装|软件|软件名字|腾讯|后来|会议)(?:载|了|的|一个|个|那个|叫|是|，|嗯|呃|\s){{0,6}}(?<=\s)(?P<name>{_PLAIN}{{2,8}}) (?:的|这个|那个|开了|软件|，|。)",
        rf"叫(?:做)?(?:个|什么|，|嗯|呃|\s){{0,4}}(?P<name>{_PLAIN}{{2,8}}) (?:的|这个|那个|开了|软件)",
        r"下(?:载)?(?:了)?一?个(?:叫|，|嗯|呃|\s){1,6}(?P<name>[\u4e00-\u9fa5A-Za-z]{2,8})(?=[，。])",
        rf"{_VERB}(?:了|一个|个|一款|名为|叫做?)*(?P<name>[A-Za-z0-9\u4e00-\u9fa5]{{2,10}}?)(?:这个|那个)?{_KIND}",
        rf"(?:下载安装|下载|安装|(?:喊|叫|让)(?:我|他|她|其|我们)装|(?<![服西包假武组])装(?:了|上|好|过)(?!窗)|(?<!一)(?:下|装)(?:载|了)?一?个(?!月|星期|礼拜))(?:了|一个|个|那个|这个|什么)*(?P<name>{_PLAIN}{{2,6}})(?=[，。；、\n)]|$)",
        rf"(?:发来|发了|发|提供)(?:的|了|个|一个)*(?P<name>{_PLAIN}{{2,6}}?)的?安装包",
        rf"安装包[，、:](?:叫)?(?P<name>{_PLAIN}{{2,6}})(?=[，。])",
        r"(?:^|[，。；:、\s])(?:但是|就是?)?(?:叫做?|是)?(?P<name>[\u4e00-\u9fa5A-Za-z]{2,5}会议)(?=[，。]?[^，。]{0,8}(?:共享|屏幕))",
        rf"叫(?:做)?(?P<name>{_PLAIN}{{1,5}}?(?:宝|通|汇|购|盈|优选|优投|视讯|商圈|商城|交易所))(?=的[，。、]|的?(?:软件|平台|APP|app))",
        rf"(?:在|用|通过)(?P<name>{_PLAIN}{{2,8}}?)(?:APP|App|app)(?:里面?|上面?|中|内)",
        r"(?:先|你)在(?P<name>[A-Za-z][A-Za-z0-9-]{3,15})(?:里面?|上面?)",
        rf"(?:^|[，。；\n])(?:那个|这个)?(?P<name>{_PLAIN}{{2,6}}?)(?:{_KIND}|(?:这个|那个)(?:软件|平台|APP|app))(?=现在|提现|提不|打不开|登|关|无法|不能|里|上|就)",
        rf"软件(?P<name>{_PLAIN}{{2,6}}?)(?=现在|打不开|登不|提不|无法|关闭)",
        rf"(?:{_KIND}|平台)的?(?:名字|名称)[^，。“]{{0,6}}[是叫](?P<name>{_PLAIN}{{2,8}})(?=[，。；\n]|$)",
        rf"平台(?:名字|名称)?(?:叫做?|名叫|名为)\s?(?P<name>{_PLAIN}[A-Za-z0-9\u4e00-\u9fa5-]{{1,11}})(?=[，。；\n]|$)",
        rf"(?:聊天|投资|炒股|交友|理财|会议|直播|购物)软件(?P<name>{_PLAIN}{{2,6}})(?=[，。；\n]|$)",
        rf"在{_QUOTED}(?:上面?|里面?|中)(?=[^，。]{{0,6}}(?:抢单|做单|刷单|投资|充值|下注|做任务))",
        rf"叫(?:做)?(?P<name>{_PLAIN}{{2,8}})的(?:会议|视频|聊天|投资|理财|交友|贷款|办公)(?:软件|APP|app)",
        rf"{_VERB}(?:了|一个|个|一款|名为|叫做?)*\s?(?P<name>[A-Za-z][A-Za-z0-9+-]{{1,15}})(?=[，。；\s]|并|后|来)",
    ]
)
_OF_VERBS = (1,)
"""Forms in which a verb of installing may have several names behind it."""
_PLATFORM = 4
_FILE = 18
_UNQUOTED_FROM = 19
_NOT_A_NAME = re.compile(
    r"(?:一个|一款|这个|那个|某|什么|对方|指定|相关|该|此|聊天|投资|办公|会议|视频|手机|交友|理财|炒股|购物|贷款|社交|虚假|陌生|的|诈骗|国家反诈|屏幕共享|共享屏幕|了|其|里面|另|两个|几个|新|他们|发|链接|认识|结识|专用|这|那|网上|各|多个|远程(?!宝|通|王|助)|直播|刷单|赌博|博彩|银行|注册|登录|安装|填写|成功|完成|之后|以后|操作|资料|软件|程序|文件|图片|附件|好友|地址|安装包|好了|东西|并|到|就|我|你|她|不|没|为|从|要|再|才|却)"
)
_GENERIC = re.compile(
    r".*是|.*(?:押金|运费)|(?:一|叫|后|去|来|在|上|完|点|加|进|扫|用|现|到|可|都|还|又).*|好了?|相亲|婚恋|同城|约会|征婚|语音|短视频|社交|点赞|兼职|修[\u4e00-\u9fa5]+|探探.*|(?:视频|这个|网络|在线|什么)会议"
)
_NEXT = re.compile(r"”\s?(?:和|、|及|与|以及|，)?\s?“(?P<name>[^“”]{1,20})”(?!群|客服|老师|的)")
_NO_PROGRAM = re.compile(
    r"(?:码|费|会员|协议|函|书|红包|福利|优惠|活动|公告|合同|订单|专员|老师|客服|经理|主任|警官|群|店|直播间|公众号|小程序|超话|吧|银行|法院|公安局?)$"
)
_MET_ON = re.compile(
    r"”\s?(?:交友|相亲|婚恋|聊天)?(?:软件|平台|APP|app)?(?:上|里)?(?:结识|认识|相识|遇到|碰到|搭讪|搜|找(?!人)|看到)"
)
"""What stands after the name of a place where people met, which nobody was made to install."""
_SORT = re.compile(r"(?:会议|直播|视频|聊天|投资|理财|贷款|购物)$")
_GENERIC_AFTER = re.compile(r"(?:软件|APP|app)(?:，)?(?:叫|名|[“《])|的?那种|类")
_TAIL = re.compile(r"\s?(?:APP|App|app|软件|客户端|\.apk|\.APK)$")


def apps(folded: str, *, website: bool = False) -> list[Link]:
    """The programs, in order and once each, without quotation marks and the word APP.

    `website`: the text names an address, so that what it calls a platform is that and no program.
    """
    found: dict[str, Link] = {}
    for order, match in _FORMS.matches(folded):
        if website and order == _PLATFORM:
            continue
        name = _TAIL.sub("", match["name"].strip())
        start = match.start("name")
        if order == _FILE:
            name, start = _of_file(name, start)
        if website and order < _FILE and folded.startswith("平台", match.end("name") + 1):
            continue
        if order < _FILE and (_NO_PROGRAM.search(name) or _MET_ON.match(folded, match.end("name"))):
            continue
        own = _own_part(name)
        if order >= _UNQUOTED_FROM and _NOT_A_NAME.match(own):
            continue
        if order >= _UNQUOTED_FROM and _NOT_A_NAME.search(own) and not re.match(r"[A-Za-z0-9]", name):
            continue
        if order >= _UNQUOTED_FROM and (
            _GENERIC.fullmatch(name) or re.search(r"[\u4e00-\u9fa5]\d|\d[\u4e00-\u9fa5]", name)
        ):
            continue
        if len(name) < 2 or _is_ordinary(name) or re.search(r"反诈|手机银行", name) or _contained(found, start):
            continue
        found.setdefault(name, Link(start, start + len(name), name))
        also = _NEXT.match(folded, start + len(name)) if order in _OF_VERBS else None
        if also and not _is_ordinary(also["name"]):
            found.setdefault(also["name"], Link(also.start("name"), also.end("name"), also["name"]))
    for match in _REMOTE.finditer(folded):
        if _GENERIC_AFTER.match(folded, match.end()):
            continue
        if not _contained(found, match.start()) and not any(match.group() in name for name in found):
            found.setdefault(match.group(), Link(match.start(), match.end(), match.group()))
    return sorted(found.values(), key=lambda one: one.start)


def _own_part(name: str) -> str:
    """A name without the sort of program at its end (云晤会议), which says nothing of whether it is a name."""
    cut = _SORT.search(name, 2)
    return name[: cut.start()] if cut and cut.end() == len(name) else name


def _is_ordinary(name: str) -> bool:
    return name.lower() in _ORDINARY or name.endswith("手机银行")


def _contained(found: dict[str, Link], start: int) -> bool:
    return any(one.start <= start < one.end for one in found.values())


def _of_file(name: str, start: int) -> tuple[str, int]:
    """The name of a file without the words that ran into it."""
    cut = max((match.end() for match in re.finditer(r"下载|安装|装|打开|一个|这个|叫|名为|了", name)), default=0)
    return (name[cut:], start + cut) if len(name) - cut >= 2 else (name, start)
