"""One mapping for several files whose headers differ: other names, another order, a column too few."""

from dataclasses import replace
from pathlib import Path

import pytest

from reliability.errors import ExportError
from reliability.exports import sources
from reliability.mappings import (
    Cell,
    Columns,
    LeaveOut,
    Place,
    Spec,
    columns_of,
    doubt,
    is_likely,
    others,
    save,
    saved,
    try_out,
    with_file,
)
from reliability.settings import Settings, load_settings
from reliability.warehouse import build
from reliability.warehouse.format import Format
from reliability.warehouse.formats import read_format
from tests.build_folder import Built, build_folder
from tests.named import give_name
from tests.test_ui import said

MAY = """Fall,Beginn,Ende,Stufe,Bereich,Kürzel
F1,2025-05-01 10:00,2025-05-01 11:00,P1,Kasse,a
F2,2025-05-02 10:00,2025-05-02 10:30,P2,Suche,b
"""
# Other names, another order, and no area.
JUNE = """Schweregrad;Fall Nr.;Störungsende;Störungsbeginn
P1;F3;2025-06-03 12:00;2025-06-03 10:00
P3;F4;2025-06-04 10:20;2025-06-04 10:00
"""
MAPPING = Spec(
    "Störungen",
    "incidents",
    {
        "incident_id": Cell(Place("Fall")),
        "opened_at": Cell(Place("Beginn")),
        "resolved_at": Cell(Place("Ende")),
        "severity": Cell(Place("Stufe")),
        "service": Cell(Place("Bereich")),
    },
)
STANDS_FOR = {
    "Fall": "Fall Nr.",
    "Beginn": "Störungsbeginn",
    "Ende": "Störungsende",
    "Stufe": "Schweregrad",
    "Bereich": None,
}


def offered(folder: Path, text: str) -> Columns:
    folder.mkdir(exist_ok=True)
    (folder / "file.csv").write_text(text, encoding="utf-8")
    (source,) = sources(folder)
    return columns_of(source)


def rows(built: Built) -> list[tuple]:
    return built.rows(
        "select incident_id, severity, service, date_diff('minute', opened_at, resolved_at), source"
        " from incidents order by incident_id"
    )


def test_what_other_files_call_a_column_is_guessed_and_what_they_lack_is_not(tmp_path: Path) -> None:
    assert others(MAPPING, offered(tmp_path / "june", JUNE)) == STANDS_FOR
    assert others(MAPPING, offered(tmp_path / "may", MAY)) == {}


def test_one_mapping_reads_both_files_and_the_same_record_once(tmp_path: Path) -> None:
    save(tmp_path, with_file(MAPPING, STANDS_FOR, offered(tmp_path / "june", JUNE)))
    again = JUNE.replace("P3;F4", "P1;F2")  # a record of May once more, newer by its place
    built = build_folder(tmp_path, {"may.csv": MAY, "june.csv": JUNE, "july.csv": again})
    assert rows(built) == [
        ("F1", 1, "Kasse", 60, "storungen"),
        ("F2", 1, None, 20, "storungen"),
        ("F3", 1, None, 120, "storungen"),
        ("F4", 3, None, 20, "storungen"),
    ]
    assert [built.file(name).format for name in ("may.csv", "june.csv", "july.csv")] == ["storungen"] * 3


def test_what_was_said_of_a_file_can_be_said_otherwise(tmp_path: Path) -> None:
    june = offered(tmp_path / "june", JUNE)
    wrong = with_file(MAPPING, {**STANDS_FOR, "Beginn": "Störungsende", "Ende": None}, june)
    assert others(wrong, june)["Beginn"] == "Störungsende"
    right = with_file(wrong, STANDS_FOR, june)
    assert right.also["Beginn"] == ("Störungsbeginn",)
    assert others(right, june) == STANDS_FOR


def test_the_form_reads_it_back_and_a_column_full_of_separators_is_itself(tmp_path: Path) -> None:
    odd = replace(
        MAPPING,
        cells={**MAPPING.cells, "title": Cell(Place("What; why = how | when\\"))},
        also={"Fall": ("No.; old | new",), "Ende": ("a\\;b",)},
        lacking=("Bereich",),
    )
    name = save(tmp_path, odd)
    (one,) = saved(tmp_path)
    assert one.spec == odd
    found = read_format(tmp_path / "mappings" / f"{name}.sql")
    assert isinstance(found, Format)
    assert found.requires == ("Fall", "Beginn", "Ende", "Stufe", "What; why = how | when\\")
    assert found.optional == ("Bereich",)
    assert found.also == {"Fall": ("No.; old | new",), "Ende": ("a\\;b",)}
    text = 'No.; old | new,Beginn,"a\\;b",Stufe,What; why = how | when\\\nF1,2025-05-01 10:00,2025-05-01 10:07,P1,down\n'
    built = build_folder(tmp_path, {"odd.csv": text})
    assert built.rows(
        "select incident_id, title, date_diff('minute', opened_at, resolved_at) from incidents"
    ) == [("F1", "down", 7)]


@pytest.mark.parametrize(
    ("said_of_it", "text", "why"),
    [
        ({**STANDS_FOR, "Beginn": None}, JUNE, "No row counts without Beginn"),
        (
            STANDS_FOR,
            JUNE.replace("2025-06-0", "0").replace(" 10:00", "/06/2025 10:00"),
            "do not say whether",
        ),
        ({**STANDS_FOR, "Bereich": None}, JUNE, ""),
    ],
)
def test_a_file_that_one_mapping_cannot_read_with_the_others_is_told_why(
    tmp_path: Path, said_of_it: dict, text: str, why: str
) -> None:
    found = doubt(MAPPING, said_of_it, offered(tmp_path / "june", text))
    assert (why in found) if why else not found


def test_dates_of_another_order_are_mapped_apart(tmp_path: Path) -> None:
    american = JUNE.replace("2025-06-03", "06/23/2025").replace("2025-06-04", "06/24/2025")
    said_of_it = doubt(replace(MAPPING, date_order="dmy"), STANDS_FOR, offered(tmp_path / "june", american))
    assert "the other way round" in said_of_it


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (replace(MAPPING, also={"Beginn": ("Ende",)}), "'Ende' is read as another column already"),
        (replace(MAPPING, lacking=("Fall",)), "a file without 'Fall'"),
        (
            replace(MAPPING, leave_out=(LeaveOut(Place("Art"), "is not", ("Störung",)),), lacking=("Art",)),
            "a file without 'Art'",
        ),
    ],
)
def test_what_would_read_no_row_or_one_column_twice_is_not_saved(
    tmp_path: Path, wrong: Spec, problem: str
) -> None:
    with pytest.raises(ExportError, match=problem):
        save(tmp_path, wrong)
    assert not list(tmp_path.rglob("*.sql"))


def test_a_file_with_little_in_common_is_not_taken_for_one_more(tmp_path: Path) -> None:
    assert not is_likely(MAPPING, offered(tmp_path / "june", JUNE))
    assert is_likely(
        MAPPING, offered(tmp_path / "may", MAY.replace("Bereich", "Dienst").replace("Stufe", "Grad"))
    )


def test_a_correction_of_a_known_format_reads_another_file_of_it_too(tmp_path: Path) -> None:
    first = "incident_id,opened_at,severity,how_bad\nA,2025-05-01T10:00:00Z,P4,P1\n"
    other = "incident_id,opened_at,severity,badness\nB,2025-05-02T10:00:00Z,P4,P2\n"
    cells = {name: Cell(Place(name)) for name in ("incident_id", "opened_at")}
    spec = Spec(
        "Ours", "incidents", {**cells, "severity": Cell(Place("how_bad"))},
        instead_of="canonical_incidents", header=("incident_id", "opened_at", "severity", "how_bad"),
    )  # fmt: skip
    save(tmp_path, with_file(spec, {"how_bad": "badness"}, offered(tmp_path / "other", other)))
    built = build_folder(tmp_path, {"a.csv": first, "b.csv": other})
    assert built.rows("select incident_id, severity from incidents order by 1") == [("A", 1), ("B", 2)]


@pytest.mark.slow
def test_the_page_reads_another_file_by_a_mapping_that_is_there(open_page, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    save(tmp_path, MAPPING)
    (tmp_path / "exports" / "may.csv").write_text(MAY, encoding="utf-8")
    near = (
        MAY.replace("Fall,Beginn", "Fall,Beginn der Störung")
        .replace(",Bereich", ",X")
        .replace("-05-", "-06-")
    )
    (tmp_path / "exports" / "june.csv").write_text(near.replace("F1", "F5"), encoding="utf-8")
    build(tmp_path, load_settings(tmp_path))
    app = open_page("data", data_dir=tmp_path, map="june.csv")
    chosen = {box.label: box.value for box in app.selectbox}
    assert chosen["Read it by"] == "storungen"
    assert chosen["Beginn · Opened"] == "Beginn der Störung"
    area = next(box for box in app.selectbox if box.label.startswith("Bereich"))
    assert area.value == "this file has none"
    area.set_value("X").run()
    key = next(b.key for b in app.button if b.key and b.key.startswith("map-save-"))
    give_name(app)
    app.button(key=key).click().run()
    assert not app.exception
    assert "Every export is recognised." in said(app)
    (one,) = saved(tmp_path)
    assert one.spec is not None
    assert one.spec.also == {"Beginn": ("Beginn der Störung",), "Bereich": ("X",)}
    reports = build(tmp_path, load_settings(tmp_path)).files
    assert {f.file: (f.format, f.kept) for f in reports} == {
        "june.csv": ("storungen", 2),
        "may.csv": ("storungen", 1),
    }


def test_a_trial_of_a_mapping_for_two_files_is_of_the_one_at_hand(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "june.csv").write_text(JUNE, encoding="utf-8")
    (source,) = sources(tmp_path / "exports")
    found = try_out(source, Settings(), with_file(MAPPING, STANDS_FOR, columns_of(source)))
    assert (found.report.kept, found.dated) == (2, 2)
