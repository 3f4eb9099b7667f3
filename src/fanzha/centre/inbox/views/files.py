"""A sender's file: handed in, its columns mapped, tried, taken in."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from fanzha.centre import clock
from fanzha.centre.access import permissions
from fanzha.centre.access.words import refusal_words
from fanzha.centre.inbox import actions, mapping, queries, words
from fanzha.centre.inbox.mapping import LINE, Mapping
from fanzha.centre.inbox.models import Upload
from fanzha.centre.intake.actions import latest
from fanzha.refusal import Refusal
from fanzha.signals import validate
from fanzha.vocabulary import LEVELS, SUBJECT_KINDS

PREVIEW = 5
MOST_VALUES = 30
CHOICES: dict[str, list[tuple[str, Any]]] = {
    "level": [(str(level), one.name) for level, one in LEVELS.items()],
    "kind": list(words.KINDS.items()),
    "subject_kind": [(kind, None) for kind in SUBJECT_KINDS],
}
"""Our own words, for the columns whose values are translated too."""


def _only_for_who_may(request: HttpRequest) -> None:
    if not permissions.may_hand_in(request.user):
        raise PermissionDenied


def file_list(request: HttpRequest) -> HttpResponse:
    _only_for_who_may(request)
    refused = None
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Refusal("choose a file", code="file.missing", where="file")
            made = actions.hand_in(request.user, request.POST.get("sender", ""), file.name, file.read(), clock.now())
        except Refusal as refusal:
            refused = refusal_words(refusal)
        else:
            return redirect("inbox:upload", made.pk)
    context = {"uploads": queries.uploads(), "senders": words.SENDERS.items(), "refused": refused}
    return render(request, "inbox/files.html", context, status=409 if refused else 200)


def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Show the file with its mapping (remembered, or proposed); `try` checks it, `take` takes it in."""
    _only_for_who_may(request)
    found = get_object_or_404(Upload, pk=upload_id)
    if found.taken_in_at:
        return render(request, "inbox/taken.html", {"upload": found, "sender": words.sender(found.sender)})
    refused, tried, chosen = None, None, None
    try:
        rows, broken = actions.sealed_rows(found)
        headers = [name for name in rows.columns if name != LINE]
        known = actions.remembered(found.sender, headers)
        chosen = _said(request.POST, headers) if request.method == "POST" else known or mapping.proposed(headers)
        if request.method == "POST" and request.POST.get("do") == "take":
            actions.take_in(upload_id, request.user, chosen, clock.now())
            return redirect("inbox:upload", upload_id)
        if request.method == "POST" or known:
            tried = _tried(rows, broken, chosen, found)
    except Refusal as refusal:
        refused = refusal_words(refusal)
        if chosen is None:
            return render(request, "inbox/taken.html", {"upload": found, "refused": refused}, status=409)
    context = {
        "upload": found,
        "sender": words.sender(found.sender),
        "headers": headers,
        "sample": [[_hidden(cell) for cell in row] for row in rows.select(headers).head(PREVIEW).rows()],
        "height": rows.height,
        "columns": [_column(name, chosen, rows) for name in words.COLUMNS],
        "local_times": chosen.local_times,
        "remembered": known is not None,
        "tried": tried,
        "refused": refused,
    }
    return render(request, "inbox/mapping.html", context, status=409 if refused else 200)


def _column(name: str, chosen: Mapping, rows: pl.DataFrame) -> dict[str, Any]:
    header, constant = chosen.columns.get(name), chosen.constants.get(name)
    known = chosen.values.get(name, {})
    values = []
    if header in rows.columns and name in CHOICES:
        theirs = rows[header].drop_nulls().str.strip_chars().unique(maintain_order=True).to_list()
        told = [
            word for word in theirs if _hidden(word) == word
        ]  # whatever column is chosen: words, and nobody's numbers
        values = [(word, known.get(word, word)) for word in told[:MOST_VALUES]]
    return {
        "name": name,
        "text": words.COLUMNS[name],
        "required": name in mapping.REQUIRED and name not in mapping.FILLED,
        "header": header,
        "constant": constant or "",
        "choices": CHOICES.get(name, []),
        "values": values,
    }


def _said(said: QueryDict, headers: list[str]) -> Mapping:
    columns, constants, values = {}, {}, {}
    for name in words.COLUMNS:
        told = said.get(f"column.{name}", "")
        if told.startswith("=") and name in CHOICES:
            constants[name] = told[1:]
        elif told in headers:
            columns[name] = told
        pairs = zip(said.getlist(f"theirs.{name}"), said.getlist(f"ours.{name}"), strict=False)
        translated = {theirs: ours for theirs, ours in pairs if ours and ours != theirs}
        if translated and name in columns:
            values[name] = translated
    return Mapping(columns, constants, values, said.get("local_times") == "on")


def _tried(rows: pl.DataFrame, broken: pl.DataFrame, chosen: Mapping, found: Upload) -> dict[str, Any]:
    lacks = mapping.lacking(chosen)
    if lacks:
        return {"lacks": [words.COLUMNS[name] for name in lacks]}
    ours = mapping.apply(rows, chosen, found.sender, found.at.isoformat())
    checked = validate("pushed", ours, source=found.name, known_by=latest(clock.now()))
    refused = pl.concat([broken, checked.refused])
    causes = Counter(
        (row["field"], _hidden(row["reason"])) for row in refused.select("field", "reason").iter_rows(named=True)
    )
    return {"good": checked.good.height, "refused": refused.height, "causes": causes.most_common(10)}


def _hidden(cell: Any) -> str:
    """A cell whose long numbers are shown by their ends."""
    return words.hidden_numbers(str(cell)) if cell is not None else ""
