"""What all benchmarks share: stopwatch, sizes, Markdown tables, the machine's name."""

import math
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

OUT = Path(__file__).resolve().parent / "out"


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Return the median wall time of `times` calls."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least this share of them does not exceed; nan without values."""
    if not values:
        return math.nan
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder below benchmarks/out, gone afterwards: a machine's temporary folder may be memory."""
    OUT.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=OUT))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def size_text(incidents: int) -> str:
    """10000 as "10 k", 1000000 as "1 M"."""
    return f"{incidents / 1e6:g} M" if incidents >= 1e6 else f"{incidents / 1e3:g} k"


def time_text(taken: float) -> str:
    """Seconds as "12 ms" or "3.4 s"; nan, which is nothing measured, as a dash."""
    if math.isnan(taken):
        return "–"
    return f"{1000 * taken:.0f} ms" if taken < 1 else f"{taken:.1f} s"


def print_table(title: str, rows: Sequence[dict[str, str]]) -> None:
    """Print rows of the same keys as a Markdown table."""
    print(f"\n{title}\n")
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(row.values()) + " |")
    sys.stdout.flush()


def machine() -> str:
    """Name the processor, its cores, the memory and the versions that matter."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text().splitlines()
        model = next((li.split(":", 1)[1].strip() for li in lines if li.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB", f"{platform.system()}"]
    parts += [f"Python {platform.python_version()}"]
    parts += [f"{name} {version(name)}" for name in ("duckdb", "pandas", "numpy", "streamlit")]
    return ", ".join(parts)
