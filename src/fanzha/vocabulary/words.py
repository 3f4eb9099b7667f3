"""The closed lists of the field, read once from the data files beside this module."""

from __future__ import annotations

from dataclasses import dataclass

from fanzha.vocabulary.texts import Text, load_data, text_from

_HERE = "fanzha.vocabulary"


@dataclass(frozen=True, slots=True)
class Place:
    """A county-level division of Baise, or the city itself."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Level:
    """A warning level, 1 (most urgent) to 4."""

    level: int
    identifier: str
    colour: str
    name: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a dissuasion; `counts_as` decides which figures it enters."""

    code: str
    name: Text
    counts_as: str


@dataclass(frozen=True, slots=True)
class Contact:
    """How one attempt to reach a person went, apart from what came of it."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Language:
    """A language that a person may ask to be spoken to in."""

    code: str
    name: Text


def _places() -> tuple[Place, dict[str, Place]]:
    data = load_data(_HERE, "places.yaml")
    counties = {row["code"]: Place(row["code"], text_from(row["name"])) for row in data["counties"]}
    return Place(data["city"]["code"], text_from(data["city"]["name"])), counties


CITY, COUNTIES = _places()
FORMER_PLACE_CODES: dict[str, str] = load_data(_HERE, "places.yaml")["former_codes"]
LEVELS: dict[int, Level] = {
    row["level"]: Level(row["level"], row["identifier"], row["colour"], text_from(row["name"]))
    for row in load_data(_HERE, "levels.yaml")
}
OUTCOMES: dict[str, Outcome] = {
    row["code"]: Outcome(row["code"], text_from(row["name"]), str(row["counts_as"]).lower())
    for row in load_data(_HERE, "outcomes.yaml")["outcomes"]
}
CONTACTS: dict[str, Contact] = {
    row["code"]: Contact(row["code"], text_from(row["name"])) for row in load_data(_HERE, "outcomes.yaml")["contacts"]
}
SPOKEN_LANGUAGES: dict[str, Language] = {
    row["code"]: Language(row["code"], text_from(row["name"])) for row in load_data(_HERE, "spoken_languages.yaml")
}

WARNING_KINDS = ("victim", "number", "account")
SUBJECT_KINDS = ("person", "number", "account")
PAYMENT_CHANNELS = ("mobile", "online", "counter", "atm_cash", "pos", "qr", "gold", "crypto")
DELIVERY_KINDS = ("parcel", "ride", "errand")
DELIVERY_ITEMS = ("cash", "gold", "document", "other")
LISTED_KINDS = ("number", "account", "domain", "app", "imei", "wallet")
