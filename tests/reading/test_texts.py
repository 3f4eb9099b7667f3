"""Texts in, labels out: every row keeps its place, and a model file says the same after it was written."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from fanzha import model_files
from fanzha.cli import app
from fanzha.reading import judge_messages, load_text_model, train_text_model
from fanzha.reading.ngrams import BITS, OPENING, counted, weighed
from fanzha.refusal import Refusal
from fanzha.simulation import message_corpus

CORPUS = message_corpus(seed=2, size=800)
MODEL = train_text_model(CORPUS["text"].to_list(), CORPUS["label"].to_list())


def test_a_model_knows_fraud_from_everyday_texts() -> None:
    other = message_corpus(seed=3, size=400)
    fraud = judge_messages(other["text"].to_list(), MODEL).fraud >= 0.5
    assert (fraud == (other["label"] != "normal").to_numpy()).mean() > 0.95


def test_without_a_model_word_cues_judge_and_empty_texts_are_never_fraud() -> None:
    judged = judge_messages(["刷单返利日结佣金", "明天见", "", None], None)
    assert judged.case_class == ["AB", None, None, None]
    assert judged.fraud[0] > 0.5
    assert not judged.fraud[1:].any()


def test_a_model_file_says_the_same_after_it_was_written(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "texts.model")
    texts = CORPUS["text"].to_list()[:50]
    again = load_text_model(tmp_path / "texts.model")
    assert again.predict(texts)[0] == MODEL.predict(texts)[0]
    assert np.array_equal(again.predict(texts)[1], MODEL.predict(texts)[1])


def test_another_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.model").write_text("not a model")
    with pytest.raises(Refusal, match="not a model file of fanzha"):
        load_text_model(tmp_path / "x.model")


def test_a_model_of_other_vectors_is_refused_since_it_would_judge_at_random(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "new.model")
    kept = model_files.load(tmp_path / "new.model", "texts")
    card = {name: value for name, value in kept.card.items() if name != "vectors"}
    model_files.save(tmp_path / "old.model", model_files.ModelFile("texts", card, kept.arrays))
    with pytest.raises(Refusal, match="train it again") as refused:
        load_text_model(tmp_path / "old.model")
    assert refused.value.code == "model.old"


@settings(max_examples=25)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_what_is_learned_from_is_what_is_judged(texts: list[str]) -> None:
    slots = np.arange(1 << BITS, dtype=np.int32)
    weights = np.linspace(0.5, 1.5, len(slots), dtype=np.float32)
    expected = 0.0
    for opening, share in ((False, 1.0), (True, 0.5)):
        counts, _ = counted(texts, opening)
        counts.data = (1 + np.log(counts.data)) * weights[counts.indices]
        lengths = np.maximum(np.sqrt(counts.multiply(counts).sum(axis=1)), 1e-12)
        expected = expected + share * (counts @ weights) / np.asarray(lengths).ravel()
    assert np.allclose(weighed(texts, slots, weights, weights[:, None], 0.5)[:, 0], expected)


def test_who_a_text_says_it_is_from_counts_at_its_beginning_alone() -> None:
    beginning = "您好我是某某区公安分局民警现在通知您名下一张银行卡涉嫌洗钱"
    assert len(beginning) < OPENING
    first, other, later = (
        counted([text], opening=True)[0]
        for text in (beginning + "。" * 9 + "请配合", beginning + "。" * 9, "。" * OPENING + beginning)
    )
    assert (first != other).nnz == 0
    assert first.multiply(later).nnz <= 4


@settings(max_examples=25)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=12))
def test_prediction_does_not_depend_on_the_company_of_a_text(texts: list[str]) -> None:
    together = MODEL.predict(texts)
    alone = [MODEL.predict([text])[0][0] for text in texts]
    assert together[0] == alone
    assert ((together[1] >= 0) & (together[1] <= 1)).all()


def test_predict_writes_one_row_for_every_row_in_order(tmp_path: Path) -> None:
    MODEL.save(tmp_path / "texts.model")
    texts = ["刷单返利", " ", 'quoted "word",\nand a line', "您的快递到了"]
    with (tmp_path / "in.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["text"], *[[text] for text in texts[:1]], [" "], *[[text] for text in texts[2:]]])
    call = ["texts", "predict", str(tmp_path / "in.csv"), "--text", "text", "--model", str(tmp_path / "texts.model")]
    result = CliRunner().invoke(app, [*call, "--out", str(tmp_path / "out.csv")])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader((tmp_path / "out.csv").open(encoding="utf-8")))
    assert [row["label"] for row in rows] == MODEL.predict(texts)[0]
