"""The index: what was found before is used again, and never changes an answer."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock

from reliability.repeats import index
from reliability.repeats.candidates import Block, Candidates, candidates
from reliability.repeats.index import FILE, all_candidates
from reliability.repeats.texts import Texts
from tests.repeats_by_hand import found, row, same, texts

ROOT = Path(__file__).resolve().parent.parent
WORDS = ["pool", "disk", "relay", "quota", "cache", "token", "replica", "queue", "certificate", "latency"]

Rows = list[dict[str, Any]]


def drawn(rng: random.Random, count: int) -> Rows:
    """Incidents of about eight months, with texts, issues and services drawn at random."""
    return [
        row(
            f"I{n:03}",
            rng.uniform(0, 240),
            " ".join(rng.sample(WORDS, 3)),
            rng.choice(["api", "mail", None]),
            text=" ".join(rng.sample(WORDS, 4)) if rng.random() < 0.5 else None,
            issue_id=rng.choice([None, None, "P1", "P2"]),
        )
        for n in range(count)
    ]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Block]:
    """The months that were found again, in order."""
    months: list[Block] = []

    def noted(known: Texts, asked: list[Block]) -> Iterator[Candidates]:
        months.extend(asked)
        return candidates(known, asked)

    monkeypatch.setattr(index, "candidates", noted)
    return months


CHANGES: dict[str, Callable[[random.Random, Rows], Rows]] = {
    "new incidents": lambda rng, rows: [*rows, *(row(f"N{n}", 240 + n, "pool disk relay") for n in range(5))],
    "one that comes late": lambda rng, rows: [
        *rows,
        row("late", rng.uniform(0, 240), "pool disk relay", "api"),
    ],
    "one that is gone": lambda rng, rows: rows[:7] + rows[8:],
    "another title": lambda rng, rows: [
        {**r, "title": "quota token"} if n == 9 else r for n, r in enumerate(rows)
    ],
    "another text": lambda rng, rows: [
        {**r, "text": "cache queue pool"} if n == 9 else r for n, r in enumerate(rows)
    ],
    "another issue": lambda rng, rows: [{**r, "issue_id": "P9"} if n == 9 else r for n, r in enumerate(rows)],
    "a link": lambda rng, rows: [
        {**r, "repeat_partner": "I003"} if n == 9 else r for n, r in enumerate(rows)
    ],
    "another service": lambda rng, rows: [
        {**r, "service": "mail"} if n == 9 else r for n, r in enumerate(rows)
    ],
    "a title that became generic": lambda rng, rows: [
        *rows,
        *(row(f"G{n}", 200, rows[0]["title"], "api") for n in range(12)),
    ],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(3))
def test_a_new_export_gives_what_a_computation_from_nothing_gives(
    tmp_path: Path, change: str, seed: int
) -> None:
    rng = random.Random(seed)
    rows = drawn(rng, 90)
    all_candidates(texts(*rows), tmp_path)
    after = texts(*CHANGES[change](rng, rows))
    answer = all_candidates(after, tmp_path)
    assert same(answer, found(after)) and len(answer)
    assert same(all_candidates(after, tmp_path), answer)


def test_a_new_export_costs_only_the_months_it_touches(tmp_path: Path, computed: list[Block]) -> None:
    rows = drawn(random.Random(1), 90)
    all_candidates(texts(*rows), tmp_path)
    assert len(computed) == 8
    computed.clear()
    all_candidates(texts(*rows), tmp_path)
    assert computed == []
    after = texts(*rows, row("new", 239.99, "pool disk relay"))
    all_candidates(after, tmp_path)
    assert [month.end for month in computed] == [len(after)]
    computed.clear()
    # One in the middle: its own month and the three whose look-back reaches it.
    all_candidates(texts(*rows, row("late", 70, "pool disk relay")), tmp_path)
    assert len(computed) == 5


def test_the_index_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    known = texts(*drawn(random.Random(2), 60))
    answer = all_candidates(known, tmp_path)
    (tmp_path / FILE).unlink()
    assert same(all_candidates(known, tmp_path), answer)
    assert (tmp_path / FILE).is_file()


def test_a_damaged_index_is_ignored_and_replaced(tmp_path: Path) -> None:
    known = texts(*drawn(random.Random(3), 60))
    answer = all_candidates(known, tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    rng = random.Random(4)
    spoilt = [b"", b"not an archive", whole[: len(whole) // 2], whole[:-1]]
    for _ in range(25):
        place = rng.randrange(len(whole))
        spoilt.append(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
    for damaged in spoilt:
        (tmp_path / FILE).write_bytes(damaged)
        assert same(all_candidates(known, tmp_path), answer)
        all_candidates(texts(*drawn(random.Random(5), 20)), tmp_path)
        assert same(all_candidates(known, tmp_path), answer)


def test_an_index_of_another_layout_is_ignored(
    tmp_path: Path, computed: list[Block], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = texts(*drawn(random.Random(6), 60))
    answer = all_candidates(known, tmp_path)
    monkeypatch.setattr(index, "LAYOUT", index.LAYOUT + 1)
    computed.clear()
    assert same(all_candidates(known, tmp_path), answer)
    assert len(computed) == 8


def test_an_index_with_parts_that_do_not_fit_is_ignored(tmp_path: Path) -> None:
    known = texts(*drawn(random.Random(7), 60))
    answer = all_candidates(known, tmp_path)
    with np.load(tmp_path / FILE) as held:
        parts = dict(held)
    for spoilt in (
        {**parts, "incident": parts["incident"][:-1]},
        {**parts, "partner": parts["partner"] + len(known)},
        {**parts, "edges": parts["edges"][::-1]},
        {name: part for name, part in parts.items() if name != "score"},
        {**parts, "score": np.array([{}], dtype=object)},
    ):
        np.savez(tmp_path / FILE, **spoilt)
        assert same(all_candidates(known, tmp_path), answer)


def test_a_folder_that_is_not_there_or_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = texts(*drawn(random.Random(8), 40))
    answer = all_candidates(known)
    assert same(all_candidates(known, tmp_path / "gone"), answer)
    assert not (tmp_path / "gone").exists()

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(index.os, "replace", refused)
    assert same(all_candidates(known, tmp_path), answer)
    assert {path.name for path in tmp_path.iterdir()} <= {index._LOCK}


def test_the_file_is_replaced_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    all_candidates(texts(*drawn(random.Random(9), 40)), tmp_path)
    before = (tmp_path / FILE).read_bytes()

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(index.np, "savez", killed)
    with pytest.raises(KeyboardInterrupt):
        all_candidates(texts(*drawn(random.Random(10), 40)), tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {FILE, index._LOCK}


def test_who_comes_second_waits_and_uses_what_the_first_found(tmp_path: Path, computed: list[Block]) -> None:
    known = texts(*drawn(random.Random(11), 60))
    answers = []
    with FileLock(tmp_path / index._LOCK):
        waiting = threading.Thread(target=lambda: answers.append(all_candidates(known, tmp_path)))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive() and computed == []
        kept = index._completed(
            known, (months := index.blocks(known.opened)), [index.digest(known, m) for m in months], {}
        )
        index._write(tmp_path, kept)
        computed.clear()
    waiting.join(20)
    assert computed == [] and same(answers[0], found(known))


def test_two_processes_at_once_do_no_harm(tmp_path: Path) -> None:
    script = (
        "import random, sys; from pathlib import Path;"
        "from reliability.repeats.index import all_candidates;"
        "from tests.repeats_by_hand import found, same, texts; from tests.test_repeats_index import drawn;"
        "folder, seed = Path(sys.argv[1]), int(sys.argv[2]); rng = random.Random(seed);"
        "every = [texts(*drawn(rng, 40)) for _ in range(3)];"
        "assert all(same(all_candidates(known, folder), found(known)) for known in every)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path), str(seed)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in (1, 2)
    ]
    for process in running:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert {path.name for path in tmp_path.iterdir()} <= {FILE, index._LOCK}
    assert index._read(tmp_path)
