"""A restore puts a sound backup in the journal's place, or changes nothing: on a full disk, killed, or under writers."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.errors import JournalError
from reliability.journal import Journal
from tests.old_journal import write_old_journal
from tests.small_disk import fill, free, read_only, small_disk

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


def child(program: str, *arguments: object) -> list[str]:
    """The command that runs a small program with the package importable."""
    prelude = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\n"
    prelude += "from reliability.journal import Journal\n"
    return [sys.executable, "-c", prelude + textwrap.dedent(program), *map(str, arguments)]


def write(folder: Path, number: int, size: int = 300) -> list[str]:
    """Write entries and return their digests."""
    journal = Journal(folder)
    return [journal.append("note", str(n), {"text": "y" * size}, "ana").digest for n in range(number)]


def digests(folder: Path) -> list[str]:
    return [entry.digest for entry in Journal(folder).entries()]


def test_a_restore_onto_a_full_disk_changes_nothing_at_any_amount_of_room(tmp_path, capsys):
    other = tmp_path / "other"
    other.mkdir()
    backed_up = write(other, 90)
    saved = Journal(other).backup(tmp_path / "saved.sqlite")
    outcomes = set()
    with small_disk(tmp_path / "disk", 1024) as data:
        before = write(data, 105)
        for room in range(0, 360, 12):
            filler = fill(data, room)
            code = main(["journal", "restore", "--from", str(saved), "--data", str(data)])
            said = capsys.readouterr()
            outcomes.add(code)
            if code:
                assert (code, said.out, said.err.count("\n")) == (2, "", 1), said
                assert "nothing was changed" in said.err
                assert digests(data) == before, f"with room for {room} KB"
                left = {path.name for path in data.iterdir()} - {"filler", "journal.lock"}
                assert left == {"journal.sqlite"}
            else:
                assert digests(data)[:-1] == backed_up, "and one more: who restored it"
                assert digests_of_kept(data, tmp_path / f"kept-{room}") == before
                break
            filler.unlink()
    assert outcomes == {0, 2}, "the disk was never full, or always"


def digests_of_kept(data: Path, aside: Path) -> list[str]:
    aside.mkdir()
    (kept,) = data.glob("journal.replaced-*.sqlite")
    (aside / "journal.sqlite").write_bytes(kept.read_bytes())
    return digests(aside)


def test_a_limit_on_files_stops_a_restore_before_anything_is_touched(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    write(other, 60, 1000)
    saved = Journal(other).backup(tmp_path / "saved.sqlite")
    data = tmp_path / "data"
    data.mkdir()
    before = write(data, 20)
    program = """
        import resource
        from reliability.cli.main import main
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))
        sys.exit(main(["journal", "restore", "--from", sys.argv[1], "--data", sys.argv[2]]))
    """
    done = subprocess.run(child(program, saved, data), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "nothing was changed" in done.stderr
    assert done.stderr.count("\n") == 1
    assert digests(data) == before


def test_a_damaged_journal_stays_where_it_is_when_the_disk_is_too_full_to_restore(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    write(other, 90)
    saved = Journal(other).backup(tmp_path / "saved.sqlite")
    with small_disk(tmp_path / "disk", 256) as data:
        (data / "journal.sqlite").write_bytes(b"scribbled over " * 1000)
        filler = fill(data)
        with pytest.raises(JournalError, match="nothing was changed"):
            Journal(data).restore(saved)
        assert (data / "journal.sqlite").read_bytes().startswith(b"scribbled")
        filler.unlink()
        kept = Journal(data).restore(saved)
        assert kept.read_bytes().startswith(b"scribbled")
        assert len(digests(data)) == 90


def test_a_journal_that_is_a_folder_is_named_and_a_restore_moves_it_away(tmp_path, capsys):
    other = tmp_path / "other"
    other.mkdir()
    backed_up = write(other, 2)
    saved = Journal(other).backup(tmp_path / "saved.sqlite")
    data = tmp_path / "data"
    (data / "journal.sqlite").mkdir(parents=True)
    (data / "journal.sqlite" / "something").write_text("kept")
    assert main(["journal", "csv", "--data", str(data)]) == 2
    assert "journal.sqlite: is a folder, not a journal" in capsys.readouterr().err
    kept = Journal(data).restore(saved)
    assert digests(data) == backed_up
    assert (kept / "something").read_text() == "kept"


def test_the_journal_itself_is_no_backup(tmp_path):
    before = write(tmp_path, 3)
    with pytest.raises(JournalError, match="is the journal itself"):
        Journal(tmp_path).restore(tmp_path / "journal.sqlite")
    assert digests(tmp_path) == before


def test_a_restore_that_is_killed_leaves_the_journal_before_or_after_it(journal_dir, tmp_path):
    other, data = tmp_path / "other", journal_dir
    other.mkdir()
    after = write(other, 40, 20_000)
    saved = Journal(other).backup(tmp_path / "saved.sqlite")
    before = write(data, 40, 20_000)
    program = "print(flush=True); Journal(Path(sys.argv[1])).restore(Path(sys.argv[2]))"
    seen = set()
    chance = random.Random(7)
    for _ in range(25):
        for kept in data.glob("journal.replaced-*.sqlite"):
            kept.unlink()  # of an earlier round
        process = subprocess.Popen(child(program, data, saved), stdout=subprocess.PIPE)
        process.stdout.readline()
        threading.Event().wait(chance.uniform(0, 0.12))
        process.kill()
        process.wait(10)
        process.stdout.close()
        found = digests(data)
        assert found in (before, after)
        Journal(data).verify()
        seen.add(found == after)
        if found == after:
            back = next(data.glob("journal.replaced-*.sqlite"))
            Journal(data).restore(back)
            assert digests(data) == before
    assert Journal(data).append("note", "after", {}, "ana").id == len(before) + 1


def test_backups_and_restores_under_twenty_writers_of_whom_some_are_killed_lose_nothing_confirmed(
    journal_dir, tmp_path
):
    """What was confirmed stands in the journal, or in a file that a restore kept; every backup is sound."""
    data = journal_dir
    write(data, 5)
    program = """
        journal = Journal(Path(sys.argv[1]))
        while True:
            print(journal.append("note", sys.argv[2], {"text": "y" * 2000}, "child").digest, flush=True)
    """
    writers = [
        subprocess.Popen(child(program, data, n), stdout=subprocess.PIPE, text=True) for n in range(20)
    ]
    confirmed: set[str] = set()
    try:
        for writer in writers:
            confirmed.add(writer.stdout.readline().strip())
        for round_ in range(3):
            saved = Journal(data).backup(tmp_path / f"saved-{round_}.sqlite")
            for writer in writers[round_ * 5 : round_ * 5 + 5]:
                os.kill(writer.pid, signal.SIGKILL)
            Journal(data).restore(saved)
            Journal(data).verify()
    finally:
        for writer in writers:
            writer.kill()
    for writer in writers:
        confirmed.update(writer.stdout.read().split())
        writer.stdout.close()
        writer.wait(10)
    Journal(data).verify()
    kept: set[str] = set(digests(data))
    for number, path in enumerate(
        [*data.glob("journal.replaced-*.sqlite"), *tmp_path.glob("saved-*.sqlite")]
    ):
        aside = tmp_path / f"aside-{number}"
        aside.mkdir()
        (aside / "journal.sqlite").write_bytes(path.read_bytes())
        Journal(aside).verify()
        kept.update(digests(aside))
    # A killed writer's last line may be cut short.
    whole = {digest for digest in confirmed if len(digest) == 64}
    assert len(whole) > 40
    assert whole <= kept


@pytest.mark.parametrize("old", [False, True], ids=["with a chain", "of an older version"])
def test_the_journal_is_read_on_a_full_and_on_a_read_only_disk(tmp_path, old):
    with small_disk(tmp_path / "disk", 512) as data:
        if old:
            write_old_journal(data, ["a", "b", "c"])
        else:
            for subject in "abc":
                Journal(data).append("decision", subject, {}, "ana")
        filler = fill(data)
        assert free(data) == 0
        journal = Journal(data)
        assert [e.subject for e in journal.entries()] == ["a", "b", "c"]
        assert journal.state() == journal.entries()[-1].digest
        assert journal.verify().entries == 3
        with pytest.raises(JournalError, match="could not be written"):
            journal.append("decision", "large", {"text": "y" * 100_000}, "ana")
        assert [e.subject for e in journal.entries()] == ["a", "b", "c"]
        with read_only(data):
            assert [e.subject for e in journal.entries()] == ["a", "b", "c"]
            assert journal.verify().entries == 3
            with pytest.raises(JournalError, match="could not be written"):
                journal.append("decision", "d", {}, "ana")
            assert journal.backup(tmp_path / "saved.sqlite").exists()
        filler.unlink()
        assert journal.append("decision", "d", {}, "ana").id == 4


def test_an_entry_that_was_being_written_when_the_disk_became_read_only_is_rolled_back_for_reading(tmp_path):
    with small_disk(tmp_path / "disk", 2048) as data:
        before = write(data, 50)
        # A rollback journal that its writer left behind, with pages already written over: killed in the middle.
        program = """
            import os, sqlite3
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("pragma cache_size = 1")
            connection.execute("pragma cache_spill = 1")
            connection.execute("begin immediate")
            for number in range(51, 400):
                connection.execute(
                    "insert into entries values (?, 'x', 'x', 'x', 'x', ?, null, 'x')", (number, "z" * 2000)
                )
            os.kill(os.getpid(), 9)
        """
        subprocess.run(child(program, data / "journal.sqlite"), timeout=60)
        assert (data / "journal.sqlite-journal").stat().st_size > 0
        with read_only(data):
            assert digests(data) == before
        assert digests(data) == before


def test_a_backup_of_an_old_journal_restores_into_a_new_one(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    write_old_journal(old, ["a", "b"])
    saved = Journal(old).backup(tmp_path / "saved.sqlite")
    write(new, 3)
    Journal(new).restore(saved)
    assert [e.subject for e in Journal(new).entries()] == ["a", "b"]
    assert Journal(new).append("note", "c", {}, "ana").id == 3
    assert Journal(new).verify().entries == 3
    with sqlite3.connect(new / "journal.sqlite") as connection:
        assert connection.execute("pragma user_version").fetchone() == (2,)
    connection.close()
