"""A damaged journal: one clear line that names the entry, exit code 2, and what can be read is read."""

import csv
import io
import json
import random
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest
from filelock import FileLock

from reliability.cli.main import main
from reliability.errors import JournalError
from reliability.gates import waivers
from reliability.journal import Journal, standing, store
from reliability.repeats import decisions as repeats
from tests.journals import database_of, statement_on, tamper
from tests.old_journal import write_old_journal

pytestmark = pytest.mark.slow


@pytest.fixture
def journal(journal_dir: Path) -> Journal:
    """In a file, and in a database."""
    return _written(journal_dir)


@pytest.fixture
def in_file(tmp_path: Path) -> Journal:
    return _written(tmp_path)


def _written(folder: Path) -> Journal:
    made = Journal(folder)
    for subject in ("a", "b", "c", "d"):
        made.append("decision", subject, {"text": f"about {subject}"}, "ana")
    return made


DAMAGE = {
    "body cut short": ("update entries set body = '{\"te' where id = 2", "its body is no JSON"),
    "body nested too deep": ("update entries set body = replace(hex(zeroblob(2500)), '00', '[[') where id = 2", "its body is no JSON"),
    "body is a list": ("update entries set body = '[1]' where id = 2", "its body is not a JSON object"),
    "instant": ("update entries set at = 'yesterday' where id = 2", "its instant cannot be read"),
    "instant without a zone": ("update entries set at = '2025-11-17T08:00:00' where id = 2", "no time zone"),
    "name is bytes": ("update entries set who = x'ff00fe' where id = 2", "its who is no text"),
    "name is no UTF-8": ("update entries set who = cast(x'ff41fe' as text) where id = 2", "its who is no text"),
    "subject is bytes": ("update entries set subject = x'00' where id = 2", "its subject is no text"),
    "undoes what follows": ("update entries set undo_of = 3 where id = 2", "undoes an entry that is not before it"),
    "another word": ("update entries set subject = 'B' where id = 2", "is not as it was written"),
    "another kind": ("update entries set kind = 'note' where id = 2", "is not as it was written"),
    "taken out": ("delete from entries where id = 2", "is missing"),
}  # fmt: skip


@pytest.mark.parametrize(("statement", "said"), DAMAGE.values(), ids=DAMAGE)
def test_one_damaged_entry_is_named_in_one_line_and_the_others_are_read(
    journal, tmp_path, capsys, statement, said
):
    if database_of(journal):
        if "cast(x" in statement or "= x'" in statement:
            return  # a column of text holds nothing else
        statement = statement.replace("replace(hex(zeroblob(2500)), '00', '[[')", "repeat('[[', 2500)")
    journal.entries()  # found whole before: the damage comes later
    tamper(journal, statement)
    for use in (journal.entries, lambda: journal.entries("note"), journal.verify):
        with pytest.raises(JournalError, match=f"journal.*: entry 2 .*{said}"):
            use()
    saved = tmp_path / "saved.sqlite"
    saved.write_bytes(b"the good copy")
    assert main(["journal", "backup", "--to", str(saved), "--data", str(journal.data_dir)]) == 2
    err = capsys.readouterr().err
    assert "entry 2" in err and err.count("\n") == 1
    assert saved.read_bytes() == b"the good copy"

    assert main(["journal", "csv", "--data", str(journal.data_dir)]) == 2
    out, err = capsys.readouterr()
    subjects = [row["subject"] for row in csv.DictReader(io.StringIO(out))]
    assert [s for s in subjects if s in "acd"] == ["a", "c", "d"]
    assert err.count("\n") == 1 and "entry 2" in err

    # More can be written; what is damaged stays named.
    assert journal.append("decision", "e", {}, "ana").id == 5
    with pytest.raises(JournalError, match="entry 2"):
        journal.entries()


def test_the_commands_that_read_the_journal_end_with_2_not_with_the_1_of_held(own_sample, capsys):
    journal = Journal(own_sample)
    journal.append("note", "x", {}, "ana")
    assert main(["gates", "--data", str(own_sample)]) == 1
    capsys.readouterr()
    tamper(journal, "update entries set body = 'x'")
    for command in (
        ["gates"],
        ["waivers"],
        ["build"],
        ["journal", "verify"],
        ["waive", "--undo", "1", "--who", "x"],
    ):
        assert main([*command, "--data", str(own_sample)]) == 2
        out, err = capsys.readouterr()
        assert out == "" and err.count("\n") == 1, (command, err)
        assert "entry 1 is damaged" in err
    assert main(["check", "--data", str(own_sample)]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("journal.sqlite: entry 1 is damaged") and err == ""
    assert main(["check", "--json", "--data", str(own_sample)]) == 2
    assert "journal.sqlite: entry 1 is damaged" in json.loads(capsys.readouterr().out)["problems"][0]
    saved = own_sample.parent / "saved.sqlite"
    assert main(["journal", "backup", "--to", str(saved), "--data", str(own_sample)]) == 2
    assert "entry 1 is damaged" in capsys.readouterr().err and not saved.exists()


def test_a_fault_of_the_program_is_one_line_and_not_the_answer_held(own_sample, capsys, monkeypatch):
    monkeypatch.setattr("reliability.cli.gates.gates_evaluation", lambda *_: 1 // 0)
    assert main(["gates", "--data", str(own_sample)]) == 2
    assert "ZeroDivisionError" in (err := capsys.readouterr().err)
    assert err.count("\n") == 1


def test_a_file_cut_off_is_named_and_what_is_left_is_printed(tmp_path, capsys):
    journal = Journal(tmp_path)
    for number in range(300):
        journal.append("note", str(number), {"text": "y" * 800}, "ana")
    content = journal.path.read_bytes()
    journal.path.write_bytes(content[: len(content) // 3 // 4096 * 4096])
    with pytest.raises(JournalError, match=r"journal\.sqlite: .*journal csv"):
        journal.entries()
    with pytest.raises(JournalError, match=r"journal\.sqlite: "):
        journal.verify()
    assert main(["journal", "csv", "--data", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    read = [row["subject"] for row in csv.DictReader(io.StringIO(out))]
    assert 50 < len(read) < 300
    assert read == sorted(read, key=int)
    assert re.search(r"entries \d+ to 300 cannot be read", err)
    assert err.count("\n") <= 3


def test_a_journal_cut_to_nothing_is_not_taken_for_an_empty_one(in_file):
    in_file.path.write_bytes(b"")
    for use in (
        in_file.entries,
        in_file.state,
        in_file.verify,
        lambda: in_file.append("note", "x", {}, "ana"),
    ):
        with pytest.raises(JournalError, match="is empty: it was cut off"):
            use()


def test_a_link_to_nothing_is_not_taken_for_an_empty_journal(tmp_path):
    (tmp_path / "journal.sqlite").symlink_to(tmp_path / "elsewhere.sqlite")
    with pytest.raises(JournalError, match="is a link to a file that is not there"):
        Journal(tmp_path).entries()


def test_entries_taken_off_the_end_are_missed(journal, tmp_path, capsys):
    noted = journal.verify().head
    tamper(journal, "delete from entries where id > 2")
    with pytest.raises(JournalError, match="entry 3 is missing: 4 were written, 2 are there"):
        journal.verify()
    # Even when what SQLite remembers is changed as well, the digest that was noted elsewhere is missed.
    remembers = "journal_state set given" if database_of(journal) else "sqlite_sequence set seq"
    statement_on(journal, f"update {remembers} = 2")
    assert journal.verify().entries == 2
    assert main(["journal", "verify", "--includes", noted[:20], "--data", str(journal.data_dir)]) == 2
    assert f"the digest {noted[:16]} is not in its chain" in capsys.readouterr().err


def test_the_number_of_an_entry_that_was_taken_off_is_not_given_again(journal):
    tamper(journal, "delete from entries where id > 2")
    assert journal.append("note", "x", {}, "ana").id == 5
    with pytest.raises(JournalError, match="entry 3 is missing"):
        journal.verify()


def test_verify_prints_the_newest_digest_and_finds_an_older_one(journal, tmp_path, capsys):
    noted = journal.entries()[1].digest
    assert main(["journal", "verify", "--includes", noted, "--data", str(journal.data_dir)]) == 0
    out = capsys.readouterr().out
    assert out == f"4 entries, each as it was written; newest digest {journal.entries()[-1].digest}\n"
    assert main(["journal", "verify", "--json", "--data", str(journal.data_dir)]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {"entries": 4, "head": journal.state(), "clock_set_back": []}


def test_the_digest_of_an_entry_is_sha_256_over_the_one_before_and_its_columns(journal_dir):
    """By hand, as docs/journal.md describes it: whoever has the file can check it with any program."""
    journal = Journal(journal_dir)
    journal.append("decision", "2025-Q3", {"é": 1}, "Ana Kovač")
    question = "select id, at, who, kind, subject, body, undo_of, digest from "
    if url := database_of(journal):
        with psycopg.connect(url) as database:
            row = database.execute(question + "journal_entries").fetchone()
    else:
        with closing(sqlite3.connect(journal.path)) as connection:
            row = connection.execute(question + "entries").fetchone()
    text = b"0" * 64
    for value in row[:-1]:
        part = b"" if value is None else str(value).encode()
        text += str(len(part)).encode() + b":" + part
    assert row[-1] == sha256(text).hexdigest()


def test_a_lock_held_too_long_is_one_line(in_file, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(store, "_BUSY_SECONDS", 0.2)
    with FileLock(tmp_path / "journal.lock"):
        with pytest.raises(JournalError, match="is busy; nothing was written"):
            in_file.append("note", "x", {}, "ana")
        assert len(in_file.entries()) == 4
        saved = tmp_path / "saved.sqlite"
        in_file.backup(saved)
        assert main(["journal", "restore", "--from", str(saved), "--data", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


class Clock:
    """A clock that goes back."""

    times: ClassVar[list[datetime]] = []

    @classmethod
    def now(cls, zone: object) -> datetime:
        assert zone is UTC
        return cls.times.pop(0)


def test_a_clock_that_jumps_back_does_not_reorder(journal_dir, monkeypatch, capsys):
    journal = Journal(journal_dir)
    start = datetime(2025, 11, 17, 8, tzinfo=UTC)
    Clock.times = [start - timedelta(hours=hour) for hour in (0, 5, 2, 9)]
    monkeypatch.setattr(store, "datetime", Clock)
    pair = (("pd", "B"), ("pd", "A"))
    first = repeats.confirm(journal, *pair, "ana")
    second = repeats.reject(journal, *pair, "ben")
    undo = journal.undo(second.id, "ana")
    last = journal.append("note", "x", {}, "cy")
    monkeypatch.undo()
    assert [e.id for e in journal.entries()] == [first.id, second.id, undo.id, last.id] == [1, 2, 3, 4]
    assert [e.at.hour for e in journal.entries()] == [8, 3, 6, 23]
    assert standing(journal.entries()) == [first, last]
    assert [row.decision for row in repeats.rows_of(journal_dir)] == ["confirmed"]
    assert journal.verify().clock_set_back == (2, 4)
    assert main(["journal", "verify", "--data", str(journal_dir)]) == 0
    assert (
        "the clock had been set back at entry 2 and 4; the order is that of writing"
        in capsys.readouterr().out
    )


def test_the_state_never_comes_back_and_the_number_of_an_entry_does(journal, tmp_path):
    saved = journal.backup(tmp_path / "saved.sqlite")
    states = {journal.state()}
    numbers = set()
    for _ in range(3):
        numbers.add(journal.append("note", "the same", {}, "ana").id)
        states.add(journal.state())
        journal.restore(saved)
    assert numbers == {5}
    assert len(states) == 4
    assert journal.state() in states


def test_an_undo_from_before_a_restore_does_not_hit_the_entry_that_has_its_number_now(journal, tmp_path):
    saved = journal.backup(tmp_path / "saved.sqlite")
    seen = journal.append("waiver", "CHG-1", {}, "ana")
    journal.restore(saved)
    other = journal.append("waiver", "CHG-2", {}, "ben")
    assert seen.id == other.id
    with pytest.raises(JournalError, match="entry 5 is not the one that was shown"):
        waivers.withdraw(journal, seen.id, "ana", digest=seen.digest)
    with pytest.raises(JournalError, match="entry 5 is not the one that was shown"):
        repeats.undo(journal, seen.id, "ana", seen.digest)
    assert standing(journal.entries())[-1] == other
    waivers.withdraw(journal, other.id, "ben", digest=other.digest)


def test_an_old_journal_is_read_as_it_is_and_gets_its_chain_with_the_next_entry(tmp_path):
    write_old_journal(tmp_path, ["a", "b", "c"])
    journal = Journal(tmp_path)
    before = journal.entries()
    state = journal.state()
    assert [e.subject for e in before] == ["a", "b", "c"]
    assert journal.verify().head == state == before[-1].digest
    assert journal.entries("decision", "b") == [before[1]]
    # A page that was shown before the upgrade may still undo.
    undo = journal.undo(2, "ana", digest=before[1].digest)
    assert journal.entries() == [*before, undo]
    assert journal.verify().entries == 4
    with sqlite3.connect(journal.path) as connection:
        assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
        for statement in ("update entries set who = 'x'", "delete from entries"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                connection.execute(statement)
    connection.close()


def test_an_old_journal_is_upgraded_while_somebody_reads_it(tmp_path):
    path = write_old_journal(tmp_path, ["a", "b"])
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("begin")
    assert reader.execute("select count(*) from entries").fetchone() == (2,)
    journal = Journal(tmp_path)
    assert journal.append("note", "c", {}, "ana").id == 3
    assert reader.execute("select count(*) from entries").fetchone() == (2,)
    reader.close()
    assert [e.subject for e in journal.entries()] == ["a", "b", "c"]
    assert journal.append("note", "d", {}, "ana").id == 4
    assert journal.verify().entries == 4


def test_an_old_journal_with_a_damaged_entry_is_not_upgraded_and_says_which(tmp_path):
    path = write_old_journal(tmp_path, ["a", "b"])
    tamper(Journal(tmp_path), "update entries set body = 'x' where id = 2")
    content = path.read_bytes()
    with pytest.raises(JournalError, match="entry 2 is damaged"):
        Journal(tmp_path).append("note", "c", {}, "ana")
    with pytest.raises(JournalError, match="entry 2 is damaged"):
        Journal(tmp_path).entries()
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma user_version").fetchone() == (1,)
        assert connection.execute("select count(*) from entries").fetchone() == (2,)
    connection.close()
    assert len(content) == path.stat().st_size


def test_an_old_journal_whose_upgrade_is_killed_is_the_old_one_or_the_new_one(tmp_path):
    subjects = [str(number) for number in range(3000)]
    write_old_journal(tmp_path, subjects)
    journal = Journal(tmp_path)
    before = journal.entries()
    program = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parent.parent)!r})
from pathlib import Path
from reliability.journal import Journal
print("ready", flush=True)
Journal(Path({str(tmp_path)!r})).append("note", "more", {{}}, "ana")
"""
    for wait in (0.01, 0.02, 0.04, 0.06, 0.1):
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(wait)
        process.kill()
        process.wait()
        process.stdout.close()
        found = journal.entries()
        assert found[:3000] == before
        assert all(entry.subject == "more" for entry in found[3000:])
    journal.append("note", "more", {}, "ana")
    assert journal.verify().entries == len(journal.entries()) > 3000


def test_a_flipped_byte_anywhere_is_noticed_or_changes_nothing(in_file):
    """Whatever is hit: the entries as written, or one line; and what is salvaged was written."""
    written = in_file.entries()
    whole = in_file.path.read_bytes()
    chance = random.Random(3)
    noticed = 0
    for _ in range(250):
        content = bytearray(whole)
        content[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        in_file.path.write_bytes(content)
        try:
            assert in_file.entries() == written
        except JournalError as error:
            noticed += 1
            assert "\n" not in str(error) and error.remedy
            try:
                entries, problems = in_file.salvage()
            except JournalError as refused:
                assert "\n" not in str(refused)
            else:
                assert problems
                assert all(isinstance(entry.who, str) for entry in entries)
    assert 20 < noticed < 250
