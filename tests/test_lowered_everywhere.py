"""A word that was lowered is that word wherever the promise is shown, with one plain clause why."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from reliability.formatting import plain
from reliability.publish.deck import deck
from reliability.publish.powerpoint_reading import shown as slides_of
from reliability.review.frozen import Frozen, freeze
from reliability.ui.review import cards as drawn
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, table

WORD = "met, not shown to be more than a return to normal"
WHY = "Without its worst quarter it was 24 per 90 days"
SETTINGS = """
[organisation]
name = "Lowered"
time_zone = "UTC"

[[commitments]]
id = "fewer"
title = "Fewer P1s"
kpi = "p1_incidents"
baseline = { start = 2025-03-31, end = 2025-06-30 }
start = 2025-06-30
days = 90
goal = { change = -0.4 }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 P1s in each of three quarters, 44 in the one that is the baseline, then 20; and later ones."""
    lines, at = [], date(2025, 6, 30) - 4 * timedelta(days=91)
    for number, count in enumerate((24, 24, 24, 44, 20, 20)):
        for i in range(count):
            day = at + timedelta(days=91 * number + 91 * (i + 0.5) / count)
            lines.append(f"I{number}-{i},{day}T10:00:00Z,P1,{day}T11:00:00Z")
    where = tmp_path_factory.mktemp("lowered")
    build_folder(where, {"desk.csv": table("incident_id,opened_at,severity,resolved_at", *lines)}, SETTINGS)
    return where


@pytest.fixture(scope="module")
def kept(folder: Path) -> Iterator[Frozen]:
    """The review of the quarter after, kept."""
    yield freeze(open_workspace(folder), "2025-Q4", "Ann", "board")


def test_the_card_and_its_drawer(kept: Frozen) -> None:
    (card,) = [c for c in kept.review.cards if c.id == "p1_incidents"]
    assert card.verdict is not None
    assert (card.verdict.word, card.verdict.tone) == (f"M{WORD[1:]}", "noise")
    assert list(map(plain, card.asides)) == [WHY]
    assert f"M{WORD[1:]}" in drawn.body(card) and WHY in plain(drawn.body(card))


def test_the_chart_and_the_promise_in_words(kept: Frozen) -> None:
    (chart,) = [c for c in kept.review.charts if c.id.startswith("p1_incidents")]
    assert chart.title.endswith(f": {WORD}")
    (promise,) = kept.review.promises
    assert (promise.verdict, promise.tone, promise.bucket) == (
        f"M{WORD[1:]}",
        "noise",
        "reached, could be luck",
    )
    assert plain(promise.sentence).endswith(f"not shown to be more than a return to normal. {WHY}.")


def test_the_deck(kept: Frozen, tmp_path: Path) -> None:
    file = tmp_path / "review.pptx"
    file.write_bytes(deck(kept))
    slides = list(slides_of(file))
    said = plain(" ".join(text for slide in slides for text in (slide.title, *(t for _, t in slide.texts))))
    assert f"M{WORD[1:]}" in said and WHY in said
    assert "more than week-to-week chance" not in said


def test_json(folder: Path) -> None:
    from reliability.cli.main import cli

    def asked(command: str) -> dict:
        run = CliRunner().invoke(cli, [command, "--json", "--data", str(folder)], catch_exceptions=False)
        return json.loads(run.output)

    (one,) = asked("commitments")["commitments"]
    assert (one["verdict_text"], one["tone"], one["bucket"]) == (WORD, "noise", "reached, could be luck")
    assert plain(one["why"]) == f"w{WHY[1:]}"
    assert WHY in plain(one["sentence"])
    # Every combination of two severity rules and these baselines, and those that say another word by name.
    definitions = one["definitions"]
    assert definitions["verdict"] == WORD
    assert definitions["holds"] + len(definitions["otherwise"]) == definitions["of"] >= 4
    assert {"choice", "verdict", "figure"} == set(definitions["otherwise"][0])
    shown = [c for c in asked("review")["cards"] if c["id"] == "p1_incidents"]
    assert shown[0]["verdict"]["word"] == f"M{WORD[1:]}"


def test_the_chances_in_json(folder: Path) -> None:
    from reliability.cli.main import cli

    run = CliRunner().invoke(cli, ["commitments", "--json", "--data", str(folder)], catch_exceptions=False)
    found = json.loads(run.output)["chances"]
    assert found["words"] == "Too few to score the chances: 1 of 20 promises have ended."
    assert found["brier"] is None
    (one,) = found["ended"]
    assert (one["id"], one["kept"]) == ("fewer", True) and 0 < one["chance"] < 1
