"""The command line: the JSON that others rely on, exit codes, and one clear line for everything that is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from reliability.cli.main import MODULES, cli, main
from reliability.formatting import plain
from reliability.queries.figures import figures

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
HEADER = "incident_id,title,service,severity,opened_at,resolved_at\n"
GOOD = "A-1,Down,checkout,P1,2025-01-02T00:00:00Z,2025-01-02T01:00:00Z\n"


@pytest.fixture
def run(capsys):
    """Run a command: `run("kpis", "--json", data=folder)` -> (exit code, stdout, stderr)."""

    def ran(*arguments: str, data: Path | None = None) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*arguments, *(("--data", str(data)) if data else ())])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


@pytest.fixture
def document(run):
    """Run a command that must be fine and return its JSON."""

    def asked(*arguments: str, data: Path) -> dict:
        code, out, err = run(*arguments, "--json", data=data)
        assert (code, err) == (0, "")
        return json.loads(out)

    return asked


@pytest.fixture
def folder(tmp_path: Path):
    """Make a data folder: `folder({"a.csv": text}, toml="")`."""

    def made(files: dict[str, str], toml: str = "") -> Path:
        (tmp_path / "exports").mkdir()
        for name, text in files.items():
            (tmp_path / "exports" / name).write_text(text, encoding="utf-8")
        (tmp_path / "review.toml").write_text(toml, encoding="utf-8")
        return tmp_path

    return made


def complains(outcome: tuple[int, str, str], *parts: str) -> None:
    """Hold that a command ended with exit code 2, nothing on stdout and one line on stderr with all parts."""
    code, out, err = outcome
    assert (code, out) == (2, ""), err
    assert err.startswith("error: ")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    for part in parts:
        assert part in err


# Shapes


def test_build_accounts_for_every_row_of_every_file(document, own_sample):
    built = document("build", "--force", data=own_sample)
    assert {"data_version", "as_of", "files", "unrecognised"} <= set(built)
    assert built["as_of"] == "2025-11-17T08:00:00Z"
    assert built["unrecognised"] == []
    names = {file["file"] for file in built["files"]}
    on_disk = {
        path.relative_to(own_sample / "exports").as_posix() for path in (own_sample / "exports").rglob("*.*")
    }
    # What the build itself rolls up from the logs stands beside the exports.
    assert names == on_disk | {"rollups/availability.csv"}
    for file in built["files"]:
        assert {
            "format",
            "table",
            "rows_read",
            "kept",
            "superseded",
            "excluded",
            "set_aside",
            "reasons",
        } <= set(file)
        gone = file["superseded"] + file["excluded"] + file["set_aside"]
        assert file["rows_read"] == file["kept"] + gone, file["file"]
        assert sum(file["reasons"].values()) == gone, file["file"]


def test_a_second_build_of_the_same_exports_says_that_nothing_changed(document, own_sample):
    first = document("build", data=own_sample)
    second = document("build", data=own_sample)
    assert second["unchanged"] is True
    assert second["data_version"] == first["data_version"]


def test_kpis_gives_every_kpi_with_its_evidence(document, sample_dir):
    found = document("kpis", "--quarter", "2025-Q3", data=sample_dir)
    # Midnight in Berlin is 22:00 UTC of the day before in summer.
    assert found["window"] == {"start": "2025-06-30T22:00:00Z", "end": "2025-09-30T22:00:00Z"}
    assert found["as_of"] == "2025-11-17T08:00:00Z"
    assert {k["id"] for k in found["kpis"]} == set(figures())
    for k in found["kpis"]:
        assert set(k) == {"id", "value", "above", "unit", "n", "interval", "open", "left_out", "status"}
        assert k["status"] in ("ok", "no data", "partial")
        assert isinstance(k["n"], int)
        assert k["interval"] is None or len(k["interval"]) == 2
        assert all(isinstance(n, int) for n in k["left_out"].values())
        if k["id"] == "remediation_holding_share":
            assert k["value"] is None and k["n"] > 0  # none of this summer's was followed for 90 days yet
        elif k["unit"] == "share" and k["id"] != "error_budget_left":
            assert 0 <= k["value"] <= 1, k["id"]


def test_kpis_of_a_quarter_are_those_of_its_days(document, sample_dir):
    quarter = document("kpis", "--quarter", "2025-Q3", data=sample_dir)
    days = document("kpis", "--start", "2025-07-01", "--end", "2025-10-01", data=sample_dir)
    assert days == quarter


def test_kpis_of_a_service_and_a_team_are_fewer_incidents(document, sample_dir):
    def incidents(*narrowed: str) -> int:
        found = document("kpis", "--quarter", "2025-Q3", *narrowed, data=sample_dir)
        return next(k["value"] for k in found["kpis"] if k["id"] == "incidents")

    one, other = incidents("--service", "checkout-api"), incidents("--service", "search")
    assert 0 < one < incidents()
    assert incidents("--service", "checkout-api", "--service", "search") == one + other
    assert 0 < incidents("--team", "Payments") < incidents()


def test_nothing_after_as_of_is_seen(document, sample_dir):
    found = document("kpis", "--as-of", "2025-05-01T12:00:00+02:00", data=sample_dir)
    assert found["as_of"] == "2025-05-01T10:00:00Z"
    assert found["window"]["start"] == "2025-03-31T22:00:00Z"
    assert {k["status"] for k in found["kpis"]} <= {"partial", "no data"}


def test_commitments_gives_every_promise_with_its_verdict(document, sample_dir):
    found = document("commitments", data=sample_dir)
    assert found["as_of"] == "2025-11-17T08:00:00Z"
    promises = {c["id"]: c for c in found["commitments"]}
    assert (len(promises), sum(one["in_force"] for one in promises.values())) == (16, 13)
    for promise in promises.values():
        assert {
            "id", "title", "kpi", "baseline", "window", "value", "n", "ratio", "interval", "target", "verdict",
            "provisional", "pace", "chance", "allowance_left", "sentence",
        } <= set(promise)  # fmt: skip
        assert promise["baseline"] is None or {"start", "end", "value", "n"} <= set(promise["baseline"])
        assert {"start", "end", "elapsed_days", "days"} <= set(promise["window"])
        assert promise["interval"] is None or len(promise["interval"]) == 2
        assert promise["sentence"]
    p1 = promises["p1-incidents"]
    # 90 days from 18 August, midnight in Berlin; the clocks went back in between.
    assert p1["window"]["start"] == "2025-08-17T22:00:00Z"
    assert p1["window"]["end"] == "2025-11-15T23:00:00Z"
    assert p1["window"]["days"] == 90
    assert p1["baseline"]["start"] == "2024-08-18T22:00:00Z"


def test_review_is_the_whole_review(document, sample_dir):
    found = document("review", "--quarter", "2025-Q3", data=sample_dir)
    assert {
        "period",
        "headline",
        "reason",
        "cards",
        "charts",
        "worst",
        "left_out",
        "sources",
        "decisions",
    } <= set(found)
    assert found["period"]["id"] == "2025-Q3"
    assert found["period"]["partial"] is False
    assert len(found["cards"]) == 8
    assert all(card["query"].startswith(("kpis/", "charts/")) for card in found["cards"])
    assert all(row["source_file"] and row["source_line"] > 0 for row in found["worst"])


def test_the_review_and_the_kpis_say_the_same(document, sample_dir):
    cards = document("review", "--quarter", "2025-Q3", data=sample_dir)["cards"]
    kpis = {k["id"]: k for k in document("kpis", "--quarter", "2025-Q3", data=sample_dir)["kpis"]}
    both = [(card, kpis[card["id"]]) for card in cards if card["id"] in kpis]
    assert len(both) >= 6
    for card, kpi in both:
        assert (card["value"], card["n"]) == (kpi["value"], kpi["n"]), card["id"]


def test_gates_gives_a_decision_per_change_and_exits_with_1_when_one_is_held(run, sample_dir):
    code, out, _ = run("gates", "--json", data=sample_dir)
    found = json.loads(out)
    assert code == 1
    assert found["as_of"] == "2025-11-17T08:00:00Z"
    for change in found["changes"]:
        assert {"id", "title", "decision", "gates"} <= set(change)
        assert change["decision"] in ("ship", "hold")
        assert all({"gate", "passed", "reason", "waiver"} <= set(gate) for gate in change["gates"])
    shipping = next(change["id"] for change in found["changes"] if change["decision"] == "ship")
    assert run("gates", "--change", shipping, data=sample_dir)[0] == 0


def test_sample_writes_a_folder_that_builds(run, document, tmp_path):
    code, out, _ = run("sample", "--out", str(tmp_path / "new"), "--scale", "0.05", "--json")
    assert code == 0
    assert {file["file"] for file in json.loads(out)["files"]} >= {"review.toml"}
    again = tmp_path / "again"
    assert run("sample", "--out", str(again), "--scale", "0.05")[0] == 0
    for path in again.rglob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "new" / path.relative_to(again)).read_bytes()
    assert document("build", data=again)["unrecognised"] == []


def test_tables_for_people_hold_the_same_figures(run, document, sample_dir):
    kpis = {k["id"]: k for k in document("kpis", "--quarter", "2025-Q3", data=sample_dir)["kpis"]}
    code, out, _ = run("kpis", "--quarter", "2025-Q3", data=sample_dir)
    assert code == 0
    lines = {line.split()[0]: line.split() for line in out.splitlines()}
    assert lines["p1_incidents"][1] == str(int(kpis["p1_incidents"]["value"]))
    # Availability shows its nines: a share rounded to whole per cents would say nothing.
    assert lines["availability"][1] == f"{kpis['availability']['value'] * 100:.3f}"
    for command in ("review", "commitments"):
        code, out, err = run(command, data=sample_dir)
        assert (code, err) == (0, "")
        assert out.strip()


def test_the_data_folder_can_come_from_the_environment(run, document, sample_dir, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(sample_dir))
    code, out, _ = run("review", "--json")
    assert code == 0
    assert json.loads(out) == document("review", data=sample_dir)


# As a program of its own


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reliability", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_as_a_program_stdout_is_one_document_and_the_exit_code_is_passed_on(sample_dir):
    fine = program("kpis", "--json", "--data", str(sample_dir))
    assert (fine.returncode, fine.stderr) == (0, "")
    json.loads(fine.stdout)
    held = program("gates", "--data", str(sample_dir))
    assert (held.returncode, held.stderr) == (1, "")
    wrong = program("kpis", "--quarter", "2025-Q9", "--data", str(sample_dir))
    complains((wrong.returncode, wrong.stdout, wrong.stderr), "2025-Q9")


def test_a_reader_that_stops_early_is_not_an_error(sample_dir):
    command = f"{sys.executable} -m reliability review --json --data '{sample_dir}' | head -n 1"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "{\n"
    assert done.stderr == ""


# Wrong usage


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["kpi"], ["No such command 'kpi'", "--help"]),
        (["kpis", "--quater", "2025-Q3"], ["No such option '--quater'", "'--quarter'"]),
        (["kpis", "extra"], ["extra"]),
        (["kpis", "--quarter", "2025-Q9"], ["quarter", "'2025-Q9'", "for example 2025-Q3"]),
        (["review", "--quarter", "third"], ["quarter", "'third'", "for example 2025-Q3"]),
        (["kpis", "--start", "2025-02-30", "--end", "2025-04-01"], ["--start", "'2025-02-30'", "for example"]),
        (["kpis", "--start", "2025-01-01"], ["--end", "missing"]),
        (["kpis", "--end", "2025-01-01"], ["--start", "missing"]),
        (["kpis", "--start", "2025-04-01", "--end", "2025-01-01"], ["--end", "2025-01-01 is not after 2025-04-01"]),
        (["kpis", "--quarter", "2025-Q1", "--start", "2025-01-01", "--end", "2025-02-01"], ["quarter", "both"]),
        (["kpis", "--as-of", "yesterday"], ["--as-of", "'yesterday'", "2025-08-18"]),
        (["commitments", "--as-of", "17.11.2025"], ["--as-of", "'17.11.2025'"]),
        (["kpis", "--service", "chekout-api"], ["service", "'chekout-api'", "Did you mean 'checkout-api'?"]),
        (["kpis", "--team", "Paymens"], ["team", "'Paymens'", "Did you mean 'Payments'?"]),
        (["gates", "--change", "nothing"], ["'nothing'", "Leave out --change"]),
        (["gates", "--format", "xml"], ["--format", "'xml'", "markdown"]),
        (["sample", "--out", "x", "--scale", "0"], ["--scale"]),
        (["sample"], ["--out"]),
    ],
    ids=lambda value: " ".join(value) if value and value[0] in ("kpi", "kpis", "review", "gates", "sample") else None,
)  # fmt: skip
def test_wrong_usage_is_one_clear_line_and_exit_code_2(run, sample_dir, arguments, parts):
    complains(run(*arguments, data=sample_dir if arguments != ["kpi"] else None), *parts)


@pytest.mark.parametrize("command", ["build", "kpis", "commitments", "review", "gates", "repeats", "check"])
def test_a_missing_data_folder_is_named(run, tmp_path, command):
    gone = tmp_path / "gone"
    complains(run(command, data=gone), str(gone), "--data")
    assert not gone.exists()


@pytest.mark.parametrize("command", ["kpis", "commitments", "review", "gates", "repeats"])
def test_without_a_warehouse_commands_say_how_to_build_one(run, folder, command):
    complains(run(command, data=folder({"a.csv": HEADER + GOOD})), "build")


def test_sample_never_writes_into_a_folder_that_holds_something(run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    complains(run("sample", "--out", str(tmp_path)), str(tmp_path), "not empty", "--out")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


# Wrong settings


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ("[organisation]\nname = Northwind\n", ["review.toml, line 2"]),
        ('[organisation]\nnaem = "N"\n', ["review.toml, [organisation] naem", "Did you mean 'name'?"]),
        ('[organistion]\nname = "N"\n', ["review.toml, organistion", "Did you mean 'organisation'?"]),
        ('[targets]\nengage_minutes = "15"\n', ["review.toml, [targets] engage_minutes", '"15" (text)']),
        ('[organisation]\ntime_zone = "Mars/Base"\n', ["[organisation] time_zone", "Mars/Base", "Europe/Berlin"]),
        ("[[freezes]]\nstart = 2025-05-02\nend = 2025-05-01\n", ["[[freezes]] no. 1 end", "2025-05-01 is not after"]),
        ("[[incident_windows]]\nstart = 2025-05-02\nend = 2025-05-02\n", ["[[incident_windows]] no. 1 end"]),
    ],
    ids=["broken", "unknown key", "unknown table", "wrong kind", "wrong zone", "reversed freeze", "empty window"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["build", "kpis"])
def test_wrong_settings_are_named_with_their_place(run, folder, command, toml, parts):
    data = folder({"a.csv": HEADER + GOOD}, toml)
    complains(run(command, data=data), *parts)
    code, out, err = run("check", data=data)
    assert (code, err) == (1, "")
    assert out.count("\n") == 1
    assert all(part in out for part in parts)


# Wrong exports


def warned(outcome: tuple[int, str, str]) -> tuple[dict, list[str]]:
    """Return the document and the warnings of a build that went through."""
    code, out, err = outcome
    assert code == 0, err
    lines = err.splitlines()
    assert all(line.startswith("warning: ") for line in lines)
    return json.loads(out), lines


def test_an_empty_file_is_named_and_its_neighbours_are_read(run, folder):
    data = folder({"a.csv": HEADER + GOOD, "empty.csv": ""})
    built, lines = warned(run("build", "--json", data=data))
    assert lines == ["warning: exports/empty.csv: it is empty. Export it again, or remove the file."]
    assert {file["file"]: file["kept"] for file in built["files"]} == {"a.csv": 1, "empty.csv": 0}
    code, out, _ = run("check", data=data)
    assert code == 1
    assert out == "exports/empty.csv: it is empty. Export it again, or remove the file.\n"


def test_a_header_that_nobody_knows_is_named_with_what_to_do(run, folder):
    data = folder({"a.csv": HEADER + GOOD, "sales.csv": "Umsatz,Filiale\n1,2\n"})
    built, lines = warned(run("build", "--json", data=data))
    assert built["unrecognised"] == ["sales.csv"]
    assert len(lines) == 1
    assert "exports/sales.csv: no format has this header" in lines[0]
    assert "review.toml" in lines[0] and "docs/formats.md" in lines[0]
    assert next(f["set_aside"] for f in built["files"] if f["file"] == "sales.csv") == 1


def test_rows_that_are_cut_are_counted_and_cost_no_other_row(run, folder):
    data = folder({"a.csv": HEADER + GOOD + "A-2,Down,checkout\n" + GOOD.replace("A-1", "A-3") + 'A-4,"Do'})
    built, lines = warned(run("build", "--json", data=data))
    assert lines == []
    (file,) = built["files"]
    assert (file["rows_read"], file["kept"], file["set_aside"]) == (4, 2, 2)
    assert sum(file["reasons"].values()) == 2
    _, out, _ = run("build", data=data)
    (line,) = [line for line in out.splitlines() if "set aside: " in line]
    assert (
        line == "exports/a.csv: set aside: 1 (a quote is opened and not closed) and 1 (row has 3 of 6 cells)."
    )
    code, out, _ = run("check", data=data)
    assert code == 1
    assert out.startswith("exports/a.csv: 2 of 4 rows set aside")


def test_an_incident_resolved_before_it_opened_is_kept_but_has_no_duration(run, document, folder):
    backwards = "A-2,Down,checkout,P1,2025-01-03T05:00:00Z,2025-01-03T04:00:00Z\n"
    data = folder({"a.csv": HEADER + GOOD + backwards})
    _, out, _ = run("build", data=data)
    assert "exports/a.csv: 1 incident over before it began: counted, but in no duration.\n" in out.replace(
        "\xa0", " "
    )
    assert document("build", data=data)["files"][0]["kept"] == 2
    found = {k["id"]: k for k in document("kpis", "--quarter", "2025-Q1", data=data)["kpis"]}
    assert found["p1_incidents"]["value"] == 2
    assert found["time_to_recover_median"]["n"] == 1
    assert found["time_to_recover_median"]["value"] == 60
    assert found["time_to_recover_median"]["left_out"] == {"reversed times": 1}


@pytest.mark.parametrize("files", [{}, {"empty.csv": ""}, {"sales.csv": "Umsatz,Filiale\n1,2\n"}])
def test_a_folder_without_a_usable_export_is_said_to_have_none(run, folder, files):
    data = folder(files)
    code, out, err = run("build", "--json", data=data)
    assert code == 2
    assert [file["file"] for file in json.loads(out)["files"]] == list(files)
    assert err.splitlines()[-1].startswith("error: ") and "exports: " in err.splitlines()[-1]
    assert all(f"warning: exports/{name}: " in err for name in files)
    complains(run("kpis", data=data), "no export holds a single readable date", "Add an export")
    code, out, _ = run("check", data=data)
    assert code == 1
    assert all(f"exports/{name}" in out for name in files)


def test_check_finds_nothing_wrong_with_sound_data(run, document, folder):
    data = folder({"a.csv": HEADER + GOOD})
    document("build", data=data)
    assert document("check", data=data) == {"problems": [], "notes": []}
    assert run("check", data=data) == (0, "no problems found\n", "")


def test_check_lists_what_the_sample_set_aside(run, sample_dir):
    code, out, err = run("check", "--json", data=sample_dir)
    assert (code, err) == (1, "")
    assert any("rows set aside" in line for line in json.loads(out)["problems"])


def test_a_build_leaves_the_exports_as_they_are(run, folder):
    data = folder({"a.csv": HEADER + GOOD})
    before = (data / "exports" / "a.csv").read_bytes()
    run("build", data=data)
    assert (data / "exports" / "a.csv").read_bytes() == before
    assert {path.name for path in data.iterdir()} == {
        "exports",
        "review.toml",
        "warehouse",
        "journal.sqlite",
        "journal.lock",
    }


def test_without_a_command_the_help_is_shown(run):
    code, out, err = run()
    assert (code, err) == (0, "")
    for command in ("build", "kpis", "commitments", "review", "gates", "sample", "check"):
        assert f"  {command}" in out
        assert run(command, "--help")[0] == 0


def test_every_command_is_found_in_the_module_that_is_named_for_it_and_no_module_is_forgotten():
    with click.Context(cli) as context:
        assert all(cli.get_command(context, name) for name in MODULES)
    assert set(cli.commands) == set(MODULES)
    files = {path.stem for path in (ROOT / "reliability" / "cli").glob("*.py")}
    assert set(MODULES.values()) == files - {"__init__", "main", "output"}


def test_every_command_takes_data_and_json(run):
    for command in ("build", "kpis", "commitments", "review", "gates", "sample", "check"):
        _, out, _ = run(command, "--help")
        assert "--data" in out
        assert "--json" in out


def test_a_median_with_half_still_open_is_more_than_what_half_took(run, document, folder):
    rows = [f"I{i},Down,a,P1,2025-07-01T0{i}:00:00Z,2025-07-01T{2 * i + 1:02d}:00:00Z" for i in range(5)]
    rows += [f"I{i},Down,a,P1,2025-07-01T0{i}:00:00Z," for i in range(5, 10)]
    toml = "[organisation]\nas_of = 2025-08-01T00:00:00Z\n"
    data = folder({"incidents.csv": HEADER + "\n".join(rows) + "\n"}, toml)
    assert run("build", data=data)[0] == 0
    window = ("--start", "2025-07-01", "--end", "2025-08-01")
    by_id = {kpi["id"]: kpi for kpi in document("kpis", *window, data=data)["kpis"]}
    median = by_id["time_to_recover_median"]
    # Recovered after 1, 2, 3, 4 and 5 hours; five have been open for a month.
    assert (median["value"], median["above"], median["n"], median["open"]) == (None, 300, 10, 5)
    assert median["status"] == "ok"
    assert median["interval"][0] is not None
    assert median["interval"][1] is None
    # A median that is reached lies above nothing, and neither does one without records.
    assert by_id["time_to_detect_median"]["above"] is None
    assert by_id["time_to_detect_median"]["status"] == "no data"
    assert "more than 5 h" in plain(run("kpis", *window, data=data)[1])
