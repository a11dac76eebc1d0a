"""Reviews by audience: the link holds it, its pages come first, the board has one page, and so have the files."""

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from reliability.cli.main import main
from reliability.errors import QueryError
from reliability.publish.any_file import KINDS, read_any
from reliability.publish.audience import AUDIENCES, narrowed
from reliability.publish.carried import carried
from reliability.queries.figures import read_figure
from reliability.queries.header import parse_query, query
from reliability.ui import audience, navigation
from tests.shown import charts, open_popover
from tests.test_gates_page import read

SENT = {
    "product": {
        "p1_incidents",
        "availability",
        "postmortem_on_time_share",
        "root_cause_capacity_share",
    },
    "support": {
        "time_to_recover_median",
        "repeat_escalations",
        "engaged_within_target_share",
        "nps",
    },
}
LISTED = {"board": set(), "product": {"gates", "waivers"}, "support": {"chronic", "customers"}}


def linked(app: Any) -> list[str]:
    """Where links between pages lead."""
    return [f"{link.proto.page}?{link.proto.query_string}" for link in app.get("page_link")]


def bodies(app: Any) -> str:
    return " ".join(element.body for element in app.get("html"))


def test_the_link_of_an_audience_puts_its_pages_first(open_page) -> None:
    app = open_page("gates", audience="product")
    assert 'rl-flat">For product</p>' in bodies(app)
    held = [where for where in linked(app) if "audience=" in where]
    assert held[:3] == ["gates?audience=product", "work?audience=product", "?audience=everybody"]
    assert len([where for where in held if where.endswith("?audience=product")]) == 10 + 2
    assert not [where for where in linked(open_page("gates")) if "audience=" in where]


def test_no_page_is_lost_by_putting_some_first(monkeypatch) -> None:
    monkeypatch.setattr(navigation, "_page", lambda entry: entry.script)
    usual, ordered = navigation.page_list(), navigation.page_list(("gates", "work"), "For product")
    assert next(iter(ordered.items())) == ("For product", ["gates", "work"])
    assert sorted(chain(*ordered.values())) == sorted(chain(*usual.values()))


def test_the_board_has_one_page(open_page) -> None:
    board, whole = read(open_page(audience="board")), read(open_page())
    said = 'rl-flat">For the board</p>'
    assert said in bodies(open_page(audience="board")) and said not in bodies(open_page())
    assert "To decide" in board
    for part in ("The incidents that took longest", "was not presented yet"):
        assert part in whole and part not in board
    assert not charts(open_page(audience="board"))
    assert read(open_page(audience="nobody")) == whole, "an audience that there is not is everybody"


def test_each_audience_has_a_link_that_opens_its_first_page(open_page) -> None:
    app = open_popover(open_page("work"), "link")
    given = [code.value for code in app.code if "audience=" in code.value]
    assert [re.sub(r"^https?://[^/]+", "", one) for one in given] == [
        "/?audience=board",
        "/?audience=executives",
        "/gates?audience=product",
        "/chronic-issues?audience=support",
    ]
    assert set(audience._PAGES) == set(AUDIENCES)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(map(str, AUDIENCES)))
def test_what_an_audience_is_sent_is_verified_like_the_whole(
    frozen_sample, tmp_path: Path, name: str
) -> None:
    folder, frozen = frozen_sample
    command = ["publish", frozen.id, "--audience", name, "--out", str(tmp_path), "--data", str(folder)]
    assert main(command) == 0
    made = sorted(path.suffix for path in tmp_path.iterdir())
    assert made == sorted(set(AUDIENCES[name].kinds) & set(KINDS))
    path = tmp_path / f"review-{frozen.id}-{name}.html"
    assert main(["verify", str(path), "--data", str(folder)]) == 0
    then, shown = carried(frozen.review), dict(read_any(path).figures)
    assert shown["headline"].split() == then["headline"].split()
    cards = {figure.split("/")[1] for figure in shown if figure.startswith("card/")}
    assert cards == SENT.get(name, {card.id for card in frozen.review.cards})
    lists = {figure.split("/")[1] for figure in shown if figure.startswith("list/")}
    assert lists == LISTED.get(name, {one.id for one in frozen.review.listings})
    promised = {figure.split("/")[1] for figure in shown if figure.startswith("promise/")}
    assert ("core-changes" in promised) == (name in ("executives", "product"))
    assert ("runbooks" in promised) == (name in ("executives", "support"))
    has_courses = any(figure.startswith("chart/") for figure in shown)
    assert has_courses == (name != "board")
    assert ("<h2>Definitions</h2>" in path.read_text(encoding="utf-8")) == (name != "board")


def test_the_slides_of_the_board_are_whole(frozen_sample) -> None:
    _, frozen = frozen_sample
    assert narrowed(frozen, "board", ".pptx") is frozen
    assert narrowed(frozen, "board", ".html").review.charts == ()


def test_an_audience_that_there_is_not_is_one_line() -> None:
    text = query("kpis/nps").sql.replace("-- audiences: support", "-- audiences: suport")
    with pytest.raises(QueryError, match="there is no audience 'suport'. .*support"):
        read_figure(parse_query("kpis/nps", text))
