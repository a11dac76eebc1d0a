"""Bad days of exports: real formats mangled anyhow, through the real build, up to the review and the gates."""

import gzip
import io
import json
import logging
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from benchmarks.hostile.rounds import ROOT, Outcome, Rounds, Violation, one_line
from reliability.errors import ReliabilityError, WarehouseError
from reliability.review.compose import compose
from reliability.review.documents import gates_document, gates_evaluation
from reliability.serialise import plain
from reliability.settings import load_settings
from reliability.warehouse import BuildReport, build
from reliability.warehouse.workspace import open_workspace
from tests.finds import free_folder, repeat

FIXTURES = ROOT / "tests" / "fixtures"
FILES_A_BUILD = 8
NEIGHBOUR = "neighbour.csv"
NEIGHBOURS = tuple(f"N{number}" for number in range(5))
"""Incidents of a sound file that lies among the mangled ones."""

_CELLS = (
    *(
        "",
        " ",
        "null",
        "NaN",
        "-1",
        "0",
        "1e999",
        "9" * 400,
        "٣",
        "true",
        "=1+1",
        "\u202e",
        "\0",
        "\ufffd",
        "💥",
    ),
    *(
        "0000-00-00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "290000-01-01",
        "1969-12-31T23:59:59.999Z",
    ),
    *(
        "2025-02-30 10:00",
        "2025-07-01T25:61:00Z",
        "2025-07-01T10:00:00+99:99",
        "1e18",
        "-62135596800",
        "P1; P2",
    ),
)
_JUNK = (
    *(
        b"\0\0\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b'"',
        b"'",
        b"\\",
        b"\r",
        b"\n\n",
        b",,,,",
        b";",
        b"\t",
        b"[" * 2000,
    ),
    *(b"{", b"}", b"]", b"]]>", b"\xe2\x28\xa1", b"\xed\xa0\x80", b"\x1a", b"%s", b"9" * 5000, b"x" * 70_000),
)
_ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".parquet", ".csv.gz", ".zip")


def mangled(folder: Path, chance: Random, rounds: Rounds, files: int = FILES_A_BUILD) -> Outcome:
    """Build mangled files beside a sound one: all are accounted for, the sound one is read, the figures answer.

    files: how many a build.
    """
    fixtures = sorted(path for path in FIXTURES.rglob("*") if path.is_file())
    seen: Outcome = Counter()
    for number in rounds:
        data = folder / f"data-{number}"
        (data / "exports").mkdir(parents=True)
        rows = "".join(f"{name},2025-07-01T08:00:00Z,open,sound {name}\n" for name in NEIGHBOURS)
        (data / "exports" / NEIGHBOUR).write_text(f"incident_id,opened_at,status,title\n{rows}")
        # The gates answer only where there are changes.
        shutil.copy(FIXTURES / "canonical_changes" / "changes.csv", data / "exports")
        names = [NEIGHBOUR]
        for place in range(files):
            fixture = chance.choice(fixtures)
            content, ending, done = mangle(fixture.read_bytes(), fixture.suffix, chance)
            names.append(f"{place}-{fixture.parent.name}-{'-'.join(done)}{ending}")
            (data / "exports" / names[-1]).write_bytes(content)
        try:
            seen += built(data, names)
        except Violation as error:
            find = kept(data, f"build-{number}")
            raise Violation(
                f"{error} (round {number}: kept in {find}; to repeat it: {repeat(find.name)})"
            ) from error
        shutil.rmtree(data)
    return seen


def kept(data: Path, name: str) -> Path:
    """Copy what was built into a folder of its own among the finds, which a test repeats, and return that."""
    find = free_folder(name)
    shutil.copytree(data / "exports", find / "exports")
    return find


def mangle(content: bytes, ending: str, chance: Random) -> tuple[bytes, str, list[str]]:
    """Mangle a file in one to three ways; return it, the ending of its name, and the names of the ways."""
    done = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        way = chance.choice(_WAYS)
        content = way(content, chance)
        done.append(way.__name__.strip("_"))
    if chance.random() < 0.1:
        ending = chance.choice(_ENDINGS)
    return content, ending, done


def _flipped(content: bytes, chance: Random) -> bytes:
    changed = bytearray(content or b"x")
    for _ in range(chance.randint(1, 5)):
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
    return bytes(changed)


def _cut_off(content: bytes, chance: Random) -> bytes:
    return content[: chance.randint(0, len(content))]


def _junk(content: bytes, chance: Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice(_JUNK) + content[at:]


def _hole(content: bytes, chance: Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + content[at + chance.randint(1, 200) :]


def _repeated(content: bytes, chance: Random) -> bytes:
    at = chance.randint(0, len(content))
    part = content[at : at + chance.randint(1, 400)]
    return content[:at] + part * chance.randint(2, 20) + content[at:]


def _lines_shuffled(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _lines_repeated(content: bytes, chance: Random) -> bytes:
    lines = content.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join([*lines[:at], *[lines[at]] * chance.randint(2, 50), *lines[at:]])


def _cell(content: bytes, chance: Random) -> bytes:
    """Put an odd value into the place of one, in quotes or between two separators."""
    cells = list(re.finditer(rb'"[^"\n]*"|(?<=[,;\t\n])[^,;\t\n"]+(?=[,;\t\n])|(?<=: )[0-9.]+', content))
    for _ in range(chance.randint(1, 4)):
        if not cells:
            break
        found = cells[chance.randrange(len(cells))]
        value = chance.choice(_CELLS).encode()
        quoted = b'"' + value + b'"' if found[0].startswith(b'"') else value
        content = content[: found.start()] + quoted + content[found.end() :]
        cells = [cell for cell in cells if cell.end() <= found.start()]
    return content


def _encoded(content: bytes, chance: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"]), "replace")


def _other_ends(content: bytes, chance: Random) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b" \n"]))


def _packed(content: bytes, chance: Random) -> bytes:
    """Pack it, at times twice: readers look into archives whatever their names are."""
    if chance.random() < 0.5:
        return gzip.compress(content, mtime=0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # Without a time of its own, an entry would be of now: not the same file for the same seed.
        name = chance.choice(["a.csv", "../a.csv", "a/b.json", "x", "a.zip"])
        archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _nested(content: bytes, chance: Random) -> bytes:
    deep = chance.randint(1, 500)
    return b'{"a":' * deep + content + b"}" * deep


def _other_types(content: bytes, chance: Random) -> bytes:
    """Let values of a JSON document be of other types."""
    try:
        document = json.loads(content)
    except ValueError:
        return _cell(content, chance)
    odd = [None, [], {}, [[]], True, -1, 1e308, "x", {"a": {"b": [1]}}, [None, {"id": None}]]

    def changed(value: object) -> object:
        if chance.random() < 0.05:
            return chance.choice(odd)
        if isinstance(value, dict):
            return {name: changed(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        return value

    return json.dumps(changed(document)).encode()


Way = Callable[[bytes, Random], bytes]
_WAYS: tuple[Way, ...] = (
    *(_flipped, _cut_off, _junk, _hole, _repeated, _lines_shuffled, _lines_repeated, _cell, _cell, _cell),
    *(_encoded, _other_ends, _packed, _nested, _other_types, _other_types),
)


def built(data: Path, names: list[str]) -> Outcome:
    """Build exports, check the accounting, and let the review and the gates answer.

    names: of the exports that must be accounted for. Raises Violation when something is not as it must be.
    """
    try:
        with _tracebacks() as found:
            report = build(data, load_settings(data))
        if found:
            raise Violation(f"{found[0]} cost a file")
    except Violation:
        raise
    except ReliabilityError as error:
        raise Violation(f"nothing was built: {error}") from error
    except Exception as error:
        raise Violation(f"the build ended with {type(error).__name__}: {error}") from error
    seen = _accounted(report, names)
    try:
        workspace = open_workspace(data)
        plain(compose(workspace.store, workspace.settings, None, as_of=workspace.as_of))
        gates_document(gates_evaluation(workspace, None))
        workspace.store.close()
    except WarehouseError as error:
        one_line(error)
        raise Violation(f"no figure answers: {error}") from error
    except ReliabilityError as error:
        one_line(error)
        seen["builds of which the review said why not"] += 1
    except Exception as error:
        raise Violation(f"the review ended with {type(error).__name__}: {error}") from error
    return seen


@contextmanager
def _tracebacks() -> Iterator[list[str]]:
    """Collect the faults of the program that a build logs, instead of ending with them."""
    found: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1]:
                found.append(f"{record.getMessage()}: {record.exc_info[1]!r}"[:300])

    collector, log = Collector(), logging.getLogger("reliability")
    log.addHandler(collector)
    try:
        yield found
    finally:
        log.removeHandler(collector)


def _accounted(report: BuildReport, names: list[str]) -> Outcome:
    seen: Outcome = Counter()
    for name in names:
        found = [file for file in report.files if file.file == name or file.file.startswith(f"{name}!")]
        if not found:
            raise Violation(f"{name} is not accounted for")
        for file in found:
            if file.unaccounted or "\n" in file.problem or "Traceback" in file.problem:
                raise Violation(f"{name}: {file.unaccounted} rows unaccounted for; {file.problem}")
            if not file.kept and not file.problem and not file.reasons and file.rows_read:
                raise Violation(f"{name}: nothing says why nothing is kept")
        if name == NEIGHBOUR:
            if found[0].kept != len(NEIGHBOURS):
                raise Violation(f"{found[0].kept} of {len(NEIGHBOURS)} rows of a sound file were kept")
        elif any(file.kept for file in found):
            seen["files read, whole or in part"] += 1
        else:
            seen["files of which nothing is kept, with the reason"] += 1
    return seen
