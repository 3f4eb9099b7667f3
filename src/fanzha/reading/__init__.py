"""Texts read: messages to classes, case narratives to what is in them.

>>> from fanzha.reading import read
>>> found = read("其被骗刷单，用微信转账３千元到对方账户，客服称卡单，需再充五万才能提现。")
>>> found.case_class.code, [(one.amount_fen, one.channel) for one in found.transfers]
('AB', [(300000, 'wechat')])

>>> from fanzha.reading import judge_messages
>>> judge_messages(["将资金转入安全账户，您涉嫌洗钱", "明天见"], None).case_class
['AF', None]
"""

from fanzha.reading.capitals import capitals
from fanzha.reading.evaluation import held_out_labels, held_out_metrics, label_metrics
from fanzha.reading.in_words import in_words
from fanzha.reading.judging import Judged, judge_messages, label_is_fraud
from fanzha.reading.narrative import read
from fanzha.reading.pictures import read_picture
from fanzha.reading.results import Reading
from fanzha.reading.terms import HANDOVERS, LURES, PAID_BY
from fanzha.reading.text_model import TextModel, load_text_model, train_text_model
from fanzha.reading.typed import TypedAccount, account_numbers, typed_account, typed_fen

__all__ = [
    "HANDOVERS",
    "LURES",
    "PAID_BY",
    "Judged",
    "Reading",
    "TextModel",
    "TypedAccount",
    "account_numbers",
    "capitals",
    "held_out_labels",
    "held_out_metrics",
    "in_words",
    "judge_messages",
    "label_is_fraud",
    "label_metrics",
    "load_text_model",
    "read",
    "read_picture",
    "train_text_model",
    "typed_account",
    "typed_fen",
]
