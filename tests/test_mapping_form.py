"""The mapping form, operated as a person does: what each control says is what the mapping then holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from reliability.mappings import Cell, LeaveOut, Place, Spec, save, saved
from reliability.mappings.spec import IS, IS_FILLED
from reliability.settings import load_settings
from reliability.warehouse import build
from tests.build_folder import build_folder
from tests.named import give_name
from tests.test_ui import said

pytestmark = pytest.mark.slow

SETTINGS = '[organisation]\nname = "Form"\ntime_zone = "UTC"\n'


class Form:
    """The Data page with one file that is to be mapped."""

    def __init__(self, open_page: Any, folder: Path, text: str) -> None:
        build_folder(folder, {"board.csv": text}, SETTINGS)
        self.folder = folder
        self.app = open_page("data", data_dir=folder, map="board.csv")

    def control(self, kind: str, key: str) -> Any:
        """The control whose key begins so."""
        return next(one for one in getattr(self.app, kind) if one.key and one.key.startswith(key))

    def choose(self, kind: str, key: str, value: Any) -> None:
        self.control(kind, key).set_value(value).run()
        assert not self.app.exception

    def press(self, key: str) -> None:
        self.control("button", key).click().run()
        assert not self.app.exception

    def is_open(self) -> bool:
        """Whether it may be tried."""
        return not self.control("button", "map-try-").disabled

    def save(self) -> Spec:
        give_name(self.app)
        self.press("map-save-")
        (one,) = saved(self.folder)
        assert one.spec is not None
        return one.spec


def test_the_order_of_day_and_month_is_asked_and_kept(open_page: Any, tmp_path: Path) -> None:
    rows = "".join(f"K-{n},0{n}.11.2025 10:00,High,0{n}.11.2025 11:00\n" for n in range(1, 5))
    form = Form(open_page, tmp_path, f"Karte,Beginn,Schwere,Ende\n{rows}")
    assert "Say whether the day or the month comes first." in said(form.app) and not form.is_open()
    form.choose("radio", "map-order-", "dmy")
    assert form.is_open() and form.save().date_order == "dmy"


def test_the_worst_end_of_a_severity_in_numbers_is_asked_with_counts_and_lengths(
    open_page: Any, tmp_path: Path
) -> None:
    took = {1: "11:00", 2: "12:00", 3: "13:00"}
    rows = "".join(
        f"K-{n},2025-07-{n:02d} 10:00,{(1, 1, 1, 2, 3)[n - 14]},2025-07-{n:02d} {took[(1, 1, 1, 2, 3)[n - 14]]}\n"
        for n in range(14, 19)
    )
    form = Form(open_page, tmp_path, f"Karte,Beginn,Severity,Ende\n{rows}")
    worst = form.control("radio", "map-worst-")
    assert [option.replace("\xa0", " ") for option in worst.options] == [
        "1 is worst: 3 incidents, typically 1 h", "3 is worst: 1 incident, typically 3 h",
    ]  # fmt: skip
    assert not form.is_open()
    form.choose("radio", "map-worst-", True)
    cell = form.save().cells["severity"]
    assert (cell.worst, cell.rising) == (3, True)


def test_a_length_of_time_is_asked_for_its_unit(open_page: Any, tmp_path: Path) -> None:
    rows = "".join(f"K-{n},2025-07-{n} 10:00,High,{n}\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Karte,Beginn,Schwere,Zahl\n{rows}")
    form.choose("selectbox", "map-resolved_at-", "Zahl")
    assert "Say what unit Zahl is in." in said(form.app) and not form.is_open()
    form.choose("radio", "map-unit-", "hours")
    assert form.is_open() and form.save().cells["resolved_at"].unit == "hours"


def test_a_guessed_length_that_says_no_unit_is_asked_for_it_too(open_page: Any, tmp_path: Path) -> None:
    rows = "".join(f"K-{n},2025-07-{n} 10:00,High,1.5\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Karte,Beginn,Schwere,Downtime\n{rows}")
    assert form.control("selectbox", "map-resolved_at-").value == "Downtime"
    assert "Say what unit Downtime is in." in said(form.app) and not form.is_open()
    form.choose("radio", "map-unit-", "hours")
    assert form.is_open() and form.save().cells["resolved_at"].unit == "hours"


def test_a_time_of_day_in_a_column_of_its_own_is_chosen(open_page: Any, tmp_path: Path) -> None:
    rows = "".join(f"K-{n},2025-07-{n},09:{n},High\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Karte,Tag,Uhrzeit,Schwere\n{rows}")
    form.choose("selectbox", "map-opened_at-", "Tag")
    form.choose("selectbox", "map-time-opened_at-", "Uhrzeit")
    time = form.save().cells["opened_at"].time
    assert time is not None and time.label == "Uhrzeit"


def test_rows_are_left_out_where_a_column_says_so(open_page: Any, tmp_path: Path) -> None:
    rows = "".join(f"K-{n},2025-07-{n} 10:00,High,{'Drill' if n > 16 else 'Real'}\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Karte,Beginn,Schwere,Art\n{rows}")
    form.choose("selectbox", "map-rule-0-", "Art")
    form.choose("selectbox", "map-how-0-", IS)
    form.choose("multiselect", "map-values-Art-0-", ["Drill"])
    form.press("map-try-")
    assert "3 of 5 rows would be kept, 2 excluded" in said(form.app).replace("\xa0", " ")
    (rule,) = form.save().leave_out
    assert (rule.place.label, rule.how, rule.values) == ("Art", IS, ("Drill",))


def test_a_try_that_would_keep_nothing_says_so_and_asks_before_it_saves(
    open_page: Any, tmp_path: Path
) -> None:
    rows = "".join(f"K-{n},2025-07-{n} 10:00,High,soon\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Karte,Beginn,Schwere,Notiz\n{rows}")
    form.choose("selectbox", "map-rule-0-", "Notiz")
    form.choose("selectbox", "map-how-0-", IS_FILLED)
    give_name(form.app)
    form.press("map-save-")
    assert "Not a single row would be kept." in said(form.app) and not saved(tmp_path)
    form.press("map-anyway-")
    assert len(saved(tmp_path)) == 1


def test_a_try_names_what_no_column_is_chosen_for_and_the_columns_that_are_free(
    open_page: Any, tmp_path: Path
) -> None:
    rows = "".join(f"V{n},{n}. 9. 2025 13:03,{n}. 9. 2025 14:03,Kritická\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Číslo,Začátek výpadku,Konec výpadku,Závažnost\n{rows}")
    form.choose("selectbox", "map-severity-", "Závažnost")
    form.choose("selectbox", "map-resolved_at-", "—")  # which is guessed
    form.press("map-try-")
    assert "No column is chosen for Resolved:" in said(form.app)
    assert "Not used so far: Konec výpadku." in said(form.app)
    form.choose("selectbox", "map-resolved_at-", "Konec výpadku")
    form.press("map-try-")
    assert "5 of 5 rows would be kept" in said(form.app).replace("\xa0", " ")
    assert "No column is chosen" not in said(form.app)


def test_change_edits_a_mapping_in_place(open_page: Any, tmp_path: Path) -> None:
    rows = "".join(f"K-{n},2025-07-{n} 10:00,High,Netz\n" for n in range(14, 19))
    form = Form(open_page, tmp_path, f"Karte,Beginn,Schwere,Bereich\n{rows}")
    form.save()
    (before,) = saved(tmp_path)
    build(tmp_path, load_settings(tmp_path))
    form.app = open_page("data", data_dir=tmp_path)
    form.press("map-change-")
    assert "Changes the mapping" in said(form.app)
    form.choose("selectbox", "map-service-", "Bereich")
    changed = form.save()
    (after,) = saved(tmp_path)
    assert after.name == before.name and changed.cells["service"].place.label == "Bereich"


def test_what_only_other_files_of_a_mapping_hold_stays_when_it_is_changed_with_this_one(
    open_page: Any, tmp_path: Path
) -> None:
    def outage(n: int, **inside: str) -> dict[str, Any]:
        return {"nr": f"O{n}", "when": f"0{n}.11.2025", "more": {"until": f"0{n}.11.2025 12:00", **inside}}

    files = {
        "ja.json": [outage(n, team="Netz", kind="Probe") for n in range(1, 4)],
        "nein.json": [{**outage(n), "when": f"2{n}.11.2025"} for n in range(4, 7)],
    }
    build_folder(tmp_path, {name: json.dumps(rows) for name, rows in files.items()}, SETTINGS)
    place = {path: Place("more", (path,)) for path in ("until", "team", "kind")}
    cells = {
        "incident_id": Cell(Place("nr")), "opened_at": Cell(Place("when")), "resolved_at": Cell(place["until"]),
        "team": Cell(place["team"]),
    }  # fmt: skip
    rules = (LeaveOut(place["kind"], IS, ("Probe",)),)
    save(tmp_path, Spec("Karten", "incidents", cells, date_order="dmy", leave_out=rules))
    build(tmp_path, load_settings(tmp_path))
    app = open_page("data", data_dir=tmp_path, map="nein.json")
    assert "Changes the mapping" in said(app) and "not in this file" in said(app)
    give_name(app)
    next(b for b in app.button if (b.key or "").startswith("map-save-")).click().run()
    assert not app.exception
    (after,) = saved(tmp_path)
    assert after.spec is not None
    assert (after.spec.cells, after.spec.leave_out, after.spec.date_order) == (cells, rules, "dmy")


def test_a_flag_of_tests_and_a_zone_in_a_header_are_offered_and_kept(open_page: Any, tmp_path: Path) -> None:
    text = (
        "Ref,Opened (ET),Resolved (ET),Logged (UTC),Sev,is_test\n"
        "A1,2025-07-01 10:00,2025-07-01 11:00,2025-07-01 14:05,P1,false\n"
        "A2,2025-07-02 10:00,2025-07-02 11:00,2025-07-02 14:05,P2,true\n"
    )
    form = Form(open_page, tmp_path, text)
    assert form.control("selectbox", "map-zone-").value == "America/New_York"
    form.choose("selectbox", "map-recorded_at-", "Logged (UTC)")
    assert "“Logged (UTC)” says UTC: times there without a zone are read in America/New_York" in said(
        form.app
    )
    form.choose("selectbox", "map-recorded_at-", "—")
    assert "says UTC" not in said(form.app)
    kept = form.save()
    assert kept.zone == "America/New_York"
    assert [(rule.place.label, rule.how, rule.values) for rule in kept.leave_out] == [
        ("is_test", IS, ("true",))
    ]
    report = build(tmp_path, load_settings(tmp_path)).files[0]
    assert (report.kept, report.excluded) == (1, 1)


def test_a_column_with_the_zone_of_each_row_is_offered_kept_and_may_be_declined(
    open_page: Any, tmp_path: Path
) -> None:
    zones = ("Europe/Berlin", "America/New_York", "Europe/Berlin", "Asia/Tokyo")
    rows = "".join(
        f"K-{n},2025-11-1{n} 10:00,High,2025-11-1{n} 11:00,{zone}\n" for n, zone in enumerate(zones, 1)
    )
    text = f"Karte,Beginn,Schwere,Ende,Ort\n{rows}"
    form = Form(open_page, tmp_path, text)
    assert form.control("selectbox", "map-zone-in-").value == "Ort"
    kept = form.save()
    assert kept.zone_in is not None and kept.zone_in.label == "Ort"
    other = tmp_path / "declined"
    other.mkdir()
    form = Form(open_page, other, text)
    form.choose("selectbox", "map-zone-in-", "")
    assert form.save().zone_in is None
