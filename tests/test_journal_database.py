"""The journal in a database: whose it is, what is refused, and what a broken connection or a failed entry leaves."""

import json

import psycopg
import pytest

from reliability.cli.main import main
from reliability.errors import JournalError
from reliability.journal import Journal
from reliability.review.kept_settings import kept_settings
from reliability.settings import load_settings, settings_problems
from tests.journals import database_of
from tests.postgres import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def journal(postgres, tmp_path):
    postgres.journal_in(tmp_path)
    return Journal(tmp_path)


def name(folder, url: str) -> Journal:
    (folder / "review.toml").write_text(f'[journal]\nurl = "{url}"\n', encoding="utf-8")
    return Journal(folder)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://ann:s3cret@db/reviews", "contains a password"),
        ("postgresql://ann@db/reviews?password=s3cret", "contains a password"),
        ("postgresql://ann@db/reviews?passfile=/s3cret", "contains a password"),
        ("mysql://ann@db/reviews", "is not the address of a PostgreSQL database"),
        ("sqlite:///s3cret", "is not the address of a PostgreSQL database"),
    ],
)
def test_an_address_that_is_not_allowed_is_refused_everywhere_and_not_repeated(tmp_path, capsys, url, said):
    journal = name(tmp_path, url)
    (problem,) = settings_problems(tmp_path)
    assert said in str(problem) and "review.toml, [journal] url" in str(problem)
    with pytest.raises(JournalError, match=said):
        journal.append("note", "x", {}, "ana")
    assert main(["journal", "csv", "--data", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1 and "s3cret" not in err + str(problem)
    assert not journal.path.exists()


def test_the_password_is_taken_from_the_environment_and_a_wrong_one_is_one_line(
    postgres, tmp_path, monkeypatch
):
    journal = name(tmp_path, postgres.url(schema=postgres.new_schema(), host="127.0.0.1"))
    monkeypatch.setenv("PGPASSWORD", "wrong one")
    with pytest.raises(JournalError, match="cannot be reached .*password") as caught:
        journal.append("note", "x", {}, "ana")
    assert "wrong one" not in str(caught.value) and "\n" not in str(caught.value)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert journal.append("note", "x", {}, "ana").id == 1
    assert not journal.path.exists()


def test_a_server_that_is_not_there_is_one_line_and_begins_no_file(tmp_path, capsys):
    journal = name(tmp_path, "postgresql://ann@127.0.0.1:1/reviews")
    with pytest.raises(JournalError, match="cannot be reached"):
        journal.entries()
    assert main(["journal", "verify", "--data", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "the journal's database (127.0.0.1/reviews): cannot be reached" in err and err.count("\n") == 1
    assert not journal.path.exists()


@pytest.mark.parametrize(
    ("text", "is_known"),
    [("a = [\n[journal]\nurl='x'", False), ("journal.url = 'x'\n]", False), ("a = [", True)],
)
def test_settings_that_cannot_be_read_do_not_move_the_journal(tmp_path, text, is_known):
    (tmp_path / "review.toml").write_text(text, encoding="utf-8")
    if is_known:
        assert Journal(tmp_path).append("note", "x", {}, "ana").id == 1
    else:
        with pytest.raises(JournalError, match="nobody knows where the journal is"):
            Journal(tmp_path).append("note", "x", {}, "ana")


def test_a_folder_with_a_journal_of_its_own_begins_no_second_one_and_is_brought_over(
    postgres, tmp_path, capsys
):
    before = [Journal(tmp_path).append("note", subject, {"é": 1.10}, "ana") for subject in "abc"]
    postgres.journal_in(tmp_path)
    journal = Journal(tmp_path)
    for use in (journal.entries, journal.state, lambda: journal.append("note", "d", {}, "ben")):
        with pytest.raises(JournalError, match=r"is empty, and journal\.sqlite in the data folder is not"):
            use()
    assert main(["journal", "restore", "--from", str(journal.path), "--data", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"] is None
    assert journal.entries()[:-1] == before, "with their digests"
    assert journal.entries()[-1].kind == "journal", "and who restored it"
    assert journal.append("note", "d", {}, "ben").id == 5
    # And the way back.
    saved = journal.backup(tmp_path / "saved.sqlite")
    home = tmp_path / "home"
    home.mkdir()
    Journal(home).restore(saved)
    assert Journal(home).entries() == journal.entries()


def test_an_entry_that_failed_leaves_no_gap(journal):
    journal.append("note", "a", {}, "ana")
    with psycopg.connect(database_of(journal), autocommit=True) as other:
        other.execute("alter table journal_entries add constraint short check (length(subject) < 9)")
    with pytest.raises(JournalError, match="nothing was written"):
        journal.append("note", "longer than that", {}, "ana")
    assert journal.append("note", "b", {}, "ana").id == 2
    assert journal.verify().entries == 2


def test_connections_that_the_server_closed_are_made_anew(postgres, journal):
    journal.append("note", "a", {}, "ana")
    assert len(journal.entries()) == 1
    with postgres.admin() as admin:
        ended = admin.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'reliability'"
        ).fetchone()
    assert ended[0] > 0
    assert len(journal.entries()) == 1
    assert journal.append("note", "b", {}, "ana").id == 2


def test_a_restore_that_fails_half_way_changes_nothing(journal, tmp_path):
    kept = [journal.append("note", "a", {}, "ana")]
    other = tmp_path / "other"
    other.mkdir()
    for subject in ("b", "longer than that"):
        Journal(other).append("note", subject, {}, "ben")
    saved = Journal(other).backup(tmp_path / "saved.sqlite")
    with psycopg.connect(database_of(journal), autocommit=True) as database:
        database.execute("alter table journal_entries add constraint short check (length(subject) < 9)")
    with pytest.raises(JournalError, match="could not be restored .*; nothing was changed"):
        journal.restore(saved)
    assert journal.entries() == kept
    assert list(tmp_path.glob("journal.replaced-*")) == []
    with psycopg.connect(database_of(journal)) as database, pytest.raises(psycopg.errors.RaiseException):
        database.execute("truncate journal_entries cascade")


def test_a_frozen_review_does_not_say_where_the_journal_is(tmp_path):
    """What is thawed from it must not write into the journal of those who froze it."""
    name(tmp_path, "postgresql://ann@db/reviews")
    with (tmp_path / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write('[organisation]\nname = "X"\n')
    assert kept_settings(tmp_path, load_settings(tmp_path)).strip() == '[organisation]\nname = "X"'
