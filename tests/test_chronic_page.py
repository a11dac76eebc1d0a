"""The Chronic issues page without a browser: the answer, the ranking, the stories, endings, escalations, what is missing."""

import html
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reliability.kpis import parameters
from reliability.model import Filters
from reliability.review import chronic_words as chronic
from reliability.settings import load_settings
from reliability.settings.periods import quarter
from reliability.statistics.intervals import wilson
from reliability.ui import navigation, text
from reliability.ui.chronic import customers as chronic_customers
from reliability.ui.chronic import escalations
from reliability.ui.chronic import issues as chronic_list
from reliability.ui.chronic import story as chronic_story
from reliability.ui.view import View
from reliability.warehouse.workspace import open_workspace
from tests.conftest import ROOT
from tests.shown import charts, pieces

NBSP, THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def read(app: Any) -> str:
    """Everything that can be read on the page, with ordinary spaces and without markup."""
    parts = [html.unescape(re.sub(r"<[^>]+>", " ", part)) for part in pieces(app)]
    parts += [element.value for element in [*app.markdown, *app.caption]]
    parts += [button.label for button in app.button]
    return re.sub(r"\s+", " ", "\n".join(parts).replace(NBSP, " ").replace(THIN, " "))


def view_of(folder: Path, period: str = "2025-Q4", filters: Filters | None = None) -> View:
    workspace = open_workspace(folder)
    return View(
        workspace, quarter(period, workspace.settings, workspace.as_of), "previous", filters or Filters()
    )


def copied(folder: Path, *kinds: str) -> Path:
    """The sample with only some folders of its exports, built."""
    from reliability.warehouse import build

    for kind in kinds:
        shutil.copytree(ROOT / "data" / "exports" / kind, folder / "exports" / kind)
    shutil.copy(ROOT / "data" / "review.toml", folder)
    build(folder, load_settings(folder))
    return folder


@pytest.fixture(scope="module")
def incidents_and_nps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with nothing but its incidents and its NPS answers."""
    return copied(tmp_path_factory.mktemp("two"), "incidents", "nps")


def test_the_page_begins_with_one_sentence(open_page):
    shown = read(open_page("chronic_issues"))
    assert (
        "11 problems keep coming back; 2 have stayed away so far; 1 has ended, away for 90 days or more; “Payment "
        "confirmations arrive 20 minutes late” came back 5 times after remediation"
    ) in shown
    assert (
        "Of 188 times a problem was declared over in the year, it came back 178 times; 10 still hold" in shown
    )


def test_every_issue_is_a_row_with_state_and_costs_and_the_costliest_is_first(open_page):
    shown = read(open_page("chronic_issues"))
    assert re.search(
        r"Orders missing after a checkout timeout checkout-api · PRB0001042 ≈ Fixed holding for 55 days 34 more often, "
        r"16 → 18 2 503 534 7 d 16 h 20 EUR 27\.7 million 264 accounts",
        shown,
    )
    assert "▲ Recurring open now" in shown and "✓ Ended away for 143 days" in shown
    first = [shown.index(f"· {issue}") for issue in ("PRB0001042", "PRB0001088", "PRB0001144")]
    assert first == sorted(first)
    assert shown.count("Story of ") == 14


@pytest.mark.parametrize(
    ("order", "first"), [("Most escalations", "PRB0001042"), ("Last seen", "PRB0001057")]
)
def test_the_order_can_be_chosen_and_is_in_the_url(open_page, order, first):
    app = open_page("chronic_issues")
    box = next(b for b in app.selectbox if b.key == "order")
    box.select({"Most escalations": "escalations", "Last seen": "newest"}[order]).run()
    assert not app.exception
    rows = [str(e.proto.body) for e in app.get("html") if 'class="rl rl-issue"' in str(e.proto.body)]
    assert first in rows[0] and len(rows) == 14


def test_rows_of_any_script_and_of_nearly_the_same_id_stand_side_by_side(monkeypatch):
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from reliability.ui.chronic import issues

        row = {"service": "", "trend": "steady", "earlier_half": 1, "recent_half": 1, "year_repeats": 2,
               "months": [0] * 12, "year_customer_hours": None, "year_customers": None, "year_minutes": None,
               "year_escalated": 0, "annual_value": None, "accounts": 0, "state": "open", "ended_at": None,
               "days_quiet": None, "last_seen_at": None, "has_ended": False}  # fmt: skip
        for name in ("決済タイムアウト", "決済の遅延", "PRB 7", "PRB-7", "prb 7", ":material/delete:"):
            issues._row({**row, "issue_id": name, "title": name}, "EUR")

    monkeypatch.setattr(chronic_list, "state_html", lambda issue: "")
    app = AppTest.from_function(page).run()
    assert not app.exception, [error.value for error in app.exception]
    assert len({button.key for button in app.button}) == 6
    assert ":material/" not in app.button[5].label.replace("\\", "")


def test_a_row_opens_its_story_and_back_again(open_page):
    app = open_page("chronic_issues")
    app.button(key=f"pick-{text.digest('PRB0001109')}").click().run()
    assert not app.exception
    shown = read(app)
    assert (
        "“Password reset mails arrive hours late” came back 16 times since 23 Jan 2024 and has ended" in shown
    )
    assert "What each problem costs" not in shown
    app.button(key="close-issue").click().run()
    assert "11 problems keep coming back" in read(app)


def test_a_link_opens_a_story_whatever_the_filters(open_page):
    for filters in ({}, {"service": "search"}, {"quarter": "2025-Q4", "severity": "P3"}):
        shown = read(open_page("chronic_issues", issue="PRB0001042", **filters))
        assert "came back 48 times since 6 Dec 2023; fixed on 22 Sep 2025, it has held for 55 days" in shown


def test_a_link_to_an_issue_that_is_not_there_shows_the_list(open_page):
    shown = read(open_page("chronic_issues", issue="PRB9999"))
    assert "11 problems keep coming back" in shown and "No problem is called that." in shown


def test_words_narrow_the_list(open_page):
    app = open_page("chronic_issues", issue="identity")
    rows = [str(e.proto.body) for e in app.get("html") if 'class="rl rl-issue"' in str(e.proto.body)]
    assert len(rows) == 2 and all("identity" in row for row in rows)


def test_a_story_tells_everything_there_is(open_page):
    app = open_page("chronic_issues", issue="PRB0001042")
    shown = read(app)
    for part in (
        "It never stayed away for more than",
        "It cost 2 503 customer hours in a year",
        "Runbook: https://runbooks.northwind.example/checkout-api/prb0001042",
        "12 postmortems, 46 of 47 actions done",
        "hot fix 4: pool raised from 100 to 200 9",
        "4 of 8 releases did not end it",
        "RM-107 Checkout: long transactions out of the request path fix: promises fewer repeats ≈ away for 55 days",
        "CHG-2757 checkout-api: circuit breaker towards the database same service back after 2 days",
        "299 accounts hit, worth EUR 29.5 million a year",
        "NPS of the accounts hit fell by 9 points",
        "Written within 30 days of an incident",
    ):
        assert part in shown, part
    assert len(charts(app)) == 1
    assert any("IR-00546" in str(frame.value.to_dict()) for frame in app.dataframe)


def test_customers_words_are_shown_as_text_and_name_no_account(open_page, sample_dir):
    app = open_page("chronic_issues", issue="PRB0001042")
    (words,) = [str(e.proto.body) for e in app.get("html") if 'rl-small rl-notes"' in str(e.proto.body)]
    assert "&lt;i&gt;same&lt;/i&gt;" in words and "<i>" not in words
    hit = view_of(sample_dir).scope.run("lists/chronic/chronic_accounts", issue_id="PRB0001042")
    names = [row["name"] for row in hit if row["name"]]
    assert len(names) > 100 and not [name for name in names if name in words]


def test_an_incident_of_the_story_opens_and_links_back(open_page, sample_dir):
    app = open_page("chronic_issues", issue="PRB0001042")
    app.session_state["_chosen-incident"] = next(
        f"{row['source']} {row['incident_id']}"
        for row in view_of(sample_dir).scope.run(
            "lists/chronic/chronic_history", issue_id="PRB0001042"
        )
        if row["incident_id"] == "IR-00546"
    )  # fmt: skip
    app.run()
    assert not app.exception
    links = [link.label for link in app.get("page_link")]
    assert "The story of this problem" in links


def test_endings_are_read_at_30_60_and_90_days_with_their_interval(open_page):
    shown = read(open_page("chronic_issues"))
    assert "3 % of endings hold 90 days" in shown
    assert "After every recovery 26 % 19 to 34 % 10 % 7 to 14 % 3 % 1 to 7 % 188 10 hold 14" in shown
    assert "After remediation 25 % 13 to 39 % 13 % 6 to 24 % not yet 43 8 hold 14" in shown


def test_the_card_of_endings_says_how_many_there_were(open_page):
    shown = read(open_page("chronic_issues"))
    assert "3 % 178 of 188 endings in a year came back, 10 hold so far" in shown


def test_every_part_opens_to_its_definition_rows_and_sql(open_page):
    for query in ({}, {"issue": "PRB0001042"}):
        app = open_page("chronic_issues", **query)
        buttons = [b.key for b in app.button if b.key and b.key.startswith("source-")]
        assert len(buttons) >= 4
        for key in buttons:
            app.button(key=key).click().run()
            assert not app.exception
            assert app.get("code"), key


# Escalations


def test_escalations_say_the_share_within_the_target_and_name_each_late_one(open_page):
    app = open_page("chronic_issues")
    shown = read(app)
    # Of 17 repeats that are over, or open for longer than 6 h, 8 reached an executive in time, 3 later and 6 never.
    assert "8 of 17 reached an executive within 6 h" in shown
    assert "47 % within 6 h: 8 of 17, 90 % interval 29 to 66 % · 6 never arrived" in shown
    assert "8 h 3 min on average to the engineering lead" in shown
    assert "67 % within 8 h: 8 of 12, 90 % interval 43 to 84 %" in shown
    assert "13 escalations came late or never" in shown
    assert "1 escalation running now" in shown
    assert "? Not yet due IR-00607 Orders shipped but shown as open orders-api engineering lead" in shown
    late = next(frame.value for frame in app.dataframe if "Late" in frame.value)
    assert sorted(zip(late["Incident"], late["To"], late["Note"].fillna("late"), strict=True)) == [
        ("IR-00569", "engineering lead", "late"), ("IR-00572", "executive", "late"),
        ("IR-00575", "engineering lead", "late"),
        ("IR-00579", "executive", "never reached one"), ("IR-00580", "executive", "late"),
        ("IR-00584", "engineering lead", "late"), ("IR-00584", "executive", "never reached one"),
        ("IR-00585", "engineering lead", "late"), ("IR-00585", "executive", "late"),
        ("IR-00590", "executive", "never reached one"), ("IR-00596", "executive", "never reached one"),
        ("IR-00599", "executive", "never reached one"), ("IR-00603", "executive", "never reached one"),
    ]  # fmt: skip


@pytest.mark.parametrize("period", ["2025-Q4", "2025-Q3", "2024-Q4"])
@pytest.mark.parametrize(
    "filters", [Filters(), Filters(services=("event-bus", "identity")), Filters(teams=("Platform",))]
)
def test_escalations_on_the_page_equal_their_kpis(sample_dir, period, filters):
    view = view_of(sample_dir, period, filters)
    to_executive, to_engineering = escalations.executive(view), escalations.engineering(view)
    share = view.scope.run("kpis/escalation_to_executive_within_target_share").one()
    mean = view.scope.run("kpis/escalation_to_engineering_hours_mean").one()
    assert (to_executive.in_time, to_executive.counted) == (share["numerator"] or 0, share["n"])
    assert to_executive.share == share["value"]
    assert len(to_executive.late) == to_executive.counted - to_executive.in_time
    assert to_engineering.counted == mean["n"] == len(to_engineering.hours)
    if mean["n"]:
        assert sum(to_engineering.hours) / mean["n"] == pytest.approx(mean["value"])
        assert sum(figure_counts(escalations.distribution(to_engineering))) == mean["n"]
    assert len(to_engineering.late) == sum(hours > 8 for hours in to_engineering.hours)


def figure_counts(figure: dict[str, Any]) -> list[float]:
    return [sum(pair) for pair in zip(*(trace["y"] for trace in figure["data"]), strict=True)]


def test_hours_on_the_target_are_within_it(sample_dir):
    path = escalations.Path((6.0, 6.001, 0.5), (), 6.0, 3, 2)
    dark, pale = (trace["y"] for trace in escalations.distribution(path)["data"])
    assert (dark, pale) == ([0, 0, 0, 1, 0, 0, 0], [1, 0, 1, 0, 0, 0, 0])


def test_the_share_within_the_target_has_the_wilson_interval():
    said = escalations.within(escalations.Path((1.0,) * 20, (), 6.0, 20, 14)).replace(NBSP, " ")
    low, high = wilson(14, 20)
    assert said == f"70 % within 6 h: 14 of 20, 90 % interval {low * 100:.0f} to {high * 100:.0f} %"


def test_not_yet_due_and_overdue_are_different_words():
    assert escalations.due({"age_hours": 6.0}, 6.0)[0] == "Not yet due"
    assert escalations.due({"age_hours": 6.1}, 6.0)[0] == "Overdue"
    assert escalations.due({"age_hours": 6.1}, None)[0] == "Waiting, no target"


# Filters, quarters, what is missing


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        {"quarter": "2025-Q3"}, {"quarter": "2024-Q1"}, {"compare": "year_before"}, {"service": "search"},
        {"team": "Payments"}, {"severity": "P1"}, {"service": ["identity", "billing"], "team": "Identity", "severity": "1"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("issue", [None, "PRB0001042"])
def test_the_page_stands_with_every_filter(open_page, query, issue):
    shown = read(open_page("chronic_issues", **query, **({"issue": issue} if issue else {})))
    assert "coming back" in shown or "came back" in shown


def test_a_filter_chooses_issues_and_counts_them_whole(open_page):
    shown = read(open_page("chronic_issues", service="identity"))
    assert shown.count("Story of ") == 2
    assert "2 problems keep coming back" in shown


def test_a_past_quarter_shows_the_issues_as_they_stood_at_its_end(open_page):
    shown = read(open_page("chronic_issues", quarter="2025-Q3"))
    assert "as it stood on 30 Sep 2025" in shown and "of the year to 30 Sep 2025" in shown
    assert "PRB0001042 ≈ Fixed holding for 8 days" in shown, "fixed on 22 September"


def test_filters_that_leave_nothing_say_which(open_page):
    shown = read(open_page("chronic_issues", service="search", team="Payments"))
    assert "No problem is known to come back" in shown
    assert "with service search, team Payments" in shown and "Clear filters" in shown


def test_incidents_and_answers_alone_make_the_page(open_page, incidents_and_nps):
    shown = read(open_page("chronic_issues", data_dir=incidents_and_nps))
    # Without a roadmap nothing says that two of the issues were fixed: one is quiet for 66 days, one has ended.
    assert "11 problems keep coming back; 1 has stayed away so far; 2 have ended" in shown
    assert "After every recovery 26 %" in shown
    assert "No released remediation is tied to these problems: an export with changes" in shown
    assert "How repeats are escalated needs an export with one row for each support ticket" in shown
    assert "No incident says how many customers it hit" in shown or "Customer hours: customers hit" in shown


def test_a_story_says_which_export_would_fill_what_is_missing(open_page, incidents_and_nps):
    shown = read(open_page("chronic_issues", data_dir=incidents_and_nps, issue="PRB0001042"))
    assert "came back 48 times since 6 Dec 2023" in shown
    for missing in (
        "Postmortems are not known: they need an export with one row for each postmortem.",
        "Whether there is a runbook is not known: it needs an export with runbooks.",
        "Fixes need an export with changes (kind, service, released) or a roadmap.",
        "Accounts need tickets or an export that says which incident hit which account.",
        "Their value needs an export with accounts (account, annual value).",
    ):
        assert missing in shown, missing


def test_the_page_stands_on_an_empty_data_folder(open_page, tmp_path):
    folder = copied(tmp_path / "data" if (tmp_path / "data").mkdir() is None else tmp_path, "engineering")
    shown = read(open_page("chronic_issues", data_dir=folder))
    assert "No problem is known to come back" in shown
    assert "Which problems come back needs an export with one row for each incident" in shown


# Words


def issue(**more: Any) -> dict[str, Any]:
    known = {
        "state": "recurring", "is_open": False, "held_days": 3.9, "days_since_last": 4.2, "fixed_at": None,
        "failed_fixes": 0, "title": "Timeouts", "repeats": 2, "first_opened_at": date(2025, 6, 1),
    }  # fmt: skip
    return {**known, **more}


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"is_open": True}, ("Recurring", "open now")),
        ({}, ("Recurring", "last 4 days ago")),
        ({"days_since_last": 0.4}, ("Recurring", "last today")),
        ({"state": "reopened"}, ("Reopened", "last 4 days ago")),
        (
            {"state": "holding", "held_days": 55.9, "fixed_at": date(2025, 9, 22)},
            ("Fixed", "holding for 55 days"),
        ),
        ({"state": "holding", "held_days": 31}, ("Quiet", "for 31 days, no fix recorded")),
        ({"state": "ended", "held_days": 90.0}, ("Ended", "away for 90 days")),
    ],
)
def test_every_state_has_its_word(known, words):
    assert tuple(w.replace(NBSP, " ") for w in chronic.state_words(issue(**known))) == words


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ([], "No problem is known to come back"),
        (["recurring"], "1 problem keeps coming back"),
        (["recurring", "reopened"], "2 problems keep coming back; 1 had ended and came back"),
        (
            ["ended", "ended"],
            "No problem is coming back at the moment; 2 have ended, away for 90 days or more",
        ),
        (["recurring", "holding"], "1 problem keeps coming back; 1 has stayed away so far"),
    ],
)
def test_the_sentence_is_made_from_the_states(states, said):
    assert chronic.sentence(totals(states), 90).replace(NBSP, " ") == said


def totals(states: list[str], title: str | None = None, fixes: int = 0) -> dict[str, Any]:
    """What the list says of all issues, as the first of its rows has it."""
    counted = {f"all_{s}": states.count(s) for s in ("recurring", "reopened", "holding", "ended")}
    return {**counted, "all_outlived": title, "all_outlived_fixes": fixes} if states else {}


def test_the_sentence_names_what_outlived_remediation_twice_or_more():
    assert "after remediation" not in chronic.sentence(totals(["recurring"], "Timeouts", 1), 90)
    said = chronic.sentence(totals(["recurring", "ended"], "Timeouts", 4), 90)
    assert said.replace(NBSP, " ").endswith("“Timeouts” came back 4 times after remediation")


def test_a_story_in_a_sentence():
    assert chronic_story.sentence(issue(is_open=True), "UTC").replace(NBSP, " ") == (
        "“Timeouts” came back 2 times since 1 Jun 2025 and is open now"
    )
    quiet = issue(state="holding", held_days=31)
    assert (
        chronic_story.sentence(quiet, "UTC")
        .replace(NBSP, " ")
        .endswith("; quiet for 31 days, but no fix is recorded")
    )


def test_titles_from_exports_are_shown_as_text():
    row = issue(
        title="<script>x</script>", issue_id="<b>1", service="a&b", trend="as often", earlier_half=1, recent_half=1,
        year_repeats=2, months=[0] * 11 + [2], year_customer_hours=None, year_customers=None, year_minutes=None,
        year_escalated=0, annual_value=None, accounts=0,
    )  # fmt: skip
    shown = chronic_list.row_html(row, row["title"])
    assert "<script>" not in shown and "<b>1" not in shown and "a&amp;b" in shown


def test_too_few_answers_are_said_to_be_too_few():
    few = [
        {"side": side, "score": 9, "account_id": str(n)} for side in ("before", "after") for n in range(14)
    ]
    before, after = (chronic_customers.scored(few, side) for side in ("before", "after"))
    assert chronic_customers.nps_finding(before, after) == "Too few answers to tell what it did to NPS"


@pytest.mark.parametrize("exists", [True, False])
def test_an_account_leads_to_the_customers_page_where_there_is_one(tmp_path, monkeypatch, exists):
    monkeypatch.setattr(navigation, "FOLDER", tmp_path)
    if exists:
        (tmp_path / "customers.py").touch()
    row = {
        "account_id": "A&1", "name": "<Acme>", "segment": None, "annual_value": None, "incidents": 2,
        "last_hit_at": None, "last_score": None, "last_answered_at": None,
    }  # fmt: skip
    name = chronic_customers.account_cells(row, "UTC")[0]
    assert (name == '<a href="./customers?account=A%261" target="_self">&lt;Acme&gt;</a>') == exists
    assert exists or name == "&lt;Acme&gt;"


def test_the_settings_reach_the_queries(sample_dir):
    workspace = open_workspace(sample_dir)
    period = quarter("2025-Q4", workspace.settings, workspace.as_of)
    assert parameters(workspace.settings, period.start, period.end, workspace.as_of)["ended_after_days"] == 90
