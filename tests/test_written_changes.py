"""What a page changes outside of the journal is in the journal first: exports, mappings, words, promises, builds."""

import hashlib

import pytest

from reliability.access.identity import Identity
from reliability.cli.main import main
from reliability.errors import ExportError, JournalError, RightsError
from reliability.imports import last_act, remove
from reliability.journal import Journal, file, standing
from reliability.mappings import Cell, Place, Spec
from reliability.settings import load_settings
from reliability.ui import visitor
from reliability.ui.data import mapping, severity, upload
from reliability.warehouse import build
from tests.named import give_name
from tests.test_roles_pages import ACCESS
from tests.test_ui import File

ROOT_ = Identity("root@example.com")


@pytest.fixture
def folder(own_sample, monkeypatch):
    """The sample as an administrator who signed in sees it; pages are not drawn, what they show is an error."""
    with (own_sample / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write(ACCESS)
    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    monkeypatch.setattr(visitor, "present", lambda: ROOT_)
    monkeypatch.setattr(upload, "rebuild", lambda *_a, **_k: None)
    return own_sample


@pytest.fixture
def shown(monkeypatch):
    """The errors that a page showed."""
    errors = []
    monkeypatch.setattr(upload.empty, "show_error", errors.append)
    return errors


def entries(folder, kind="export"):
    return [(e.who, e.subject, e.body) for e in Journal(folder).entries(kind)]


def test_an_export_that_is_added(folder, shown):
    content = b"id\n1\n"
    upload._add([File("a.csv", content)], folder)
    body = {"action": "added", "bytes": 5, "sha256": hashlib.sha256(content).hexdigest()}
    assert entries(folder) == [("root@example.com", "a.csv", body)]
    upload._add([File("a.csv", content)], folder)
    assert len(entries(folder)) == 1, "it was there already"
    assert not shown


def test_the_entry_is_there_before_the_file_and_undone_where_the_file_cannot_be(folder, shown, monkeypatch):
    seen = []

    def full(_draft, path):
        seen.append((path.exists(), entries(folder)[-1][1]))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upload.os, "link", full)
    upload._add([File("a.csv", b"id\n1\n")], folder)
    assert seen == [(False, "a.csv")]
    assert [type(error) for error in shown] == [ExportError]
    assert standing(Journal(folder).entries("export")) == []
    assert "No space left" in Journal(folder).entries("export")[-1].body["why"]


def test_without_an_entry_nothing_is_changed(folder, shown, monkeypatch):
    def full(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "create", full)
    settings = (folder / "review.toml").read_bytes()
    upload._add([File("a.csv", b"id\n1\n")], folder)
    mapping._save(folder, SPEC, "")
    monkeypatch.setattr(severity.st, "button", lambda *_a, **_k: True)
    severity._save_button(folder, {"P1": 3}, "key")
    assert [type(error) for error in shown] == [JournalError] * 3
    assert not (folder / "exports" / "a.csv").exists()
    assert not (folder / "mappings").exists()
    assert (folder / "review.toml").read_bytes() == settings


SPEC = Spec("Board", "incidents", {n: Cell(Place(n)) for n in ("incident_id", "opened_at")})


def test_a_mapping_that_is_added_changed_and_removed(folder, shown):
    mapping._save(folder, SPEC, "")
    mapping._save(folder, SPEC, "board")
    mapping._remove(folder, "board")
    assert not shown
    assert entries(folder, "mapping") == [
        ("root@example.com", "board", {"action": "added", "table": "incidents"}),
        ("root@example.com", "board", {"action": "changed", "table": "incidents"}),
        ("root@example.com", "board", {"action": "removed"}),
    ]


def test_a_mapping_that_cannot_be_is_undone(folder, shown):
    mapping._save(folder, SPEC, "")
    mapping._save(folder, SPEC, "")
    assert "already exists" in str(shown[0])
    assert [e.body["action"] for e in standing(Journal(folder).entries("mapping"))] == ["added"]


def test_files_are_removed_and_brought_back_on_the_page_by_whoever_gave_a_name(open_page, own_sample):
    gone = "engineering/changes.csv"
    app = open_page("data", own_sample)
    app.multiselect(key="remove-files").set_value([gone]).run()
    app.button(key="remove-files-now").click().run()
    assert (own_sample / "exports" / gone).exists(), "nobody said who they are"
    assert entries(own_sample) == []
    give_name(app)
    app.button(key="remove-files-now").click().run()
    assert not (own_sample / "exports" / gone).exists()
    undo_button(app).click().run()
    assert (own_sample / "exports" / gone).exists()
    assert entries(own_sample) == [
        ("Ana", f"Removed {gone}", {"action": f"Removed {gone}", "files": [gone]}),
        ("Ana", f"Took back: removed {gone}", {"action": f"Took back: removed {gone}", "files": [gone]}),
    ]
    assert [e.who for e in Journal(own_sample).entries("build")] == ["Ana", "Ana"]


def undo_button(app):
    """The one button that takes back what was added or removed last."""
    (found,) = [button for button in app.button if button.label.startswith("Undo: ")]
    return found


def test_an_undo_on_an_old_page_does_not_take_back_another_act(open_page, own_sample):
    first, second = "engineering/changes.csv", "engineering/deployments.csv"
    (own_sample / "exports" / second).write_text("id\n1\n")
    remove(own_sample, [first])
    app = open_page("data", own_sample)
    give_name(app)
    old = undo_button(app)
    assert "changes" in old.label
    remove(own_sample, [second])
    old.click().run()
    assert not (own_sample / "exports" / first).exists() and not (own_sample / "exports" / second).exists()
    assert last_act(own_sample).files == (second,)
    assert entries(own_sample) == []
    assert "deployments" in undo_button(app).label
    undo_button(app).click().run()
    assert (own_sample / "exports" / second).exists() and last_act(own_sample).files == (first,)


def test_at_this_machine_nothing_is_changed_without_a_name(own_sample, shown, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    monkeypatch.setattr(upload.empty, "note", lambda said, **_k: shown.append(said))
    upload._add([File("a.csv", b"id\n1\n")], own_sample)
    mapping._save(own_sample, SPEC, "")
    with pytest.raises(RightsError, match="your name is missing"), visitor.recorded(own_sample, "x", "y", {}):
        pytest.fail("it was changed")
    assert len(shown) == 2 and all("name is missing" in str(said) for said in shown)
    assert Journal(own_sample).entries() == []


def test_a_build_is_written_down_by_whom_and_only_when_it_changed_something(own_sample, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "kim")
    build(own_sample, load_settings(own_sample))
    assert main(["build", "--data", str(own_sample)]) == 0
    assert Journal(own_sample).entries() == [], "nothing changed"
    (own_sample / "exports" / "engineering" / "changes.csv").unlink()
    assert main(["build", "--data", str(own_sample)]) == 0
    (entry,) = Journal(own_sample).entries()
    pointer = (own_sample / "warehouse" / "current.json").read_text()
    assert (entry.kind, entry.who) == ("build", "kim")
    assert f'"data_version": "{entry.subject}"' in pointer
    assert main(["build", "--data", str(own_sample)]) == 0
    assert len(Journal(own_sample).entries()) == 1, "its own entry is no change"


def test_a_build_that_cannot_be_written_down_does_not_go_live(own_sample, monkeypatch, capsys):
    build(own_sample, load_settings(own_sample))
    before = (own_sample / "warehouse" / "current.json").read_bytes()
    (own_sample / "exports" / "engineering" / "changes.csv").unlink()

    def full(_path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "create", full)
    assert main(["build", "--data", str(own_sample)]) == 2
    assert "journal.sqlite: could not be written" in capsys.readouterr().err
    assert (own_sample / "warehouse" / "current.json").read_bytes() == before


def test_a_roll_up_is_written_down_when_it_reads_something_new(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("getpass.getuser", lambda: "kim")
    log = tmp_path / "requests.csv"
    log.write_text("ts,service,endpoint,status,duration_ms\n2025-07-01T10:00:00Z,pay,/,200,1\n")
    out = tmp_path / "exports" / "availability.csv"
    out.parent.mkdir()
    asked = ["rollup", "requests", "--from", str(log), "--to", str(out), "--data", str(tmp_path)]
    assert main(asked) == 0, capsys.readouterr().err
    assert main(asked) == 0
    assert [(e.who, e.kind, e.subject, e.body) for e in Journal(tmp_path).entries()] == [
        ("kim", "export", "availability.csv", {"action": "rolled up", "rollup": "requests"})
    ]
