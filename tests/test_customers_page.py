"""The Customers page without a browser: the answer, margins, hits, mix, accounts, stories, comments, empty states."""

import csv
import html
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from reliability.settings import load_settings
from reliability.warehouse import build
from tests.conftest import ROOT
from tests.shown import charts, pieces, press_card

NBSP = "\N{NO-BREAK SPACE}"
EXPORTS = ROOT / "data" / "exports"


def read(app: Any) -> str:
    """Everything that can be read on the page, with ordinary spaces and without markup."""
    bodies = pieces(app)
    parts = [
        html.unescape(re.sub(r"<[^>]+>", " ", b))
        for b in bodies
        if "<style>" not in b and "<script>" not in b
    ]
    parts += [element.value for element in [*app.markdown, *app.caption]]
    parts += [button.label for button in app.button] + [e.label for e in app.expander]
    return re.sub(r"\s+", " ", "\n".join(parts).replace(NBSP, " "))


def markup(app: Any) -> str:
    return "\n".join(pieces(app))


def folder_with(folder: Path, *parts: str, settings: str | None = None) -> Path:
    """Build a data folder from some of the sample's exports."""
    for part in parts:
        shutil.copytree(EXPORTS / part, folder / "exports" / part)
    folder.mkdir(exist_ok=True)
    text = (ROOT / "data" / "review.toml").read_text(encoding="utf-8") if settings is None else settings
    (folder / "review.toml").write_text(text, encoding="utf-8")
    build(folder, load_settings(folder))
    return folder


# The answer, the margins, the windows


def test_the_page_begins_with_a_sentence_made_of_its_figures(open_page):
    shown = read(open_page("customers"))
    # The sample's story: +34 before, +26 in the bad quarter, 30.8 after; 880 and 900 answers.
    assert (
        "NPS fell in the incident window, from +34 to +26, and no change is shown since (+31); "
        "accounts hit by a P1 fell 23 points against the others" in shown
    )
    assert "2025 Q4 to date: NPS +33 (90 % range +26 to +39), 469 answers" in shown
    assert "incident window 20 May to 17 Aug 2025" in shown
    assert not re.search(r"because of|due to|caused by", shown)


def test_before_in_and_after_the_window_stand_with_answers_margin_and_word(open_page):
    shown = read(open_page("customers"))
    assert "Before 19 Feb to 19 May 2025 +34 +29 to +39 880 344" in shown
    assert "In the window 20 May to 17 Aug 2025 +26 +20 to +31 900 343" in shown
    assert "After 18 Aug to 15 Nov 2025 +31" in shown
    assert "In the window, against before −8 −15 to −1 ▲ fell" in shown
    assert "After it, against the window +5 −3 to +13 ≈ no change shown (within the margin)" in shown
    assert "The claimed −8 fits the answers (90 % range −15 to −1)" in shown


def test_a_past_quarter_sees_the_window_as_it_stood_then(open_page):
    shown = read(open_page("customers", quarter="2025-Q3"))
    assert "After 18 Aug to 30 Sep 2025, so far" in shown
    shown = read(open_page("customers", quarter="2025-Q2"))
    assert "In the window 20 May to 30 Jun 2025, so far" in shown
    assert "After not begun" in shown
    # Before the window began there is none to compare: the quarter itself stands in.
    shown = read(open_page("customers", quarter="2025-Q1"))
    assert "no incident window is declared in review.toml; 2025 Q1 stands in for one" in shown
    assert "2025 Q1" in shown and "against 2024 Q4" in shown


def chart(app: Any, key: str) -> dict[str, Any]:
    """The chart whose key holds `key`, as the browser gets it."""
    (found,) = [c for c in charts(app) if key in c.key]
    return found.figure


def test_nps_is_drawn_per_month_or_per_quarter_and_the_address_holds_which(open_page):
    monthly = chart(open_page("customers"), "nps-course")
    quarterly = chart(open_page("customers", grain="Quarter"), "nps-course")
    counts = [[a["text"] for a in spec["layout"]["annotations"]] for spec in (monthly, quarterly)]
    assert "469" in counts[1] and "469" not in counts[0]
    assert len([t for t in counts[0] if t.isdigit()]) == 12
    assert len([t for t in counts[1] if t.isdigit()]) == 8
    for spec in (monthly, quarterly):
        (marks,) = [trace for trace in spec["data"] if trace["mode"] == "markers"]
        assert marks["error_y"]["type"] == "data"
        assert "to date" in marks["hovertext"][-1]
        assert any(shape["type"] == "rect" for shape in spec["layout"]["shapes"]), (
            "the incident window is shaded"
        )
    assert "No change shown from 2025 Q2 to 2025 Q3" in read(open_page("customers", grain="Quarter"))


def test_nonsense_in_the_address_changes_nothing(open_page):
    shown = read(open_page("customers", grain="Year", kind="<img>", window="1", words="<img src=x>"))
    assert "NPS fell in the incident window" in shown
    assert "0 comments with “<img src=x>”" in shown and "No comment matches the search." in shown


def with_windows(folder: Path, windows: str) -> Path:
    """The sample with other incident windows."""
    text = (folder / "review.toml").read_text(encoding="utf-8")
    start = text.index("[[incident_windows]]")
    rest = text[text.index("# The promises of", start) :]
    (folder / "review.toml").write_text(text[:start] + windows + rest, encoding="utf-8")
    return folder


def test_one_of_several_windows_is_chosen_and_the_address_holds_it(open_page, own_sample):
    data = with_windows(
        own_sample,
        "[[incident_windows]]\nstart = 2025-05-20\nend = 2025-08-18\n\n"
        "[[incident_windows]]\nstart = 2024-09-02\nend = 2024-10-02\n\n",
    )
    app = open_page("customers", data_dir=data)
    assert app.selectbox(key="window").options == ["20 May to 17 Aug 2025", "2 Sep to 1 Oct 2024"]
    assert "In the window 20 May to 17 Aug 2025" in read(app)
    assert "The claimed −8" in read(app)
    shown = read(open_page("customers", data_dir=data, window="2 Sep to 1 Oct 2024"))
    assert "Before 3 Aug to 1 Sep 2024" in shown and "After 2 Oct to 31 Oct 2024" in shown
    assert "The claimed" not in shown, "no promise was made about this one"


def test_a_window_that_is_still_open_is_compared_so_far(open_page, own_sample):
    shown = read(
        open_page(
            "customers", data_dir=with_windows(own_sample, "[[incident_windows]]\nstart = 2025-10-01\n\n")
        )
    )
    assert "In the window 1 Oct to 17 Nov 2025, so far" in shown
    assert "Before 14 Aug to 30 Sep 2025" in shown  # 48 days, the day that runs included
    assert "After not begun" in shown
    assert "and no change is shown since" not in shown


def test_every_panel_opens_to_its_definition_rows_and_sql(open_page):
    app = open_page("customers")
    keys = [b.key for b in app.button if b.key and b.key.startswith("source-")]
    assert keys == [
        "source-kpis-nps", "source-lists-customers-nps-by-exposure", "source-lists-customers-nps-by-segment",
        "source-lists-accounts-hit",
    ]  # fmt: skip
    for key in keys:
        app.button(key=key).click().run()
        assert not app.exception
        assert app.get("code") and markup(app).count("rl-tall") >= 2, key


# Hits and mix


def test_accounts_that_were_hit_stand_against_those_that_were_not_by_how_often(open_page):
    app = open_page("customers")
    shown = read(app)
    assert "In the window: accounts hit fell 23 points against the others (90 % range −39 to −7)" in shown
    assert (
        "After it: no difference shown between accounts hit and the others: −12, within the margin" in shown
    )
    assert "36 of 36 P1s say whom they hit: 36 by recorded accounts." in shown
    assert "Every answer names its account." in shown
    assert "count as not hit" not in shown
    spec = chart(app, "nps-exposure")
    assert [name.split("<br>")[0] for name in spec["layout"]["xaxis"]["ticktext"]] == [
        "not hit", "once", "twice", "3 or more",
    ]  # fmt: skip
    # Counted by hand from the exports: answers of the three windows, 173 + 186 + 205 of accounts never hit ...
    assert "562 answers" in spec["layout"]["xaxis"]["ticktext"][0].replace(NBSP, " ")
    dark, pale = spec["data"]
    assert dark["text"][3] == "−26" and len(pale["text"]) == 4


def test_the_filters_choose_which_incidents_count_as_a_hit(open_page):
    shown = read(open_page("customers", severity=["1", "2"]))
    assert "Accounts hit by a P1 or P2" in shown
    assert "Answers name no service, team or severity: these scores are of all customers." in shown
    assert "Before 19 Feb to 19 May 2025 +34" in shown
    shown = read(open_page("customers", service="checkout-api"))
    assert "only checkout-api" in shown
    assert "comments" in shown


def test_the_mix_of_segments_is_shown_and_what_it_explains(open_page):
    shown = read(open_page("customers"))
    assert (
        "Who answered explains 1 of the 8 points: had the same mix of segments answered, it would be −7"
        in shown
    )
    assert "Enterprise 35 % 40 % 36 % +27 +11 +14" in shown
    assert "In the window −8 −7 −14 to just under 0 ▲ fell" in shown


@pytest.mark.parametrize(
    "query",
    [
        {"quarter": "2025-Q3", "service": "payments-gateway"},
        {"team": "Payments"},
        {"severity": "1"},
        {"severity": "5", "service": "search", "team": "Search"},
        {"compare": "year_before"},
        {"quarter": "2024-Q1"},
        {"quarter": "2023-Q4"},
    ],
    ids=lambda query: " ".join(query),
)
def test_every_filter_leaves_a_page_that_says_something(open_page, query):
    app = open_page("customers", **query)
    assert "rl-headline" in markup(app)
    assert read(open_page("customers", account="A-1004", **query)).count("Dunmarrow Logistics")


# Accounts


def test_the_accounts_hit_most_stand_with_what_is_at_stake(open_page):
    app = open_page("customers")
    shown = read(app)
    assert "228 accounts hit, 161 by a P1: EUR 18.8 million a year at stake with those" in shown
    table = next(frame.value for frame in app.dataframe if "Annual value, EUR" in frame.value)
    assert list(table.columns) == [
        "Account", "Segment", "Annual value, EUR", "P1", "Incidents", "Impact", "Tickets", "Last score", "Last answered",
        "Change",
    ]  # fmt: skip
    p1 = list(table["P1"])
    assert p1 == sorted(p1, reverse=True)
    same = table[table["P1"] == p1[0]]["Impact"]
    # Texts that the table sorts by their characters: a space, whatever its kind, before a digit.
    assert list(same) == sorted(same, key=lambda said: re.sub(r"\s", " ", said), reverse=True)


def test_an_account_opens_from_its_address_with_its_incidents_answers_issues_and_tickets(open_page):
    app = open_page("customers", account="A-1004")
    shown = read(app)
    assert (
        "Dunmarrow Logistics: hit by 13 incidents, 11 of them P1 in the twelve months to 17 Nov 2025" in shown
    )
    assert "Enterprise · EUR 753 thousand a year · last score 7 on 7 Oct 2025" in shown
    assert re.search(r"1 Aug 2025 P1 IR-00505 Errors in the webhook service for customers in eu-west", shown)
    assert "26 Aug 2025 6 detractor We had to explain to OUR customers" in shown
    # In time: the answer of 26 August stands above the incident of 1 August.
    assert shown.index("We had to explain") < shown.index("IR-00505")
    assert "incident=IR-00505" in markup(app)
    assert "NPS fell in the incident window" not in shown
    app.button(key="all-customers").click().run()
    assert not app.exception
    assert "NPS fell in the incident window" in read(app)


def test_a_row_of_the_table_opens_the_account_and_the_address_names_it(open_page):
    app = open_page("customers")
    table = next(frame for frame in app.dataframe if "Annual value, EUR" in frame.value)
    name = table.value["Account"].iloc[0]
    app.session_state["_row-table-accounts"] = {"account_id": "A-1253"}
    app.run()
    assert name == "Marnholm Instruments"
    assert app.query_params["account"] in ("A-1253", ["A-1253"])
    assert "Marnholm Instruments: hit by" in read(app)


def test_an_account_that_nobody_names_says_so(open_page):
    shown = read(open_page("customers", account="<b>A-0</b>"))
    assert "No account <b>A-0</b> is known" in shown
    assert "<b>A-0" not in markup(open_page("customers", account="<b>A-0</b>"))


def test_issues_lead_to_their_page_once_there_is_one(open_page, monkeypatch, tmp_path):
    from reliability.ui import navigation

    for name in ("customers", "chronic_issues", "incidents"):
        (tmp_path / f"{name}.py").touch()
    monkeypatch.setattr(navigation, "FOLDER", tmp_path)
    from reliability.ui.customers import links as customers_links

    assert (
        "chronic-issues?quarter=2025+Q3&amp;service=a+b&amp;severity=P1&amp;issue=PRB1"
        in customers_links.link(a_view(), "PRB1", "chronic_issues", issue="PRB1")
    )
    (tmp_path / "chronic_issues.py").unlink()
    assert customers_links.link(a_view(), "PRB1", "chronic_issues", issue="PRB1") == "PRB1"


def a_view() -> Any:
    """A stand-in with what links need: the current quarter and filters."""
    from datetime import UTC, datetime
    from types import SimpleNamespace

    from reliability.model import Filters, Period

    start, end, at = (datetime(2025, month, 1, tzinfo=UTC) for month in (7, 10, 11))
    period = Period("2025-Q3", "2025 Q3", start, end, at, False, 92, 92)
    return SimpleNamespace(
        period=period, as_of=at, comparison="previous", filters=Filters(("a b",), (), (1,))
    )


def test_links_keep_the_quarter_and_the_filters():
    from reliability.ui.customers import links as customers_links

    assert customers_links.address(a_view(), "customers", account="A&1") == (
        "./customers?quarter=2025+Q3&service=a+b&severity=P1&account=A%261"
    )
    assert "<b>" not in customers_links.account(a_view(), "A", "<b>")


# Alert to customer


def test_an_incident_opens_from_its_address_and_names_the_customers_it_hit(open_page):
    app = open_page("incidents", incident="IR-00505")
    shown = read(app)
    assert "Customers hit: 26 accounts, worth EUR 4.3 million a year" in shown
    assert "Dunmarrow Logistics Enterprise EUR 753 thousand 0 7 7 Oct 2025" in shown
    assert "account=A-1004" in markup(app)
    assert "Alerts that belong to it Alert Fired Action needed p99 latency of webhooks above 3 s" in shown
    assert "alert=p99+latency" in markup(app)


def test_an_incident_without_accounts_says_so_and_which_export_tells(open_page):
    shown = read(open_page("incidents", incident="Q0182A535A2701"))
    assert "No account recorded. An export of the accounts each incident hit would show it" in shown
    assert "No incident NOPE is known." in read(open_page("incidents", incident="NOPE"))


def test_an_alert_leads_to_the_accounts_of_its_incidents(open_page):
    shown = read(open_page("customers", alert="p99 latency of webhooks above 3 s"))
    assert re.search(r"p99 latency of webhooks above 3 s: \d+ accounts hit", shown)
    assert "IR-00505" in shown and "Dunmarrow Logistics" in shown
    nothing = read(open_page("customers", alert="never rang"))
    assert "never rang: no customer is known behind this alert" in nothing
    assert "alert=" in markup(open_page("work"))


# Comments


def test_comments_are_searched_as_they_are_written_and_kept_apart_by_kind(open_page):
    shown = read(open_page("customers", words="FOUR TICKETS"))
    assert re.search(r"\d+ comments? with “FOUR TICKETS”", shown)
    assert "I opened four tickets about the same timeout. Four!" in shown
    assert "Good API docs" not in shown
    assert "No comment matches the search." in read(open_page("customers", words="four%tickets"))
    shown = read(open_page("customers", kind="Promoters"))
    assert "promoter" in shown and not re.search(r"\d detractor", shown)


def test_markup_in_a_comment_is_text(open_page):
    app = open_page("customers", words="same</i> outage", quarter="2025-Q3")
    assert "the <i>same</i> outage" in read(app)
    assert "&lt;i&gt;same&lt;/i&gt;" in markup(app) and "<i>same" not in markup(app)


def hostile(folder: Path) -> Path:
    """The sample's incidents and accounts with comments that name people and hold markup."""
    rows = [
        ("H1", 2, "A-1004", "Dear Anna, it broke. Regards, Tom Jones"),
        ("H2", 9, "A-1004", "write to tom.jones@people.example or +49 170 1234567"),
        ("H3", 5, "A-1004", "<script>alert(1)</script> $x^2$ :material/home: **bold** [a](javascript:x)"),
        ("H4", 5, "", "no account here"),
    ]
    nps = folder / "exports" / "nps"
    nps.mkdir(parents=True)
    with (nps / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["response_id", "responded_at", "score", "account_id", "comment"])
        writer.writerows(
            [name, "2025-11-10T08:00:00Z", score, account, said] for name, score, account, said in rows
        )
    return folder_with(folder, "incidents", "customers")


def test_people_are_hidden_until_they_are_asked_for_and_counted(open_page, tmp_path):
    data = hostile(tmp_path / "data")
    app = open_page("customers", data_dir=data)
    shown = read(app)
    assert "Dear [name], it broke. Regards, [name]" in shown
    assert "write to [e-mail] or [phone]" in shown
    assert "4 names, addresses or numbers hidden in 2 comments." in shown
    assert "Tom" not in shown and "people.example" not in shown
    assert "<script>alert" not in markup(app)
    assert "Tom" not in read(open_page("customers", data_dir=data, words="tom jones"))
    assert "“tom jones”" in read(open_page("customers", data_dir=data, words="tom jones"))
    story = read(open_page("customers", data_dir=data, account="A-1004"))
    assert "Regards, [name]" in story and "Tom" not in story
    app.toggle(key="as-written").set_value(True).run()
    shown = read(app)
    assert "Regards, Tom Jones" in shown and "Names, addresses and numbers are shown as written." in shown
    assert "<script>alert" not in markup(app)


def test_the_records_behind_a_figure_hide_people_too(open_page, tmp_path):
    app = open_page("", data_dir=hostile(tmp_path / "data"))
    app = press_card(app, "nps")
    said = markup(app)
    assert "<th>Comment</th>" in said
    assert "Regards, [name]" in said and "Tom" not in said


def test_few_answers_are_called_too_few(open_page, tmp_path):
    shown = read(open_page("customers", data_dir=hostile(tmp_path / "data")))
    assert "Under 15 answers, too few to tell: Nov 2025." in shown
    assert "too few" in shown


# Less data


def test_with_incidents_and_nps_alone_the_page_says_which_export_would_tell_more(open_page, tmp_path):
    app = open_page("customers", data_dir=folder_with(tmp_path / "data", "incidents", "nps"))
    shown = read(app)
    assert "NPS fell in the incident window, from +34 to +26, and no change is shown since (+31)" in shown
    assert "against the others" not in shown
    assert (
        "Telling accounts hit by a P1 from the others needs an export with one row for each account hit by an"
        in shown
    )
    assert "Who answered explains 1 of the 8 points" in shown, "the answers themselves name the segment"
    assert "218 incidents, and no export says whom they hit." in shown
    assert "147 comments; no export says whom incidents hit" in shown
    assert "none recorded shortly before" not in shown


def test_with_linked_tickets_only_the_page_says_how_it_knows(open_page, tmp_path):
    shown = read(
        open_page("customers", data_dir=folder_with(tmp_path / "data", "incidents", "nps", "tickets"))
    )
    assert re.search(r"31 of 36 P1s say whom they hit: 31 only by linked tickets\.", shown)
    assert "Accounts hit without a record of it count as not hit: the difference may be larger." in shown
    assert "No account's value a year is recorded" in shown


def test_without_answers_the_page_says_which_export_brings_them(open_page, tmp_path):
    shown = read(open_page("customers", data_dir=folder_with(tmp_path / "data", "incidents", "customers")))
    assert "What customers say is not known: no answer is there" in shown
    assert "What customers say needs an export with one row for each scored answer" in shown
    assert "149 by a P1" in shown, "who was hit is known all the same"
    assert "NPS 0" not in shown and "+0" not in shown


def test_answers_without_dates_give_a_score_and_nothing_more(open_page, tmp_path, real_exports):
    data = tmp_path / "data"
    (data / "exports").mkdir(parents=True)
    shutil.copy(real_exports / "nps-garden-retailer-fr" / "nps_utf8.csv", data / "exports")
    shown = read(
        open_page(
            "customers", data_dir=folder_with(data, settings="[organisation]\nas_of = 2025-11-17T09:00:00\n")
        )
    )
    # 62.2 % promoters less 8.8 % detractors of 13,612: 53.4, give or take 1.645 * 100 * sqrt((.71 - .534^2) / 13,615).
    assert "NPS is +53, but no answer has a date: nothing can be said of a change" in shown
    assert "13 612 answers · 90 % range +52 to +54" in shown
    assert "with the date of each answer" in shown


def test_empty_tables_leave_words_not_zeros(open_page, tmp_path):
    data = tmp_path / "data"
    (data / "exports").mkdir(parents=True)
    (data / "exports" / "one.csv").write_text(
        "incident_id,title,service,severity,opened_at\nX-1,One,search,P1,2025-11-16T08:00:00Z\n",
        encoding="utf-8",
    )
    shown = read(open_page("customers", data_dir=folder_with(data, settings="")))
    assert "What customers say is not known" in shown
    assert "1 incident, and no export says whom they hit." in shown
