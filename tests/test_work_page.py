"""The Reliability work page without a browser: the answer, what is owed, drafts, empty states, nobody's name."""

import csv
import html
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reliability.gates.waivers import grant
from reliability.journal import Journal
from reliability.model import Filters
from reliability.queries.gates import all_gates
from reliability.settings import load_settings
from reliability.settings.periods import quarter
from reliability.ui.view import View
from reliability.ui.work import page as work
from reliability.ui.work import postmortems as work_postmortems
from reliability.ui.work.capacity import Sprints
from reliability.ui.work.postmortems import Owed
from reliability.warehouse.workspace import open_workspace
from tests.conftest import ROOT
from tests.shown import pieces

NBSP = "\N{NO-BREAK SPACE}"


def read(app: Any) -> str:
    """Everything that can be read on the page, with ordinary spaces and without markup."""
    parts = [html.unescape(re.sub(r"<[^>]+>", " ", part)) for part in pieces(app)]
    parts += [element.value for element in [*app.markdown, *app.caption]]
    parts += [button.label for button in app.button]
    return re.sub(r"\s+", " ", "\n".join(parts).replace(NBSP, " "))


def people() -> set[str]:
    """The names of persons in the sample's exports: postmortem owners and engineers on the support floor."""
    names: set[str] = set()
    for file, column in (("postmortems", "owner"), ("support-rotations", "engineer")):
        with (ROOT / "data" / "exports" / "engineering" / f"{file}.csv").open(encoding="utf-8") as rows:
            names |= {row[column] for row in csv.DictReader(rows) if row[column]}
    return names


def test_the_page_begins_with_the_answer(open_page):
    shown = read(open_page("work"))
    # 61 %: 415.7 of 684.9 points of S34 and S36; 58 %: 793 of 1373.3 points of the four ended ones since.
    assert (
        "Root causes got 61 % of the 2 promised sprints, but only 58 % since; 1 postmortem is late" in shown
    )
    assert "2025-S34 18 Aug to 29 Aug · promised" in shown
    assert "2025-S46 10 Nov to 21 Nov · to date" in shown
    assert "63 % ✓ reached" in shown
    assert "59 % ≈ short, unless unlabelled work counts" in shown


def test_the_postmortem_clock_names_every_one(open_page):
    shown = read(open_page("work"))
    assert "11 of 12 postmortems on time" in shown
    assert "▲ Late 1 IR-00584 Attachments cannot be opened file-storage 2 d 21 h late" in shown
    assert "? Not yet due 1 IR-00605" in shown
    assert "? Incident still open 1 IR-00607" in shown
    assert "✓ On time 11 IR-00592 , IR-00590" in shown


def test_a_draft_is_offered_for_the_chosen_sev1(open_page):
    app = open_page("work")
    (box,) = [b for b in app.selectbox if b.key and b.key.startswith("draft-")]
    assert box.options[0].startswith("IR-00605")  # lacks one, and is due next
    assert any(o.startswith("IR-00584") for o in box.options)
    assert [button.label for button in app.get("download_button")] == ["Draft"]


def test_a_draft_is_written_from_the_incident_itself_and_names_nobody(sample_dir: Path):
    workspace = open_workspace(sample_dir)
    view = View(workspace, quarter("2025-Q4", workspace.settings, workspace.as_of), "previous", Filters())
    rows = {row["incident_id"]: row for row in view.scope.run("rows/postmortems").rows}
    text = work_postmortems.written(rows["IR-00584"], view)
    assert text.startswith("# Postmortem IR-00584: Attachments cannot be opened\n")
    assert "| 26 Oct 2025, 20:50 | Started |" in text
    assert "**Due:** 29 Oct 2025, 23:03 (Europe/Berlin)" in text
    assert not [name for name in people() if name in text]


def test_runbooks_alerts_freezes_and_turns_are_told(open_page):
    shown = read(open_page("work"))
    assert "1 of 9 chronic issues and 3 of 5 core services without a runbook; 7 stale" in shown
    assert "▲ No runbook PRB0001144" in shown
    assert "alerts that needed nothing; 10 alerts took" in shown
    assert "▲ Not essential CHG-2758" in shown
    assert "≈ Exception: essential CHG-2754" in shown
    assert "20 turns on the support floor by 9 teams" in shown
    # Monday, Wednesday and Friday from 1 October to 17 November are 21 mornings; Friday the 24th was not held.
    assert "20 of 21 planned ones were held" in shown


def test_the_roadmap_puts_promise_and_result_side_by_side_and_lists_gaps(open_page):
    shown = read(open_page("work"))
    assert "7 of 20 entries promise nothing" in shown
    assert re.search(r"RM-106 On-call rotation .{0,160}promised −15 % 2 h 16 min → 1 h 38 min, −28 %", shown)
    assert "≈ as promised, could be luck" in shown and "? too early" in shown and "≈ could be luck" in shown
    assert "Before and after is not cause and effect" in shown
    assert shown.index("Gaps: entries that promise no effect") < shown.index("RM-115 Sign-in with passkeys")


def test_every_panel_opens_to_its_definition_rows_and_sql(open_page):
    app = open_page("work")
    buttons = [b.key for b in app.button if b.key and b.key.startswith("source-")]
    assert buttons == [
        "source-charts-capacity-by-sprint", "source-lists-work-runbook-coverage", "source-lists-work-alerts-by-service",
        "source-lists-work-worst-alerts", "source-lists-work-freeze-launches", "source-lists-work-support-rotations-by-team",
        "source-lists-work-roadmap-effects",
    ]  # fmt: skip
    names = people()
    for key in buttons:
        app.button(key=key).click().run()
        assert not app.exception
        assert app.get("code"), key
        opened = " ".join(pieces(app))
        assert "rl-tall" in opened, key
        assert not [name for name in names if name in opened]


def test_no_person_is_named_on_the_page(open_page):
    names = people()
    assert len(names) > 10
    for query in ({}, {"quarter": "2025-Q3"}):
        app = open_page("work", **query)
        shown = read(app) + json.dumps([b.options for b in app.selectbox])
        for name in names:
            assert name not in shown


def test_filters_that_leave_nothing_say_which(open_page):
    shown = read(open_page("work", service="search", team="Payments"))
    assert "with service search, team Payments" in shown
    assert "Clear filters" in shown


def test_a_quarter_before_the_promise_shows_its_own_sprints(open_page):
    shown = read(open_page("work", quarter="2025-Q2"))
    assert "Root causes got" in shown
    assert "promised sprint" not in shown and "· promised" not in shown
    assert "2025-S46" not in shown


@pytest.fixture
def incidents_only(sample_dir: Path, tmp_path: Path) -> Path:
    """The sample with nothing but its incidents."""
    from reliability.warehouse import build

    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "exports" / "incidents", folder / "exports" / "incidents")
    shutil.copy(ROOT / "data" / "review.toml", folder)
    build(folder, load_settings(folder))
    return folder


def test_without_its_exports_the_page_says_which_would_fill_it(open_page, incidents_only):
    shown = read(open_page("work", data_dir=incidents_only))
    assert "No reliability work is recorded for 2025 Q4" in shown
    for part in (
        "Capacity per sprint", "The postmortem clock", "Runbook coverage", "Alert signal and noise",
        "Launches inside a freeze", "Support rotations", "Expected against realised",
    ):  # fmt: skip
        assert f"{part} needs an export with one row for each" in shown


def test_waivers_that_held_in_the_quarter_are_in_its_review(open_page, own_sample):
    workspace = open_workspace(own_sample)
    grant(
        Journal(own_sample), workspace.settings, workspace.as_of, all_gates().values(), gate="launch_freeze",
        scope="change", target="CHG-3303", reason="Contract signed in May", approver="Approving Person",
        until=date(2025, 11, 20), who="Writing Person",
    )  # fmt: skip
    shown = read(open_page("quarterly_review", data_dir=own_sample))
    assert "1 waiver in force in 2025 Q4" in shown
    assert "Contract signed in May" in shown
    assert "Approving Person" not in shown and "Writing Person" not in shown
    assert "Waived for CHG-3303 until 20 Nov 2025" in read(open_page("work", data_dir=own_sample))
    assert "in force" not in read(open_page("quarterly_review", data_dir=own_sample, quarter="2025-Q3"))


# Clauses of the headline


def owed(*outcomes: str) -> Owed:
    return Owed([{"outcome": outcome} for outcome in outcomes], True)


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (("late",), "1 postmortem is late"),
        (("missing", "missing"), "2 postmortems are missing"),
        (("late", "missing", "on time"), "1 postmortem is late and 1 missing"),
        (("on time", "not due"), "no postmortem is late"),
        (("not due",), ""),
        ((), ""),
    ],
)
def test_the_headline_counts_what_is_owed(outcomes, said):
    assert work.postmortem_clause(owed(*outcomes)).replace(NBSP, " ") == said


def test_the_headline_says_nothing_of_capacity_that_nobody_recorded():
    assert work.capacity_clause(Sprints((), 0.6)) == ""


def test_what_alerts_cost_reads_like_every_duration(open_page):
    shown = read(open_page("work"))
    assert re.search(r"\d+ d(?: \d+ h)? went into alerts that needed nothing", shown)
    # From a day on a duration is said in days.
    assert [
        found
        for found in re.findall(r"\b(\d+) h\b", shown[shown.index("of alerts needed action") :])
        if int(found) > 72
    ] == []
