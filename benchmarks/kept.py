"""Measure what leaves the browser: freezing a review, publishing it, and the ledger of what was restated since.

    python -m benchmarks.kept [--incidents 0 100000]

Each is the command that people run, start of the program included; 0 incidents are the sample. Between freeze and
ledger fifty incidents come late, and fifty are exported anew with another severity.
"""

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.folders import built_folder
from benchmarks.measure import machine, print_table, size_text, time_text
from reliability.data_dir import ROOT

_CHANGED = 50
_FILES = ("--html", "--workbook=r.xlsx", "--deck=r.pptx", "--csv=r.csv", "--pdf=r.pdf")


def _command(data: Path, *arguments: str) -> tuple[str, float, float]:
    """Run a command of the product; return what it said, and the seconds and the processor seconds it took."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "reliability", *arguments, "--data", str(data)],
        cwd=data.parent,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, time.perf_counter() - begun, cpu


def _restate(data: Path) -> None:
    """Export fifty incidents of the quarter before anew, a severity higher, and fifty for the first time."""
    columns = ["incident_id", "service", "team", "severity", "status", "opened_at", "resolved_at"]
    with (data / "exports" / "late.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(columns)
        for number in range(_CHANGED):
            at = f"2025-08-{1 + number % 28:02}T09:{number:02}"
            rows.writerow([f"LATE{number}", "identity", "Team 1", "P1", "resolved", f"{at}:00Z", f"{at}:59Z"])
    incidents = data / "exports" / "incidents.csv"
    if incidents.exists():
        lines = incidents.read_text(encoding="utf-8").splitlines(keepends=True)
        anew = [number for number, line in enumerate(lines) if ",P2," in line and ",2025-08-" in line]
        for number in anew[:_CHANGED]:
            lines[number] = lines[number].replace(",P2,", ",P1,", 1)
        incidents.write_text("".join(lines), encoding="utf-8")


def measured(incidents: int) -> list[dict[str, str]]:
    """Return the rows of one size."""
    rows = []
    size = size_text(incidents) if incidents else "the sample"

    def timed(what: str, *arguments: str) -> str:
        said, taken, cpu = _command(data, *arguments)
        rows.append({"": size, "what": what, "wall": time_text(taken), "CPU": time_text(cpu)})
        return said

    with built_folder(incidents) as data:
        frozen = json.loads(timed("freeze", "freeze", "--quarter=2025-Q3", "--who=Ana", "--json"))
        timed("publish all five files", "publish", frozen["review_id"], *_FILES)
        _restate(data)
        _command(data, "build")
        ledger = json.loads(timed("the ledger", "restatements", frozen["review_id"], "--json"))
        rows[-1]["what"] += f", {len(ledger['restated'])} figures differ"
    return rows


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser("python -m benchmarks.kept", description=__doc__.splitlines()[0])
    options.add_argument("--incidents", type=int, nargs="+", default=(0, 100_000))
    chosen = options.parse_args()
    print(machine())
    print_table(
        "Freeze, publish, restate", [row for incidents in chosen.incidents for row in measured(incidents)]
    )


if __name__ == "__main__":
    main()
