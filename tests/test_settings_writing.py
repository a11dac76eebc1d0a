"""Writing a commitment into review.toml: nothing that was there is lost, and nothing wrong gets in."""

import os
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reliability.errors import SettingsError
from reliability.model import Filters
from reliability.settings import FILE, Baseline, Commitment, Goal, load_settings
from reliability.settings.writing import add_commitment, entry_text, free_id, with_commitment
from tests.conftest import ROOT

NEW = Commitment(
    "fewer-p1s",
    'Fewer "P1s" # really',
    "p1_incidents",
    date(2025, 11, 17),
    90,
    Goal(change=-0.25),
    Baseline(date(2024, 11, 18), date(2025, 11, 17)),
    owner="VP Engineering",
)


def written(folder: Path, text: str) -> Path:
    path = folder / FILE
    path.write_bytes(text.encode())
    return path


def test_the_entry_reads_as_a_person_would_write_it() -> None:
    assert entry_text(NEW) == (
        "[[commitments]]\n"
        'id = "fewer-p1s"\n'
        'title = "Fewer \\"P1s\\" # really"\n'
        'kpi = "p1_incidents"\n'
        "baseline = {start = 2024-11-18, end = 2025-11-17}\n"
        "start = 2025-11-17\n"
        "days = 90\n"
        "goal = {change = -0.25}\n"
        'owner = "VP Engineering"\n'
    )


def test_every_comment_and_every_byte_of_the_sample_is_kept(tmp_path: Path) -> None:
    before = (ROOT / "data" / FILE).read_text(encoding="utf-8")
    path = written(tmp_path, before)
    settings = add_commitment(tmp_path, NEW)
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    assert before.count("#") + 1 == after.count("#")  # the one in the new title
    assert settings.commitments[-1] == NEW
    assert load_settings(tmp_path) == settings
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.endswith(".lock")) == [FILE]


def test_a_second_one_goes_after_the_first(tmp_path: Path) -> None:
    written(tmp_path, "# mine\n")
    add_commitment(tmp_path, NEW)
    add_commitment(tmp_path, replace(NEW, id="b", shape="rate by deadline", filters=Filters(services=("a",))))
    assert [c.id for c in load_settings(tmp_path).commitments] == ["fewer-p1s", "b"]
    assert load_settings(tmp_path).commitments[1].filters == Filters(services=("a",))


def test_without_a_file_one_is_made(tmp_path: Path) -> None:
    add_commitment(tmp_path, NEW)
    assert load_settings(tmp_path).commitments == (NEW,)


def test_line_ends_and_the_mark_of_windows_editors_stay(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeff# settings\r\n[organisation]\r\nname = "A"\r\n')
    add_commitment(tmp_path, NEW)
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf# settings\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert load_settings(tmp_path).organisation.name == "A"


def test_tables_between_commitments_do_not_matter(tmp_path: Path) -> None:
    written(tmp_path, f"{entry_text(NEW)}\n[targets]\nengage_minutes = 10  # tighter\n")
    settings = add_commitment(tmp_path, replace(NEW, id="b"))
    assert len(settings.commitments) == 2
    assert settings.targets.engage_minutes == 10


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kpi": "p1_incident"}, "there is no KPI"),
        ({"id": "fewer-p1s"}, "two commitments called"),
        ({"title": ""}, "title"),
        ({"baseline": None}, "baseline"),
        ({"baseline": Baseline(date(2025, 1, 1), date(2026, 1, 1))}, "after the commitment starts"),
        ({"goal": Goal(change=-2)}, "change"),
        ({"goal": Goal()}, "goal"),
        ({"days": 0}, "days"),
    ],
)
def test_what_the_settings_would_refuse_is_refused_and_nothing_is_written(
    tmp_path: Path, wrong: dict, said: str
) -> None:
    path = written(tmp_path, entry_text(NEW))
    with pytest.raises(SettingsError) as raised:
        add_commitment(tmp_path, replace(NEW, **{"id": "b", **wrong}))
    assert said in str(raised.value)
    assert path.read_text(encoding="utf-8") == entry_text(NEW)


@pytest.mark.parametrize("text", ["[organisation\n", "colour = 1\n", "commitments = []\n"])
def test_a_file_that_is_wrong_already_is_left_alone(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError):
        add_commitment(tmp_path, NEW)
    assert path.read_text(encoding="utf-8") == text


def test_permissions_stay_and_a_linked_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "data").mkdir()
    path = written(tmp_path / "real", "# mine\n")
    path.chmod(0o640)
    os.symlink(path, tmp_path / "data" / FILE)
    add_commitment(tmp_path / "data", NEW)
    assert (tmp_path / "data" / FILE).is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text(encoding="utf-8") == with_commitment("# mine\n", NEW)


def test_an_id_is_made_of_the_title_and_never_taken() -> None:
    assert free_id("40 % fewer P1 incidents", ()) == "40-fewer-p1-incidents"
    assert free_id("Fewer P1s", ("fewer-p1s", "fewer-p1s-2")) == "fewer-p1s-3"
    assert free_id("…", ()) == "promise"
