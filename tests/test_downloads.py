"""Every file that a page offers: lists and times as people with a spreadsheet need them, rounded as shown."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reliability.decisions import decide
from reliability.journal import Journal
from reliability.ui import tables
from reliability.warehouse.workspace import open_workspace

# What only a program can read: a moment of ISO 8601, JSON, a list of Python, more digits than a page shows.
NOT_FOR_PEOPLE = (
    re.compile(r"\d{4}-\d{2}-\d{2}T\d"),
    re.compile(r"\d[+-]\d{2}:\d{2}$"),
    re.compile(r"^\s*[\[{].*[\]}]\s*$", re.DOTALL),
    re.compile(r"^-?(?!0\.)\d*\.\d{4,}$|^-?0\.0*[1-9]\d{4,}$"),
    re.compile(r"^(None|nan|NaN|NaT|True|False)$"),
)
# Page, what its address names, and the CSV files that it offers.
OFFERED: list[tuple[str, dict[str, str], set[str]]] = [
    ("incidents", {}, {"incidents-2025-q3"}),
    ("chronic_issues", {}, {"chronic-issues", "late-escalations-2025-q3"}),
    ("chronic_issues", {"issue": "PRB0001042"}, {"accounts-of-a-problem", "incidents-of-a-problem"}),
    ("customers", {}, {"accounts-hit-2025-q3", "comments-2025-q3"}),
    ("gates", {}, {"planned-changes", "exceptions-2025-q3"}),
    ("data", {}, {"left-out-of-all-files"}),
]
# The line of a file as it stood there, whatever it holds.
AS_IT_STOOD = "Detail"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Every file that a page offered so far, written as a press of its button writes it."""
    import streamlit as st

    files: dict[str, bytes] = {}

    def kept(_: str, data: Any, file_name: str, *__: Any, **___: Any) -> bool:
        content = data() if callable(data) else data
        files[file_name] = content.encode() if isinstance(content, str) else content
        return False

    monkeypatch.setattr(st, "download_button", kept)
    monkeypatch.setattr(tables.st, "download_button", kept)
    return files


@pytest.mark.parametrize(("page", "query", "offered"), OFFERED)
def test_every_list_can_be_taken_along_by_somebody_with_a_spreadsheet(
    open_page: Any, written: dict[str, bytes], page: str, query: dict[str, str], offered: set[str]
) -> None:
    open_page(page, quarter="2025-Q3", **query)
    found = {name.removesuffix(".csv"): content for name, content in written.items() if name.endswith(".csv")}
    assert set(found) == offered
    for name, content in found.items():
        _is_for_people(content, name)


@pytest.mark.parametrize(
    "promise", ["p1-incidents", "mttr", "availability", "nps", "core-changes", "capacity"]
)
def test_the_records_behind_a_promise_can_be_taken_along(
    open_page: Any, written: dict[str, bytes], promise: str
) -> None:
    open_page("commitments", promise=promise)
    assert written
    for name, content in written.items():
        _is_for_people(content, name)


def test_what_was_decided_can_be_taken_along(
    open_page: Any, written: dict[str, bytes], own_sample: Path
) -> None:
    view = open_workspace(own_sample)
    made = {"chosen": "Früher abschalten", "owner": "VP", "due": date(2025, 11, 24), "who": "Ann"}
    decide(Journal(own_sample), view.settings, view.as_of, question="Was nun?", **made)
    open_page("decisions", own_sample)
    (name,) = [name for name in written if name.endswith(".csv")]
    _is_for_people(written[name], name)
    assert "Früher abschalten" in written[name].decode("utf-8-sig")


def _is_for_people(content: bytes, name: str) -> None:
    assert content.startswith(b"\xef\xbb\xbf"), f"Excel takes {name} for another encoding"
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert rows and len(set(head)) == len(head)
    cells = [(h, cell) for row in rows for h, cell in zip(head, row, strict=True) if h != AS_IT_STOOD]
    assert [pair for pair in cells if any(kind.search(pair[1]) for kind in NOT_FOR_PEOPLE)] == [], name
