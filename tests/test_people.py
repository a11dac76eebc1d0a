"""Who answered a survey stays in the export: no name, address or number of a person reaches the warehouse."""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest

from reliability.settings import load_settings
from reliability.warehouse import build, open_store

FIXTURES = Path(__file__).parent / "fixtures"
EMAIL, FIRST, LAST, PHONE, ADDRESS = (
    "zelda@people.example",
    "Zelda",
    "Zappa",
    "+49 170 1234567",
    "198.51.100.77",
)
PERSON = (EMAIL, FIRST, LAST, PHONE, ADDRESS)
# Header words of columns about the person -> what stands there.
COLUMNS = {"email": EMAIL, "first": FIRST, "last": LAST, "name": f"{FIRST} {LAST}", "ip": ADDRESS}


def personal(header: str) -> str | None:
    """What a person's column holds, None for other columns."""
    bare = header.lower().replace("_", "").replace(" ", "")
    for word in ("firstname", "lastname", "email", "ipaddress"):
        if word in bare:
            return COLUMNS[{"firstname": "first", "lastname": "last", "ipaddress": "ip"}.get(word, "email")]
    return COLUMNS["name"] if bare == "name" else None


def with_people(text: str, headers: int) -> str:
    """Fill every column about a person in a CSV export. headers: how many lines of header there are."""
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    filled = {n: value for n, name in enumerate(rows[0]) if (value := personal(name))}
    assert filled
    for row in rows[headers:]:
        for place, value in filled.items():
            row[place] = value
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def cells(folder: Path) -> list[str]:
    """Everything that the published warehouse holds of answers, as text."""
    store = open_store(folder)
    cursor: duckdb.DuckDBPyConnection = store._connection.cursor()  # type: ignore[union-attr]
    rows = cursor.execute("select * from nps_responses").fetchall()
    store.close()
    assert rows
    return [str(value) for row in rows for value in row]


def built(tmp_path: Path, name: str, text: str) -> list[str]:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / name).write_text(text, encoding="utf-8")
    settings = '[[exports]]\nmatch = "*"\ndate_order = "mdy"\n'
    (tmp_path / "review.toml").write_text(settings, encoding="utf-8")
    build(tmp_path, load_settings(tmp_path))
    return cells(tmp_path)


@pytest.mark.parametrize(
    ("file", "headers"),
    [
        ("delighted_csv/responses.csv", 1),
        ("qualtrics_responses/nps_group.csv", 3),
        ("surveymonkey_responses/responses.csv", 2),
        ("survicate_responses/responses.csv", 2),
    ],
)
def test_the_person_columns_of_a_survey_export_are_not_read(tmp_path: Path, file: str, headers: int) -> None:
    text = (FIXTURES / file).read_text(encoding="utf-8")
    held = built(tmp_path, "answers.csv", with_people(text, headers))
    assert not [cell for cell in held for part in PERSON if part in cell]


def test_the_person_of_a_delighted_answer_is_not_read(tmp_path: Path) -> None:
    answers = json.loads(
        (FIXTURES / "delighted_responses" / "survey_responses.json").read_text(encoding="utf-8")
    )
    for answer in answers:
        answer["person"] = {"id": "1", "email": EMAIL, "name": f"{FIRST} {LAST}", "phone_number": PHONE}
    held = built(tmp_path, "answers.json", json.dumps(answers))
    assert not [cell for cell in held for part in PERSON if part in cell]


def test_an_external_reference_that_is_an_address_is_no_account(tmp_path: Path) -> None:
    text = (FIXTURES / "qualtrics_responses" / "nps_group.csv").read_text(encoding="utf-8")
    assert "A-17" in text
    held = built(tmp_path, "answers.csv", text.replace("A-17", EMAIL))
    assert EMAIL not in held


def test_a_respondent_known_by_an_address_stays_apart_and_unnamed(tmp_path: Path) -> None:
    text = f"respondent_id,nps,responded_at\n{EMAIL},9,2025-05-01\nb@people.example,0,2025-05-02\nR3,7,2025-05-03\n"
    held = built(tmp_path, "answers.csv", text)
    assert not [cell for cell in held if "@" in cell]
    assert "R3" in held
    assert len({cell for cell in held if len(cell) == 32}) == 2
