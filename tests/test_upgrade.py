"""A data folder of an older version: after one build every page opens, and what was written and kept is still there."""

import json
from pathlib import Path
from typing import Any

import pytest

from reliability.cli.main import main
from reliability.errors import WarehouseError
from reliability.journal import Journal
from reliability.review.frozen import KIND
from reliability.warehouse import versions
from reliability.warehouse.workspace import open_workspace
from tests.conftest import ROOT
from tests.old_journal import add_old_entry, write_old_journal
from tests.test_gates_page import read

FIRST = json.loads((ROOT / "tests" / "frozen_documents" / "version-1.json").read_text(encoding="utf-8"))
KEPT = {
    "id": "2025-Q3-01d01d01",
    "version": FIRST["version"],
    "note": "the board of October",
    "as_of": "2025-11-17T00:00:00+00:00",
    "data_version": FIRST["review"]["data_version"],
    "made_by": "0.1.0",
    "zone": "Europe/Berlin",
    "exports": {},
    "texts": "",
    "rows": None,
    "review": FIRST["review"],
}


def test_a_folder_of_an_older_version_opens_after_one_build(
    own_sample: Path, open_page: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    pointer = own_sample / "warehouse" / "current.json"
    told = json.loads(pointer.read_text(encoding="utf-8"))
    old = {name: told[name] for name in ("file", "data_version")}  # as before it said more
    pointer.write_text(json.dumps({**old, "layout": 0}), encoding="utf-8")
    add_old_entry(write_old_journal(own_sample, ["a", "b"]), KIND, "2025-Q3", KEPT)
    with pytest.raises(WarehouseError, match="built by an older version of this program"):
        open_workspace(own_sample)

    assert main(["build", "--data", str(own_sample)]) == 0, capsys.readouterr().err
    live = versions.current(own_sample)
    assert live is not None and live.layout == versions.LAYOUT
    assert [entry.subject for entry in Journal(own_sample).entries()][:3] == ["a", "b", "2025-Q3"]
    assert main(["journal", "verify", "--data", str(own_sample)]) == 0

    kept = read(open_page(data_dir=own_sample, review=str(KEPT["id"])))
    assert "as presented on" in kept and "the board of October" in kept
    assert FIRST["review"]["cards"][0]["title"] in kept
    assert "2025 Q3 as presented" in read(open_page("quarterly_review", own_sample, quarter="2025-Q3"))
    assert "CHG-3303 is held" in read(open_page("gates", own_sample, change="CHG-3303"))
