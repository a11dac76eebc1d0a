"""Tokens: shown once, kept as digests, revoked by name; the command line that does it, and its trace in the journal."""

import hashlib
import json
import stat
from datetime import date

import pytest

from reliability.access import tokens
from reliability.cli.main import main
from reliability.errors import SettingsError
from reliability.journal import Journal, file
from reliability.journal.file import FILE

TODAY = date(2025, 11, 17)


def test_a_token_is_kept_as_a_digest_only_its_owner_reads(tmp_path):
    secret = tokens.add(tmp_path, "pipeline", "viewer")
    path = tmp_path / "access.toml"
    assert secret not in path.read_text()
    assert hashlib.sha256(secret.encode()).hexdigest() in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(secret) >= 40


def test_tokens_come_and_go_and_the_rest_of_the_file_stays(tmp_path):
    (tmp_path / "access.toml").write_text('# ours\n[oidc]\nclient_secret = "s3cret"\n')
    first, second = (tokens.add(tmp_path, name, role) for name, role in (("a", "viewer"), ("b", "approver")))
    assert first != second
    assert tokens.revoke(tmp_path, "a").role == "viewer"
    found = tokens.read(tmp_path)
    assert [(t.name, t.role) for t in found.tokens] == [("b", "approver")]
    assert found.client_secret == "s3cret"
    assert "# ours" in (tmp_path / "access.toml").read_text()
    assert found.needs_token
    assert found.bearer(f"Bearer {second}", TODAY).name == "b"
    assert found.bearer(f"bearer {second}", TODAY).name == "b"
    assert found.bearer(f"Bearer {first}", TODAY) is None
    assert found.bearer("Bearer ", TODAY) is None
    assert found.bearer("", TODAY) is None
    tokens.revoke(tmp_path, "b")
    assert tokens.read(tmp_path).tokens == () and tokens.read(tmp_path).needs_token


def test_a_token_ends_on_its_day(tmp_path):
    secret = tokens.add(tmp_path, "short", "viewer", ends_on=TODAY)
    found = tokens.read(tmp_path)
    assert found.bearer(f"Bearer {secret}", date(2025, 11, 16)) is not None
    assert found.bearer(f"Bearer {secret}", TODAY) is None


@pytest.mark.parametrize("name", ["", " ", "a b", "../x", "-x", "x" * 65, "ä"])
def test_a_name_is_simple(tmp_path, name):
    with pytest.raises(SettingsError, match="cannot be the name of a token"):
        tokens.add(tmp_path, name, "viewer")
    assert not (tmp_path / "access.toml").exists()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[[tokens]\n", "cannot be read"),
        ('[[tokens]]\nname = "a"\n', "role: is missing"),
        (
            '[[tokens]]\nname = "a"\nrole = "viewer"\ndigest = "secret"\nmade_on = 2025-01-01\n',
            "digest: is no digest",
        ),
        (
            '[[tokens]]\nname = "a"\nrole = "owner"\ndigest = "sha256:'
            + "0" * 64
            + '"\nmade_on = 2025-01-01\n',
            "role: found",
        ),
        ("[tokns]\n", "there is no such setting"),
    ],
)
def test_a_file_that_is_wrong_is_named_and_left_alone(tmp_path, text, part):
    path = tmp_path / "access.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=part):
        tokens.read(tmp_path)
    with pytest.raises(SettingsError):
        tokens.add(tmp_path, "b", "viewer")
    assert path.read_text() == text


def test_the_command_line_adds_lists_and_revokes(tmp_path, capsys):
    data = ["--data", str(tmp_path)]
    assert main(["access", "add", "pipeline", "--role", "viewer", "--days", "30", *data]) == 0
    secret = capsys.readouterr().out.strip()
    assert tokens.read(tmp_path).tokens[0].digest == tokens.digest_of(secret)
    assert main(["access", "add", "pipeline", *data]) == 2
    assert "there is a token 'pipeline' already" in capsys.readouterr().err
    assert main(["access", "list", "--json", *data]) == 0
    listed = json.loads(capsys.readouterr().out)["tokens"]
    assert [(t["name"], t["role"], t["counts"]) for t in listed] == [("pipeline", "viewer", True)]
    assert main(["access", "list", *data]) == 0
    assert secret not in capsys.readouterr().out
    assert main(["access", "revoke", "pipeline", *data]) == 0
    assert main(["access", "revoke", "pipeline", *data]) == 2
    written = [(e.kind, e.subject, e.body["action"]) for e in Journal(tmp_path).entries("access")]
    assert written == [("access", "pipeline", "token added"), ("access", "pipeline", "token revoked")]
    assert secret not in json.dumps([e.body for e in Journal(tmp_path).entries()])


def test_a_token_that_the_journal_cannot_keep_is_neither_shown_nor_valid(tmp_path, capsys):
    data = ["--data", str(tmp_path)]
    assert main(["access", "add", "first", *data]) == 0
    capsys.readouterr()
    (tmp_path / FILE).write_bytes(b"no journal" * 1000)
    assert main(["access", "add", "pipeline", *data]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert FILE in said.err and said.err.count("\n") == 1
    assert [token.name for token in tokens.read(tmp_path).tokens] == ["first"]


def test_a_token_that_was_never_made_closes_nothing(tmp_path):
    (tmp_path / FILE).write_bytes(b"no journal" * 1000)
    assert main(["access", "add", "pipeline", "--data", str(tmp_path)]) == 2
    assert tokens.read(tmp_path) == tokens.Secrets()


def test_where_the_system_knows_no_name_the_journal_says_where_from(tmp_path, monkeypatch, capsys):
    def unknown():
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert main(["access", "add", "pipeline", "--data", str(tmp_path)]) == 0
    assert [entry.who for entry in Journal(tmp_path).entries("access")] == ["command line"]
    capsys.readouterr()
    assert main(["waive", "--undo", "1", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "error: --who: your name is not known. Give it.\n"


def test_a_token_is_revoked_even_where_the_journal_cannot_say_so(tmp_path, capsys, monkeypatch):
    tokens.add(tmp_path, "lost", "viewer")

    def full(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "create", full)
    assert main(["access", "revoke", "lost", "--data", str(tmp_path)]) == 2
    assert "'lost' is revoked, but not in the journal" in capsys.readouterr().err
    assert tokens.read(tmp_path).tokens == ()
