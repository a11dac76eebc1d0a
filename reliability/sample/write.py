"""Write the sample organisation: review.toml and exports/, deterministic, at any scale."""

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from reliability.errors import ReliabilityError
from reliability.sample import catalogue, engineering, files, incidents, story, truth
from reliability.sample.rows import DAY

# Beyond this scale there are fewer, bigger files, and none is spoiled by hand.
LARGE = 20
_MEMORY_LIMIT = "2GB"

_REGISTER_LOOK_BACK = 70 * DAY  # each monthly export of the register reaches this far back
_CHANGE_INSTANTS = ("requested_at", "planned_for", "merged_at", "released_at", "reliability_signoff_at")
_QUALTRICS_LABELS = (
    *(
        "Start Date",
        "End Date",
        "Response Type",
        "IP Address",
        "Progress",
        "Duration (in seconds)",
        "Finished",
    ),
    *("Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email"),
    *(
        "External Data Reference",
        "Location Latitude",
        "Location Longitude",
        "Distribution Channel",
        "User Language",
    ),
    "How likely are you to recommend Northwind Cloud to a friend or colleague? - Group",
    "How likely are you to recommend Northwind Cloud to a friend or colleague?",
    *("What is the main reason for your score?", "AccountId", "Segment"),
)
_QUALTRICS_IDS = (
    *("startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished", "recordedDate"),
    *("_recordId", "recipientLastName", "recipientFirstName", "recipientEmail", "externalDataReference"),
    *("locationLatitude", "locationLongitude", "distributionChannel", "userLanguage"),
    *("QID1_NPS_GROUP", "QID1", "QID2_TEXT", "AccountId", "Segment"),
)
_QUALTRICS_DATES = ("startDate", "endDate", "recordedDate")


def write_sample(
    out: Path, scale: float = 1.0, seed: int = 7, progress: Callable[[str, float], None] | None = None
) -> None:
    """Write review.toml and exports/ of a fictional company into the folder `out`.

    scale: multiplies incidents, tickets, answers and alerts (all but incidents and escalations stop growing
    at 150); 3000 gives about ten million incidents. seed: the same seed and scale give the same bytes.
    progress: called with what is being done and the share of that step (0-1).
    Raises ReliabilityError when `out` holds exports that are not of this sample, or for an impossible scale.
    """
    if not 0.01 <= scale <= 10_000:
        raise ReliabilityError(f"the scale is {scale:g}", "--scale", "Choose a number from 0.01 to 10000.")
    _make_room(out)
    tell = progress or (lambda step, share: None)
    with tempfile.TemporaryDirectory(prefix=".sample-", dir=out) as scratch:
        place = str(Path(scratch) / "truth.duckdb") if scale > LARGE else ":memory:"
        with duckdb.connect(place) as con:
            if scale > LARGE:
                con.execute("set memory_limit = $limit", {"limit": _MEMORY_LIMIT})
            else:
                # One thread, so that compressed files are the same bytes everywhere.
                con.execute("set threads = 1")
            truth.load(con, seed, scale, tell)
            _write_exports(con, out / "exports", scale, seed, tell)
            _request_logs(con, out / "logs" / "requests")
    shutil.copyfile(catalogue.FOLDER / "review.toml", out / "review.toml")


def _make_room(out: Path) -> None:
    """Remove the exports of an earlier sample; never anything else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReliabilityError(
            f"cannot be made ({error.strerror})", str(out), "Choose another --out."
        ) from error
    settings, exports = out / "review.toml", out / "exports"
    is_sample = settings.exists() and "\nsample = true" in settings.read_text(
        encoding="utf-8", errors="replace"
    )
    if (settings.exists() or (exports.exists() and any(exports.iterdir()))) and not is_sample:
        raise ReliabilityError(
            "there is already an organisation here", str(out), "Choose an empty folder with --out."
        )
    # The roll-up of the logs goes with them: it is made again by the next build.
    for folder in (exports, out / "logs", out / "rollups"):
        if folder.exists():
            shutil.rmtree(folder)


def _write_exports(
    con: duckdb.DuckDBPyConnection, exports: Path, scale: float, seed: int, tell: truth.Progress
) -> None:
    large = scale > LARGE
    steps = {
        "writing incidents": lambda: _incidents(con, exports / "incidents", large),
        "writing answers": lambda: _answers(con, exports / "nps", large),
        "writing tickets and alerts": lambda: _support(con, exports, large),
        "writing engineering records": lambda: _engineering(con, exports / "engineering", seed),
    }
    for number, (name, step) in enumerate(steps.items()):
        tell(name, number / len(steps))
        step()
    tell("done", 1.0)


def _incidents(con: duckdb.DuckDBPyConnection, folder: Path, large: bool) -> None:
    end = story.LAST_SECOND + 1
    first, cut_over = story.seconds(story.FIRST), story.seconds(story.PAGERDUTY_FROM)
    quoted = "format csv, header, force_quote *"
    old, new = folder / "servicenow-2024-03-01.csv", folder / "servicenow-2025-01-07.csv"
    spring = story.seconds(date(2024, 3, 1))
    if not large:
        files.write(con, "servicenow", old, quoted, start=first, end=spring, made=spring)
        files.cut_off(old)
    files.write(
        con, "servicenow", new, quoted, start=first, end=cut_over, made=story.seconds(date(2025, 1, 7))
    )
    if not large:
        files.resaved(new)
    # (name, first day, day of export): each file reaches back over the one before.
    pages = [
        ("pagerduty-2025-06-30.csv.gz", story.PAGERDUTY_FROM, date(2025, 7, 1)),
        ("pagerduty-2025-09-30.csv", date(2025, 5, 1), date(2025, 10, 1)),
        ("pagerduty-2025-11-17.csv", date(2025, 8, 1), None),
    ]
    for name, start, made in pages[::2] if large else pages:
        until = story.seconds(made) if made else end
        # Left out of the large sample, the middle file leaves a month that the last one then covers.
        begin = date(2025, 6, 1) if large and made is None else start
        path = folder / (name.removesuffix(".gz") if large else name)
        files.write(con, "pagerduty", path, start=story.seconds(begin), end=until, made=until)
    if not large:
        files.damaged(folder / pages[1][0], ",P4,")
    _register(con, folder, large)


def _register(con: duckdb.DuckDBPyConnection, folder: Path, large: bool) -> None:
    made_on = incidents.snapshots()
    begin = story.seconds(story.REGISTER_FROM)
    for number, made in enumerate(made_on[-2:] if large else made_on):
        day = np.datetime64(made, "s").astype("datetime64[D]")
        start = begin if large and number == 0 else max(begin, made - _REGISTER_LOOK_BACK)
        files.write(con, "register", folder / f"register-{day}.csv", start=start, end=made, made=made)


def _answers(con: duckdb.DuckDBPyConnection, folder: Path, large: bool) -> None:
    switch = story.seconds(story.QUALTRICS_FROM)
    files.write(
        con,
        "delighted",
        folder / ("delighted-2024.json" if large else "delighted-2024.json.gz"),
        "format json, array true",
        start=story.seconds(story.FIRST),
        end=switch,
    )
    spans = [
        ("qualtrics-2025-h1.csv", switch, story.seconds(date(2025, 7, 1))),
        # Downloaded again from June on, so that the last weeks of the first half come twice.
        ("qualtrics-2025-h2.csv", story.seconds(date(2025, 6, 16)), story.LAST_SECOND + 1),
    ]
    if large:
        spans = [("qualtrics-2025.csv", switch, story.LAST_SECOND + 1)]
    for name, start, end in spans:
        _qualtrics(con, folder / name, start, end)


def _qualtrics(con: duckdb.DuckDBPyConnection, path: Path, start: int, end: int) -> None:
    """A file with Qualtrics' three header rows and byte order mark."""
    body = path.with_suffix(".body")
    files.write(con, "qualtrics", body, "format csv, header false", start=start, end=end)
    names = [
        column[0]
        for column in con.execute(f"describe {files.query('qualtrics')}", {"start": 0, "end": 0}).fetchall()
    ]
    ids = [
        {"ImportId": name, "timeZone": "Europe/Berlin"} if name in _QUALTRICS_DATES else {"ImportId": name}
        for name in _QUALTRICS_IDS
    ]
    rows = [names, list(_QUALTRICS_LABELS), [json.dumps(found, separators=(",", ":")) for found in ids]]
    with path.open("wb") as target:
        target.write((files.BOM + files.csv_lines(rows)).encode())
        with body.open("rb") as source:
            shutil.copyfileobj(source, target)
    body.unlink()


def _support(con: duckdb.DuckDBPyConnection, exports: Path, large: bool) -> None:
    made = story.LAST_SECOND
    # Packing takes longer than writing: the large sample does without.
    packed = "" if large else ".gz"
    files.write(con, "zendesk", exports / "tickets" / f"zendesk-tickets.csv{packed}", made=made)
    files.write(con, "alerts", exports / "alerts" / f"alerts.csv{packed}", made=made)
    files.write(con, "incident_accounts", exports / "customers" / f"incident-accounts.csv{packed}")
    accounts = exports / "customers" / "accounts.csv"
    files.write(con, "accounts", accounts, "format csv, header, delimiter ';'")
    if not large:
        files.resaved(accounts, "cp1252")


def _request_logs(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The load balancers' logs, a file per half-year; the build rolls them up to availability."""
    first_day = -(-story.seconds(story.FIRST) // DAY) * DAY
    edges = {f"{year}-h{half}": date(year, 6 * half - 5, 1) for year in (2024, 2025) for half in (1, 2)}
    starts = {"2023-h2": first_day} | {name: story.seconds(day) // DAY * DAY for name, day in edges.items()}
    ends = [*list(starts.values())[1:], story.LAST_SECOND + 1]
    for (name, start), end in zip(starts.items(), ends, strict=True):
        files.write(con, "request_counts", folder / f"lb-{name}.csv.gz", start=start, end=end)


def _engineering(con: duckdb.DuckDBPyConnection, folder: Path, seed: int) -> None:
    files.write(con, "postmortems", folder / "postmortems.csv")
    changes = engineering.changes(np.random.default_rng([seed, 2]))
    files.write_records(folder / "changes.csv", changes, _CHANGE_INSTANTS)
    files.write_records(folder / "roadmap.csv", engineering.roadmap(), ("released_at",))
    files.write_records(folder / "runbooks.csv", engineering.runbooks(), ("updated_at",))
    files.write_records(folder / "sprint-work.csv", engineering.sprint_work())
    files.write_records(folder / "support-rotations.csv", engineering.support_rotations())
