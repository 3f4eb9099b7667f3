"""Case narratives through the public door: what is found, where it stands, and that nothing makes it fail."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.reading import Reading, account_numbers, in_words, read, typed_fen
from fanzha.refusal import Refusal

REPORT = datetime.fromisoformat("2024-03-07T16:40:00+08:00")
POLICE = (
    "2024年3月7日16时许，报警人韦某某（电话15400000001）报称：3月5日其被人拉进一微信群做任务返佣，收到返款8元、16元后"
    "下载“聚点优选”APP（jd-yx.example）。3月6日15：12其用本人农业银行卡（卡号9999992026985895365）向对方指定的建设银行账户"
    "（户名：梁某海，卡号9999992978897116027）转账1000元，16：05又转账2万6千元，对方称卡单需再做三单，"
    "共计损失27000元。客服QQ8800456123，电话15473320918。作案手段：刷单返利。已下载国家反诈中心APP。"
)


def test_a_police_summary_is_read_whole() -> None:
    found = read(POLICE, REPORT).as_json()
    assert found["case_class"]["code"] == "AB"
    assert found["lure_channel"] == "im_group"
    assert found["accounts"] == [
        {"value": "9999992026985895365", "bank": "农业银行", "holder": None, "side": "victim"},
        {"value": "9999992978897116027", "bank": "建设银行", "holder": "梁某海", "side": "suspect"},
    ]
    assert {(one["value"], one["side"]) for one in found["numbers"]} == {
        ("CN:15400000001", "victim"),
        ("CN:15473320918", "suspect"),
    }
    assert found["im"] == [{"kind": "qq", "value": "8800456123", "side": "suspect"}]
    assert (found["apps"], found["urls"]) == (["聚点优选"], ["jd-yx.example"])
    assert [(one["at"], one["amount_fen"], one["from"], one["to"]) for one in found["transfers"]] == [
        ("2024-03-06T15:12:00+08:00", 100_000, "9999992026985895365", "9999992978897116027"),
        ("2024-03-06T16:05:00+08:00", 2_600_000, "9999992026985895365", "9999992978897116027"),
    ]
    assert [(one["precision"], one["channel"], one["bank"], one["holder"]) for one in found["transfers"]] == [
        ("minute", None, "建设银行", "梁某海")
    ] * 2
    assert found["loss_fen"] == {"stated": 2_700_000, "summed": 2_700_000, "returned": 2_400}
    assert found["loss_differs"] is False
    assert found["handover"] == ["bank"]


def test_in_a_pasted_chat_only_what_the_victim_did_is_a_payment() -> None:
    text = "聊天：\n客服 18:20 垫付300返420\n我 18:26 [微信转账300.00元]\n客服 18:40 420已返\n我 19:05 转了3000\n客服 19:30 要补12000才能解"
    found = read(text, REPORT)
    assert [one.amount_fen for one in found.transfers] == [30_000, 300_000]
    assert found.loss.returned == 42_000


def test_what_was_asked_for_and_not_paid_is_no_payment() -> None:
    found = read("对方要求其再转5万元才能提现，其没有转。", REPORT)
    assert found.transfers == []


def test_numbers_spelled_out_in_speech_are_read() -> None:
    found = read("他电话幺五四三二幺零八八七六，我微信给了一千二。", REPORT)
    assert [one.value for one in found.numbers] == ["CN:15432108876"]
    assert [(one.amount_fen, one.channel) for one in found.transfers] == [(120_000, "wechat")]


def test_a_stated_loss_that_the_payments_do_not_make_up_is_said() -> None:
    found = read("其3月5日10时向该账户转账5000元，3月6日10时向该账户转账8000元。被骗20000元。", REPORT)
    assert (found.loss.stated, found.loss.summed, found.loss.differs) == (2_000_000, 1_300_000, True)
    assert any("不符" in line for line in in_words(found, "zh"))
    assert any("differ" in line for line in in_words(found, "en"))


def test_when_nothing_is_told_nothing_is_found() -> None:
    found = read("卡号：，户名：，开户行：。", REPORT).as_json()
    assert found["case_class"]["code"] == "AL"
    assert not any(
        found[key]
        for key in ("numbers", "accounts", "urls", "apps", "im", "wallets", "waybills", "transfers", "handover")
    )


def test_a_report_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read("昨天", datetime(2024, 3, 7))  # noqa: DTZ001  (that is the point)


def check(found: Reading, text: str) -> None:
    told = found.as_json()
    assert json.loads(json.dumps(told, ensure_ascii=False)) == told
    assert told["loss_fen"]["summed"] == (sum(one["amount_fen"] for one in told["transfers"]) or None)
    assert all(word in read(text).text or word for word in told["case_class"]["because"])
    assert 0 <= told["case_class"]["confidence"] <= 1
    for span in told["spans"]:
        assert 0 <= span["start"] < span["end"] <= len(text)
    for one in (*found.urls, *found.apps, *found.wallets, *found.waybills):
        assert len(one.value) == one.span[1] - one.span[0]


PIECES = st.sampled_from(
    ["转账", "5000元", "返", "2万6", "卡号", "9999991234567890124", "户名：赵某军", "我 18:05", "\n", "，", "。", "对方", "要求", "共计", "损失",
     "昨天", "3月5日", "15：12", "微信", "QQ8800456123", "幺五四零零零零零零零一", "“", "”", "[", "]", "各", "其中", "→", "前两笔", "都是", "转给什么", "农商行"]
)  # fmt: skip


@example("转给什么农商行，两万")
@settings(max_examples=150)
@given(st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_can_be_read_and_every_span_lies_in_it(text: str) -> None:
    check(read(text, REPORT), text)


@given(st.integers(1, 10**10))
def test_an_amount_typed_in_yuan_reads_back(fen: int) -> None:
    assert typed_fen(f"{fen // 100}.{fen % 100:02}") == fen


def test_a_mistyped_card_is_read_from_a_form_and_said_to_be_wrong() -> None:
    assert [one.luhn for one in account_numbers("9999991234567890124 和 9999991234567890125")] == [True, False]
    with pytest.raises(Refusal):
        typed_fen("五花肉")


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_command_reads_a_text_in_both_languages_and_as_json(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.txt"
    file.write_text(POLICE, encoding=encoding)
    code, out = run("read", str(file), "--reported-at", REPORT.isoformat(), "--json")
    assert code == 0
    assert json.loads(out)["case_class"]["code"] == "AB"
    assert "刷单返利" in run("read", str(file), "--language", "zh")[1]
    assert "Order brushing" in run("read", str(file), "--language", "en")[1]


@pytest.mark.parametrize(
    "words",
    [["read"], ["texts", "train", "--text", "text", "--label", "label", "--model", "m"]],
    ids=lambda words: words[0],
)
def test_a_file_in_no_encoding_of_texts_is_refused_in_one_sentence(tmp_path: Path, words: list[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"text,label\n\x81")
    done = subprocess.run(
        [sys.executable, "-c", "from fanzha.cli import main; main()", *words, str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, f"fanzha: {file}: expected a text in UTF-8, UTF-16 or GB18030\n")


def test_one_bad_line_of_many_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    good = json.dumps({"text": POLICE, "reported_at": REPORT.isoformat()}, ensure_ascii=False)
    file.write_text(
        "\n".join([good, "no json", '{"text": 5}', '{"text": "x", "reported_at": "yesterday"}', good]), encoding="utf-8"
    )
    code, out = run("read", str(file))
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    assert code == 1
    assert ["error" in row for row in rows] == [False, True, True, True, False]
    assert rows[1]["error"]["where"] == "a.jsonl:2"
    assert rows[0] == rows[4]


def test_many_lines_are_read_in_their_order(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(
        "\n".join(json.dumps({"text": f"微信转账{number}元"}, ensure_ascii=False) for number in range(100, 350)),
        encoding="utf-8",
    )
    code, out = run("read", str(file))
    assert code == 0
    assert [json.loads(line)["transfers"][0]["amount_fen"] for line in out.splitlines()] == [
        n * 100 for n in range(100, 350)
    ]


def test_a_loss_told_roughly_is_held_against_the_payments_roughly() -> None:
    told = "其被骗，先转账1.2万元，又转账{second}元到对方账户，共损失四万六千{about}元。"
    assert read(told.format(second="34500", about="余")).loss.differs is False
    assert read(told.format(second="34500", about="")).loss.differs is True
    assert read(told.format(second="34000", about="")).loss.differs is False


def test_a_picture_needs_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fanzha.reading import pictures

    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    pictures._engine.cache_clear()
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(Refusal, match="ocr"):
        pictures.read_picture(tmp_path / "a.png")


def test_a_picture_is_read(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr_onnxruntime", exc_type=ImportError)
    from PIL import Image, ImageDraw, ImageFont

    from fanzha.reading import pictures

    pictures._engine.cache_clear()
    picture = Image.new("RGB", (640, 160), "white")
    ImageDraw.Draw(picture).text((20, 40), "9999991234567890124", fill="black", font=ImageFont.load_default(40))
    picture.save(tmp_path / "a.png")
    assert [one.value for one in read(pictures.read_picture(tmp_path / "a.png")).accounts] == ["9999991234567890124"]
    (tmp_path / "b.png").write_bytes(b"no picture")
    with pytest.raises(Refusal, match="picture"):
        pictures.read_picture(tmp_path / "b.png")
