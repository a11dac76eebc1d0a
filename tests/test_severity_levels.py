"""Levels of severity words as people say them: written into review.toml, asked for on the Data page, counted by the build."""

import re
from pathlib import Path

import pytest

from reliability.errors import SettingsError
from reliability.journal import Journal
from reliability.queries import FOLDER, read_query
from reliability.settings import FILE, load_settings
from reliability.settings.severity_writing import set_levels, with_levels
from reliability.warehouse import build, open_store
from reliability.warehouse.doubts import all_doubts
from tests.conftest import ROOT
from tests.named import give_name
from tests.test_ui import said


def test_a_word_is_added_and_every_other_byte_of_the_sample_stays(tmp_path: Path) -> None:
    before = (ROOT / "data" / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(before, encoding="utf-8")
    settings = set_levels(tmp_path, {"Umbrella": 1})
    assert (tmp_path / FILE).read_text(encoding="utf-8") == before.replace(
        '1 = ["P1", "1 - Critical"]', '1 = ["P1", "1 - Critical", "Umbrella"]'
    )
    assert settings == load_settings(tmp_path)
    assert settings.severity.level("umbrella") == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[severity.words]\n2 = ["Umbrella \\"x\\""]\n'),
        (
            '# mine\n[severity]\nrule = "final" # the last\n',
            '# mine\n[severity]\nrule = "final" # the last\n\n[severity.words]\n2 = ["Umbrella \\"x\\""]\n',
        ),
        (
            '[severity]\nwords = {1 = ["UMBRELLA  \\"X\\""], 3 = ["c"]} # why\n',
            '[severity]\nwords = {1 = [], 3 = ["c"], 2 = ["Umbrella \\"x\\""]} # why\n',
        ),
        (
            '\ufeff[severity.words]\r\n2 = ["b"]\r\n\r\n[targets]\r\n',
            '\ufeff[severity.words]\r\n2 = ["b", "Umbrella \\"x\\""]\r\n\r\n[targets]\r\n',
        ),
        ('severity.words.4 = ["d"]\n', 'severity.words.4 = ["d"]\nseverity.words.2 = ["Umbrella \\"x\\""]\n'),
    ],
)
def test_however_the_words_are_written_one_is_added_or_moves(tmp_path: Path, before: str, after: str) -> None:
    (tmp_path / FILE).write_bytes(before.encode())
    settings = set_levels(tmp_path, {'Umbrella  "x"': 2})
    assert (tmp_path / FILE).read_bytes().decode() == after
    assert settings.severity.level('Umbrella "x"') == 2


def test_a_word_taken_back_means_what_it_means_by_default() -> None:
    assert with_levels('[severity.words]\n2 = ["Critical", "b"]\n', {"critical": None}) == (
        '[severity.words]\n2 = ["b"]\n'
    )


@pytest.mark.parametrize(
    "text", ["[severity\n", "colour = 1\n", "severity = 3\n", "[severity]\nwords = {1 = 3}\n"]
)
def test_a_file_that_is_wrong_already_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        set_levels(tmp_path, {"Umbrella": 1})
    assert (tmp_path / FILE).read_text(encoding="utf-8") == text


def test_every_figure_of_p1s_names_the_incidents_whose_severity_is_unknown() -> None:
    figures = [read_query(path) for path in sorted((FOLDER / "kpis").glob("*.sql"))]
    of_p1s = [f for f in figures if re.search(r"\bP1", f.definition + f.title)]
    assert len(of_p1s) >= 4
    assert [f.title for f in of_p1s if "left_out_severity_unknown" not in f.columns] == []


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A data folder with ten incidents: six "Umbrella", one "[Café](x)", and three that everybody understands."""
    (tmp_path / "exports").mkdir()
    words = ["Umbrella"] * 6 + ["[Café](x)"] + ["P2"] * 3
    rows = "".join(
        f"I{n},2025-07-{n + 1:02}T10:00:00Z,2025-07-{n + 1:02}T11:00:00Z,{word},resolved,a\n"
        for n, word in enumerate(words)
    )
    head = "incident_id,opened_at,resolved_at,severity,status,service\n"
    (tmp_path / "exports" / "inc.csv").write_text(head + rows, encoding="utf-8")
    build(tmp_path, load_settings(tmp_path))
    return tmp_path


def test_a_doubt_names_the_words_that_nobody_has_explained(graded: Path) -> None:
    store = open_store(graded)
    try:
        assert all_doubts(store) == [
            (
                "inc.csv",
                "10 incidents kept, 3 of them have a severity: nobody has said which level Umbrella and [Café](x) mean.",
            )
        ]
    finally:
        store.close()


def test_the_page_asks_for_them_and_what_is_said_counts_with_the_rebuild(open_page, graded: Path) -> None:
    app = open_page("data", data_dir=graded)
    assert "7\xa0rows with a severity that nobody has explained" in said(app)
    boxes = [box for box in app.selectbox if box.label.endswith(("rows", "row"))]
    assert [box.label.split(",")[0] for box in boxes] == ["Umbrella", "\\[Café\\]\\(x\\)"]
    save = next(button for button in app.button if button.key == "severity-save")
    assert save.disabled
    boxes[0].set_value(1).run()
    give_name(app)
    next(button for button in app.button if button.key == "severity-save").click().run()
    assert not app.exception
    assert load_settings(graded).severity.level("Umbrella") == 1
    assert "1\xa0row with a severity that nobody has explained" in said(app)
    store = open_store(graded)
    try:
        words = {row["word"]: row["level"] for row in store.run("lists/severity_words")}
    finally:
        store.close()
    assert words == {"Umbrella": 1, "[Café](x)": None, "P2": 2}
    (entry,) = [e for e in Journal(graded).entries() if e.kind == "severity"]
    assert (entry.subject, entry.body["levels"]) == ("Umbrella", {"Umbrella": 1})


def test_any_word_can_be_given_another_level_and_that_be_taken_back(open_page, graded: Path) -> None:
    for level, expected in ((4, 4), (0, 2)):
        app = open_page("data", data_dir=graded)
        next(box for box in app.selectbox if box.key == "severity-word").set_value("P2").run()
        next(box for box in app.selectbox if box.key == "severity-level").set_value(level).run()
        give_name(app)
        next(button for button in app.button if button.key == "severity-change").click().run()
        assert not app.exception
        store = open_store(graded)
        try:
            words = {row["word"]: row["level"] for row in store.run("lists/severity_words")}
        finally:
            store.close()
        assert words["P2"] == expected
