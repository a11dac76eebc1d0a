"""Adding exports: what they would change is shown first; the last act is undone; files removed are kept."""

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from reliability.errors import ExportError
from reliability.exports import sources
from reliability.imports import last_act, preview, record_added, remove, undo
from reliability.settings import Settings, load_settings
from reliability.ui.data import upload
from reliability.warehouse import build
from tests.build_folder import build_folder, rebuild, table
from tests.small_disk import fill, small_disk
from tests.test_gaps import HEADER, NEW, OLD

HEAD = "incident_id,opened_at,resolved_at,severity\n"
JULY = HEAD + "A1,2025-07-01T10:00:00Z,2025-07-01T11:00:00Z,P1\nA2,2025-07-02T10:00:00Z,,P2\n"
LATER = (
    HEAD
    + "A1,2025-07-01T10:00:00Z,2025-07-01T11:00:00Z,P1\n"  # known, and the same
    + "A2,2025-07-02T10:00:00Z,2025-07-02T12:00:00Z,P2\n"  # known, and solved since
    + "A3,2025-08-02T10:00:00Z,2025-08-02T12:00:00Z,P1\n"  # new
    + "A4,soon,,P1\n"  # set aside
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "july.csv").write_text(JULY, encoding="utf-8")
    build(folder, Settings())
    return folder


def later(tmp_path: Path, text: str = LATER) -> Path:
    path = tmp_path / "later.csv"
    path.write_text(text, encoding="utf-8")
    return path


def files(data: Path) -> list[str]:
    return sorted(p.relative_to(data).as_posix() for p in data.rglob("*") if p.is_file())


def test_what_files_would_change_is_told_and_nothing_changes(data: Path, tmp_path: Path) -> None:
    before = files(data)
    found = preview(data, Settings(), {"later.csv": later(tmp_path)})
    (one,) = found.arrivals
    assert (one.new, one.updated, one.unchanged, one.report.set_aside) == (1, 1, 1, 1)
    assert one.is_read and one.report.format == "canonical_incidents"
    p1 = next(c for c in found.changes if c.quarter == "2025-Q3" and c.title.startswith("P1"))
    assert (p1.before, p1.after) == ("1", "2")
    assert files(data) == before


def test_a_file_that_fills_an_old_gap_is_compared_in_the_quarters_it_fills(tmp_path: Path) -> None:
    settings = '[organisation]\nname = "Gaps"\ntime_zone = "UTC"\n'
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, settings)
    rows = [
        f"C{n},2025-{n:02d}-{day}T10:00:00Z,P1,2025-{n:02d}-{day}T11:00:00Z"
        for n in range(1, 13)
        for day in (10, 20)
    ]
    added = later(tmp_path, table(HEADER, *(row.replace(",", f"-{i},", 1) for i, row in enumerate(rows))))
    found = preview(tmp_path, load_settings(tmp_path), {"2025.csv": added})
    p1 = {c.quarter: (c.before, c.after) for c in found.changes if c.title.startswith("P1") and not c.is_word}
    assert p1 == {f"2025-Q{n}": ("no figure", "6") for n in range(1, 5)}


def test_at_most_four_quarters_are_compared_beside_the_newest(tmp_path: Path) -> None:
    build_folder(tmp_path, {"2026.csv": NEW}, '[organisation]\nname = "Gaps"\ntime_zone = "UTC"\n')
    rows = [f"C{n},20{n // 4:02d}-{1 + n % 4 * 3:02d}-10T10:00:00Z,P1," for n in range(80, 100)]
    # The quarter with two rows comes before those with one.
    rows.append("C,2022-02-01T10:00:00Z,P1,")
    found = preview(tmp_path, load_settings(tmp_path), {"old.csv": later(tmp_path, table(HEADER, *rows))})
    quarters = {c.quarter for c in found.changes if c.title.startswith("P1")}
    assert "2022-Q1" in quarters and len(quarters - {"2026-Q1"}) == 4


def test_what_was_rolled_up_is_there_before_and_after_and_no_log_is_read(data: Path, tmp_path: Path) -> None:
    (data / "review.toml").write_text('[rollups.requests]\nfrom = "logs"\n', encoding="utf-8")
    (data / "logs").mkdir()
    (data / "logs" / "july.csv").write_text(
        "ts,service,endpoint,status,duration_ms\n"
        + "".join(f"2025-07-01T{h:02d}:00:00Z,api,/pay,200,12\n" for h in range(24)),
        encoding="utf-8",
    )
    settings = load_settings(data)
    build(data, settings)
    shutil.rmtree(data / "logs")  # it was read: it may go
    titles = {change.title for change in preview(data, settings, {"later.csv": later(tmp_path)}).changes}
    assert titles and not any("availability" in title.lower() for title in titles)


def test_a_link_out_of_the_exports_is_not_read_for_a_preview_either(data: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(JULY.replace("A", "S"), encoding="utf-8")
    (data / "exports" / "linked.csv").symlink_to(tmp_path / "secret.csv")
    before = preview(data, Settings(), {"later.csv": later(tmp_path)})
    p1 = next(c for c in before.changes if c.quarter == "2025-Q3" and c.title.startswith("P1"))
    assert (p1.before, p1.after) == ("1", "2")


def test_a_file_that_no_format_knows_is_said_not_to_be_read(data: Path, tmp_path: Path) -> None:
    found = preview(data, Settings(), {"odd.csv": later(tmp_path, "a,b\n1,2\n")})
    assert [(one.is_read, one.report.recognised) for one in found.arrivals] == [(False, False)]
    assert found.changes == ()


def test_the_first_file_of_all_has_nothing_to_compare_with(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = preview(tmp_path / "empty", Settings(), {"later.csv": later(tmp_path)})
    assert (found.arrivals[0].new, found.changes) == (3, ())
    assert list((tmp_path / "empty").iterdir()) == []


def test_the_last_import_is_undone_and_nothing_is_lost(data: Path) -> None:
    (data / "exports" / "new.csv").write_text(LATER, encoding="utf-8")
    record_added(data, ["new.csv"])
    undo(data)
    assert [s.name for s in sources(data / "exports")] == ["july.csv"]
    (moved,) = (data / "removed").rglob("new.csv")
    assert moved.read_text(encoding="utf-8") == LATER
    assert last_act(data) is None
    with pytest.raises(ExportError, match="nothing to undo"):
        undo(data)


def test_an_undo_of_what_was_shown_takes_back_nothing_that_was_done_since(data: Path) -> None:
    (data / "exports" / "new.csv").write_text(LATER, encoding="utf-8")
    record_added(data, ["new.csv"])
    shown = last_act(data)
    remove(data, ["july.csv"])
    held = files(data)
    with pytest.raises(ExportError, match="is not the one that was shown"):
        undo(data, shown)
    assert files(data) == held
    assert undo(data, last_act(data)).files == ("july.csv",)
    assert undo(data, shown) == shown


def test_a_removed_file_comes_back_unless_its_name_is_taken(data: Path) -> None:
    remove(data, ["july.csv"])
    assert not sources(data / "exports")
    taken = data / "exports" / "july.csv"
    taken.write_text("other", encoding="utf-8")
    with pytest.raises(ExportError, match="another file of this name"):
        undo(data)
    taken.unlink()
    undo(data)
    assert taken.read_text(encoding="utf-8") == JULY
    assert build(data, load_settings(data)).files[0].kept == 2


@pytest.mark.parametrize("name", ["../review.toml", "/etc/hostname", "gone.csv"])
def test_only_files_of_the_exports_folder_are_removed(data: Path, name: str) -> None:
    (data / "review.toml").write_text("", encoding="utf-8")
    with pytest.raises(ExportError):
        remove(data, [name])
    assert (data / "review.toml").exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("README.csv", "README.csv"),
        ("source.csv", "source.csv"),
        ("readme.txt", "export readme.txt"),
        ("~$report.xlsx", "$report.xlsx".replace("$", "").strip("_ .")),
        ("???.csv", "export.csv"),
        ("../../.hidden.csv", "hidden.csv"),
    ],
)
def test_whatever_a_file_is_called_it_is_read_once_it_is_added(tmp_path: Path, given: str, kept: str) -> None:
    name = upload.safe_name(given)
    assert name == kept
    (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    assert [s.name for s in sources(tmp_path)] == [name]


class Dropped:
    """A file as the browser hands it over."""

    def __init__(self, name: str, content: str) -> None:
        self.name, self.content = name, content.encode()

    def getvalue(self) -> bytes:
        return self.content


def test_whatever_they_are_called_files_that_are_dropped_are_built_under_the_names_they_are_kept_by(
    tmp_path: Path,
) -> None:
    """None is lost to its name, and none replaces another; what people see names the file as it lies in the folder."""
    head = "incident_id,opened_at,severity\n"
    given = ["README.csv", "readme.txt", "../a/Störungen (März).csv", "inc.csv", "b\\inc.csv", "inc.csv"]
    folder = tmp_path / "exports"
    kept = [
        upload.save(Dropped(name, f"{head}I{n},2025-07-0{n + 1}T10:00:00Z,P1\n"), folder).path.name
        for n, name in enumerate(given)
    ]
    assert kept == [
        "README.csv", "export readme.txt", "Störungen (März).csv", "inc.csv", "inc (2).csv", "inc (3).csv",
    ]  # fmt: skip
    again = upload.save(Dropped("b/inc.csv", f"{head}I4,2025-07-05T10:00:00Z,P1\n"), folder)
    assert (again.path.name, again.new) == ("inc (2).csv", False)
    built = rebuild(tmp_path)
    assert sorted((f.file, f.kept) for f in built.report.files) == sorted((name, 1) for name in kept)
    assert dict(built.rows("select source_file, incident_id from incidents")) == {
        name: f"I{n}" for n, name in enumerate(kept)
    }


def test_on_a_full_disk_what_cannot_be_noted_is_not_done(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64) as data:
        (data / "exports").mkdir()
        for name in ("a.csv", "b.csv"):
            (data / "exports" / name).write_text(HEAD, encoding="utf-8")
        remove(data, ["a.csv"])
        held = files(data)
        filler = fill(data)
        for act in (
            lambda: remove(data, ["b.csv"]),
            lambda: undo(data),
            lambda: record_added(data, ["b.csv"]),
        ):
            with pytest.raises(ExportError, match="cannot be recorded: No space left on device"):
                act()
            assert files(data) == sorted([*held, "filler"])
        filler.unlink()
        assert undo(data).files == ("a.csv",)
        assert (data / "exports" / "a.csv").is_file() and (data / "exports" / "b.csv").is_file()


def test_on_a_full_disk_exports_are_removed_whole_or_stay_and_it_is_one_line(tmp_path: Path) -> None:
    names = [f"team-{n}/{'x' * 60}.csv" for n in range(40)]
    outcomes = set()
    for room in (0, 4, 20, 60, 100, 160, 400):
        with small_disk(tmp_path / f"disk-{room}", 1024) as folder:
            for name in names:
                (folder / "exports" / name).parent.mkdir(parents=True)
                (folder / "exports" / name).write_text(JULY, encoding="utf-8")
            fill(folder, room)
            try:
                remove(folder, names)
            except ExportError as error:
                outcomes.add("refused")
                assert "\n" not in str(error) and error.remedy
                assert all((folder / "exports" / name).is_file() for name in names), room
                assert last_act(folder) is None
            else:
                outcomes.add("removed")
                assert not any((folder / "exports" / name).exists() for name in names)
                assert last_act(folder).files == tuple(names)
    assert outcomes == {"refused", "removed"}


def test_one_file_that_cannot_be_moved_leaves_all_where_they_were(data: Path) -> None:
    (data / "exports" / "august.csv").write_text(LATER, encoding="utf-8")
    remove(data, ["july.csv", "august.csv"])
    (data / "removed" / last_act(data).to / "august.csv").unlink()
    with pytest.raises(ExportError, match="august.csv: could not be moved"):
        undo(data)
    assert (data / "removed" / last_act(data).to / "july.csv").is_file()
    assert not (data / "exports" / "july.csv").exists()


def test_somebody_elses_act_that_does_not_end_is_one_line(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reliability.imports.acts._WAIT_SECONDS", 0.1)
    remove(data, ["july.csv"])
    with FileLock(data / "removed" / ".imports.lock"), pytest.raises(ExportError, match="somebody else"):
        undo(data)
    assert undo(data).files == ("july.csv",)
