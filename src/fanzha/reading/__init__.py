"""Texts to classes: messages and narratives, by a trained model or by word cues.

>>> from fanzha.reading import judge_messages
>>> judge_messages(["将资金转入安全账户，您涉嫌洗钱", "明天见"], None).case_class
['AF', None]
"""

from fanzha.reading.evaluation import held_out_labels, held_out_metrics, label_metrics
from fanzha.reading.judging import Judged, judge_messages, label_is_fraud
from fanzha.reading.text_model import TextModel, load_text_model, train_text_model

__all__ = [
    "Judged",
    "TextModel",
    "held_out_labels",
    "held_out_metrics",
    "judge_messages",
    "label_is_fraud",
    "label_metrics",
    "load_text_model",
    "train_text_model",
]
