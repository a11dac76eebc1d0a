"""The same roll-ups on a real Spark, and on a real cluster: the same rows as DuckDB's, byte for byte."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.rollups import RollupReport, roll_up, rollup
from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.rollups.model import Engine, Job
from reliability.rollups.spark_engine import SparkEngine
from reliability.sample.request_logs import write_request_logs
from tests import spark
from tests.test_rollups import settings

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(bool(spark.missing()), reason=f"no {spark.missing()}: {spark.ADVICE}"),
]

BERLIN = '[rollups.requests]\ntime_zone = "Europe/Berlin"\nunder_ms = 300\n'
WINDOW = """
[[rollups.requests.maintenance]]
start = 2025-10-25T02:10:00Z
end = 2025-10-25T05:20:00Z
services = ["search", "identity"]
[[rollups.requests.endpoints]]
match = "/v2/*"
objective = 0.999
"""


class Kept(Engine):
    """One driver for all tests of a module: starting one takes longer than most jobs."""

    name = "spark"

    def __init__(self, engine: SparkEngine) -> None:
        self.engine = engine

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *stopped: object) -> None:
        """Keep the driver."""

    def run(self, job: Job, folder: Path) -> Path:
        return self.engine.run(job, folder)


@pytest.fixture(scope="module")
def local() -> Iterator[Kept]:
    with SparkEngine("local[*]") as engine:
        yield Kept(engine)


def both(
    folder: Path, log: Path, engine: Engine, said: str = "", name: str = "requests"
) -> tuple[RollupReport, RollupReport]:
    """Roll up on both engines, into `folder`/duckdb and `folder`/spark."""
    asked = rollup(name, settings(said))
    one, other = (
        roll_up(asked, str(log), folder / e.name / "out.csv", folder / e.name / "state", e)
        for e in (DuckDBEngine(), engine)
    )
    return one, other


def written(folder: Path, engine: str) -> list[str]:
    return (folder / engine / "out.csv").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("kind", "zone", "dirty"),
    [
        ("parquet", "", False),
        ("parquet", "", True),
        ("csv", "Europe/Berlin", True),
        ("csv.gz", "Europe/Berlin", True),
        ("jsonl", "", True),
    ],
)
def test_both_engines_give_the_same_rows(
    tmp_path: Path, local: Kept, kind: str, zone: str, dirty: bool
) -> None:
    log = tmp_path / "log of täglich 100%"
    write_request_logs(log, 4000, files_count=3, days=2, kind=kind, dirty=dirty, zone=zone)
    one, other = both(tmp_path, log, local, BERLIN + WINDOW)
    assert other.counted > 3000
    assert written(tmp_path, "spark") == written(tmp_path, "duckdb")
    assert (other.rows_read, other.left_out) == (one.rows_read, one.left_out)
    assert set(other.left_out) >= ({"doubled", "clock behind", "maintenance"} if dirty else {"maintenance"})


def test_both_engines_read_torn_lines_and_odd_times_alike(tmp_path: Path, local: Kept) -> None:
    log = tmp_path / "log"
    log.mkdir()
    (log / "a.csv").write_bytes(
        "\ufeffts,service,endpoint,status,duration_ms\r\n".encode()
        + b"2025-03-30 02:30:00,a,/never,200,1\r\n"
        + b"2025-10-26 02:30:00,a,/twice,200,1\r\n"
        + b'2025-10-26T03:30:00+01:00,a,"/a, ""b""",200,1e2\r\n'
        + b'2025-10-26 03:10:00,a,"/open,200,1\r\n'
        + b"\r\n"
        + b"1761445800123,a,/ms,200,301\r\n"
        + b"1761445800.9,a,/s,502,-4\r\n"
        + b"2025-02-30 03:10:00,a,/day,200,1\r\n"
        + b"2025-10-26 03:10:00,a,/caf\xe9,200,1\r\n"
        + b"2025-10-26 03:20:00,a,/short,200\r\n"
        + b"2025-10-26 08:00:00,a, /end ,200.0,\r\n"
    )
    (log / "b.jsonl").write_text(
        '{"ts": 1761445800, "endpoint": "/j", "status": 200, "duration_ms": 12.50, "more": {"x": [1]}}\n'
        '{"ts": "2025-10-26T03:30:00Z", "endpoint": "/j", "sta\n\nnull\n"abc"\n'
        '{"ts": "2025-10-26T03:30:00Z", "endpoint": "", "status": "200"}\n'
    )
    one, other = both(tmp_path, log, local, BERLIN)
    assert written(tmp_path, "spark") == written(tmp_path, "duckdb")
    assert other.left_out == one.left_out
    assert one.left_out["unreadable line"] == 6
    assert one.rows_read == 10 + 5


@pytest.mark.parametrize("name", ["alerts", "tickets"])
def test_both_engines_fold_events_alike(tmp_path: Path, local: Kept, name: str) -> None:
    log = tmp_path / "log"
    log.mkdir()
    key = {"alerts": "alert_id", "tickets": "ticket_id"}[name]
    events = {
        "alerts": ("Fired", "acknowledged", "closed"),
        "tickets": ("created", "Escalated  to executive", "solved"),
    }
    lines = [
        json.dumps(
            {
                "ts": 1740787200 + 60 * n,
                key: f"K{n % 7}",
                "event": events[name][n // 7 % 3],
                "service": f"s{n % 2}",
            }
        )
        for n in (*range(30), 3, 3)
    ]
    (log / "a.jsonl").write_text("\n".join(lines))
    one, other = both(tmp_path, log, local, name=name)
    assert written(tmp_path, "spark") == written(tmp_path, "duckdb")
    assert len(written(tmp_path, "spark")) == 1 + 7
    assert other.left_out == one.left_out == {"doubled": 2}


def test_a_real_cluster_gives_the_same_rows_run_after_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command, on a master and two workers: half of the files, then the rest with late and doubled rows."""
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    # As an administrator would set it: two cores need no two hundred pieces.
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "spark-defaults.conf").write_text("spark.sql.shuffle.partitions 4\n")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path / "conf"))
    everything, log = tmp_path / "everything", tmp_path / "log"
    paths = write_request_logs(everything, 6000, files_count=4, kind="parquet", dirty=True)
    log.mkdir()
    asked = rollup("requests", settings())
    roll_up(asked, str(everything), tmp_path / "duckdb" / "out.csv", tmp_path / "state", DuckDBEngine())
    (tmp_path / "data").mkdir()
    (tmp_path / "cluster").mkdir()
    arguments = [
        "--from",
        str(log),
        "--to",
        str(tmp_path / "spark" / "out.csv"),
        "--data",
        str(tmp_path / "data"),
    ]
    left_out = 0
    with spark.cluster(tmp_path / "cluster") as master:
        for part in (paths[:2], paths[2:]):
            for path in part:
                shutil.copy2(path, log)
            assert (
                main(["rollup", "requests", *arguments, "--json", "--engine", "spark", "--master", master])
                == 0
            )
            told = json.loads(capsys.readouterr().out)
            assert (told["engine"], told["files_read"]) == ("spark", 2)
            left_out += told["left_out"]["doubled"]
        executors = {
            path.name for app in (tmp_path / "cluster" / "work").glob("app-*") for path in app.iterdir()
        }
    assert executors == {"0", "1"}, "both workers took part"
    assert written(tmp_path, "spark") == written(tmp_path, "duckdb")
    assert left_out > 20


def test_a_cluster_that_is_not_there_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_request_logs(tmp_path / "log", 10, files_count=1)
    arguments = ["--from", str(tmp_path / "log"), "--to", str(tmp_path / "out.csv"), "--data", str(tmp_path)]
    monkeypatch.setenv("RELIABILITY_SPARK_PYTHON", str(tmp_path / "no-python"))
    assert main(["rollup", "requests", *arguments, "--engine", "spark"]) == 2
    told = capsys.readouterr().err
    assert "cannot be started" in told and "requirements-spark.txt" in told and told.count("\n") == 1
