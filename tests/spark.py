"""Find the Python with PySpark and the Java for the Spark tests; run as a script, say what happens without."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reliability.rollups.spark_engine import spark_python

ADVICE = "Install Java 17 (Debian: openjdk-17-jre-headless) and requirements-spark.txt into .venv-spark."


def missing() -> str:
    """What is not there: "Java", "PySpark", or "" when both are."""
    java_home = os.environ.get("JAVA_HOME")
    java = str(Path(java_home) / "bin" / "java") if java_home else "java"
    if not shutil.which(java):
        return "Java"
    found = subprocess.run([spark_python(), "-c", "import pyspark"], capture_output=True, check=False)
    return "PySpark" if found.returncode else ""


def main() -> int:
    """Say whether the Spark tests run, or that they are left out; in CI that is a failure."""
    lacking = missing()
    if not lacking:
        print(f"Spark tests use {spark_python()}")
        return 0
    in_ci = bool(os.environ.get("CI"))
    print(
        f"No {lacking}: the Spark tests are {'missing' if in_ci else 'left out'}. {ADVICE}", file=sys.stderr
    )
    return 1 if in_ci else 0


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """A standalone cluster on loopback, a master and some workers as processes of their own; yields the master's URL."""
    home = subprocess.run(
        [spark_python(), "-c", "import pyspark, os; print(os.path.dirname(pyspark.__file__))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    port, page = _free_port(), _free_port()
    env = {**os.environ, "SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    launcher = [str(Path(home) / "bin" / "spark-class"), "org.apache.spark.deploy"]

    def start(role: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (folder / f"{role}-{len(running)}.log").open("wb")
        command = [launcher[0], f"{launcher[1]}.{role}", *arguments]
        return subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)

    running: list[subprocess.Popen[bytes]] = []
    try:
        running.append(
            start("master.Master", "--host", "127.0.0.1", "--port", f"{port}", "--webui-port", f"{page}")
        )
        url = f"spark://127.0.0.1:{port}"
        for _ in range(workers):
            place = [
                "--webui-port",
                "0",
                "--work-dir",
                str(folder / "work"),
                "--cores",
                "1",
                "--memory",
                "2g",
            ]
            running.append(start("worker.Worker", url, "--host", "127.0.0.1", *place))
        _wait_for(f"http://127.0.0.1:{page}/json/", workers)
        yield url
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()


def _wait_for(page: str, workers: int) -> None:
    deadline = time.monotonic() + 150
    told = "nothing"
    while time.monotonic() < deadline:
        with suppress(OSError):
            told = urllib.request.urlopen(page, timeout=5).read().decode()
            if told.count('"ALIVE"') >= workers + 1:
                return
        time.sleep(0.5)
    raise TimeoutError(f"the cluster did not come up: {told[:500]}")


if __name__ == "__main__":
    raise SystemExit(main())
