"""Files that no format names, in many languages and several encodings: what the mapping form proposes at first sight.

Read as a build reads them. The files are made up, in the shape of what people keep.
"""

import tomllib
from pathlib import Path

import duckdb
import pytest

from reliability.exports import sources
from reliability.guesses import guess, guess_table, profile
from reliability.guesses.guess import Guess
from reliability.guesses.looks import Profile
from reliability.schema import TABLES
from reliability.settings import Severity
from reliability.warehouse.formats import formats
from reliability.warehouse.recognition import recognise, telling_cells

FOLDER = Path(__file__).parent / "unknown_files"
EXPECTED = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))


def looks(file: str) -> dict[str, Profile]:
    """The columns of a file as they look once it is read; fails where a format already names them."""
    found = next(source for source in sources(FOLDER) if source.name == file)
    with duckdb.connect() as con:
        raw = found.load(con, "raw")
        assert recognise(raw.columns, formats(), telling_cells(con, "raw", raw.columns, formats())) is None
        return {
            name: profile([row[0] for row in con.execute(f'select "{name}" from raw').fetchall()])
            for name in raw.columns
        }


@pytest.fixture(scope="module")
def guessed() -> dict[str, tuple[str, Guess, dict[str, Profile]]]:
    answers = {}
    for file, wanted in EXPECTED.items():
        columns = looks(file)
        answers[file] = (guess_table(columns, file), guess(TABLES[wanted["table"]], columns), columns)
    return answers


@pytest.mark.parametrize("kind", ["table", "_id", "ed_at", "resolved_at", "severity", "score"])
def test_nine_of_ten_first_guesses_are_right(
    kind: str, guessed: dict[str, tuple[str, Guess, dict[str, Profile]]]
) -> None:
    wrong, asked = [], 0
    for file, wanted in EXPECTED.items():
        table, found, _ = guessed[file]
        for name, given in wanted.items():
            if not name.endswith(kind):
                continue
            asked += 1
            answer = table if name == "table" else found.columns.get(name, "")
            if answer != given:
                wrong.append((file, name, answer))
    assert asked and len(wrong) <= asked // 10, wrong


def test_every_severity_word_of_them_means_a_level(
    guessed: dict[str, tuple[str, Guess, dict[str, Profile]]],
) -> None:
    words = {
        word
        for _, found, columns in guessed.values()
        if (column := found.columns.get("severity"))
        for word, _ in columns[column].common
    }
    assert len(words) >= 15
    assert [word for word in sorted(words) if Severity().level(word) is None] == []


def test_where_no_column_is_an_id_each_row_is_one(
    guessed: dict[str, tuple[str, Guess, dict[str, Profile]]],
) -> None:
    assert guessed["badanie opinii.csv"][1].each_row
