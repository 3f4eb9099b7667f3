"""The words of the field: case classes, levels, outcomes, places, and how identifiers are compared and shown.

>>> from fanzha.vocabulary import CASE_CLASSES, LEVELS
>>> CASE_CLASSES["AF"].name.en
'Fake police or authority'
>>> LEVELS[1].name.zh
'特急'
"""

from fanzha.vocabulary.ages import AGE_BANDS, age_band
from fanzha.vocabulary.case_class import CASE_CLASSES, OTHER_CLASS, CaseClass, of_classes
from fanzha.vocabulary.masking import mask
from fanzha.vocabulary.numbers import SYNTHETIC_CARD_PREFIX, SYNTHETIC_NUMBER_PREFIX, is_service_number, normal_number
from fanzha.vocabulary.shared_by_all import IMEI_DIGITS, address_of, is_nobodys, is_thousands, shared_by_all
from fanzha.vocabulary.texts import Text, load_data, text_from
from fanzha.vocabulary.words import (
    CITY,
    CONTACTS,
    COUNTIES,
    DELIVERY_ITEMS,
    DELIVERY_KINDS,
    FORMER_PLACE_CODES,
    LEVELS,
    LISTED_KINDS,
    OUTCOMES,
    PAYMENT_CHANNELS,
    SPOKEN_LANGUAGES,
    SUBJECT_KINDS,
    WARNING_KINDS,
    Contact,
    Language,
    Level,
    Outcome,
    Place,
)

__all__ = [
    "AGE_BANDS",
    "CASE_CLASSES",
    "CITY",
    "CONTACTS",
    "COUNTIES",
    "DELIVERY_ITEMS",
    "DELIVERY_KINDS",
    "FORMER_PLACE_CODES",
    "IMEI_DIGITS",
    "LEVELS",
    "LISTED_KINDS",
    "OTHER_CLASS",
    "OUTCOMES",
    "PAYMENT_CHANNELS",
    "SPOKEN_LANGUAGES",
    "SUBJECT_KINDS",
    "SYNTHETIC_CARD_PREFIX",
    "SYNTHETIC_NUMBER_PREFIX",
    "WARNING_KINDS",
    "CaseClass",
    "Contact",
    "Language",
    "Level",
    "Outcome",
    "Place",
    "Text",
    "address_of",
    "age_band",
    "is_nobodys",
    "is_service_number",
    "is_thousands",
    "load_data",
    "mask",
    "normal_number",
    "of_classes",
    "shared_by_all",
    "text_from",
]
