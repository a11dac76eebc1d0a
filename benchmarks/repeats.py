"""Measure the suggestions of repeats: how good they are where the truth is known, and how fast.

    python -m benchmarks.repeats [--exports DIR] [--sizes 10000 100000] [--only quality|speed]

Truth: issues of Apache Hadoop that people marked as duplicates of an earlier one (GitBugs: Patil 2025,
https://arxiv.org/abs/2504.09651), and incidents of a ServiceNow log with the same problem id (UCI Machine Learning
Repository, dataset 498). Links are followed through (a duplicate of a duplicate is one too). Incidents are cut in two
halves by time: every choice was made on the first.
"""

import argparse
import csv
import gzip
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure
from reliability.repeats import index, titles
from reliability.repeats.candidates import DAY, Candidates, blocks, candidates, joined
from reliability.repeats.model import CLOSE, FLOOR, LOOK_BACK_DAYS, TOP
from reliability.repeats.suggestions import first, told
from reliability.repeats.texts import Texts, texts_of
from reliability.statistics.intervals import wilson_limits

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (0.0, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50, 0.60, 0.80)


@dataclass(frozen=True)
class Corpus:
    """Incidents, and for each true repeat (its position) the earlier ones that it repeats within the look-back."""

    name: str
    texts: Texts
    truth: dict[int, set[int]]

    def half(self, second: bool) -> range:
        """Positions of one half by time."""
        middle = len(self.texts) // 2
        return range(middle, len(self.texts)) if second else range(middle)


@dataclass(frozen=True)
class Quality:
    """How good suggestions are in one half; shares 0-1.

    A pair is right when one truly repeats the other. An incident is flagged when anything is suggested for it, and
    rightly so when one of its suggestions is right; recall is of all true repeats, or of all their pairs.
    """

    incidents: int
    repeats: int
    pairs: int
    pair_precision: float
    pair_recall: float
    flagged: int
    flag_precision: float
    flag_recall: float
    top_1: float
    top_5: float


def f1(precision: float, recall: float) -> float:
    """Harmonic mean."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def hadoop(exports: Path, with_text: bool = True) -> Corpus:
    """Bugs of Apache Hadoop, with or without their descriptions."""
    folder = exports / "gitbugs-jira"
    with gzip.open(folder / "hadoop_bugs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        bugs = list(csv.DictReader(file))
    with (folder / "hadoop_bugs-combined.csv").open(encoding="utf-8", newline="") as file:
        links = [
            (row["Issue id"], other.strip())
            for row in csv.DictReader(file)
            for other in row["Duplicate id"].split(",")
        ]
    opened = {
        b["Issue id"]: datetime.strptime(b["Created"], "%d/%b/%y %H:%M").replace(tzinfo=UTC) for b in bugs
    }
    bugs.sort(key=lambda b: (opened[b["Issue id"]], b["Issue id"]))
    group = {name: name for name in opened}
    for a, b in links:
        if a in group and b in group:
            old, new = group[b], group[a]
            group = {name: new if of == old else of for name, of in group.items()}
    rows = [
        _row(b["Issue id"], opened[b["Issue id"]], b["Summary"], b["Description"] if with_text else None)
        for b in bugs
    ]
    name = f"Hadoop, {'title and text' if with_text else 'title only'}"
    return _corpus(name, rows, [group[b["Issue id"]] for b in bugs])


def servicenow(exports: Path) -> Corpus:
    """Incidents of a ServiceNow log without any text: its coded subcategory, symptom and location stand for words."""
    with gzip.open(
        exports / "uci-servicenow" / "incidents_last_state.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        found = list(csv.DictReader(file))
    opened = {
        r["number"]: datetime.strptime(r["opened_at"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC) for r in found
    }
    found.sort(key=lambda r: (opened[r["number"]], r["number"]))
    rows = [
        _row(
            r["number"],
            opened[r["number"]],
            " ".join(_as_word(r[c]) for c in ("subcategory", "u_symptom", "location")),
            None,
            r["category"],
        )
        for r in found
    ]
    return _corpus(
        "ServiceNow, codes as words",
        rows,
        [None if r["problem_id"] == "?" else r["problem_id"] for r in found],
    )


def _as_word(code: str) -> str:
    """A code such as "Symptom 491" in letters alone, since numbers in titles are not read."""
    return (
        ""
        if code == "?"
        else "".join(chr(ord("a") + int(c)) if c.isdigit() else c for c in code.replace(" ", ""))
    )


def _row(
    name: str, opened_at: datetime, title: str | None, text: str | None, service: str | None = None
) -> dict[str, Any]:
    return {
        "source": "export",
        "incident_id": name,
        "service": service,
        "opened_at": opened_at,
        "title": title,
        "text": text,
        "issue_id": None,
        "repeat_partner": None,
    }


def _corpus(name: str, rows: Sequence[dict[str, Any]], groups: Sequence[str | None]) -> Corpus:
    texts = texts_of(rows)
    before: dict[str, list[int]] = defaultdict(list)
    truth: dict[int, set[int]] = {}
    for position, group in enumerate(groups):
        if group is None:
            continue
        limit = texts.opened[position] - LOOK_BACK_DAYS * DAY
        if partners := {p for p in before[group] if texts.opened[p] >= limit}:
            truth[position] = partners
        before[group].append(position)
    return Corpus(name, texts, truth)


def best(corpus: Corpus, floor: float = FLOOR) -> Candidates:
    """The top five of every incident."""
    return joined(list(candidates(corpus.texts, blocks(corpus.texts.opened), floor=floor, keep=TOP)))


def quality(corpus: Corpus, chosen: Candidates, half: range) -> Quality:
    """Compare suggestions with the truth in one half."""
    mine = chosen.of((chosen.incident >= half.start) & (chosen.incident < half.stop))
    pairs = list(zip(mine.incident.tolist(), mine.partner.tolist(), strict=True))
    right = [b in corpus.truth.get(a, ()) for a, b in pairs]
    repeats = [n for n in half if n in corpus.truth]
    first_of: dict[int, bool] = {}
    hit = set()
    for (a, _), is_right in zip(pairs, right, strict=True):
        first_of.setdefault(a, is_right)
        if is_right:
            hit.add(a)
    true_pairs = sum(len(corpus.truth[n]) for n in repeats)
    return Quality(
        incidents=len(half),
        repeats=len(repeats),
        pairs=len(pairs),
        pair_precision=sum(right) / max(len(pairs), 1),
        pair_recall=sum(right) / max(true_pairs, 1),
        flagged=len(first_of),
        flag_precision=len(hit) / max(len(first_of), 1),
        flag_recall=len(hit) / max(len(repeats), 1),
        top_1=sum(first_of.get(n, False) for n in repeats) / max(len(repeats), 1),
        top_5=len(hit) / max(len(repeats), 1),
    )


SHOWN: dict[str, Callable[[Candidates], np.ndarray]] = {
    "all": lambda c: np.ones(len(c), dtype=bool),
    "close": lambda c: c.same_title | (c.score >= CLOSE),
    "same title": lambda c: c.same_title,
}


def quality_table(corpora: Sequence[Corpus]) -> list[dict[str, str]]:
    """One row per corpus, half and sort of suggestion."""
    rows = []
    for corpus in corpora:
        chosen = best(corpus)
        for second in (False, True):
            for name, wanted in SHOWN.items():
                q = quality(corpus, chosen.of(wanted(chosen)), corpus.half(second))
                rows.append(
                    {
                        "corpus": corpus.name,
                        "half": "second" if second else "first",
                        "suggestions": f"{name}: {q.pairs}",
                        "true repeats": f"{q.repeats} of {q.incidents} ({100 * q.repeats / q.incidents:.1f} %)",
                        "pairs P / R / F1": _three(q.pair_precision, q.pair_recall),
                        "incidents flagged": f"{q.flagged}",
                        "flags P / R / F1": _three(q.flag_precision, q.flag_recall),
                        "top 1": _with_interval(q.top_1, q.repeats),
                        "top 5": _with_interval(q.top_5, q.repeats),
                    }
                )
    return rows


def _three(precision: float, recall: float) -> str:
    return f"{precision:.3f} / {recall:.2f} / {f1(precision, recall):.3f}"


def _with_interval(share: float, count: int) -> str:
    low, high = wilson_limits(round(share * count), count)
    return f"{share:.2f} ({low:.2f}-{high:.2f})"


def floor_table(corpora: Sequence[Corpus]) -> list[dict[str, str]]:
    """What a floor would cost, on the first half alone."""
    found = [(corpus, best(corpus, floor=0.0)) for corpus in corpora]
    rows = []
    for floor in FLOORS:
        row = {"floor": f"{floor:.2f}"}
        for corpus, chosen in found:
            q = quality(corpus, chosen.of(chosen.score >= floor), corpus.half(second=False))
            row[f"{corpus.name}: top 5"] = f"{q.top_5:.2f}, {q.flagged} flagged (P {q.flag_precision:.3f})"
        rows.append(row)
    return rows


def words_table(exports: Path) -> list[dict[str, str]]:
    """What the least number of informative words in a title costs: Hadoop, first half; and GitHub's generic titles."""
    kept = titles.FEWEST_WORDS
    with (exports / "github-status" / "incidents.jsonl").open(encoding="utf-8") as file:
        status = [json.loads(line) for line in file]
    github = texts_of(
        _row(
            s["id"],
            datetime.fromisoformat(s["started_at"]),
            s["title"],
            None,
            (s.get("components") or [None])[0],
        )
        for s in sorted(status, key=lambda s: s["started_at"])
    )
    rows = []
    try:
        for fewest in (1, 2, 3):
            titles.FEWEST_WORDS = fewest
            row = {"informative words": f"{fewest}"}
            for with_text in (False, True):
                corpus = hadoop(exports, with_text)
                q = quality(corpus, best(corpus), corpus.half(second=False))
                row[f"{corpus.name}: top 1 / top 5"] = f"{q.top_1:.2f} / {q.top_5:.2f}"
            generic = replace(github).is_generic
            row["GitHub titles taken for generic"] = f"{sum(generic)} of {len(generic)}"
            rows.append(row)
    finally:
        titles.FEWEST_WORDS = kept
    return rows


def many(size: int, services: int, exports: Path, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Make up two years of incidents: real titles, two words of each exchanged for others; three in ten with text."""
    rng = random.Random(seed)
    texts = _real_texts(exports)
    vocabulary = sorted({word for title, _ in texts for word in title.split()})
    start = datetime(2023, 11, 20, tzinfo=UTC)
    for number in range(size):
        title, text = rng.choice(texts)
        changed = title.split() or ["?"]
        for _ in range(2):
            changed[rng.randrange(len(changed))] = rng.choice(vocabulary)
        service = f"service {int(rng.paretovariate(1.0)) % services}" if services else None
        body = " ".join(text.split()[: rng.randrange(5, 60)]) if rng.random() < 0.3 else None
        yield _row(
            f"I{number}", start + timedelta(days=730 * number / size), " ".join(changed), body, service
        )


def _real_texts(exports: Path) -> list[tuple[str, str]]:
    with gzip.open(
        exports / "gitbugs-jira" / "hadoop_bugs.csv.gz", "rt", encoding="utf-8", newline=""
    ) as file:
        found = [(bug["Summary"], bug["Description"]) for bug in csv.DictReader(file)]
    with (exports / "github-status" / "incidents.jsonl").open(encoding="utf-8") as file:
        return found + [(json.loads(line)["title"], "") for line in file]


def speed_row(size: int, services: int, exports: Path) -> dict[str, str]:
    """Time everything from nothing, then with what is kept, then with one more day of incidents."""
    rows = list(many(size, services, exports))
    older = rows[: round(size * 729 / 730)]
    with measure.scratch() as folder:
        before = texts_of(older)
        nothing = measure.seconds(partial(_all, older, folder), 1)
        kept = measure.seconds(partial(_all, older, folder), 1)
        more = measure.seconds(partial(_all, rows, folder), 1)
        held = (folder / index.FILE).stat().st_size
        chosen = first(before, index.all_candidates(before, folder))
        words = measure.seconds(lambda: list(told(before, chosen)), 1)
    return {
        "incidents": measure.size_text(size),
        "services": f"{services}" if services else "none named",
        "suggestions": f"{len(chosen)}",
        "from nothing": measure.time_text(nothing),
        "put into words": measure.time_text(words),
        "nothing new": measure.time_text(kept),
        "one more day": measure.time_text(more),
        "index": f"{held / 1e6:.0f} MB",
    }


def _all(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    texts = texts_of(rows)
    first(texts, index.all_candidates(texts, folder))


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given = os.environ.get("RELIABILITY_REAL_EXPORTS")
    options.add_argument("--exports", type=Path, default=given or ROOT.parent / "shared" / "exports")
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--only", choices=["quality", "speed"])
    chosen = options.parse_args()
    print(measure.machine())
    if chosen.only != "speed":
        bugs = [hadoop(chosen.exports, with_text) for with_text in (True, False)]
        measure.print_table("Quality", quality_table([*bugs, servicenow(chosen.exports)]))
        measure.print_table("Floor, first half", floor_table(bugs))
        measure.print_table("Least number of informative words, first half", words_table(chosen.exports))
    if chosen.only != "quality":
        rows = [speed_row(size, services, chosen.exports) for size in chosen.sizes for services in (40, 0)]
        measure.print_table("Speed", rows)


if __name__ == "__main__":
    main()
