"""What contenders need to run: environments of their own, and the product's incidents as one plain table."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

FOLDER = Path(__file__).resolve().parent
_BENCHMARKS = FOLDER.parent


@dataclass(frozen=True)
class Environment:
    """Packages in a folder of their own: the more there are, the longer Streamlit looks through them at every start.

    folder: of the environment. requirements: the file that names its packages.
    """

    folder: Path
    requirements: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def install(self) -> None:
        """Make it unless it is there and newer than its requirements. Raises CalledProcessError."""
        done = self.folder / ".installed"
        if done.exists() and done.stat().st_mtime >= self.requirements.stat().st_mtime:
            return
        print(f"Installing {self.requirements.name} into {self.folder} ...", flush=True)
        own, requirements = str(self.python), ["-r", str(self.requirements)]
        if shutil.which("uv"):
            install = [
                "uv",
                "pip",
                "install",
                "--quiet",
                "--compile-bytecode",
                "--python",
                own,
                *requirements,
            ]
            make = ["uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(self.folder)]
        else:
            install = [own, "-m", "pip", "install", "--quiet", *requirements]
            make = [sys.executable, "-m", "venv", str(self.folder)]
        for command in (make, install):
            subprocess.run(command, check=True)
        done.touch()


PEERS = Environment(FOLDER / ".venv", FOLDER / "requirements.txt")
# What those who use the product install, without what its developers need.
PRODUCT = Environment(_BENCHMARKS / ".venv", _BENCHMARKS.parent / "requirements.lock")


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
