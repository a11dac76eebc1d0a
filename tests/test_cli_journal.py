"""`journal backup`, `restore` and `csv`: what people wrote leaves and comes back whole."""

import csv
import io
import json
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.cli.output import user_name
from reliability.journal import Journal


@pytest.fixture
def run(journal_dir, capsys):
    data = journal_dir

    def ran(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["journal", *arguments, "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out, said.err

    ran.data = data  # type: ignore[attr-defined]
    return ran


def write(data, reason: str) -> None:
    Journal(data).append(who="Kim", kind="decision", subject="2025-Q3", body={"reason": reason})


def reasons(data) -> list[str]:
    return [entry.body["reason"] for entry in Journal(data).entries()]


def test_a_backup_brings_back_what_was_there_and_what_it_replaces_is_kept(run, tmp_path):
    write(run.data, "first")
    code, out, err = run("backup", "--to", str(tmp_path / "copy.sqlite"))
    assert (code, err) == (0, "")
    assert "copy.sqlite" in out
    write(run.data, "second")
    code, out, _ = run("restore", "--from", str(tmp_path / "copy.sqlite"), "--json")
    assert code == 0
    first, restored = Journal(run.data).entries()
    assert first.body == {"reason": "first"}
    assert (restored.kind, restored.subject, restored.who) == ("journal", "restore", user_name())
    assert restored.body == {"action": "restored", "from": "copy.sqlite", "newest_digest": first.digest}
    assert Journal(run.data).verify().entries == 2
    kept = json.loads(out)["kept"]
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "journal.sqlite").write_bytes(Path(kept).read_bytes())
    assert reasons(tmp_path / "old") == ["first", "second"]


def test_a_folder_gets_a_dated_backup(run, tmp_path):
    write(run.data, "first")
    assert run("backup", "--to", str(tmp_path))[0] == 0
    assert len(list(tmp_path.glob("journal-*.sqlite"))) == 1


def test_the_journal_reads_as_csv(run):
    write(run.data, "a, b")
    code, out, _ = run("csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert code == 0
    assert (row["who"], row["kind"], row["subject"]) == ("Kim", "decision", "2025-Q3")
    assert json.loads(row["body"]) == {"reason": "a, b"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "--to", "x.sqlite"), "there is nothing to back up yet"),
        (
            ("restore", "--from", "nowhere.sqlite"),
            "nowhere.sqlite: there is no such file. Name a file that `backup` made.",
        ),
        (("backup",), "Missing option '--to'"),
    ],
)
def test_what_cannot_be_done_is_one_line(run, arguments, said):
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
