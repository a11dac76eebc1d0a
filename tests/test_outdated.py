"""Figures from before a change of settings or exports are not shown silently; a watching server rebuilds."""

import html
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reliability import replicas
from reliability.cli.main import main
from reliability.errors import ReliabilityError, SettingsError
from reliability.serve import watch as watch_module
from reliability.serve.watch import Watch
from reliability.settings import load_settings
from reliability.warehouse import build, current
from reliability.warehouse.workspace import open_current, open_workspace, outdated
from tests.build_folder import build_folder, rebuild
from tests.test_warehouse_publish import FIRST, SECOND, ids

FREEZE = "[[freezes]]\nstart = 2025-01-01\n"


def said_of(folder: Path) -> str:
    return outdated(open_workspace(folder))


def test_what_changed_since_the_build_is_named_and_only_that(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    exports = tmp_path / "exports"
    assert said_of(tmp_path) == ""
    os.utime(exports / "a.csv")
    assert said_of(tmp_path) == ""
    (tmp_path / "review.toml").write_text('[organisation]\nname = "New"\n' + FREEZE)
    assert said_of(tmp_path) == "", "a name and a freeze are read again for every page"
    (tmp_path / "review.toml").write_text('[severity]\nrule = "final"\n')
    assert said_of(tmp_path) == "built before review.toml changed"
    (exports / "a.csv").write_text(SECOND["a.csv"])
    (exports / "b.csv").write_text(FIRST["a.csv"])
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "m.sql").write_text("-- title: x\n")
    assert said_of(tmp_path) == ("built before review.toml, exports/a.csv, exports/b.csv and 1 more changed")
    (tmp_path / "mappings" / "m.sql").unlink()
    rebuild(tmp_path)
    assert said_of(tmp_path) == ""
    (exports / "b.csv").unlink()
    assert said_of(tmp_path) == "built before exports/b.csv changed"
    # The same bytes under the same name, whenever they were written: the same data.
    (exports / "b.csv").write_text(FIRST["a.csv"])
    assert said_of(tmp_path) == ""
    (exports / "b.csv").write_text(FIRST["a.csv"].replace("x", "y"))
    assert said_of(tmp_path) == "built before exports/b.csv changed"


def test_a_query_of_the_build_that_changed_is_the_program(tmp_path: Path, monkeypatch) -> None:
    build_folder(tmp_path, FIRST)
    monkeypatch.setattr("reliability.warehouse.inputs._program", lambda: "another")
    assert said_of(tmp_path) == "built before the program changed"


@pytest.mark.slow
def test_commands_pages_and_documents_say_so(own_sample: Path, open_page: Any, capsys) -> None:
    settings = own_sample / "review.toml"
    settings.write_text(settings.read_text().replace("postmortem_hours = 72", "postmortem_hours = 71"))
    line = "built before review.toml changed: rebuild with `python -m reliability build`"
    for command in ("kpis", "commitments", "review", "gates"):
        assert main([command, "--json", "--data", str(own_sample)]) in (0, 1)
        out, err = capsys.readouterr()
        assert json.loads(out)["outdated"] == "built before review.toml changed"
        assert err == f"warning: {line}\n"
    main(["gates", "--format", "markdown", "--data", str(own_sample)])
    assert "Built before review.toml changed: rebuild." in capsys.readouterr().out
    assert main(["check", "--data", str(own_sample)]) == 1
    assert f"{line}." in capsys.readouterr().out
    for page in ("", "gates"):
        app = open_page(page, own_sample)
        text = "\n".join(html.unescape(str(element.proto.body)) for element in app.get("html"))
        assert "Built before review.toml changed: rebuild." in text


@pytest.mark.parametrize("how", ["deleted", "a link to nothing"])
def test_a_settings_file_that_is_gone_is_an_error_and_not_the_defaults(
    tmp_path: Path, how: str, capsys
) -> None:
    settings = tmp_path / "review.toml"
    build_folder(tmp_path, FIRST, FREEZE)
    open_current(tmp_path)
    settings.unlink()
    if how != "deleted":
        settings.symlink_to(tmp_path / "elsewhere.toml")
    for command in (["kpis"], ["gates"], ["build"], ["build", "--force"]):
        assert main([*command, "--data", str(tmp_path)]) == 2
        err = capsys.readouterr().err
        assert err.startswith("error: review.toml: is ") and err.count("\n") == 1, err
    assert main(["check", "--data", str(tmp_path)]) == 1
    assert "review.toml: is " in capsys.readouterr().out
    with pytest.raises(SettingsError):
        open_current(tmp_path)
    with pytest.raises(ReliabilityError):
        rebuild(tmp_path)
    settings.unlink(missing_ok=True)
    settings.write_text("")
    rebuild(tmp_path)
    assert open_current(tmp_path).settings.freezes == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = " + "[" * 5000, "review.toml: is nested too deeply"),
        ("x = " + "9" * 5000, "review.toml: cannot be read"),
        (
            '[[commitments]]\nid = "p"\ntitle = "t"\nkpi = "p1_incidents"\nstart = 2025-08-18\ndays = 90\n'
            f"goal = {{at_most = {'9' * 400}}}\n",
            "goal.at_most: found 9999999999999999999999999999999999999999... (number)",
        ),
        (f"[targets]\nengage_minutes = {'9' * 400}\n", "engage_minutes: found 9999999999"),
        (f"[incidents]\nrepeat_look_back_days = {'9' * 400}\n", "repeat_look_back_days: found 9999999999"),
        (f"[organisation]\ntime_zone = '{'A' * 100_000}'\n", 'time_zone: found "AAAAAAAAAA'),
        (f"[organisation]\ntime_zone = '{'A ' * 50_000}'\n", 'time_zone: found "A A A A'),
        (f"[targets]\n{'A' * 100_000} = 1\n", "review.toml, [targets] AAAAAAAAAA"),
    ],
    ids=[
        *("deep", "endless number", "a goal of 400 digits", "a target of 400 digits", "days of 400 digits"),
        *("an endless zone", "a zone of many words", "an endless key"),
    ],
)
def test_nonsense_in_settings_is_one_short_line(tmp_path: Path, capsys, text: str, said: str) -> None:
    (tmp_path / "review.toml").write_text(text)
    assert main(["build", "--data", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1 and len(err) < 700


def test_a_server_that_watches_builds_once_the_files_rest(tmp_path: Path, caplog) -> None:
    build_folder(tmp_path, FIRST, "[build]\nwatch = true\n")
    watch = Watch(tmp_path)
    assert [watch.look(), watch.look()] == [False, False]
    export = tmp_path / "exports" / "a.csv"
    export.write_text(SECOND["a.csv"][:-20])
    assert not watch.look()
    export.write_text(SECOND["a.csv"])
    assert not watch.look(), "it changed since the last look"
    assert watch.look()
    assert ids(tmp_path) == ["A", "B"]
    assert not watch.look()
    # What cannot be built is said once and not tried again before it changes.
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "m.sql").write_text("-- title: x\nselect 1")
    with caplog.at_level(logging.WARNING):
        assert [watch.look() for _ in range(4)] == [False] * 4
    assert [record.getMessage()[:26] for record in caplog.records] == ["Not rebuilt: mappings/m.sql"[:26]]
    (tmp_path / "mappings" / "m.sql").unlink()
    # A warehouse that was cut off is made up for as well.
    live = current(tmp_path)
    assert live is not None
    live.path.write_bytes(live.path.read_bytes()[:9000])
    assert [watch.look(), watch.look()] == [False, True]
    assert ids(tmp_path) == ["A", "B"]


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watch]:
    """A watch of its own that looks often, on a folder that is to be watched."""
    build_folder(tmp_path, FIRST, "[build]\nwatch = true\n")
    ended = threading.Event()
    watch = Watch(tmp_path, ended, every_seconds=0.01)
    yield watch
    ended.set()
    watch.join(20)


def wait_until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_fault_that_nobody_expected_is_not_tried_again_with_every_look(
    tmp_path: Path, watching: Watch, monkeypatch, caplog
) -> None:
    tried = []

    def fails(*_arguments: Any, **_options: Any) -> None:
        tried.append(1)
        raise RuntimeError("a fault of the program")

    monkeypatch.setattr(replicas, "build", fails)
    looks = []
    monkeypatch.setattr(watching, "look", lambda look=watching.look: looks.append(1) or look())
    (tmp_path / "exports" / "a.csv").write_text(SECOND["a.csv"])
    watching.start()
    wait_until(lambda: tried)
    seen = len(looks)
    wait_until(lambda: len(looks) > seen + 4)
    assert len(tried) == 1
    faults = [record for record in caplog.records if "a fault of the program" in record.getMessage()]
    assert len(faults) == 1 and faults[0].exc_info
    monkeypatch.undo()
    (tmp_path / "exports" / "a.csv").write_text(SECOND["a.csv"] + "\n")
    wait_until(lambda: ids(tmp_path) == ["A", "B"])


def test_settings_that_cannot_be_read_while_watching_are_said_once(
    tmp_path: Path, watching: Watch, caplog
) -> None:
    (tmp_path / "review.toml").write_text("[build]\nwatch = maybe\n")
    watching.start()
    wait_until(lambda: caplog.records)
    time.sleep(0.3)
    said = [record for record in caplog.records if record.name == watch_module.__name__]
    assert [record.levelname for record in said] == ["WARNING"]
    assert "review.toml" in said[0].getMessage() and not said[0].exc_info


def test_a_server_that_is_not_told_to_watch_does_not_build(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    (tmp_path / "exports" / "a.csv").write_text(SECOND["a.csv"])
    watch = Watch(tmp_path)
    assert [watch.look() for _ in range(3)] == [False] * 3
    assert ids(tmp_path) == ["A"]


def test_a_server_opens_the_version_that_made_up_for_a_damaged_one(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    before = open_current(tmp_path)
    live = current(tmp_path)
    assert live is not None
    live.path.write_bytes(live.path.read_bytes()[:9000])
    build(tmp_path, load_settings(tmp_path))
    after = open_current(tmp_path)
    assert after.store.data_version == before.store.data_version
    assert after.store.path != before.store.path
