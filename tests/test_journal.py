"""The journal keeps every confirmed entry whatever happens, and says plainly when it cannot."""

import csv
import io
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from reliability.errors import JournalError
from reliability.journal import Entry, Journal, standing, to_csv
from tests.journals import database_of, statement_on

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def journal(journal_dir):
    """In a file, and in a database."""
    return Journal(journal_dir)


@pytest.fixture
def in_file(tmp_path):
    return Journal(tmp_path)


def child(program: str, *arguments: object) -> list[str]:
    """The command that runs a small program with the package importable."""
    prelude = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    return [sys.executable, "-c", prelude + textwrap.dedent(program), *map(str, arguments)]


def test_an_entry_comes_back_as_it_was_written(journal):
    body = {"decision": "Freeze «features» until 31 October", "votes": [3, 1], "due": None, "share": 0.4}
    before = datetime.now(UTC)
    written = journal.append("decision", "2025-Q3", body, who="Ana Kovač")
    assert journal.entries() == [written]
    assert (written.who, written.kind, written.subject, written.body) == (
        "Ana Kovač",
        "decision",
        "2025-Q3",
        body,
    )
    assert before <= written.at <= before + timedelta(seconds=30)
    assert written.at.utcoffset() == timedelta(0)


def test_nobody_has_written_yet_is_an_empty_journal_and_makes_no_file(journal):
    before = sorted(journal.data_dir.iterdir())
    assert journal.entries() == []
    assert journal.state() == ""
    journal.verify()
    assert sorted(journal.data_dir.iterdir()) == before


def test_entries_can_be_asked_for_by_kind_and_subject(journal):
    journal.append("decision", "2025-Q3", {}, "ana")
    journal.append("waiver", "CHG-1", {}, "ana")
    journal.append("waiver", "CHG-2", {}, "bo")
    assert [e.subject for e in journal.entries(kind="waiver")] == ["CHG-1", "CHG-2"]
    assert [e.kind for e in journal.entries(subject="2025-Q3")] == ["decision"]
    assert [e.who for e in journal.entries("waiver", "CHG-2")] == ["bo"]
    assert journal.state() == journal.entries()[-1].digest


def test_an_undone_entry_stays_written_but_no_longer_stands(journal):
    first = journal.append("waiver", "CHG-1", {"until": "2025-12-01"}, "ana")
    second = journal.append("waiver", "CHG-2", {}, "ana")
    undo = journal.undo(first.id, "bo", why="not needed")
    assert (undo.undo_of, undo.kind, undo.subject, undo.body) == (
        first.id,
        "waiver",
        "CHG-1",
        {"why": "not needed"},
    )
    assert journal.entries() == [first, second, undo]
    assert standing(journal.entries()) == [second]


def test_undoing_an_undo_brings_the_entry_back_and_it_can_be_undone_again(journal):
    first = journal.append("waiver", "CHG-1", {}, "ana")
    undo = journal.undo(first.id, "bo")
    redo = journal.undo(undo.id, "ana")
    assert standing(journal.entries()) == [first]
    journal.undo(redo.id, "bo")
    assert standing(journal.entries()) == []


def test_an_entry_is_undone_once_and_the_second_person_learns_by_whom(journal):
    first = journal.append("waiver", "CHG-1", {}, "ana")
    journal.undo(first.id, "bo")
    with pytest.raises(JournalError, match="already undone by bo"):
        journal.undo(first.id, "cy")
    assert len(journal.entries()) == 2


def test_undoing_what_is_not_there_is_refused(journal):
    with pytest.raises(JournalError, match="no entry 7"):
        journal.undo(7, "ana")
    journal.append("waiver", "CHG-1", {}, "ana")
    with pytest.raises(JournalError, match="no entry 7"):
        journal.undo(7, "ana")
    assert len(journal.entries()) == 1


@pytest.mark.parametrize("statement", ["update entries set who = 'x'", "delete from entries"])
def test_not_even_sql_changes_or_removes_an_entry(journal, statement):
    journal.append("decision", "2025-Q3", {}, "ana")
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match="only grows"):
        statement_on(journal, statement)
    assert [e.who for e in journal.entries()] == ["ana"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"who": " "}, "'who' is empty"),
        ({"kind": ""}, "'kind' is empty"),
        ({"subject": "x" * 501}, "'subject' is longer than 500"),
        ({"who": "an\0a"}, "'who' contains a character that is not text"),
        ({"who": "\ud800"}, "'who' contains a character that is not text"),
        ({"body": {"at": datetime.now(UTC)}}, "cannot be kept as JSON"),
        ({"body": {"value": float("nan")}}, "cannot be kept as JSON"),
        ({"body": {"text": "x" * 20_000_001}}, "larger than 20 MB"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(journal, fields, complaint):
    entry = {"kind": "decision", "subject": "2025-Q3", "body": {}, "who": "ana", **fields}
    with pytest.raises(JournalError) as caught:
        journal.append(**entry)
    assert complaint in str(caught.value)
    assert journal.entries() == []


def test_quotes_and_semicolons_are_only_text(journal):
    nasty = "Robert'); drop table entries;--"
    journal.append("decision", nasty, {"t": nasty}, nasty)
    assert [(e.subject, e.who) for e in journal.entries(subject=nasty)] == [(nasty, nasty)]


def test_many_threads_write_at_once_and_every_entry_is_kept(journal):
    def write(number: int) -> int:
        return Journal(journal.path.parent).append("note", str(number), {}, f"thread {number}").id

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(write, range(80)))
    assert sorted(ids) == list(range(1, 81))
    assert sorted(int(e.subject) for e in journal.entries()) == list(range(80))


def test_many_processes_write_at_once_and_every_entry_is_kept(journal):
    program = """
        from pathlib import Path
        from reliability.journal import Journal
        for number in range(20):
            Journal(Path(sys.argv[1])).append("note", str(number), {}, sys.argv[2])
    """
    running = [subprocess.Popen(child(program, journal.data_dir, name)) for name in "abcd"]
    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    written = journal.entries()
    assert len(written) == 80
    for name in "abcd":
        assert [e.subject for e in written if e.who == name] == [str(n) for n in range(20)]


def test_a_killed_writer_leaves_every_entry_it_confirmed(journal):
    program = """
        from pathlib import Path
        from reliability.journal import Journal
        journal = Journal(Path(sys.argv[1]))
        while True:
            print(journal.append("note", "x", {"text": "y" * 5000}, "child").id, flush=True)
    """
    process = subprocess.Popen(child(program, journal.data_dir), stdout=subprocess.PIPE, text=True)
    confirmed = [int(process.stdout.readline()) for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    confirmed += [int(line) for line in process.stdout.read().split()]
    process.stdout.close()
    assert process.wait(10) == -signal.SIGKILL

    journal.verify()
    ids = [e.id for e in journal.entries()]
    assert ids == list(range(1, len(ids) + 1))
    assert set(confirmed) <= set(ids)
    assert all(len(e.body["text"]) == 5000 for e in journal.entries())
    assert journal.append("note", "after", {}, "ana").id == len(ids) + 1


@pytest.mark.parametrize("already", [0, 3], ids=["a new journal", "a journal with entries"])
def test_a_full_disk_is_said_plainly_and_nothing_is_half_written(in_file, tmp_path, already):
    for number in range(already):
        in_file.append("note", str(number), {}, "ana")
    program = """
        import resource
        from pathlib import Path
        from reliability.errors import JournalError
        from reliability.journal import Journal
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
        journal = Journal(Path(sys.argv[1]))
        try:
            journal.append("note", "large", {"text": "y" * 200_000}, "child")
        except JournalError as error:
            print(error)
    """
    done = subprocess.run(child(program, tmp_path), capture_output=True, text=True, timeout=60, check=True)
    assert "could not be written" in done.stdout
    assert "Make room on the disk" in done.stdout

    in_file.verify()
    assert [e.subject for e in in_file.entries()] == [str(n) for n in range(already)]
    assert in_file.append("note", "after", {}, "ana").id == already + 1
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_writer_that_never_finishes_is_waited_for_and_then_reported(journal, monkeypatch):
    journal.append("note", "x", {}, "ana")
    monkeypatch.setattr("reliability.journal.store._BUSY_SECONDS", 0.2)
    with writing_elsewhere(journal):
        with pytest.raises(JournalError, match="busy; nothing was written"):
            journal.append("note", "y", {}, "bo")
        assert len(journal.entries()) == 1
    assert journal.append("note", "y", {}, "bo").id == 2


@contextmanager
def writing_elsewhere(journal: Journal) -> Iterator[None]:
    """Somebody else's transaction that does not end."""
    if url := database_of(journal):
        with psycopg.connect(url) as other:
            other.execute("select pg_advisory_xact_lock(%s, 1)", [int.from_bytes(b"RELJ")])
            yield
            other.rollback()
        return
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


def test_a_backup_is_one_file_that_can_be_restored(journal, tmp_path):
    first = journal.append("decision", "2025-Q3", {"text": "keep"}, "ana")
    saved = journal.backup(tmp_path / "saved.sqlite")
    later = journal.append("decision", "2025-Q4", {}, "bo")
    assert sorted(p.name for p in tmp_path.glob("saved*")) == ["saved.sqlite"]

    kept = journal.restore(saved)
    assert journal.entries() == [first]
    assert journal.append("decision", "2026-Q1", {}, "cy").id == first.id + 1
    # What was there is not lost either.
    aside = tmp_path / "aside"
    aside.mkdir()
    shutil.copy(kept, aside / "journal.sqlite")
    assert Journal(aside).entries() == [first, later]


def test_a_backup_into_a_folder_gets_a_name_of_its_own(journal, tmp_path):
    journal.append("decision", "2025-Q3", {}, "ana")
    folder = tmp_path / "backups"
    folder.mkdir()
    assert journal.backup(folder).parent == folder


def test_a_backup_that_fails_leaves_the_one_before(journal, tmp_path):
    journal.append("decision", "2025-Q3", {}, "ana")
    with pytest.raises(JournalError, match="backup failed"):
        journal.backup(tmp_path / "no such folder" / "saved.sqlite")
    with pytest.raises(JournalError, match="onto itself"):
        journal.backup(journal.path)
    assert len(journal.entries()) == 1


def test_there_is_nothing_to_back_up_before_anybody_wrote(journal, tmp_path):
    with pytest.raises(JournalError, match="nothing to back up"):
        journal.backup(tmp_path / "saved.sqlite")


def test_a_backup_restores_into_an_empty_data_folder(journal, tmp_path):
    first = journal.append("decision", "2025-Q3", {}, "ana")
    saved = journal.backup(tmp_path / "saved.sqlite")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert Journal(fresh).restore(saved) is None
    assert Journal(fresh).entries() == [first]


def test_only_a_sound_journal_is_restored(journal, tmp_path):
    journal.append("decision", "2025-Q3", {}, "ana")
    with pytest.raises(JournalError, match="no such file"):
        journal.restore(tmp_path / "missing.sqlite")
    text = tmp_path / "notes.txt"
    text.write_text("not a database at all, but long enough to be looked at " * 40)
    with pytest.raises(JournalError, match="cannot be read"):
        journal.restore(text)
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("create table entries (id)")
    connection.close()
    with pytest.raises(JournalError, match="not a journal"):
        journal.restore(other)
    assert len(journal.entries()) == 1


def test_a_damaged_journal_is_reported_and_a_restore_keeps_it(in_file, tmp_path):
    first = in_file.append("decision", "2025-Q3", {}, "ana")
    saved = in_file.backup(tmp_path / "saved.sqlite")
    in_file.path.write_bytes(b"scribbled over " * 1000)
    for use in (in_file.entries, in_file.verify, lambda: in_file.append("decision", "x", {}, "bo")):
        with pytest.raises(JournalError, match=r"journal\.sqlite: cannot be read.*backup"):
            use()
    assert in_file.path.read_bytes().startswith(b"scribbled")

    kept = in_file.restore(saved)
    assert in_file.entries() == [first]
    assert kept.read_bytes().startswith(b"scribbled")


def test_damage_in_the_middle_of_the_file_is_found_by_the_check(in_file):
    for number in range(200):
        in_file.append("note", str(number), {"text": "y" * 500}, "ana")
    content = bytearray(in_file.path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    in_file.path.write_bytes(content)
    with pytest.raises(JournalError, match="backup"):
        in_file.verify()


def test_entries_whose_main_file_is_gone_are_not_taken_for_an_empty_journal(in_file, tmp_path):
    in_file.append("note", "x", {}, "ana")
    saved = in_file.backup(tmp_path / "saved.sqlite")
    # As older versions kept it: an open connection leaves the newest entries in the file beside.
    reader = sqlite3.connect(in_file.path)
    reader.execute("pragma journal_mode = wal")
    reader.execute("select * from entries").fetchall()
    in_file.append("note", "y", {}, "ana")
    shutil.copy(f"{in_file.path}-wal", tmp_path / "left")
    reader.close()
    for part in tmp_path.glob("journal.sqlite*"):
        part.unlink()
    shutil.copy(tmp_path / "left", f"{in_file.path}-wal")

    for use in (in_file.entries, lambda: in_file.append("note", "z", {}, "bo")):
        with pytest.raises(JournalError, match="is missing, but newer entries are there"):
            use()
    in_file.restore(saved)
    assert [e.subject for e in in_file.entries()] == ["x"]


def test_a_journal_of_a_newer_version_is_left_alone(journal):
    journal.append("note", "x", {}, "ana")
    newer = "update journal_state set layout = 2" if database_of(journal) else "pragma user_version = 3"
    statement_on(journal, newer)
    with pytest.raises(JournalError, match="newer version"):
        journal.append("note", "y", {}, "ana")


def test_a_missing_data_folder_is_named(tmp_path):
    with pytest.raises(JournalError, match=r"elsewhere: there is no such folder"):
        Journal(tmp_path / "elsewhere").append("note", "x", {}, "ana")


def test_a_creation_that_was_killed_half_way_is_begun_again(in_file, tmp_path):
    (tmp_path / "journal.new").write_bytes(b"half")
    (tmp_path / "journal.new-wal").write_bytes(b"half")
    assert in_file.append("note", "x", {}, "ana").id == 1
    assert not (tmp_path / "journal.new").exists()


def test_csv_holds_every_entry_and_no_formula():
    at = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)
    entries = [
        Entry(1, at, "=HYPERLINK(1)", "note", "two\nlines, quoted", {"t": 'a "word" é'}),
        Entry(2, at, "ana", "note", "-1", {}, undo_of=1),
    ]
    rows = list(csv.reader(io.StringIO(to_csv(entries))))
    assert rows[0] == ["id", "at", "who", "kind", "subject", "body", "undo_of"]
    assert rows[1] == [
        "1",
        "2025-11-17T08:00:00+00:00",
        "'=HYPERLINK(1)",
        "note",
        "two\nlines, quoted",
        '{"t": "a \\"word\\" é"}',
        "",
    ]
    assert rows[2] == ["2", "2025-11-17T08:00:00+00:00", "ana", "note", "'-1", "{}", "1"]
