"""What the peers need to run: an environment of their own, and the product's incidents as one plain table."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

FOLDER = Path(__file__).resolve().parent
PYTHON = FOLDER / ".venv" / "bin" / "python"
_REQUIREMENTS = FOLDER / "requirements.txt"


def install() -> None:
    """Make the environment unless it is there and newer than its requirements. Raises CalledProcessError."""
    done = FOLDER / ".venv" / ".installed"
    if done.exists() and done.stat().st_mtime >= _REQUIREMENTS.stat().st_mtime:
        return
    print("Installing the peers into benchmarks/peers/.venv ...", flush=True)
    if shutil.which("uv"):
        commands = [
            ["uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(FOLDER / ".venv")],
            [
                "uv",
                "pip",
                "install",
                "--quiet",
                "--compile-bytecode",
                "--python",
                str(PYTHON),
                "-r",
                str(_REQUIREMENTS),
            ],
        ]
    else:
        commands = [
            [sys.executable, "-m", "venv", str(FOLDER / ".venv")],
            [str(PYTHON), "-m", "pip", "install", "--quiet", "-r", str(_REQUIREMENTS)],
        ]
    for command in commands:
        subprocess.run(command, check=True)
    done.touch()


def write_database(warehouse: Path, target: Path) -> None:
    """Copy what the four charts read out of a built warehouse, in the order of time, into a database of its own."""
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("attach $path as built (read_only)", {"path": str(warehouse)})
        con.execute("""
            create table incidents as
            select
                opened_at::timestamp as opened_at, severity_counted as severity, service, recover_minutes, is_repeat
            from built.fact_incidents order by opened_at
        """)
        con.execute("""
            create table answers as
            select responded_at::timestamp as responded_at, score from built.nps_responses order by responded_at
        """)
