"""A build holds little memory, and more where a statement cannot do with it."""

from pathlib import Path

import duckdb
import pytest

from reliability.warehouse import working_memory

# One list cannot be spilt: 32 MB of numbers, and twice that while it grows.
NUMBERS = 4_000_000


def limit(con: duckdb.DuckDBPyConnection) -> str:
    (found,) = con.execute("select current_setting('memory_limit')").fetchone() or ("",)
    return str(found)


def make(con: duckdb.DuckDBPyConnection, attempts: list[str]) -> int:
    attempts.append(limit(con))
    con.execute("create table made as select list(range) as numbers from range($n)", {"n": NUMBERS})
    (found,) = con.execute("select len(numbers) from made").fetchone() or (0,)
    return int(found)


def test_what_needs_more_memory_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_memory, "LEAST", 16_000_000)
    with duckdb.connect(str(tmp_path / "x.duckdb")) as con:
        working_memory.bound(con, 1)
        attempts: list[str] = []
        assert working_memory.enough(con, lambda: make(con, attempts)) == NUMBERS
        assert len(attempts) > 1 and attempts[0] == "15.2 MiB"


def test_what_is_too_much_for_the_machine_is_said(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as con:

        def never() -> None:
            attempts.append(limit(con))
            raise duckdb.OutOfMemoryException("no")

        whole = limit(con)
        working_memory.bound(con, 1)
        attempts: list[str] = []
        with pytest.raises(duckdb.OutOfMemoryException):
            working_memory.enough(con, never)
        assert attempts[-1] == whole and len(set(attempts)) == len(attempts)
