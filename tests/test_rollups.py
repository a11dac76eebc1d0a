"""Roll-ups on the embedded engine: every row is counted or left out with its reason, once, whatever happens."""

import csv
import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from reliability.cli.main import main
from reliability.errors import RollupError
from reliability.rollups import RollupReport, roll_up, rollup
from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.rollups.plain_text import text_for
from reliability.rollups.text import DIALECTS
from reliability.sample.request_logs import write_request_logs
from reliability.settings import parse_settings
from reliability.settings.rollups import Rollups
from tests.recounted import TWICE, recount, written_counts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
HEADER = "ts,service,endpoint,status,duration_ms\n"


def settings(text: str = "") -> Rollups:
    found, problems = parse_settings(tomllib.loads(text))
    assert problems == []
    return found.rollups


def complaints(text: str) -> list[str]:
    return [str(problem) for problem in parse_settings(tomllib.loads(text))[1]]


def rolled(
    folder: Path, said: str = "", name: str = "requests", log: Path | None = None, **more: Any
) -> RollupReport:
    """Roll up `folder`/log into `folder`/out.csv."""
    source = str(log or folder / "log")
    engine = more.pop("engine", None) or DuckDBEngine()
    return roll_up(rollup(name, settings(said)), source, folder / "out.csv", folder / "state", engine, **more)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def log(folder: Path, **files: str | bytes) -> Path:
    """Files below `folder`/log; their names end in .csv unless they say otherwise with two underscores."""
    place = folder / "log"
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        path = place / (name.replace("__", ".") if "__" in name else f"{name}.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return place


def accounts_for_everything(report: RollupReport) -> bool:
    return report.total_rows_read == report.total_counted + sum(report.total_left_out.values())


# ------------------------------------------------------------------------------------------------ what is counted


@pytest.mark.parametrize(
    ("kind", "zone"), [("csv", "Europe/Berlin"), ("jsonl", ""), ("parquet", ""), ("csv", "America/New_York")]
)
def test_a_dirty_log_is_counted_as_the_standard_library_counts_it(
    tmp_path: Path, kind: str, zone: str
) -> None:
    days = 9 if zone == "America/New_York" else 2
    paths = write_request_logs(
        tmp_path / "log", 6000, files_count=4, days=days, kind=kind, dirty=True, zone=zone
    )
    said = f'[rollups.requests]\ntime_zone = "{zone or "UTC"}"'
    report = rolled(tmp_path, said)
    expected, left_out = recount(paths, zone or "UTC")
    assert report.left_out == left_out
    assert left_out["doubled"] and left_out["clock behind"] and left_out["clock ahead"]
    assert left_out[TWICE] or not zone, "the log spans the night in which the clock is turned back"
    assert written_counts(tmp_path / "out.csv") == expected
    assert accounts_for_everything(report)


def test_a_request_is_good_by_its_status_and_its_time(tmp_path: Path) -> None:
    log(
        tmp_path,
        a=HEADER
        + "2025-03-01T00:00:00Z,api,/a,200,299.9\n"
        + "2025-03-01T00:10:00Z,api,/a,200,300\n"
        + "2025-03-01T00:20:00Z,api,/a,404,10\n"
        + "2025-03-01T00:30:00Z,api,/a,429,10\n"
        + "2025-03-01T00:40:00Z,api,/a,503,\n"
        + "2025-03-01T00:45:00Z,api,/a,200,\n"
        + "2025-03-01T00:50:00Z,api,/a,OK,10\n"
        + "2025-03-01T00:59:59Z,api,/slow,200,1999\n",
    )
    said = """
[rollups.requests]
under_ms = 300
bad = ["5xx", "429"]
not_valid = ["404"]
[[rollups.requests.endpoints]]
match = "/slow"
under_ms = 2000
objective = 0.99
[[rollups.requests.endpoints]]
match = "*"
"""
    report = rolled(tmp_path, said)
    assert [(r["endpoint"], r["good"], r["total"], r["objective"]) for r in rows(tmp_path / "out.csv")] == [
        ("/a", "1", "4", ""),  # 299.9 ms; not 300 ms, 429, 503
        ("/slow", "1", "1", "0.99"),
    ]
    assert report.left_out == {"no readable duration": 1, "no readable status": 1, "not valid": 1}


def test_seconds_are_compared_with_limits_in_milliseconds(tmp_path: Path) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:00:00Z,a,/,200,0.299\n2025-03-01T00:59:59Z,a,/,200,0.301\n")
    rolled(tmp_path, '[rollups.requests]\nunder_ms = 300\nduration_unit = "s"')
    assert rows(tmp_path / "out.csv")[0]["good"] == "1"


def test_maintenance_leaves_good_and_valid_alike_and_only_of_its_service(tmp_path: Path) -> None:
    lines = [
        f"2025-03-01T0{hour}:{minute}:00Z,{service},/{service},{status},1\n"
        for service in ("api", "web")
        for hour, minute, status in ((0, 10, 200), (0, 30, 503), (1, 15, 200), (1, 40, 503), (2, 59, 200))
    ]
    log(tmp_path, a=HEADER + "".join(lines))
    said = """
[[rollups.requests.maintenance]]
start = 2025-03-01T00:30:00Z
end = 2025-03-01T01:20:00Z
services = ["api"]
[[rollups.requests.maintenance]]
start = 2025-03-01T01:40:00Z
end = 2025-03-01T01:41:00Z
"""
    report = rolled(tmp_path, said)
    found = {
        (r["service"], r["interval_start"][11:13]): (r["good"], r["total"])
        for r in rows(tmp_path / "out.csv")
    }
    assert found[("api", "00")] == ("1", "1")
    assert ("api", "01") not in found
    assert found[("web", "00")] == ("1", "2")
    assert found[("web", "01")] == ("1", "1")
    assert report.left_out == {"maintenance": 4}  # api at 00:30, 01:15, 01:40; web at 01:40


def test_endpoints_are_called_what_the_settings_say_and_unknown_ones_are_left_out(tmp_path: Path) -> None:
    log(
        tmp_path,
        a=HEADER
        + "2025-03-01T00:00:00Z,lb-1,/v2/pay_1,200,1\n"
        + "2025-03-01T00:00:01Z,lb-2,/v2/pay_1/items,200,1\n"
        + "2025-03-01T00:00:02Z,lb-1,/v2/payX1,200,1\n"
        + "2025-03-01T00:59:59Z,lb-1,,200,1\n",
    )
    said = """
[[rollups.requests.endpoints]]
match = "/v2/pay_1*"
match_service = "lb-*"
endpoint = "POST /pay"
service = "payments"
objective = 0.9999
"""
    report = rolled(tmp_path, said)
    # Nothing that was counted is newer than 00:00:02, but unknown endpoints tell how far the log reaches, too.
    assert report.left_out == {"no endpoint": 1, "unknown endpoint": 1}
    log(tmp_path, b=HEADER + "2025-03-01T01:00:00Z,lb-1,/other,200,1\n")
    rolled(tmp_path, said)
    (row,) = rows(tmp_path / "out.csv")
    assert (row["endpoint"], row["service"], row["good"], row["objective"]) == (
        "POST /pay",
        "payments",
        "2",
        "0.9999",
    )
    assert row["exported_at"] == "2025-03-01T01:00:01Z"


def test_one_name_of_two_services_stays_two_endpoints(tmp_path: Path) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:00:00Z,a,/x,200,1\n2025-03-01T00:59:59Z,b,/x,503,1\n")
    rolled(tmp_path)
    assert [(r["endpoint"], r["good"]) for r in rows(tmp_path / "out.csv")] == [("a /x", "1"), ("b /x", "0")]


def test_cells_may_be_quoted_and_a_quote_that_never_closes_costs_its_line_only(tmp_path: Path) -> None:
    log(
        tmp_path,
        a=(
            b'"ts";"endpoint";"status";"note"\r\n'
            b'2025-03-01T00:00:00Z;"/a;b";200;"say ""x"""\r\n'
            b'2025-03-01T00:10:00Z;"/open;200;x\r\n'
            b'"2025-03-01T00:20:00Z";/c;"500";\r\n'
            b"2025-03-01T00:30:00Z;/short;200\r\n"
            b"\r\n"
            b"2025-03-01T00:40:00Z;/long;200;x;y\r\n"
        )
        + b"2025-03-01T00:50:00Z;/caf\xe9;200;x\r\n2025-03-01T00:59:59Z;/d;200;x",
    )
    report = rolled(tmp_path)
    assert report.left_out == {"unreadable line": 4}
    assert {(r["endpoint"], r["good"]) for r in rows(tmp_path / "out.csv")} == {
        ("/a;b", "1"), ("/c", "0"), ("/d", "1"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-01T00:30:00Z", "2025-03-01 00:30:00+00:00", "2025-03-01T02:30:00+02:00", "2025-02-28T19:00:00-0530",
        "2025-03-01T00:30:00.999Z", "1740789000", "1740789000.5", "1740789000123", "1740789000123456",
        "1740789000123456789", "2025-03-01 01:30:00",
    ],
)  # fmt: skip
def test_times_are_read_in_every_shape(tmp_path: Path, written: str) -> None:
    log(tmp_path, a=HEADER + f"{written},a,/,200,1\n2025-03-01T00:59:59Z,b,/end,200,1\n")
    rolled(tmp_path, '[rollups.requests]\ntime_zone = "Europe/Berlin"\ninterval_minutes = 10')
    assert rows(tmp_path / "out.csv")[0]["interval_start"] == "2025-03-01T00:30:00Z"


@pytest.mark.parametrize(
    "written",
    ["2025-02-30T00:00:00Z", "yesterday", "", "2025-03-01", "2025-03-01T24:00:00Z", "01/03/2025 00:30"],
)
def test_other_times_are_left_out(tmp_path: Path, written: str) -> None:
    log(tmp_path, a=HEADER + f"{written},a,/,200,1\n")
    assert rolled(tmp_path).left_out == {"no readable time": 1}


def test_the_hour_that_spring_leaves_out_is_nobodys(tmp_path: Path) -> None:
    times = ("01:59:59", "02:30:00", "03:00:00")
    log(tmp_path, a=HEADER + "".join(f"2025-03-30 {time},a,/,200,1\n" for time in times))
    report = rolled(tmp_path, '[rollups.requests]\ntime_zone = "Europe/Berlin"\ninterval_minutes = 1')
    assert report.left_out == {"a local time that never happens": 1}
    assert [r["interval_start"] for r in rows(tmp_path / "out.csv")] == ["2025-03-30T00:59:00Z"]


def test_other_column_names_are_a_setting_and_a_line_may_count_many(tmp_path: Path) -> None:
    log(
        tmp_path,
        a__jsonl='{"time": 1740787200, "path": "/a", "code": 200, "n": 40}\n{"time": 1740790799, "path": "/a", "code": 500, "n": 2}\n'
        '{"time": 1740790799, "path": "/a", "code": 500, "n": -1}\n',
    )
    said = '[rollups.requests]\ncolumns = {at = "time", endpoint = "path", status = "code", count = "n"}'
    report = rolled(tmp_path, said)
    assert [(r["good"], r["total"]) for r in rows(tmp_path / "out.csv")] == [("40", "42")]
    assert report.left_out == {"no readable count": 1}


# ------------------------------------------------------------------------------------------------ how large


def test_the_state_grows_with_intervals_and_not_with_requests(tmp_path: Path) -> None:
    kept = {}
    for requests in (50_000, 500_000):
        place = tmp_path / str(requests)
        write_request_logs(place / "log", requests, files_count=2, days=2 / 24)
        assert rolled(place).counted == requests
        with duckdb.connect(next((place / "state").glob("*.duckdb")), read_only=True) as con:
            kept[requests] = con.sql("select count(*) from partial").fetchall()[0][0]
    # Rare statuses and slow bands turn up more often in more requests; rows of their own they do not become.
    assert 0 < kept[500_000] < 1.5 * kept[50_000]


_PEAK = """
import sys
from pathlib import Path
from reliability.rollups import roll_up, rollup
from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.settings.rollups import Rollups
place = Path(sys.argv[1])
asked = rollup("requests", Rollups())
report = roll_up(asked, str(place / "log"), place / "out.csv", place / "state", DuckDBEngine("200MB"))
# Not getrusage: a process begins with the largest memory of the one that started it.
status = Path("/proc/self/status").read_text()
print(report.counted, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux says how much memory a process took"
)
def test_memory_stays_within_its_limit(tmp_path: Path) -> None:
    requests = 1_500_000
    write_request_logs(tmp_path / "log", requests, files_count=3, days=3 / 24)
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    counted, peak_megabytes = map(int, done.stdout.split()[-2:])
    assert counted == requests
    assert peak_megabytes < 500, "200 MB for DuckDB, the rest is Python and its libraries"


# ------------------------------------------------------------------------------------------------ run after run


def test_file_after_file_comes_to_the_same_as_all_at_once(tmp_path: Path) -> None:
    once, again = tmp_path / "once", tmp_path / "again"
    paths = write_request_logs(once / "log", 4000, files_count=5, kind="csv", dirty=True)
    report = rolled(once)
    assert report.left_out["doubled"] > 20
    (again / "log").mkdir(parents=True)
    read = 0
    for path in paths:
        shutil.copy2(path, again / "log")
        step = rolled(again)
        read += step.rows_read
        assert step.files_read == 1
    assert read == report.rows_read
    assert (again / "out.csv").read_text() == (once / "out.csv").read_text()
    assert step.total_left_out == report.left_out


def test_late_rows_correct_intervals_that_were_written(tmp_path: Path) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n2025-03-01T02:00:00Z,a,/,200,1\n")
    rolled(tmp_path)
    assert [(r["good"], r["total"]) for r in rows(tmp_path / "out.csv")] == [("1", "1")]
    log(tmp_path, b=HEADER + "2025-03-01T00:20:00Z,a,/,503,1\n")
    report = rolled(tmp_path)
    assert (report.rows_read, report.files_read, report.files_unchanged) == (1, 1, 1)
    assert [(r["good"], r["total"]) for r in rows(tmp_path / "out.csv")] == [("1", "2")]


def test_an_interval_is_written_when_it_is_over(tmp_path: Path) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n2025-03-01T00:59:58Z,a,/,200,1\n")
    report = rolled(tmp_path)
    assert (report.counted, report.rows_written) == (2, 0)
    log(tmp_path, b=HEADER + "2025-03-01T00:59:59Z,a,/,200,1\n")
    assert rolled(tmp_path).rows_written == 1


def test_nothing_new_reads_nothing_and_leaves_the_export_alone(tmp_path: Path) -> None:
    write_request_logs(tmp_path / "log", 500, files_count=2, kind="csv")
    first = rolled(tmp_path)
    before = (tmp_path / "out.csv").stat()
    second = rolled(tmp_path)
    assert (second.rows_read, second.files_read, second.files_unchanged) == (0, 0, 2)
    assert second.total_rows_read == first.rows_read
    assert second.rows_written == first.rows_written
    assert (tmp_path / "out.csv").stat().st_ino == before.st_ino


def test_a_log_that_grew_is_read_again_in_the_place_of_what_it_said(tmp_path: Path) -> None:
    first = HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n"
    log(tmp_path, a=first, end=HEADER + "2025-03-01T03:00:00Z,a,/,200,1\n")
    rolled(tmp_path)
    log(tmp_path, a=first + "2025-03-01T00:20:00Z,a,/,200,1\n")
    report = rolled(tmp_path)
    assert rows(tmp_path / "out.csv")[0]["total"] == "2"
    assert report.total_rows_read == 3


def test_a_rotated_log_is_known_again_and_a_copy_is_left_out(tmp_path: Path) -> None:
    old, new = (HEADER + f"2025-03-01T0{hour}:10:00Z,a,/,200,1\n" for hour in (0, 3))
    log(tmp_path, access=old)
    rolled(tmp_path)
    (tmp_path / "log" / "access.csv").rename(tmp_path / "log" / "access_1.csv")
    log(tmp_path, access=new)
    report = rolled(tmp_path)
    assert (report.files_read, report.rows_read, report.total_rows_read) == (1, 1, 2)
    log(tmp_path, copied=old)
    report = rolled(tmp_path)
    assert report.left_out == {"the same file again": 1}
    assert report.rows_read == 1
    assert [r["total"] for r in rows(tmp_path / "out.csv")] == ["1"]
    assert accounts_for_everything(report)


def test_what_is_good_may_change_without_the_logs(tmp_path: Path) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,429,1\n2025-03-01T01:00:00Z,a,/,200,1\n")
    rolled(tmp_path)
    assert rows(tmp_path / "out.csv")[0]["good"] == "1"
    (tmp_path / "log" / "a.csv").unlink()
    log(tmp_path, b=HEADER + "2025-03-01T01:00:01Z,a,/,200,1\n")
    report = rolled(tmp_path, '[rollups.requests]\nbad = ["5xx", "429"]')
    assert rows(tmp_path / "out.csv")[0]["good"] == "0"
    assert report.settings_outdated == 0


def test_what_takes_the_single_row_to_know_is_read_again(tmp_path: Path) -> None:
    log(
        tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,503,1\n", b=HEADER + "2025-03-01T02:00:00Z,a,/,200,1\n"
    )
    rolled(tmp_path)
    said = "[[rollups.requests.maintenance]]\nstart = 2025-03-01T00:00:00Z\nend = 2025-03-01T00:30:00Z\n"
    report = rolled(tmp_path, said)
    assert (report.files_read, report.left_out) == (1, {"maintenance": 1}), (
        "the other file has no row in the window"
    )
    (tmp_path / "log" / "a.csv").unlink()
    assert rolled(tmp_path).settings_outdated == 1, "read in a window that is none any more, and gone"


def test_rows_written_again_in_a_later_file_are_found_and_a_missing_file_is_told(tmp_path: Path) -> None:
    header = "ts,service,endpoint,status,request_id\n"
    log(tmp_path, a=header + "2025-03-01T00:10:00Z,a,/,200,r1\n2025-03-01T03:00:00Z,a,/,200,r2\n")
    rolled(tmp_path)
    log(tmp_path, b=header + "2025-03-01T00:10:00Z,a,/,200,r1\n2025-03-01T00:10:00Z,a,/,200,r3\n")
    assert rolled(tmp_path).left_out == {"doubled": 1}
    assert rows(tmp_path / "out.csv")[0]["total"] == "2"
    (tmp_path / "log" / "a.csv").unlink()
    log(tmp_path, c=header + "2025-03-01T00:10:00Z,a,/,200,r2\n")
    assert rolled(tmp_path).not_compared == 1


def test_a_time_of_a_file_that_lies_before_its_rows_is_not_believed(tmp_path: Path) -> None:
    place = log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n2025-03-01T03:00:00Z,a,/,200,1\n")
    os.utime(place / "a.csv", (315_532_800, 315_532_800))  # 1980, as images of containers have it
    assert rolled(tmp_path).left_out == {}


def test_a_run_that_is_killed_and_repeated_counts_nothing_twice(tmp_path: Path) -> None:
    once, killed = tmp_path / "once", tmp_path / "killed"
    write_request_logs(once / "log", 8000, files_count=12, kind="csv", dirty=True)
    rolled(once)
    shutil.copytree(once / "log", killed / "log")
    (killed / "data").mkdir()
    command = [
        *(sys.executable, "-m", "reliability", "rollup", "requests", "--from", str(killed / "log"), "--json"),
        *("--to", str(killed / "out.csv"), "--data", str(killed / "data"), "--batch-mb", "0.0001"),
    ]
    state = killed / "data" / "rollups" / "requests-out"
    for wanted in (2, 4):
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        batches: set[str] = set()
        deadline = time.monotonic() + 120
        while len(batches) < wanted and running.poll() is None and time.monotonic() < deadline:
            batches |= {path.name for path in state.glob(".batch-*")}
        running.send_signal(signal.SIGKILL)
        assert running.wait() == -signal.SIGKILL, "it was still reading when it was killed"
        assert not (killed / "out.csv").exists()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert '"files_unchanged": 0' not in done.stdout, "what was committed before is not read again"
    assert (killed / "out.csv").read_text() == (once / "out.csv").read_text()
    assert list(state.glob(".batch-*")) == []


def test_two_runs_at_once_do_not_write_over_each_other(tmp_path: Path) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n")
    rolled(tmp_path)
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", holding, str(tmp_path / "state" / "state.duckdb")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None and other.stdout.readline() == "held\n"
    try:
        with pytest.raises(RollupError, match="another roll-up is writing there"):
            rolled(tmp_path)
    finally:
        other.communicate("\n")


# ------------------------------------------------------------------------------------------------ alerts and tickets


def test_events_become_alerts_that_needed_action_or_did_not(tmp_path: Path) -> None:
    log(
        tmp_path,
        a="ts,alert_id,event,title,service,incident_id\n"
        "2025-03-01T00:00:00Z,A1,Triggered,Disk full,api,\n"
        "2025-03-01T00:05:00Z,A1,acknowledged,,,\n"
        "2025-03-01T00:05:00Z,A1,acknowledged,,,\n"
        "2025-03-01T01:00:00Z,A1,resolved,,,\n"
        "2025-03-01T00:01:00Z,A2,triggered,Flapping,web,\n"
        "2025-03-01T00:02:00Z,A2,resolved,,,\n"
        "2025-03-01T00:03:00Z,A3,triggered,Slow,web,\n"
        "2025-03-01T00:04:00Z,A4,triggered,Slow,web,INC7\n"
        "2025-03-01T00:04:30Z,A4,resolved,,,\n"
        "2025-03-01T00:06:00Z,A4,pondered,,,\n"
        "2025-03-01T00:07:00Z,,resolved,,,\n",
        b="ts,alert_id,event\n2025-03-01T00:02:00Z,A2,resolved\n2025-03-01T02:00:00Z,A2,triggered\n",
    )
    report = rolled(tmp_path, name="alerts")
    found = {r["alert_id"]: r for r in rows(tmp_path / "out.csv")}
    assert {k: r["actionable"] for k, r in found.items()} == {"A1": "true", "A2": "", "A3": "", "A4": "true"}
    assert found["A1"]["closed_at"] == "2025-03-01T01:00:00Z"
    assert (found["A2"]["fired_at"], found["A2"]["closed_at"]) == ("2025-03-01T00:01:00Z", ""), (
        "it fired again"
    )
    assert found["A4"]["incident_id"] == "INC7"
    assert report.left_out == {"doubled": 2, "no alert id": 1, "unknown event": 1}
    assert accounts_for_everything(report)


def test_events_become_tickets(tmp_path: Path) -> None:
    log(
        tmp_path,
        a__jsonl='{"ts": "2025-03-01T00:00:00Z", "ticket_id": "T1", "event": "created", "account_id": "A-1", "subject": "Down"}\n'
        '{"ts": "2025-03-01T02:00:00Z", "ticket_id": "T1", "event": "Escalated to  engineering", "incident_id": "INC7"}\n'
        '{"ts": "2025-03-01T03:00:00Z", "ticket_id": "T1", "event": "solved"}\n'
        '{"ts": "2025-03-01T04:00:00Z", "ticket_id": "T1", "event": "reopened"}\n'
        '{"ts": "2025-03-01T01:00:00Z", "ticket_id": "T2", "event": "created", "priority": "high"}\n'
        '{"ts": "2025-03-01T05:00:00Z", "ticket_id": "T2", "event": "closed"}\n',
    )
    rolled(tmp_path, '[rollups.tickets]\nto_engineering = ["escalated to  engineering"]', name="tickets")
    first, second = rows(tmp_path / "out.csv")
    assert (first["status"], first["solved_at"], first["incident_id"]) == ("open", "", "INC7")
    assert (first["account_id"], first["subject"]) == ("A-1", "Down")
    assert (second["status"], second["solved_at"]) == ("solved", "2025-03-01T05:00:00Z")


# ------------------------------------------------------------------------------------------------ the command


def test_the_command_accounts_for_every_row_and_a_build_reads_its_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    data = tmp_path / "data"
    (data / "exports").mkdir(parents=True)
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n2025-03-01T00:59:59Z,a,/,503,1\nbad\n")
    (tmp_path / "log" / "a.csv").write_bytes((tmp_path / "log" / "a.csv").read_bytes())
    (data / "review.toml").write_text('[[rollups.requests.endpoints]]\nmatch = "*"\nobjective = 0.99\n')
    to = data / "exports" / "availability.csv.gz"
    arguments = ["--from", str(tmp_path / "log" / "*.csv"), "--to", str(to), "--data", str(data), "--json"]
    assert main(["rollup", "requests", *arguments]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows_read"], told["rows_written"], told["engine"]) == (3, 1, "duckdb")
    assert told["left_out"] == {"unreadable line": 1}
    assert gzip.decompress(to.read_bytes()).decode().splitlines()[1].startswith("/,a,2025-03-01T00:00:00Z")
    assert main(["build", "--data", str(data), "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert (file["table"], file["kept"], file["exported_at"]) == ("availability", 1, "2025-03-01T01:00:00Z")
    (live,) = (data / "warehouse").glob("*.duckdb")
    with duckdb.connect(str(live), read_only=True) as con:
        assert con.execute("select good, total, objective from availability").fetchall() == [(1, 2, 0.99)]


def test_a_build_rolls_up_the_log_that_the_settings_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n2025-03-01T01:00:00Z,a,/,200,1\n")
    (tmp_path / "review.toml").write_text('[rollups.requests]\nfrom = "log"\n')
    for total in ("1", "2"):
        assert main(["build", "--data", str(tmp_path), "--json"]) == 0
        assert '"file": "rollups/availability.csv"' in capsys.readouterr().out
        assert rows(tmp_path / "rollups" / "availability.csv")[0]["total"] == total
        log(tmp_path, b=HEADER + "2025-03-01T00:20:00Z,a,/,200,1\n")
    shutil.copytree(tmp_path, tmp_path / "elsewhere", ignore=shutil.ignore_patterns("elsewhere", "warehouse"))
    assert main(["build", "--data", str(tmp_path / "elsewhere")]) == 0, "a copied data folder goes on"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "{}/nowhere", "--to", "{}/o.csv"], "there is no log there"),
        (["--from", "{}/log", "--to", "{}/o.xlsx"], "it is not an export format"),
        (["--from", "{}/log"], "no export is named"),
        (["--to", "{}/o.csv"], "no log is named"),
        (["--from", "{}/log", "--to", "{}/theirs.csv"], "it was not written by this roll-up"),
        (["--from", "{}/other", "--to", "{}/o.csv"], "there is no column 'ts'. There are: time, path"),
        (["--from", "{}/broken", "--to", "{}/o.csv"], "x.parquet"),
        (["--from", "ftp://host/log", "--to", "{}/o.csv"], "ftp://host/log"),
    ],
)
def test_what_a_person_can_get_wrong_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    log(tmp_path, a=HEADER + "2025-03-01T00:10:00Z,a,/,200,1\n")
    for folder, name, text in (("other", "x.csv", "time,path\n1,/\n"), ("broken", "x.parquet", "PAR1 no")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    (tmp_path / "theirs.csv").write_text("a\n")
    given = [argument.format(tmp_path) for argument in arguments]
    assert main(["rollup", "requests", *given, "--data", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert message in told and told.count("\n") == 1 and "Traceback" not in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[rollups.requests]\nbad = ['teapot']", "found 'teapot'. Write HTTP statuses"),
        ("[rollups.requests]\ninterval_minutes = 7", "A day must be a whole number of intervals"),
        ("[rollups.requests.columns]\nstate = 'x'", "there is no such setting. Did you mean 'status'?"),
        ("[[rollups.requests.endpoints]]\nobjective = 1.5\nmatch = '/'", "a share between 0 and 1"),
        ("[[rollups.requests.endpoints]]\nendpoint = '/'", "match: is missing"),
        (
            "[[rollups.requests.maintenance]]\nstart = 2025-03-02T00:00:00Z\nend = 2025-03-01T00:00:00Z",
            "is not after the start",
        ),
        ("[rollups.alerts]\nacted = ['x']\nclosed = ['X']", "'x' is also in acted"),
    ],
)
def test_settings_that_cannot_be_are_named(text: str, message: str) -> None:
    (told,) = complaints(text)
    assert message in told and told.startswith("review.toml, ")


@pytest.mark.parametrize("name", ["requests", "alerts", "tickets"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_roll_up_is_written_in_the_dialect_of_every_engine(name: str, dialect: str) -> None:
    text = text_for(rollup(name, settings()), dialect)
    assert text.startswith("-- Untested") == (dialect in ("trino", "clickhouse"))
    if dialect != "clickhouse":  # whose own CTEs the parser takes for something else
        assert sqlglot.parse_one(text, read=dialect).find(sqlglot.exp.Group)
