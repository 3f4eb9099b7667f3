"""What comes in: the tables, their files in any format, the quarantine, the durable log, the Parquet lake.

>>> import polars as pl
>>> call = {"call_id": "c1", "started_at": "2026-01-01T08:00:00+08:00", "caller": "95588", "callee": "1380013", "duration_s": "x"}
>>> validate("calls", pl.DataFrame([call]), source="calls.csv").refused["reason"].item()
"expected a whole number of at least 0 and at most 604800, found 'x'"
"""

from fanzha.signals.files import csv_table, parted, write_table
from fanzha.signals.folder import read_folder, read_parts, read_table_file, table_files
from fanzha.signals.formats.ndjson import rows_of as ndjson_rows
from fanzha.signals.formats.ndjson import rows_to_frame
from fanzha.signals.lake import MOST_BATCHES, append_to_lake, cursor_of, fill_lake, filled_to
from fanzha.signals.log import Batch, SignalLog, connect
from fanzha.signals.order import known_at, slices
from fanzha.signals.quarantine import write_quarantine
from fanzha.signals.schema import EVENT_TABLES, INSTANT, REGISTER_TABLES, TABLES, Column, Table
from fanzha.signals.tokens import Tokeniser
from fanzha.signals.validation import REFUSED_SCHEMA, Validated, declared_empty, refusal_row, validate

__all__ = [
    "EVENT_TABLES",
    "INSTANT",
    "MOST_BATCHES",
    "REFUSED_SCHEMA",
    "REGISTER_TABLES",
    "TABLES",
    "Batch",
    "Column",
    "SignalLog",
    "Table",
    "Tokeniser",
    "Validated",
    "append_to_lake",
    "connect",
    "csv_table",
    "cursor_of",
    "declared_empty",
    "fill_lake",
    "filled_to",
    "known_at",
    "ndjson_rows",
    "parted",
    "read_folder",
    "read_parts",
    "read_table_file",
    "refusal_row",
    "rows_to_frame",
    "slices",
    "table_files",
    "validate",
    "write_quarantine",
    "write_table",
]
