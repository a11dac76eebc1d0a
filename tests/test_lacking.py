"""An empty card says what it lacks: an export, or a column that no row fills. Equal leaders are all named, or none."""

from pathlib import Path
from typing import Any

import pytest

from reliability.charts.bars import Bar, leaders
from reliability.errors import QueryError
from reliability.model import OK, Card
from reliability.queries.figures import Family, figure, read_figure
from reliability.queries.header import read_query
from reliability.review.causes import _grouped
from reliability.review.findings import untold
from reliability.ui import lacking
from tests.build_folder import build_folder, table
from tests.test_ui import said

ROWS = ("A1,2025-07-01T10:00:00Z,P1,2025-07-01T11:00:00Z", "A2,2025-07-09T10:00:00Z,P2,2025-07-09T11:00:00Z")

UNTOLD_REPEATS = "No incident says that it repeats another or which problem it is of."


class Held:
    """What a page holds of an open warehouse: its scope answers by name."""

    def __init__(self, store: Any) -> None:
        self.scope = store


@pytest.mark.parametrize(
    ("figure_id", "said"),
    [
        ("time_to_engage_median", "No incident says when somebody engaged."),
        ("time_to_recover_median", ""),
        ("p1_incidents", ""),
        ("nps", "An export with NPS responses fills this."),
        ("repeat_escalations", "An export with tickets fills this."),
        ("repeat_incidents", UNTOLD_REPEATS),
        ("repeat_share", UNTOLD_REPEATS),
        ("permanent_endings_share", UNTOLD_REPEATS),
    ],
)
def test_what_is_lacking_is_derived_from_the_tables_and_the_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure_id: str, said: str
) -> None:
    built = build_folder(tmp_path, {"a.csv": table("incident_id,opened_at,severity,resolved_at", *ROWS)})
    from reliability.warehouse import open_store

    store = open_store(built.folder)
    monkeypatch.setattr("streamlit.session_state", {"_view": Held(store)})
    assert lacking.of(figure_id) == said
    store.close()


@pytest.mark.parametrize("column", ["", "repeat_of", "problem_id", "root_cause_id"])
def test_repeats_are_lacking_only_where_no_column_tells_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    header = f"incident_id,opened_at,severity,resolved_at,{column or 'notes'}"
    tickets = table("ticket_id,created_at,incident_id", "T1,2025-07-01T10:30:00Z,A1")
    files = {"a.csv": table(header, *(f"{row},X" for row in ROWS)), "t.csv": tickets}
    from reliability.warehouse import open_store

    store = open_store(build_folder(tmp_path, files).folder)
    monkeypatch.setattr("streamlit.session_state", {"_view": Held(store)})
    for figure_id in ("repeat_incidents", "repeat_share", "repeat_escalations", "permanent_endings_share"):
        assert lacking.of(figure_id) == ("" if column else UNTOLD_REPEATS)
    store.close()


def test_a_chart_of_incidents_that_are_all_open_asks_for_no_export(tmp_path: Path, open_page) -> None:
    header = "incident_id,opened_at,severity,resolved_at,service"
    rows = [f"A{n},2025-07-{n:02d}T10:00:00Z,P1,,web" for n in range(1, 27)]
    built = build_folder(tmp_path, {"a.csv": table(header, *rows)})
    page = said(open_page(data_dir=built.folder, quarter="2025-Q3"))
    assert "more than 25 d" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "No incident says when it was resolved." in page and "needs an export." not in page


def test_every_card_that_says_what_is_lacking_names_columns_of_its_tables(tmp_path: Path) -> None:
    assert figure("time_to_engage_median").lacking_columns == (
        ("incidents", "engaged_at"),
        ("incidents", "acknowledged_at"),
    )
    folder = tmp_path / "queries"
    (folder / "kpis").mkdir(parents=True)
    text = (
        Path("queries/kpis/nps.sql")
        .read_text(encoding="utf-8")
        .replace("nps_responses.score", "tickets.score", 1)
    )
    (folder / "kpis" / "nps.sql").write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=r"there is no column 'tickets.score'"):
        read_figure(read_query(folder / "kpis" / "nps.sql", folder))


@pytest.mark.parametrize(
    ("values", "named"),
    [([5, 3, 1], "a"), ([5, 5, 1], "ab"), ([5, 5, 5, 2], "abc"), ([5, 5, 5, 5], ""), ([0, 0], ""), ([], "")],
)
def test_equal_leaders_are_all_named_or_none(values: list[int], named: str) -> None:
    bars = [Bar(label, value) for label, value in zip("abcd", values, strict=False)]
    assert "".join(bar.label for bar in leaders(bars)) == named


def _rows(**of: str) -> list[dict[str, Any]]:
    """Records of services, each with titles: a="xxy" are three of service a, two titled x and one y."""
    return [{"service": name, "title": title} for name, titles in of.items() for title in titles]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (_rows(a="xxxx", b="yyy", c="z", d="z"), "Of 9: a 4 and b 3; most often “x” (4)"),
        (_rows(a="xx", b="yy", c="z"), "Of 5: a 2, b 2 and c 1; most often “x” and “y” (2 each)"),
        (_rows(a="wx", b="wx", c="yz", d="yz"), "Of 8: spread evenly over 4\N{NO-BREAK SPACE}services"),
    ],
    ids=["a cut through equals", "two titles", "all alike"],
)
def test_a_promise_names_all_equal_causes_or_none(held: list[dict[str, Any]], said: str) -> None:
    assert _grouped(held, Family.COUNT) == said


def test_what_is_not_as_promised_is_said_in_a_sentence_also_of_one_record() -> None:
    assert _grouped(_rows(a="xy", b="z"), Family.CENSUS) == "Of the 3 not as promised: a 2 and b 1"
    assert _grouped(_rows(a="x"), Family.CENSUS) == "The only one not as promised: a"
    assert _grouped(_rows(a="x"), Family.COUNT) == "The only one: a"


def test_an_untold_card_gives_all_the_reasons_that_weigh_most() -> None:
    told = {"severity unknown": 3, "no resolve time": 3, "open": 1}
    card = Card("c", "P1s", "kpis/p1_incidents", OK, None, "incidents", "", left_out=told)
    assert (
        untold(card)
        == "not to be told, severity unknown and no resolve time for 3\N{NO-BREAK SPACE}records each"
    )
