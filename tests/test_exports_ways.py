"""Which of the two readers of delimited text is used: the quick one for all that is sound, and never for damage."""

from pathlib import Path

import duckdb
import pytest

from reliability.errors import ExportError
from reliability.exports import sources
from tests.exported import read


@pytest.fixture
def no_careful_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the careful reader was asked")

    monkeypatch.setattr("reliability.exports.csv_careful.load_careful", refuse)


PLAIN = "number,title,state\n" + "".join(f"INC{i},text é {i},open\n" for i in range(300))
LONG = "number,title,state\n" + "".join(f'INC{i},"a, é\n""b""\n\n1, c, d",open\n' for i in range(300))


@pytest.mark.usefixtures("no_careful_reader")
@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("latin-1"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        ("sep=,\n" + PLAIN).encode(),
        ("Incidents\n\n" + PLAIN).encode(),
        PLAIN.replace("title", '"ti\nt""le"').encode(),
        (PLAIN + "\n\n").encode(),
        PLAIN.rstrip("\n").encode(),
        PLAIN.replace("\n", ",\n").encode(),
        (PLAIN + ",,\n" + PLAIN).encode(),
        LONG.encode(),
        LONG.encode("cp1252"),
        LONG.replace("\n", "\r\n").encode(),
    ],
)
def test_a_sound_file_takes_the_quick_way(tmp_path: Path, data: bytes) -> None:
    assert len(read(tmp_path, data).rows) in (300, 600)


def test_both_ways_give_the_same_when_the_quick_one_is_barred(tmp_path: Path) -> None:
    quick = read(tmp_path, LONG + ",,\n" + PLAIN)
    (source,) = sources(tmp_path)
    with duckdb.connect() as con:
        con.execute("set preserve_insertion_order = false")
        table = source.load(con, "raw")
        rows = con.execute(
            "select source_line, number, title, state from raw order by source_line"
        ).fetchall()
    assert table == quick.table
    assert rows == [(line, *cells.values()) for line, cells in quick.rows]


@pytest.mark.usefixtures("no_careful_reader")
@pytest.mark.parametrize("damage", ['x,"y', "x", "x,y,z,w", 'x,"y"z,w', "x,\0,y"])
def test_damage_takes_the_careful_way(tmp_path: Path, damage: str) -> None:
    with pytest.raises(ExportError, match="the careful reader was asked"):
        read(tmp_path, PLAIN + damage + "\n" + PLAIN)
