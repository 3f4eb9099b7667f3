"""The tables of a signal folder: which columns they have, what each holds, which must be there.

Source: contract 1. Times are stored as UTC instants in microseconds, amounts as integer fen (0.01 yuan).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from fanzha.vocabulary import DELIVERY_ITEMS, DELIVERY_KINDS, LISTED_KINDS, PAYMENT_CHANNELS, SUBJECT_KINDS

INSTANT = pl.Datetime("us", "UTC")

DTYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "number": pl.String(),  # a phone number, as spelled
    "identifier": pl.String(),  # an account, person, device, ... : compared as spelled; a domain without regard to case
    "place": pl.String(),  # GB/T 2260 (6 digits, or 9 to the township) or ISO 3166 alpha-2
    "choice": pl.String(),
    "time": INSTANT,
    "int": pl.Int64(),
    "float": pl.Float64(),
    "bool": pl.Boolean(),
    "list": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `kind` is a key of DTYPES; `choices` for kind "choice"; `minimum` and `maximum` for kinds "int", "float"."""

    name: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    identifies: str | None = None
    """What the value identifies (number, account, person, domain, app, imei, ip, device), None when nobody."""

    @property
    def dtype(self) -> pl.DataType:
        return DTYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `key` names its row, `time` orders it (None for a register that is read whole before any event)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    time: str | None

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column name -> polars type, in the declared order."""
        return {column.name: column.dtype for column in self.columns}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The declared column `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _identifier(name: str, identifies: str, required: bool = False) -> Column:
    kind = "number" if identifies == "number" else "identifier"
    return Column(name, kind, required, identifies=identifies)


_TABLES = (
    Table(
        "calls",
        (
            _identifier("call_id", "event", required=True),
            Column("started_at", "time", required=True),
            _identifier("caller", "number", required=True),
            _identifier("callee", "number", required=True),
            Column("duration_s", "int", required=True, minimum=0, maximum=7 * 86_400),
            Column("known_at", "time"),
            Column("caller_place", "place"),
            Column("callee_place", "place"),
            _identifier("caller_imei", "imei"),
            Column("caller_cell", "text"),
        ),
        key=("call_id",),
        time="started_at",
    ),
    Table(
        "messages",
        (
            _identifier("message_id", "event", required=True),
            Column("sent_at", "time", required=True),
            _identifier("sender", "number", required=True),
            _identifier("receiver", "number", required=True),
            Column("text", "text"),
            Column("text_class", "text"),
            Column("text_hash", "text"),
        ),
        key=("message_id",),
        time="sent_at",
    ),
    Table(
        "visits",
        (
            _identifier("visit_id", "event", required=True),
            Column("visited_at", "time", required=True),
            _identifier("number", "number", required=True),
            _identifier("domain", "domain", required=True),
            _identifier("app", "app"),
            _identifier("ip", "ip"),
            Column("form_posted", "bool"),
        ),
        key=("visit_id",),
        time="visited_at",
    ),
    Table(
        "payments",
        (
            _identifier("payment_id", "event", required=True),
            Column("paid_at", "time", required=True),
            _identifier("payer", "account", required=True),
            _identifier("payee", "account", required=True),
            Column("amount_fen", "int", required=True, minimum=1, maximum=10**15),
            Column("channel", "choice", choices=PAYMENT_CHANNELS),
            Column("payer_place", "place"),
            Column("payee_place", "place"),
            Column("payer_balance_fen", "int"),
            Column("payee_balance_fen", "int"),
            _identifier("ip", "ip"),
            _identifier("device", "device"),
        ),
        key=("payment_id",),
        time="paid_at",
    ),
    Table(
        "deliveries",
        (
            _identifier("delivery_id", "event", required=True),
            Column("ordered_at", "time", required=True),
            _identifier("orderer", "number", required=True),
            Column("kind", "choice", choices=DELIVERY_KINDS),
            Column("item", "choice", choices=DELIVERY_ITEMS),
            Column("from_place", "place"),
            Column("to_place", "place"),
            Column("flagged_by", "text"),
        ),
        key=("delivery_id",),
        time="ordered_at",
    ),
    Table(
        "pushed",
        (
            Column("source", "text", required=True),
            _identifier("source_id", "event", required=True),
            Column("received_at", "time", required=True),
            Column("subject", "text", required=True, identifies="subject"),
            Column("subject_kind", "choice", required=True, choices=SUBJECT_KINDS),
            Column("kind", "text"),
            Column("level", "int", minimum=1, maximum=4),
            Column("case_class", "text"),
            Column("text", "text"),
            Column("feedback_due", "time"),
        ),
        key=("source", "source_id"),
        time="received_at",
    ),
    Table(
        "numbers",
        (
            _identifier("number", "number", required=True),
            _identifier("holder", "person"),
            Column("operator", "text"),
            Column("kind", "choice", choices=("voice", "iot")),
            Column("opened_at", "time"),
            Column("opening_place", "place"),
            Column("outlet", "text"),
        ),
        key=("number",),
        time=None,
    ),
    Table(
        "accounts",
        (
            _identifier("account", "account", required=True),
            _identifier("holder", "person"),
            Column("bank", "text"),
            Column("kind", "choice", choices=("personal", "corporate")),
            Column("opened_at", "time"),
            Column("opening_place", "place"),
            Column("opening_branch", "text"),
            _identifier("phone", "number"),
        ),
        key=("account",),
        time=None,
    ),
    Table(
        "people",
        (
            _identifier("person", "person", required=True),
            Column("birth_year", "int", minimum=1900, maximum=2100),
            Column("place", "place"),
            Column("occupation", "text"),
            Column("school", "text"),
        ),
        key=("person",),
        time=None,
    ),
    Table(
        "reports",
        (
            _identifier("report_id", "event", required=True),
            Column("reported_at", "time", required=True),
            _identifier("person", "person", required=True),
            Column("narrative", "text", required=True),
            Column("place", "place"),
            Column("occurred_at", "time"),
            Column("loss_fen", "int", minimum=0),
            Column("payee", "list", identifies="account"),
            Column("number", "list", identifies="number"),
            Column("url", "list", identifies="domain"),
            Column("case_class", "text"),
        ),
        key=("report_id",),
        time="reported_at",
    ),
    Table(
        "listed",
        (
            Column("identifier", "text", required=True, identifies="listed"),
            Column("kind", "choice", required=True, choices=LISTED_KINDS),
            Column("listed_at", "time", required=True),
            Column("until", "time"),
            Column("confidence", "float", minimum=0, maximum=1),
            Column("reason", "text"),
            Column("source", "text"),
        ),
        key=("identifier", "kind", "listed_at"),
        time="listed_at",
    ),
)

TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every table of a signal folder by name."""

EVENT_TABLES = ("calls", "messages", "visits", "payments", "deliveries", "pushed", "reports")
"""What happens, in the order in which events that are known at the same moment are read."""

REGISTER_TABLES = ("people", "numbers", "accounts", "listed")
"""What is known about people, numbers and accounts; read before the events of the same delivery."""
