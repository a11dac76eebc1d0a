"""Spark, by a driver of its own: another Python, which alone needs PySpark."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from reliability.errors import RollupError
from reliability.rollups.model import Job
from reliability.rollups.text import written

DRIVER = Path(__file__).with_name("spark_driver.py")
_OWN = Path(__file__).resolve().parents[2] / ".venv-spark" / "bin" / "python"
_SPARK_TYPES = {"bigint": "bigint", "varchar": "string", "double": "double", "boolean": "boolean"}


def spark_python() -> str:
    """The Python that has PySpark: RELIABILITY_SPARK_PYTHON, else .venv-spark of this project, else this one."""
    named = os.environ.get("RELIABILITY_SPARK_PYTHON")
    if named:
        return named
    return str(_OWN) if _OWN.exists() else sys.executable


class SparkEngine:
    """master: "local[*]", "spark://host:7077", "yarn" ... conf: more settings of Spark."""

    name = "spark"

    def __init__(self, master: str = "local[*]", conf: dict[str, str] | None = None) -> None:
        self.master = master
        self.conf = conf or {}
        self._driver: subprocess.Popen[str] | None = None

    def __enter__(self) -> "SparkEngine":
        """Start the driver. It ends with this process, however that ends: it reads from a pipe of ours."""
        if self._driver is None:
            self._driver = self._start()
        return self

    def __exit__(self, *stopped: object) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            assert driver.stdin is not None
            driver.stdin.close()
            try:
                driver.wait(30)
            except subprocess.TimeoutExpired:
                driver.kill()
                driver.wait()
            if driver.stdout is not None:
                driver.stdout.close()

    def _start(self) -> subprocess.Popen[str]:
        python = spark_python()
        try:
            driver = subprocess.Popen(
                [python, str(DRIVER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if not os.environ.get("RELIABILITY_SPARK_LOG") else None,
                text=True,
            )
        except OSError as error:
            raise RollupError(f"cannot be started ({error.strerror})", python, _INSTALL) from error
        self._driver = driver
        try:
            self._ask({"master": self.master, "conf": self.conf})
        except RollupError:
            self.__exit__()
            raise
        return driver

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._driver is not None and self._driver.stdin is not None and self._driver.stdout is not None
        try:
            self._driver.stdin.write(json.dumps(question) + "\n")
            self._driver.stdin.flush()
            answer = self._driver.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise RollupError(
                "the driver stopped", "Spark", "Set RELIABILITY_SPARK_LOG=1 to see what it says."
            )
        told: dict[str, Any] = json.loads(answer)
        if problem := told.get("problem"):
            raise RollupError(problem, "Spark", told.get("remedy", ""))
        return told

    def run(self, job: Job, folder: Path) -> Path:
        """See `Engine.run`."""
        out = folder / "rows.json"
        self._ask(
            {
                "sql": written(job.sql, "spark"),
                "values": dict(job.values),
                "tables": {
                    name: {
                        "schema": ", ".join(
                            f"`{c}` {_SPARK_TYPES[kind]}" for c, kind in table.columns.items()
                        ),
                        "rows": [list(row) for row in table.rows],
                    }
                    for name, table in job.tables.items()
                },
                "scans": [
                    {
                        "format": scan.layout.format,
                        "columns": [name for name, _ in scan.layout.columns],
                        "header": scan.layout.header,
                        "files": [[number, path] for number, path in scan.files],
                    }
                    for scan in job.scans
                ],
                "out": str(out),
            }
        )
        return out


_INSTALL = "Install it: python -m venv .venv-spark && .venv-spark/bin/pip install -r requirements-spark.txt"
