"""What `make fuzz` has found stays found: every file that it kept is read again."""

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.hostile import exports
from benchmarks.hostile.rounds import Violation
from reliability.errors import ExportError
from reliability.exports import sources
from tests import finds
from tests.exported import load

FINDS = sorted(path for path in finds.FOLDER.iterdir() if path.is_dir())


def check(find: Path, scratch: Path) -> None:
    """Raise AssertionError or Violation when a find is as wrong as it was."""
    if (find / "exports").is_dir():
        shutil.copytree(find / "exports", scratch / "exports")
        exports.built(scratch, [path.name for path in (find / "exports").iterdir()])
        return
    wanted = json.loads((find / finds.EXPECTED).read_text(encoding="utf-8"))
    for path in find.iterdir():
        if path.name != finds.EXPECTED:
            shutil.copy(path, scratch)
    rows: finds.Rows = []
    for source in sources(scratch):
        try:
            rows += [cells for _, cells in load(scratch, source.name).rows]
        except ExportError as error:
            assert "\n" not in str(error) and error.remedy and "reading it failed" not in str(error)
    assert finds.missing(wanted, rows) == []


@pytest.mark.parametrize("find", FINDS, ids=[find.name for find in FINDS])
def test_a_find_is_mended(tmp_path: Path, find: Path) -> None:
    check(find, tmp_path)


def test_what_a_property_finds_is_kept_with_the_line_that_repeats_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finds, "FOLDER", tmp_path / "finds")
    monkeypatch.setattr(finds, "_chosen", {})
    monkeypatch.setenv("RELIABILITY_FUZZ", "1")
    lost: finds.Rows = [{"id": "A3", "title": "x"}]
    for text in ("id,title\nA1,x\nA2,x\n", "id,title\nA1,x\n"):  # the second is the smaller one
        with pytest.raises(AssertionError) as raised, finds.kept("rows", "a.csv", text.encode(), lost):
            raise AssertionError
    assert raised.value.__notes__ == [
        "Kept in tests/finds/rows-1. To repeat it: .venv/bin/python -m pytest tests/test_finds.py -k rows-1"
    ]
    (find,) = (tmp_path / "finds").iterdir()
    assert (find / "a.csv").read_text() == "id,title\nA1,x\n"
    (tmp_path / "read").mkdir()
    with pytest.raises(AssertionError, match="A3"):
        check(find, tmp_path / "read")
    monkeypatch.delenv("RELIABILITY_FUZZ")
    with pytest.raises(AssertionError), finds.kept("other", "a.csv", b"", lost):
        raise AssertionError
    assert [path.name for path in (tmp_path / "finds").iterdir()] == ["rows-1"], (
        "tests of every day keep nothing"
    )


def test_a_build_that_goes_wrong_is_repeated_with_its_neighbour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = tmp_path / "find"
    (find / "exports").mkdir(parents=True)
    rows = (f"{name},2025-07-01,open,x\n" for name in exports.NEIGHBOURS)
    sound = f"incident_id,opened_at,status,title\n{''.join(rows)}"
    (find / "exports" / exports.NEIGHBOUR).write_text(sound)
    (tmp_path / "one").mkdir()
    check(find, tmp_path / "one")
    (find / "exports" / exports.NEIGHBOUR).write_text(sound.replace("N2,2025-07-01", "N2,never"))
    (tmp_path / "two").mkdir()
    with pytest.raises(Violation, match="4 of 5 rows of a sound file were kept"):
        check(find, tmp_path / "two")
