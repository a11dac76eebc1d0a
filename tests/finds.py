"""Finds of `make fuzz`, each a folder of tests/finds that tests/test_finds.py repeats from then on.

NAME/exports/...            files that were built together, by benchmarks.hostile
NAME/FILE, expected.json    one file, and the rows that must be among those read from it, in their order
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parent / "finds"
EXPECTED = "expected.json"

Rows = list[dict[str, str | None]]

_chosen: dict[str, Path] = {}


@contextmanager
def kept(name: str, file: str, data: bytes, expected: Rows) -> Iterator[None]:
    """Keep a file of which the block finds a fault, and say where; only in `make fuzz`.

    A smaller one that Hypothesis comes to takes its place; one of an earlier run stays. file: what it is called.
    expected: rows that must arrive; none where it must only be refused in one line, or read.
    """
    try:
        yield
    except Exception as error:
        if os.environ.get("RELIABILITY_FUZZ"):
            folder = _chosen.setdefault(name, free_folder(name))
            folder.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
            (folder / EXPECTED).write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
            error.add_note(f"Kept in tests/finds/{folder.name}. To repeat it: {repeat(folder.name)}")
        raise


def free_folder(name: str) -> Path:
    """Return the first folder NAME-1, NAME-2, ... that is not there yet."""
    number = 1
    while (FOLDER / f"{name}-{number}").exists():
        number += 1
    return FOLDER / f"{name}-{number}"


def repeat(name: str) -> str:
    """Return the command that repeats a find."""
    return f".venv/bin/python -m pytest tests/test_finds.py -k {name}"


def missing(expected: Rows, rows: Rows) -> Rows:
    """Return the expected rows that are not among the rows read, in their order."""
    at, lost = 0, []
    for wanted in expected:
        place = next((i for i in range(at, len(rows)) if wanted.items() <= rows[i].items()), None)
        if place is None:
            lost.append(wanted)
        else:
            at = place + 1
    return lost
