"""How people tell of payments: lists of sums, whose an account is, what came back and what only seems to, names."""

from __future__ import annotations

from datetime import datetime

import pytest

from fanzha.reading import read

REPORT = datetime.fromisoformat("2025-03-20T10:00:00+08:00")
OWN, THEIRS = "9999992026985895365", "9999992978897116027"


LISTED = [5000, 8000, 12000]
LISTS = [
    "我被骗了，转账如下：\n3.12 10:20 5000 微信\n3.12 10:35 8000 微信\n3.13 9:00 12000 银行卡\n钱都没了。",
    "今天刷单被骗，\n10:20 5000\n10:35 8000\n11:00 12000\n都是支付宝。",
    "账单：\n3/12 10:20 -5000.00\n3/12 10:35 -8000.00\n3/13 09:00 -12000.00",
    "12号5000，13号8000，14号一万二，都是柜台转的。",
    "我转了三笔给他，一笔5000一笔8000一笔12000。",
    "会员费5000，解冻费8000，保证金12000，一共交了25000。",
    "我一共转了5000+8000+12000=25000元，微信转的。",
    "前面两笔5000和8000是微信，后面12000是支付宝转的。",
    "她以看病为由要了5000，以交房租为由要了8000，以还债为由要了12000，都是微信转的。",
    "先后投入25000元。经查：3月12日转出5000元；3月13日转出8000元；3月14日转出12000元。",
]


@pytest.mark.parametrize("text", LISTS)
def test_each_sum_of_a_list_is_a_payment_and_their_total_is_none(text: str) -> None:
    assert [one.amount_fen // 100 for one in read(text, REPORT).transfers] == LISTED


def test_ten_thousand_written_in_digits_is_money_and_no_service_number() -> None:
    assert [one.amount_fen for one in read("3月5日10时又转了10000到对方账户。", REPORT).transfers] == [1_000_000]


def test_fees_that_were_asked_for_and_not_paid_are_no_list_of_payments() -> None:
    found = read("对方称须先交个人所得税5800元和公证费1000元，其没有交。", REPORT)
    assert found.transfers == []


def test_cards_of_one_face_value_are_counted() -> None:
    found = read("其于3月5日购买面值500元的E卡3张，将卡密发给对方，又买了六张五百的点卡，就是三千。", REPORT)
    assert [one.amount_fen // 100 for one in found.transfers] == [1500, 3000]


WHOSE = [
    ("我的卡：工商银行 {own}，对方卡：农业银行 {theirs} 户名王某", "vs"),
    ("{own}是我的卡，{theirs}是他的。", "vs"),
    ("我这边是农行{own}，他那边是建行{theirs} 李某。", "vs"),
    ("打款账户：{own}。收款账户：{theirs}。", "vs"),
    ("账号{own}（农行）转入账号{theirs}（工行）", "vs"),
    ("我们店的对公户{own}打给他们{theirs}", "vs"),
    ("他给我的卡号{theirs}，我自己的卡号是{own}", "sv"),
    ("嫌疑人使用的银行卡为{theirs}，受害人使用的银行卡为{own}", "sv"),
    ("我打给他的卡号是{theirs}，刷的是舍友的卡{own}", "sv"),
    ("接警员：您用的哪张卡？\n来电人：工商银行的，{own}。\n接警员：转给谁？\n来电人：{theirs}，王某。", "vs"),
]


@pytest.mark.parametrize(("text", "sides"), WHOSE)
def test_whose_an_account_is_follows_from_the_words_around_it(text: str, sides: str) -> None:
    found = {one.value: one.side[0] for one in read(text.format(own=OWN, theirs=THEIRS)).accounts}
    assert found == dict(zip((OWN, THEIRS) if sides == "vs" else (THEIRS, OWN), sides, strict=True))


CAME_BACK = [
    ("其间提现成功3次，分别为100元、200元、500元，后转账2万元。", 800),
    ("垫付100元，对方返回120元；又垫付500元，对方返回580元；再垫付5000元，对方未返", 700),
    ("转账2万元，其间对方曾归还3000元", 3000),
    ("在群里抢红包共计12元，后转账5000元", 12),
    ("平台向其银行卡转入2600元作为收益，后其又转账5万元", 2600),
    ("收到短信说有8万额度，后转账5000元", None),
    ("其从借呗借了5000元到账后转到对方账户", None),
    ("对方发来银行转账凭证显示转账给其98000元，其转账98000元", None),
    ("我妈给我转了5万，我又转给他了", None),
    ("转账5万元，银行成功拦截3万元", None),
    ("他说周末还我5000元，我转了5000元", None),
]


@pytest.mark.parametrize(("text", "yuan"), CAME_BACK)
def test_what_came_back_is_told_from_loans_promises_and_pictures(text: str, yuan: int | None) -> None:
    assert read(text).loss.returned == (yuan * 100 if yuan else None)


@pytest.mark.parametrize(
    "name",
    ["百色市右江区某某食品经营部", "某某餐饮管理（深圳）有限公司", "某某企业管理合伙企业（有限合伙）", "某某茶庄", "成某", "欧阳某", "LI M**", "*军"],
)  # fmt: skip
@pytest.mark.parametrize(
    "told",
    [
        "转账5000元给{name}，卡号{number}，建行",
        "转账5000元至{name}（建设银行，{number}）。",
        "转账5000元到建设银行卡{number}（户名：{name}）",
    ],
)
def test_a_payee_is_named_whole_wherever_the_name_stands(told: str, name: str) -> None:
    found = read("3月5日10时，其" + told.format(name=name, number=THEIRS), REPORT)
    assert [(one.holder, one.side) for one in found.accounts] == [(name, "suspect")]
    assert [(one.to, one.holder) for one in found.transfers] == [(THEIRS, name)]


def test_the_one_who_reports_is_nobody_whom_money_went_to() -> None:
    found = read(f"报警人邓某将其名下工商银行卡{OWN}内的资金36000元分4笔转入盘某花的账户{THEIRS}。", REPORT)
    assert [(one.source, one.to, one.holder) for one in found.transfers] == [(OWN, THEIRS, "盘某花")]


def test_accounts_are_known_again_by_the_label_they_were_given() -> None:
    text = (
        f"账户一：户名刘某涛，账号{OWN}，中国银行；\n账户二：户名某某百货店，账号{THEIRS}，柳州银行。\n"
        "转账明细：3月12日10:12，3000元（账户一）；3月13日14:40，3万元（账户二）。"
    )
    assert [one.holder for one in read(text, REPORT).transfers] == ["刘某涛", "某某百货店"]


def test_what_is_said_of_one_payment_is_not_said_of_all() -> None:
    text = "我转了两次，3月12日转了300，3月13日转了5000。第一笔是微信付的，第二笔是手机银行转的。"
    assert [one.channel for one in read(text, REPORT).transfers] == ["wechat", "mobile"]


def test_a_time_that_follows_each_sum_is_its_own() -> None:
    found = read("3月12日先交288，支付宝付的16:10；再交1288，16:32；又交2576，17:05。", REPORT)
    assert [one.at and one.at[11:16] for one in found.transfers] == ["16:10", "16:32", "17:05"]


@pytest.mark.parametrize(
    ("text", "apps"),
    [
        ("先后下载了“聚财宝”和“视讯通”", ["聚财宝", "视讯通"]),
        ("他让我下载安装了聚财宝", ["聚财宝"]),
        ("开了一个叫视讯通的会议软件", ["视讯通"]),
        ("聚财宝这个软件提不出来", ["聚财宝"]),
        ("下载国家反诈中心APP", []),
        ("因为装修缺钱，看到服装费380", []),
        ("在“小猪优品”上面抢单", ["小猪优品"]),
        ("APP的名字是聚点", ["聚点"]),
        ("平台叫做恒源资本", ["恒源资本"]),
        ("推荐了一个炒股软件恒信证券", ["恒信证券"]),
        ("通过交友软件认识网友", []),
    ],
)
def test_programs_are_named_with_and_without_quotation_marks(text: str, apps: list[str]) -> None:
    assert [one.value for one in read(text + "，后转账5000元。").apps] == apps


@pytest.mark.parametrize(
    ("text", "lure"),
    [
        ("有人通过手机号搜索加我微信", "im_friend"),
        ("在BOSS直聘找工作", "app"),
        ("小区门口摆摊送鸡蛋", "offline"),
        ("收到一个快递里面有刮刮卡", "parcel"),
        ("被拉入名为“公司高层”的QQ群", "im_group"),
    ],
)
def test_the_way_in_is_known_by_many_words(text: str, lure: str) -> None:
    assert read(f"2025年3月5日，报警人称，{text}，后转账5000元。").lure_channel == lure


def test_a_long_text_is_read_to_its_end_and_each_payment_has_what_stands_beside_it() -> None:
    cards = ["9999998765432109870", "9999991234567890124"]
    told = [
        f"3月{1 + day}日14时{day}分，我用手机银行向卡号{cards[day % 2]}（户名{'王某' if day % 2 else '李某'}）转账{1000 + day}元。"
        "对方说还要等一等，先不要挂电话，也不要告诉家里人，等流程走完就会把钱退回来。"
        for day in range(30)
    ]
    text = "我被人骗了，一件一件说。" + "后来又聊了很久，都是些没用的话。" * 40 + "".join(told)
    assert len(text) > 3000
    found = read(text, datetime.fromisoformat("2024-04-07T16:40:00+08:00"))
    assert [(one.at, one.amount_fen, one.to) for one in found.transfers] == [
        (f"2024-03-{1 + day:02}T14:{day:02}:00+08:00", (1000 + day) * 100, cards[day % 2]) for day in range(30)
    ]
