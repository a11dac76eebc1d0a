"""What a frozen review was made from: kept without secrets, given back as a data folder that makes the same review."""

import gzip
import json
import os
import time
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.model import Filters, Review
from reliability.review.compose import compose_whole
from reliability.review.contents import Contents
from reliability.review.frozen import Frozen, freeze, frozen_reviews
from reliability.review.thawing import thaw
from reliability.settings import load_settings
from reliability.warehouse import build
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, rebuild
from tests.small_disk import fill, small_disk

SETTINGS = '[organisation]\nname = "Small"\n'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small built folder: a P1 before the quarter, two incidents in it, three answers."""
    files = {
        "desk/incidents.csv": "incident_id,opened_at,resolved_at,severity,status,service\n"
        "A,2025-07-01T08:00:00Z,2025-07-01T09:30:00Z,1,resolved,search\n"
        "B,2025-10-02T08:00:00Z,2025-10-02T08:40:00Z,1,resolved,search\n"
        "C,2025-10-20T08:00:00Z,,2,open,identity\n",
        "answers.csv": "response_id,responded_at,score\n1,2025-10-01,9\n2,2025-10-02,3\n3,2025-10-03,10\n",
    }
    return build_folder(tmp_path / "small", files, SETTINGS).folder


def review_of(folder: Path) -> Review:
    return compose_whole(open_workspace(folder))


def frozen_of(folder: Path) -> Frozen:
    return freeze(open_workspace(folder), None, "Ann")


def test_the_same_review_is_made_again_after_the_exports_are_gone(small, tmp_path, capsys):
    made = frozen_of(small)
    (small / "exports" / "desk" / "incidents.csv").unlink()
    build(small, load_settings(small))
    assert review_of(small).cards != made.review.cards

    again = tmp_path / "again"
    assert main(["thaw", made.id, "--data", str(small), "--to", str(again)]) == 0
    build(again, load_settings(again))
    assert review_of(again) == made.review
    assert main(["thaw", made.id, "--data", str(small), "--to", str(again)]) == 2
    assert "is not an empty folder. Name a new one with --to." in capsys.readouterr().err


def test_what_was_rolled_up_comes_back_as_an_export(own_sample, tmp_path, capsys):
    made = frozen_of(own_sample)
    (rolled_up,) = [name for name in made.exports if name.startswith("rollups/")]
    assert main(["thaw", made.id, "--data", str(own_sample), "--to", str(tmp_path / "again"), "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["files"]) == set(made.exports)
    back = tmp_path / "again" / "exports" / rolled_up
    assert back.read_bytes() == (own_sample / rolled_up).read_bytes()
    assert "[rollups" not in (tmp_path / "again" / "review.toml").read_text(encoding="utf-8")
    assert load_settings(tmp_path / "again").commitments == load_settings(own_sample).commitments


def test_no_secret_of_the_settings_is_kept(small):
    (small / "review.toml").write_text(
        SETTINGS.replace("\n", "  # password: hunter2\n", 1)
        + '[access]\nmode = "oidc"\nhosts = ["review.example.com"]\n'
        '[access.oidc]\nissuer = "https://login.example.com"\nclient_id = "the-client"\n'
        "[[freezes]]\nstart = 2025-12-20\nend = 2026-01-02\n"
        'note = "https://kim:s3cret@wiki.example.com/freeze"\n',
        encoding="utf-8",
    )
    made = frozen_of(small)
    assert "https://wiki.example.com/freeze" in made.texts["review.toml"]
    kept = json.dumps(made.entry.body) + json.dumps(made.texts)
    kept += "".join(gzip.decompress(p.read_bytes()).decode() for p in (small / "frozen").rglob("*.gz"))
    for secret in ("hunter2", "the-client", "s3cret"):
        assert secret not in kept


def test_a_link_that_the_build_refused_does_not_stop_a_freeze(small, tmp_path):
    (tmp_path / "outside.csv").write_text("not an export of ours\n")
    (small / "exports" / "link.csv").symlink_to(tmp_path / "outside.csv")
    rebuild(small)
    made = frozen_of(small)
    assert sorted(made.exports) == ["exports/answers.csv", "exports/desk/incidents.csv"]


def test_what_a_killed_freeze_left_is_removed_an_hour_later(small):
    folder = small / "frozen" / "ab"
    folder.mkdir(parents=True)
    for name, age in (("old.part", 3700), ("new.part", 60)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - age,) * 2)
    frozen_of(small)
    assert [path.name for path in folder.glob("*.part")] == ["new.part"]


def test_the_command_freezes_with_filters(small, capsys):
    arguments = ["freeze", "--data", str(small), "--who", "Ann", "--service"]
    assert main([*arguments, "search"]) == 0
    assert main([*arguments, "serch"]) == 2
    assert "no export names a service 'serch'. Did you mean 'search'?" in " ".join(
        capsys.readouterr().err.split()
    )
    (made,) = frozen_reviews(Journal(small))
    assert made.review.filters == Filters(services=("search",))


def test_contents_that_are_gone_are_named(small, tmp_path):
    made = frozen_of(small)
    for path in (small / "frozen").rglob("*.gz"):
        path.unlink()
    assert main(["thaw", made.id, "--data", str(small), "--to", str(tmp_path / "again")]) == 2
    with pytest.raises(ReliabilityError, match="frozen/.*: is missing or damaged"):
        from reliability.review.thawing import thaw

        thaw(made, small, tmp_path / "third")


def test_with_no_room_nothing_is_thawed_and_the_disk_is_named_not_the_contents(small, tmp_path):
    made = frozen_of(small)
    with small_disk(tmp_path / "disk", 256) as disk:
        filler = fill(disk, 4)
        with pytest.raises(ReliabilityError, match="cannot be written: No space left on device. Make room"):
            thaw(made, small, disk / "again")
        assert not any((disk / "again").glob("*"))
        filler.unlink()
        thaw(made, small, disk / "again")
        assert {p.name for p in (disk / "again").iterdir()} == {"exports", "review.toml"}


def test_a_damaged_content_leaves_none_of_the_exports(small, tmp_path):
    made = frozen_of(small)
    damaged = Contents(small).path(list(made.exports.values())[-1])
    damaged.write_bytes(damaged.read_bytes()[:-5])
    with pytest.raises(ReliabilityError, match="is missing or damaged"):
        thaw(made, small, tmp_path / "again")
    assert not any((tmp_path / "again").glob("*"))
