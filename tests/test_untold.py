"""What a page may claim of exports that say too little: no zero for an unknown, no "every row" where one is left out."""

import re
from pathlib import Path
from typing import Any

import pytest

from reliability.model import Review
from reliability.review.compose import compose
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, table
from tests.shown import pieces

HEAD = "incident_id,opened_at,resolved_at,severity,service"
GOOD = [f"B{d},2025-07-0{d}T10:00:00Z,2025-07-0{d}T11:00:00Z,P1,shop" for d in range(1, 5)]
EVERY = "Every row of every export is kept."


def said(app: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join(pieces(app))))


def reviewed(folder: Path) -> Review:
    workspace = open_workspace(folder)
    try:
        return compose(workspace.store, workspace.settings, "2025-Q3")
    finally:
        workspace.store.close()


@pytest.mark.parametrize(
    ("more", "claim"),
    [
        ({}, EVERY),
        ({"cut.csv": f"{HEAD}\nB9,2025-07-09T10:00:00Z\n"}, None),
        ({"drill.csv": table(f"{HEAD},kind", f"{GOOD[0].replace('B1', 'B8')},drill")}, None),
        (
            {"sales.csv": "Umsatz,Filiale\n1,2\n"},
            "Every row of the recognised exports is kept; 1 file not read.",
        ),
    ],
)
def test_every_row_is_kept_is_only_said_where_it_is_so(
    open_page: Any, tmp_path: Path, more: dict[str, str], claim: str | None
) -> None:
    build_folder(tmp_path, {"july.csv": table(HEAD, *GOOD), **more})
    shown = said(open_page("data", data_dir=tmp_path))
    assert re.findall(r"Every row of [^.]*\.", shown) == ([claim] if claim else [])


def test_a_try_that_would_date_nothing_says_so_and_asks_before_it_saves(
    open_page: Any, tmp_path: Path
) -> None:
    rows = [f"c{n % 7},{n % 11},so so" for n in range(40)]
    build_folder(tmp_path, {"umfrage.csv": table("Wer,Wie wahrscheinlich empfehlen Sie uns,Warum", *rows)})
    app = open_page("data", data_dir=tmp_path, map="umfrage.csv")
    key = next(b.key for b in app.button if b.key and b.key.startswith("map-save-"))
    app.button(key=key).click().run()
    assert not app.exception
    assert "Not a single row would have a date: they count in no quarter." in said(app)
    assert not (tmp_path / "mappings").exists()
    app.text_input(key=key.replace("save", "person")).set_value("Ana").run()
    app.button(key=key.replace("save", "anyway")).click().run()
    assert not app.exception
    assert [one.name for one in (tmp_path / "mappings").iterdir()] == ["umfrage.sql"]


def test_where_nobody_knows_a_severity_no_figure_of_p1s_is_zero(tmp_path: Path) -> None:
    unknown = [row.replace("P1", word) for row, word in zip(GOOD, ["--", "n/a", "", "?"], strict=True)]
    build_folder(tmp_path, {"july.csv": table(HEAD, *unknown)})
    shown = reviewed(tmp_path)
    cards = {card.id: card for card in shown.cards}
    assert (cards["p1_incidents"].value, cards["p1_incidents"].left_out) == (None, {"severity unknown": 4})
    assert (
        shown.headline
        == "2025 Q3: P1 incidents not to be told, severity unknown for 4\N{NO-BREAK SPACE}records"
    )


def test_an_incident_without_a_length_is_in_no_duration_and_counted_beside_it(tmp_path: Path) -> None:
    minutes = [10, 20, 30, 100]
    rows = [
        f"L{n},2025-07-0{n}T10:00:00Z,2025-07-0{n}T{10 + m // 60}:{m % 60:02d}:00Z,P1,shop"
        for n, m in enumerate(minutes, 1)
    ]
    rows += [
        "Z,2025-07-08T10:00:00Z,2025-07-08T10:00:00Z,P1,shop",
        "R,2025-07-09T10:00:00Z,2025-07-09T09:00:00Z,P1,shop",
    ]
    build_folder(tmp_path, {"july.csv": table(HEAD, *rows)})
    shown = reviewed(tmp_path)
    card = next(card for card in shown.cards if card.id == "time_to_recover_median")
    # The median of 10, 20, 30, 100 lies between 20 and 30.
    assert (card.value, card.n, card.left_out) == (25, 4, {"zero length": 1, "reversed times": 1})
