"""Names of programs and of holders: where a name ends, and what is none."""

from __future__ import annotations

import pytest

from fanzha.reading import read
from fanzha.reading.apps import apps
from fanzha.reading.folding import fold
from fanzha.reading.holders import holders
from fanzha.reading.links import urls


def named(written: str, website: bool = False) -> list[str]:
    return [one.value for one in apps(fold(written), website=website)]


def test_a_platform_is_a_program_unless_the_text_names_an_address() -> None:
    assert named("在“金鼎国际”平台充值") == ["金鼎国际"]
    assert named("在“金鼎国际”平台充值", website=True) == []
    assert named("下载“金鼎国际”APP充值", website=True) == ["金鼎国际"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("发来安装夜语.apk", ["夜语"]), ("装一下这个夜语.apk", ["夜语"]), ("发来夜语.ipa", ["发来夜语"]), ("下载了聚点软件", ["聚点"]), ("下载投资软件", []), ("下载对方软件", []),
        ("下载“聚点优选APP”APP", ["聚点优选"]), ("下载“国家反诈中心”APP", []), ("下载“农业银行手机银行”APP", []), ("打开微信软件", []), ("下载“聚点”APP，再打开“聚点”APP", ["聚点"]),
        ("下载“甲”APP", []), ("让我下载ToDesk共享", ["ToDesk"]),
    ],
)  # fmt: skip
def test_a_program_is_named_without_the_words_around_it(written: str, wanted: list[str]) -> None:
    assert named(written) == wanted


@pytest.mark.parametrize("end", ["”", '"', ")", "]", "，", "。", "；", ";", " ", ",", "、", "\n", ""])
def test_a_long_name_ends_where_its_clause_does(end: str) -> None:
    assert [one.name for one in holders(f"户名:阿依古丽江{end}", [], [])] == ["阿依古丽江"]


@pytest.mark.parametrize("written", ["户名:对方", "户名:不详", "户名:某", "户名:本人", "户名:卡号1"])
def test_what_is_no_name_is_no_holder(written: str) -> None:
    assert holders(written, [], []) == []


PAYEES = [
    ("转到对公账户，叫长沙什么，长沙恒达家居，转了两笔", ["长沙恒达家居"]), ("户名是韦什么强，对，韦志强，农行的", ["韦志强"]), ("收款的户名是山东什么，哦不是，是济南永顺百货店", ["济南永顺百货店"]),
    ("名字不是他，是叫韦小凤", ["韦小凤"]), ("收款变成韦小凤，平安银行", ["韦小凤"]), ("他的支付宝，实名*刚，两次一样", ["*刚"]), ("户名依次韦某、韦某杰", ["韦某", "韦某杰"]),
    ("户名分别为黄某、黄某兰", ["黄某", "黄某兰"]), ("收款人依次是陆某、农某华", ["陆某", "农某华"]),
    ("商户名为“成都某某数码”", ["成都某某数码"]), ("收款方为“双喜百货分店”", ["双喜百货分店"]), ("收款显示**凤是您吗", ["**凤"]), ("扫码显示“某某百货摊位”", ["某某百货摊位"]),
    ("户名是韦什么来着", []), ("下载一个叫“某某商贸”的软件", []),
]  # fmt: skip


@pytest.mark.parametrize(("written", "wanted"), PAYEES)
def test_a_payee_is_named_where_its_name_is_said(written: str, wanted: list[str]) -> None:
    assert [one.name for one in holders(fold(written), [], [])] == wanted


@pytest.mark.parametrize(
    "ending",
    [
        "apk",
        "exe",
        "jpg",
        "jpeg",
        "png",
        "gif",
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "zip",
        "rar",
        "mp4",
        "mp3",
        "txt",
        "ipa",
        "dmg",
        "csv",
        "wps",
        "ppt",
        "PDF",
    ],
)
def test_the_name_of_a_file_is_no_address(ending: str) -> None:
    assert urls(f"发来a.{ending}，") == []
    assert [one.value for one in urls(f"发来a.{ending}.example，")] == [f"a.{ending}.example"]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("打开https://a.example/x?y=1。", ["https://a.example/x?y=1"]), ("打开a.example:8080/x，", ["a.example:8080/x"]), ("发到a@b.example", []), ("金额1.5", []),
        ("http://198.18.0.1/x", []), ("见a.example.", ["a.example"]), ("见www.a-b.example和c.test", ["www.a-b.example", "c.test"]),
    ],
)  # fmt: skip
def test_an_address_is_read_as_it_is_written(written: str, wanted: list[str]) -> None:
    assert [one.value for one in urls(written)] == wanted


@pytest.mark.parametrize("service", ["快钱支付", "通联支付", "银联商务", "富友支付", "易宝支付"])
def test_a_payment_service_that_money_goes_to_is_its_holder(service: str) -> None:
    told = f"3月7日14时，我用手机银行向{service}(账号9999991234567890124)转了5000元。"
    assert [one.holder for one in read(told).transfers] == [service]
