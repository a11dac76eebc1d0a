"""What pages are made of: cards, drawers, tables, filters, empty states, uploads; and the pages themselves."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability import model
from reliability.errors import ExportError, WarehouseError
from reliability.model import Card, CardVerdict
from reliability.queries import Result, catalogue
from reliability.queries.figures import figures
from reliability.schema import TABLES
from reliability.spreadsheets import as_written, inert
from reliability.ui import drawer, filters, glossary, navigation, panels, plain, sheet, tables, text, theme
from reliability.ui.data import upload
from reliability.ui.review import cards
from tests import fake_review
from tests.conftest import ROOT
from tests.shown import cards as cards_of
from tests.shown import charts, open_popover, pieces, press_card

NASTY = "<img src=x onerror=alert(1)>"


def card(**changes) -> Card:
    base = {
        "id": "c",
        "title": "P1 incidents",
        "query": "kpis/p1_incidents",
        "status": model.OK,
        "value": 21.0,
    }
    return Card(**{**base, "unit": "incidents", "text": "21", **changes})


# Text from exports


def test_text_from_exports_is_escaped_for_html() -> None:
    assert text.html(NASTY) == "&lt;img src=x onerror=alert(1)&gt;"
    assert text.html("\"'") == "&quot;&#x27;"
    assert text.html(None) == "—"


@pytest.mark.parametrize(
    "nasty",
    ["[a](http://x)", "**b**", ":red[c]", ":material/home:", "$x$", "`d`", "# e", "<b>f</b>", "~~g~~", "|h|"],
)
def test_text_from_exports_has_no_meaning_as_markdown(nasty: str) -> None:
    escaped = text.markdown(nasty)
    for special in "[]*:$`#<>~|":
        assert all(escaped[i - 1] == "\\" for i, c in enumerate(escaped) if c == special)


@pytest.mark.parametrize(
    "nasty", [":material/delete:", ":streamlit:", "a -> b", "a <- b", "a -- b", "a >= b", "a <= b"]
)
def test_signs_that_streamlit_reads_after_markdown_are_broken_without_a_trace(nasty: str) -> None:
    shown = text.markdown(nasty).replace("\\", "")
    assert nasty not in shown
    assert shown.replace("\N{WORD JOINER}", "") == nasty


def test_two_names_never_share_a_key() -> None:
    names = ["PRB 7", "PRB-7", "prb-7", "決済タイムアウト", "決済", "", "\ud800"]
    assert len({text.digest(name) for name in names}) == len(names)
    assert all(re.fullmatch("[0-9a-f]{16}", text.digest(name)) for name in names)


def test_a_title_with_line_breaks_stays_on_one_line() -> None:
    assert "\n" not in text.markdown("a\n- b\r\n# c")


def test_code_in_definitions_is_escaped_too() -> None:
    assert text.prose("above `a<b`") == "above <code>a&lt;b</code>"


def test_a_name_cannot_leave_its_css_string() -> None:
    assert text.css('A"}</style><b>') == '"A\\22 \\7d \\3c \\2f style\\3e \\3c b\\3e "'


def test_definitions_do_not_speak_of_null() -> None:
    assert text.prose("The median. NULL without any.") == "The median. No figure without any."


def test_titles_are_shortened_at_a_word() -> None:
    assert text.title("one two three four", 12) == "one two…"
    assert text.title("one two", 12) == "one two"


# Cards


def test_a_card_shows_figure_goal_verdict_and_one_clause_in_this_order() -> None:
    shown = cards.body(
        card(judged="21", beside="allowed 22", clause="1 left", evidence="a range", in_period="2025 Q4: 9",
             verdict=CardVerdict("Met", model.GOOD))
    )  # fmt: skip
    order = [shown.index(part) for part in (">21 ", "allowed 22", "Met", "1 left", "2025 Q4: 9")]
    assert order == sorted(order)
    assert "a range" not in shown


def test_without_a_promise_a_card_stands_beside_the_period_before() -> None:
    assert "allowed 22 · was 37" in cards.body(card(goal="allowed 22", was="was 37"))


@pytest.mark.parametrize("tone", [model.GOOD, model.NOISE, model.CONCERN, model.UNKNOWN])
def test_a_verdict_is_always_icon_and_word_never_colour_alone(tone: str) -> None:
    shown = cards.body(card(verdict=CardVerdict("The word", tone)))
    look = theme.tone(tone)
    assert look.icon in shown
    assert "The word" in shown
    assert look.css in shown


def test_a_drawer_has_the_range_that_the_card_leaves_out() -> None:
    shown = cards.whole(card(evidence="a range", verdict=CardVerdict("Met", model.GOOD)))
    assert "a range" in shown


def test_no_data_is_words_and_what_would_fill_it_never_a_zero() -> None:
    shown = cards.body(card(status=model.NO_DATA, value=None, text="—", needs="nps_responses"))
    assert "No data" in shown
    assert "No record in this window holds what this figure needs." in shown
    assert ">0<" not in shown


def test_not_yet_is_not_no_data() -> None:
    assert "Not yet" in cards.body(card(status=model.NOT_YET, value=None, text=""))


def test_a_real_zero_is_shown_as_zero() -> None:
    assert ">0<" in cards.body(card(value=0.0, text="0"))


def test_nothing_on_a_card_can_hold_markup() -> None:
    nasty = card(
        text=NASTY, goal=NASTY, was=NASTY, evidence=NASTY, judged=NASTY, beside=NASTY, clause=NASTY, in_period=NASTY,
        verdict=CardVerdict(NASTY, model.CONCERN, NASTY),
    )  # fmt: skip
    assert "<img" not in cards.body(nasty) + cards.whole(nasty)


# Tables and CSV


def csv_of(*rows: dict[str, Any], zone: str = "Europe/Berlin") -> list[list[str]]:
    return list(csv.reader(io.StringIO(sheet.to_csv(rows, zone), newline="")))


def test_csv_has_names_and_values_as_on_the_page_and_the_source_last() -> None:
    at = datetime(2025, 11, 16, 8, 30, tzinfo=UTC)
    read = csv_of(
        {"source_file": "a.csv", "source_line": 4, "incident_id": "A", "opened_at": at, "recover_minutes": None,
         "severity": 1, "is_repeat": True, "owner": "Ann Smith"},
        {"source_file": "a.csv", "source_line": 5, "incident_id": "B", "opened_at": None, "recover_minutes": 74.6,
         "severity": None, "is_repeat": False, "owner": "Bob"},
    )  # fmt: skip
    assert read == [
        [
            "Incident",
            "Opened (Europe/Berlin)",
            "Time to recover (minutes)",
            "Severity",
            "Repeat",
            "File",
            "Line",
        ],
        ["A", "2025-11-16 09:30:00", "", "P1", "yes", "a.csv", "4"],
        ["B", "", "75", "", "no", "a.csv", "5"],
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (["POST /v2/checkout", "GET /v2/cart"], "POST /v2/checkout, GET /v2/cart"),
        ({"reason": "no score", "rows": 3}, "reason: no score; rows: 3"),
        (0.123456, "0.1235"),
        (1234567.89, "1234568"),
        (45000.0, "45000"),
        (date(2025, 11, 16), "2025-11-16"),
        (["=1+1", "x"], "'=1+1, x"),
    ],
)
def test_a_cell_of_csv_is_text_or_a_number_as_shown_never_code(value: object, said: str) -> None:
    assert csv_of({"what": value})[1] == [said]


def test_columns_of_csv_that_read_alike_are_told_apart() -> None:
    assert csv_of({"minutes": 60, "hours": 2.0}) == [
        ["Took (minutes) [minutes]", "Took (minutes) [hours]"],
        ["60", "120"],
    ]


@pytest.mark.parametrize(
    "formula",
    [
        *(
            "=1+1",
            "+1",
            "-1",
            "@x",
            "\t=1",
            "\r=1",
            "\n=1",
            "\r\n+1",
            "  =1",
            "\xa0-1",
            "\u3000@x",
            "\ufeff=1",
            " \n\t =1",
        ),
        *("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x", " \uff1d1"),
        *("\ufe661", "\ufe621", "\ufe631", "\ufe6bx"),
        *(
            f"{unseen}{sign}1"
            for unseen in (
                "\xad",
                "\u034f",
                "\u061c",
                "\u115f",
                "\u180e",
                "\u200b",
                "\u200e",
                "\u202e",
                "\u2028",
                "\u2060",
                "\u2066",
                "\u2800",
                "\u3164",
                "\ufe0f",
                "\ufeff",
                "\U000e0020",
                "\x1b",
                "\x85",
                " \xad\u200e\ufeff",
            )
            for sign in "=+-@\uff1d"
        ),
    ],
)
def test_csv_holds_nothing_a_spreadsheet_would_run(formula: str) -> None:
    (cell,) = csv_of({"title": formula})[1]
    assert cell.startswith("'") and cell.replace("'", "") == formula
    assert as_written(cell) == formula


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; \uff0b1;b;\t-2", "a;' \uff0b1;b;\t'-2"),
        ("two\n=1\r\n@x", "two\n'=1\r\n'@x"),
        ("=1;=2", "'=1;'=2"),
        ("\n=1", "'\n'=1"),
        ("a; b = 1; c", "a; b = 1; c"),
        ("'a'; 'b';-1", "'a'; 'b';'-1"),
    ],
)
def test_a_cell_that_another_separator_would_begin_runs_nothing_either(text: str, cell: str) -> None:
    assert csv_of({"title": text})[1] == [cell]
    assert as_written(cell) == text


@pytest.mark.parametrize("plain", ["a=1", "\xada=1", "1-2", "", " ", "\u200e", "Störung", "(=1)", "\u2212"])
def test_what_is_no_formula_stays_as_it_is(plain: str) -> None:
    assert inert(plain) == plain


def test_negative_numbers_stay_numbers_in_csv() -> None:
    assert csv_of({"points": -3.5})[1] == ["-3.5"]


def test_csv_of_no_rows_is_empty_and_not_an_error() -> None:
    assert sheet.to_csv([], "UTC") == "\r\n"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("recover_minutes", 494.7, "8 h 15 min"),
        ("hours", 1.5, "1 h 30 min"),
        ("minutes", 0.5, "30 s"),
        ("minutes", 12, "12 min"),
        ("away_before_hours", 24 * 1204, "1204 d"),
    ],
)
def test_tables_say_durations_in_the_words_of_the_pages(column: str, value: float, said: str) -> None:
    shown = tables._cell(column, value)
    assert re.sub(r"\s+", " ", shown.replace("\N{NARROW NO-BREAK SPACE}", "")).strip() == said
    assert tables._cell(column, None) is None


def test_durations_of_tables_sort_by_length_though_they_are_texts() -> None:
    lengths = [
        0.1,
        0.9,
        1,
        9,
        12,
        59,
        60,
        65,
        75,
        600,
        601,
        1439,
        1440,
        1500,
        2040,
        1440 * 9,
        1440 * 10,
        1440 * 1204,
    ]
    texts = [tables._cell("minutes", minutes) for minutes in lengths]
    # As the table compares texts: a space before a digit, whatever kind of space it is.
    assert sorted(texts, key=lambda said: re.sub(r"\s", " ", said)) == texts


# Drawers


def result(rows: list[dict]) -> Result:
    return Result("rows/x", rows, list(rows[0]) if rows else [], "select 1", {}, 1.0, "v")


def test_a_drawer_counts_what_counts_and_says_why_the_rest_does_not() -> None:
    rows = [{"contributes": 1.0, "left_out": None}] * 3 + [{"contributes": None, "left_out": NASTY}] * 2
    said = drawer.counted(result(rows))
    assert said.replace("\N{NO-BREAK SPACE}", " ") == (
        "3 records counted, 2 left out: 2 &lt;img src=x onerror=alert(1)&gt;"
    )


def test_moments_stand_in_order_with_the_time_between_them() -> None:
    start = datetime(2025, 1, 1, 8, tzinfo=UTC)
    row = {
        "resolved_at": start + timedelta(hours=2),
        "opened_at": start,
        "detected_at": start + timedelta(minutes=5),
    }
    shown = drawer.moments(row, "Europe/Berlin").replace("\N{NO-BREAK SPACE}", " ")
    assert shown.index("Opened") < shown.index("Detected") < shown.index("Resolved")
    assert "1 Jan 2025, 09:00" in shown
    assert "+5 min" in shown
    assert "+1 h 55 min" in shown


def test_a_record_tells_its_file_and_line_last_and_no_empty_fields() -> None:
    row = {"source_file": "a.csv", "source_line": 7, "service": NASTY, "team": None, "recover_minutes": 112.0}
    shown = drawer.fields(row, "UTC")
    assert "<img" not in shown
    assert "Team" not in shown
    assert shown.index("Service") < shown.index("a.csv") < shown.index(">7<")


# Filters and navigation


def test_active_filters_are_told_in_words() -> None:
    chosen = model.Filters(services=("checkout-api", "search"), severities=(1,))
    assert filters.active(chosen) == ["service checkout-api and search", "severity P1"]
    assert filters.active(model.Filters()) == []


def test_the_navigation_has_the_pages_in_the_order_of_a_review() -> None:
    scripts = [entry.script for entries in navigation.SECTIONS.values() for entry in entries]
    assert scripts == [
        "quarterly_review", "commitments", "incidents", "chronic_issues", "customers",
        "gates", "work", "decisions", "data", "definitions",
    ]  # fmt: skip
    urls = [entry.url for entries in navigation.SECTIONS.values() for entry in entries]
    assert urls[0] == ""
    assert len(set(urls)) == len(urls)


def test_every_page_script_is_in_the_navigation() -> None:
    listed = {entry.script for entries in navigation.SECTIONS.values() for entry in entries}
    assert {path.stem for path in navigation.FOLDER.glob("*.py")} <= listed


def test_an_address_keeps_odd_characters_out_of_the_path() -> None:
    assert navigation.address("definitions", kpi="a b&c") == "./definitions?kpi=a+b%26c"


def test_pages_hold_layout_only() -> None:
    """No SQL, no data frames, no connections: those have rooms of their own."""
    for path in navigation.FOLDER.glob("*.py"):
        source = path.read_text(encoding="utf-8")
        for word in ("import duckdb", "import pandas", "select ", ".execute(", "unsafe_allow_html"):
            assert word not in source, f"{path.name} holds '{word}'"


# Definitions


def test_definitions_are_found_by_every_word_of_the_search() -> None:
    found = [q.id for q in glossary.matching("repeat escalat", figures())]
    assert "repeat_escalations" in found
    assert "nps" not in found
    assert len(glossary.matching("", figures())) == len(figures())
    assert glossary.matching("no such word anywhere", figures()) == []


def test_every_figure_names_source_fields_of_the_tables_it_needs() -> None:
    for q in figures().values():
        assert "<code>" in glossary._fields(q), q.id


def test_the_facts_named_as_a_way_to_source_fields_lead_to_real_columns() -> None:
    columns = {column for table in TABLES.values() for column in table.columns}
    assert set().union(*map(set, glossary._THROUGH_FACTS.values())) <= columns


def test_every_kpi_and_chart_leads_to_records() -> None:
    queries = catalogue()
    for q in queries.values():
        if q.name.startswith(("kpis/", "charts/")):
            assert q.rows in queries, q.name


# Uploads


class File:
    def __init__(self, name: str, content: bytes = b"a,b\n1,2\n") -> None:
        self.name, self.content = name, content

    def getvalue(self) -> bytes:
        return self.content


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("incidents.csv", "incidents.csv"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\exports\\my file.CSV", "my file.CSV"),
        (".hidden.csv", "hidden.csv"),
        ("a\x00b.csv", "a_b.csv"),
        ("Störungen 2025 (1).xlsx", "Störungen 2025 (1).xlsx"),
        ("Sto\u0308rungen.csv", "Störungen.csv"),  # as macOS spells it
        ("x" * 400 + ".csv", "x" * 120 + ".csv"),
        ("障害" * 200 + ".csv", "障害" * 36 + "障.csv"),
    ],
)
def test_an_uploaded_name_stays_in_the_folder(given: str, kept: str) -> None:
    assert upload.safe_name(given) == kept


@pytest.mark.parametrize("given", ["", "csv", ".csv", "../", "run.exe", "page.html", "a.csv.py", "..csv"])
def test_names_that_cannot_be_an_export_are_refused(given: str) -> None:
    with pytest.raises(ExportError):
        upload.safe_name(given)


def test_a_name_as_long_as_a_name_may_be_is_written_and_numbered(tmp_path: Path) -> None:
    for number in (1, 2):
        saved = upload.save(File("障害" * 200 + ".csv", b"a\n%d\n" % number), tmp_path)
        assert saved.new and saved.path.parent == tmp_path
    assert len(list(tmp_path.iterdir())) == 2


def test_an_upload_is_written_byte_for_byte(tmp_path: Path) -> None:
    content = "\ufeffid;Täg\r\n1;2\r\n".encode()
    saved = upload.save(File("a.csv", content), tmp_path / "exports")
    assert saved.new
    assert saved.path.read_bytes() == content
    assert [p.name for p in (tmp_path / "exports").iterdir()] == ["a.csv"]


def test_the_same_file_is_not_written_twice(tmp_path: Path) -> None:
    upload.save(File("a.csv"), tmp_path)
    again = upload.save(File("a.csv"), tmp_path)
    assert not again.new
    assert len(list(tmp_path.iterdir())) == 1


def test_another_file_of_the_same_name_never_replaces_the_first(tmp_path: Path) -> None:
    upload.save(File("a.csv", b"one"), tmp_path)
    second = upload.save(File("a.csv", b"two"), tmp_path)
    assert second.path.name == "a (2).csv"
    assert (tmp_path / "a.csv").read_bytes() == b"one"
    assert upload.save(File("a.csv", b"two"), tmp_path).path.name == "a (2).csv"


def test_an_empty_upload_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="empty"):
        upload.save(File("a.csv", b""), tmp_path)


# Pages, without a browser


def said(app) -> str:
    """Everything a page shows as text."""
    parts = pieces(app)
    for kind in ("markdown", "caption", "button", "expander", "code"):
        parts += [str(getattr(e, "value", "") or getattr(e, "label", "")) for e in app.get(kind)]
    return "\n".join(parts)


PAGES = ("", "commitments", "incidents", "customers", "data", "definitions")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_the_sample(open_page, page: str) -> None:
    app = open_page(page)
    assert not app.exception
    assert "rl-headline" in said(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs_inside_the_shell(open_page, page: str) -> None:
    assert {"quarter", "compare"} <= {box.key for box in open_page(page).selectbox}


def test_the_review_has_a_card_per_figure_and_each_opens_its_definition_and_records(open_page) -> None:
    app = open_page()
    assert len(cards_of(app)) == 8
    app = press_card(app, cards_of(app)[0])
    assert not app.exception
    assert "Leaves out" in said(app)
    assert any("opening_tallies_in" in code.value for code in app.code)
    assert len(app.get("download_button")) >= 1


@pytest.mark.parametrize(
    "query",
    [
        {"quarter": "2025 Q2", "compare": "against a year before", "severity": "P1"},
        {"quarter": "2025-Q2", "compare": "year_before", "severity": "1"},
    ],
    ids=["as pages write it", "with the ids of the command line"],
)
def test_the_url_holds_the_view(open_page, query: dict) -> None:
    app = open_page(**query)
    assert not app.exception
    assert app.selectbox(key="quarter").value == "2025-Q2"
    assert app.selectbox(key="compare").value == "year_before"
    assert app.session_state["severity"] == ["1"]
    assert "2025 Q2" in said(app)


def test_a_link_to_the_view_names_the_quarter_even_when_it_is_the_current_one(open_page) -> None:
    links = [code.value for code in open_popover(open_page(), "link").code]
    assert any("quarter=2025-Q4" in link and "compare=previous" in link for link in links)


def test_nonsense_in_the_url_falls_back_to_the_current_quarter(open_page) -> None:
    app = open_page(quarter="2025-Q9", compare="'; drop table x", service=[NASTY], severity=["9", "x"])
    assert not app.exception
    assert app.selectbox(key="quarter").value == "2025-Q4"
    assert app.selectbox(key="compare").value == "previous"
    assert "<img" not in said(app)


def test_a_search_that_finds_nothing_says_so_and_shows_no_empty_table(open_page) -> None:
    app = open_page("incidents", q="no incident is called this")
    assert not app.exception
    assert "Nothing matches" in said(app)


def test_a_definition_opens_from_a_link(open_page) -> None:
    app = open_page("definitions", kpi="nps")
    assert not app.exception
    assert any("nps_in" in code.value or "nps" in code.value for code in app.code)
    assert "No definition" not in said(app)


def test_a_definition_that_a_link_names_and_nobody_knows_is_said(open_page) -> None:
    assert "No definition npss is known" in said(open_page("definitions", kpi="npss"))


def test_without_a_warehouse_the_review_says_what_to_do_and_the_data_page_takes_exports(
    open_page, tmp_path: Path
) -> None:
    (tmp_path / "review.toml").write_text("", encoding="utf-8")
    app = open_page("", data_dir=tmp_path)
    assert not app.exception
    assert "rl-empty" in said(app)
    app = open_page("data", data_dir=tmp_path)
    assert not app.exception
    assert app.get("file_uploader")


def test_broken_settings_name_file_and_key_without_a_traceback(open_page, own_sample: Path) -> None:
    (own_sample / "review.toml").write_text("[organisation]\ntime_zone = 'Mars/Olympus'\n", encoding="utf-8")
    app = open_page("", data_dir=own_sample)
    assert not app.exception
    shown = said(app)
    assert "review.toml" in shown
    assert "Traceback" not in shown


def test_charts_have_an_alternative_text_and_no_colour_of_a_fixed_theme(open_page) -> None:
    for chart in charts(open_page()):
        assert chart.alt
        for colour in ("#102A43", "#FFFFFF", "#E6EDF3", "#0F1720"):
            assert colour not in chart.text


def test_an_error_is_told_with_its_place_and_remedy_and_cannot_hold_markup() -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from reliability.errors import WarehouseError
        from reliability.ui.empty import show_error

        show_error(WarehouseError("<b>gone</b>", "warehouse/", "Rebuild it."))
        show_error(ValueError("secret detail"))

    app = AppTest.from_function(page).run()
    shown = said(app)
    assert "&lt;b&gt;gone&lt;/b&gt;" in shown
    assert "Rebuild it." in shown
    assert "secret detail" not in shown
    assert issubclass(WarehouseError, Exception)


def test_no_data_names_the_export_and_its_columns() -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from reliability.ui.empty import no_data

        no_data("nps_responses, accounts", "NPS")

    app = AppTest.from_function(page).run()
    shown = said(app)
    assert "NPS needs an export with one row for each scored answer and" in shown
    for column in ("response_id", "score", "annual_value"):
        assert f"<code>{column}</code>" in shown


def test_the_scripts_of_pages_are_where_the_shell_looks_for_them() -> None:
    assert navigation.FOLDER == ROOT / "pages"
    assert len(fake_review.cards()) == 8


def test_severities_changed_after_the_fact_say_which_export_said_what(open_page) -> None:
    shown = said(open_page("incidents", quarter="2025-Q3"))
    assert "changed severity after the fact" in shown
    assert "as first called" in shown
    assert "by the gravest they ever had (this one counts)" in shown
    assert "P1 in the export of 1 Oct 2025 → P2 in that of 1 Nov 2025" in shown


# Plain tables


def test_a_plain_table_says_its_values_in_the_words_of_the_page() -> None:
    at = datetime(2025, 11, 16, 8, 30, tzinfo=UTC)
    row = {
        "incident_id": "IR-1", "title": NASTY, "severity": 1, "opened_at": at, "recover_minutes": 494.7,
        "customers_affected": 21380, "is_repeat": True, "services": ["a", "b"], "url": "javascript:alert(1)",
    }  # fmt: skip
    html = " ".join(plain.table([row], list(row), "Europe/Berlin").split())
    assert "<img" not in html and "href" not in html
    for cell in ("IR-1", "P1", "16 Nov 2025, 09:30", "8 h 15 min", "21 380", "yes", "a, b"):
        assert f">{cell}</td>" in html, cell
    empty_row = plain.table([{"incident_id": "IR-2", "minutes": None}], ["incident_id", "minutes"], "UTC")
    assert "—</td>" in empty_row


def test_beside_a_canvas_a_phone_finds_stacked_rows_that_open_by_a_link() -> None:
    row = {"incident_id": 'IR-"1', "title": "Down", "recover_state": "open", "recover_minutes": None}

    def beside(stacks: bool, number: int = 1) -> str:
        return plain.beside_canvas(
            [row] * number,
            list(row),
            "UTC",
            "Incidents",
            "—",
            "incident_id",
            lambda row: "./incidents?incident=1&x",
            stacks,
        )

    html = beside(stacks=True)
    assert (
        '<td class="rl-nowrap"><a href="./incidents?incident=1&amp;x" target="_self">IR-&quot;1</a></td>'
        in html
    )
    assert '<td class="rl-whole" data-name="Title">Down</td>' in html
    assert '<td class="rl-first" data-name="State">open</td>' in html
    assert '<td class="rl-num" data-name="Time to recover">—</td>' in html
    assert 'class="rl-paper rl-phone"' in html
    # A list that is soon read stands whole; a longer one scrolls inside itself, by keyboard too.
    assert 'class="rl-paper rl-phone"' in beside(stacks=True, number=12)
    assert 'class="rl-paper rl-phone rl-long" tabindex="0"' in beside(stacks=True, number=13)
    assert "rl-phone" not in beside(stacks=False)


def test_a_long_plain_table_says_how_many_rows_it_leaves_to_the_csv() -> None:
    rows = [{"incident_id": f"IR-{i}"} for i in range(plain.MOST_ROWS + 1)]
    html = plain.scrolling(rows, ["incident_id"], "UTC", "Records", "—")
    assert html.count("<tr>") == plain.MOST_ROWS + 1  # one of them the head
    assert "The first 100 of 101." in html
    assert "of 100" not in plain.scrolling(rows[1:], ["incident_id"], "UTC", "Records", "—")


def test_a_table_of_many_columns_names_its_cells_for_the_phone_and_one_of_few_stays_a_table() -> None:
    html = panels.table(("Sprint", "", "Share", "Done"), [("12", "bar", "61 %", "3")], (3,), verdict=2)
    assert 'class="rl rl-table rl-stack"' in html
    assert '<td>12</td><td>bar</td><td class="rl-first" data-name="Share">61 %</td>' in html
    assert '<td class="rl-num" data-name="Done">3</td>' in html
    assert "rl-stack" not in panels.table(("Sprint", "Share", "Done"), [("12", "61 %", "3")])


def test_the_corner_says_whose_review_it_is_or_which_program(open_page, own_sample) -> None:
    def corner() -> str:
        bodies = "".join(str(part.proto.body) for part in open_page("definitions", own_sample).get("html"))
        return re.search(r"--organisation:([^;]*);", bodies)[1]

    assert corner() == '"Northwind Cloud"'
    file = own_sample / "review.toml"
    file.write_text(file.read_text("utf-8").replace('name = "Northwind Cloud"', ""), "utf-8")
    assert corner() == '"Reliability review"'


def test_an_id_is_one_word_and_a_long_one_may_break() -> None:
    assert all(text.is_id(name) for name in ("IR-00505", "PRB0001042", "決済-7"))
    assert not any(text.is_id(name) for name in ("PRB 7", "a title of many words", "x-" * 20))
