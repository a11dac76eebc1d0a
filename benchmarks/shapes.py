"""Import of exports in unusual shapes: dates that are not ISO 8601, many small files, one large file.

    python -m benchmarks.shapes [--incidents 1000000] [--files 600] [--large 2500000]

Processor time of an import up to the checked tables, beside the same incidents with dates like `2025-07-01T08:00:00Z`;
"large" is one CSV built by the command people run, with the most memory that its process held.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from benchmarks.build import ours
from benchmarks.made_up import write_incidents
from benchmarks.measure import machine, print_table, scratch, size_text, time_text

_TIMES = ("opened_at", "started_at", "detected_at", "acknowledged_at", "engaged_at", "resolved_at")
# What vendors' spreadsheets hold: name -> what strftime of DuckDB writes.
SHAPES = {
    "2025-07-01 08:00:00": "%Y-%m-%d %H:%M:%S",
    "17/03/2025 06:04": "%d/%m/%Y %H:%M",
    "17/3/2025 6:04": "%-d/%-m/%Y %-H:%M",
    "03/17/2025 06:04 PM": "%m/%d/%Y %I:%M %p",
    "17 Mar 2025 06:04": "%d %b %Y %H:%M",
    "17.03.2025 06:04:05": "%d.%m.%Y %H:%M:%S",
}


def imported(data_dir: Path) -> float:
    """Return the seconds of processor time that an import takes, up to the checked tables."""
    return ours(data_dir, time.process_time)[0]


def rewritten(source: Path, target: Path, shape: str) -> None:
    """Write the same rows with every time in another shape."""
    with duckdb.connect() as con:
        columns = ", ".join(f"strftime({name}::timestamp, $shape) as {name}" for name in _TIMES)
        con.execute(
            "create table raw as select * from read_csv($csv, all_varchar = true)", {"csv": str(source)}
        )
        con.execute(f"create table shaped as select * replace ({columns}) from raw", {"shape": shape})
        con.table("shaped").write_csv(str(target))


def folder_of(csv: Path, beside: Path) -> Path:
    """Return a data folder with nothing but this export."""
    folder = beside / f"data_{csv.stem}"
    (folder / "exports").mkdir(parents=True)
    shutil.move(csv, folder / "exports" / csv.name)
    return folder


def split(source: Path, folder: Path, files: int) -> None:
    """Write the rows of an export to so many files, each with the header."""
    header, *lines = source.read_text().splitlines(keepends=True)
    size = -(-len(lines) // files)
    for number in range(files):
        part = lines[number * size : (number + 1) * size]
        (folder / f"{source.stem}_{number:04d}.csv").write_text(header + "".join(part))


def dates(incidents: int) -> list[dict[str, str]]:
    """Return a row for each shape of dates."""
    rows = []
    with scratch() as folder:
        plain = folder / "incidents.csv"
        write_incidents(plain, incidents, "canonical")
        shaped = []
        for number, (example, shape) in enumerate(SHAPES.items()):
            csv = folder / f"shape_{number}.csv"
            rewritten(plain, csv, shape)
            shaped.append((example, csv))
        least = imported(folder_of(plain, folder))
        rows.append({"dates": "2025-07-01T08:00:00Z", "import, CPU": time_text(least), "ratio": "1.0"})
        for example, csv in shaped:
            taken = imported(folder_of(csv, folder))
            rows.append({"dates": example, "import, CPU": time_text(taken), "ratio": f"{taken / least:.1f}"})
    return rows


def small_files(incidents: int, files: int) -> dict[str, str]:
    """Return the row of one export that is cut into many files."""
    with scratch() as folder:
        whole = folder / "incidents.csv"
        write_incidents(whole, incidents, "canonical")
        many = folder / "many" / "exports"
        many.mkdir(parents=True)
        split(whole, many, files)
        least = imported(folder_of(whole, folder))
        taken = imported(many.parent)
    return {
        "incidents": size_text(incidents),
        "one file": time_text(least),
        f"{files} files": time_text(taken),
        "ratio": f"{taken / least:.1f}",
    }


def most_held(pid: int) -> float:
    """Return the most memory that a process held so far, in MB; 0 once it has ended.

    Of the system's own account of children a process has at least what its parent held when it was begun.
    """
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    kilobytes = [line.split()[1] for line in told.splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes[0]) * 1024 / 1e6 if kilobytes else 0.0


def large(incidents: int) -> dict[str, str]:
    """Return the row of one large CSV: how long its build takes, and the most memory it holds."""
    with scratch() as folder:
        csv = folder / "incidents.csv"
        write_incidents(csv, incidents, "canonical")
        megabytes = csv.stat().st_size / 1e6
        data = folder_of(csv, folder)
        begun = time.perf_counter()
        command = [sys.executable, "-m", "reliability", "build", "--data", str(data)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as building:
            most = 0.0
            while building.poll() is None:
                most = max(most, most_held(building.pid))
                time.sleep(0.05)
        taken = time.perf_counter() - begun
        if building.returncode:
            raise subprocess.CalledProcessError(building.returncode, command)
    return {"export": f"{megabytes:.0f} MB", "build": time_text(taken), "most memory": f"{most:.0f} MB"}


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--incidents", type=int, default=1_000_000)
    options.add_argument("--files", type=int, default=600)
    options.add_argument("--large", type=int, default=2_500_000)
    chosen = options.parse_args()
    print(machine())
    print_table(f"Dates, {size_text(chosen.incidents)} incidents", dates(chosen.incidents))
    print_table("Small files", [small_files(10_000, chosen.files)])
    print_table("One large file", [large(chosen.large)])


if __name__ == "__main__":
    main()
