"""The Release gates page without a browser: the answer, one change, filters, waivers, what it never shows."""

import csv
import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reliability.gates.waivers import waivers
from reliability.journal import Journal
from reliability.settings import load_settings
from reliability.ui.text import digest
from tests.conftest import ROOT
from tests.shown import charts

# What added gates say is not theirs to test.
pytestmark = pytest.mark.usefixtures("shipped_gates")


def read(app: Any) -> str:
    """Everything that can be read on the page: HTML, notes, buttons, code."""
    parts = [html.unescape(str(element.proto.body)) for element in app.get("html")]
    parts += [element.value for element in [*app.markdown, *app.caption]]
    parts += [element.value for element in app.get("code")]
    parts += [button.label for button in app.button]
    return "\n".join(re.sub(r"\\(.)", r"\1", part) for part in parts).replace("\N{NON-BREAKING HYPHEN}", "-")


def people() -> set[str]:
    """The names of those who signed off, in the sample's export."""
    with (ROOT / "data" / "exports" / "engineering" / "changes.csv").open(encoding="utf-8") as file:
        named = {row["reliability_signoff_by"] for row in csv.DictReader(file)}
    return {name for text in named for name in re.findall(r"\((.+?)\)", text)}


def test_the_page_begins_with_the_answer_and_shows_every_planned_change(open_page):
    shown = read(open_page("gates"))
    assert "6 of 12\N{NO-BREAK SPACE}planned changes may ship; 6 are held" in shown
    for number in range(3301, 3313):
        assert f"CHG-{number}" in shown
    assert (
        shown.index("This week") < shown.index("Next week, from 24 Nov") < shown.index("Week of 1 Dec 2025")
    )
    assert shown.count("</span> Hold</b>") == 6
    assert shown.count("</span> Ship</b>") == 6


def test_changes_are_grouped_by_release_when_the_link_says_so(open_page):
    shown = read(open_page("gates", by="Release"))
    assert shown.index("Release 2025.47") < shown.index("Release 2025.48") < shown.index("Release 2025.49")
    assert "This week" not in shown


def test_a_link_opens_one_change_with_what_is_missing_and_who_gives_it(open_page):
    shown = read(open_page("gates", change="CHG-3303"))
    assert "CHG-3303 is held" in shown
    assert "There is no SLO impact statement for identity." in shown
    assert "→ team Identity" in shown
    assert "?change=CHG-3303" in shown
    assert "engineering/changes.csv, line" in shown


def test_a_gate_that_passed_shows_its_value_and_its_window(open_page):
    shown = re.sub(r"<[^>]+>", " ", read(open_page("gates", change="CHG-3303")))
    assert re.search(
        r"✓ passed Error budget identity has \d+ % of its error budget left for the quarter to 31 Dec 2025\.",
        re.sub(r"\s+", " ", shown),
    )


def test_beside_the_quarters_budget_stands_what_the_promise_has_used_of_its_own(open_page, store):
    # The promise runs from 18 August to 15 November and allows five failed requests in ten thousand of its whole window;
    # every day of it is measured.
    with store.aside() as aside:
        worst = aside.connection.execute(
            """
            select endpoint, service, sum(total - good) / (0.0005 * sum(total)) as used
            from availability
            where interval_start >= timestamptz '2025-08-18 00:00 Europe/Berlin'
                and interval_end <= timestamptz '2025-11-16 00:00 Europe/Berlin' and total > 0
            group by endpoint, service
            order by used desc
            limit 1
            """
        ).fetchone()
        (change,) = aside.connection.execute(
            "select any_value(change_id) from changes where service = $service and released_at is null",
            {"service": worst[1]},
        ).fetchone()
    shown = re.sub(r"<[^>]+>", " ", read(open_page("gates", change=change)))
    said = rf"left for the quarter to 31 Dec 2025\.\s+Of the promise's 90 days to 15 Nov {worst[0]} has used (\d+) %\."
    (found,) = re.findall(said, shown.replace("\u00a0", " "))
    # The sample's hours do not end with the day: a few of the first and last count on one side only.
    assert int(found) == pytest.approx(100 * worst[2], abs=1)


def test_a_change_that_is_out_went_without_something_and_is_not_held(open_page):
    shown = read(open_page("gates", change="CHG-2833"))
    assert "CHG-2833 went out without SLO impact statement and Reliability sign-off" in shown
    assert "CHG-2833 is held" not in shown and "CHG-2833 may ship" not in shown


def test_words_of_the_title_find_a_change_and_several_matches_are_offered(open_page):
    assert "CHG-3303 is held" in read(open_page("gates", change="passkeys identity"))
    app = open_page("gates", change="checkout")
    assert "Which one?" in read(app)
    app.button(key=f"match-{digest('CHG-3307')}").click().run()
    assert not app.exception
    assert "CHG-3307 is held" in read(app)
    app.button(key="close-change").click().run()
    assert "CHG-3307 is held" not in read(app)
    # Ids are anybody's text: none is part of a key, where two could become one.
    assert [button.key for button in app.button if "CHG" in str(button.key)] == []


def test_an_unknown_change_is_answered_with_the_nearest(open_page):
    app = open_page("gates", change="CHG-33O1")
    assert "No change is called that. The nearest:" in read(app)
    assert [button.key for button in app.button if button.key == "close-change"] == []


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "' or 1=1 --", "%", "\\", "💥" * 200])
def test_any_search_is_only_text(open_page, nasty):
    app = open_page("gates", change=nasty)
    assert not any("<script>alert" in str(element.proto.body) for element in app.get("html"))


def test_filters_narrow_the_planned_changes(open_page):
    shown = read(open_page("gates", service="search"))
    assert "All 2\N{NO-BREAK SPACE}planned changes are held" in shown
    assert "only service search" in shown
    assert "CHG-3301" not in shown
    shown = read(open_page("gates", team="Payments"))
    assert "CHG-3307" in shown
    assert "CHG-3302" not in shown


def test_filters_that_leave_nothing_say_which(open_page):
    shown = read(open_page("gates", service="search", team="Payments"))
    assert "No planned change with service search, team Payments." in shown
    assert "Clear filters" in shown


def test_no_person_is_named_on_the_page(open_page):
    names = people()
    assert len(names) >= 2
    for query in ({}, {"change": "CHG-3303"}, {"change": "CHG-3301"}, {"quarter": "2025-Q3"}):
        app = open_page("gates", **query)
        tables = json.dumps([table.value.to_dict() for table in app.dataframe], default=str)
        for name in names:
            assert name not in read(app)
            assert name not in tables


def test_the_history_names_the_changes_that_went_without(open_page):
    app = open_page("gates", quarter="2025-Q3")
    assert re.search(r"\d+\N{NO-BREAK SPACE}core changes of \d+ went without", read(app))
    exceptions = app.dataframe[0].value
    assert len(exceptions) > 3
    assert exceptions["Change id"].str.startswith("CHG-").all()
    assert exceptions["Missing"].notna().all()


# ---------------------------------------------------------------------------------------- waivers on the page


def fill(app: Any, form: int = 0, **said: str) -> None:
    """Fill the fields of a waiver's form; the first form is the change's, the last one the general one."""
    labels = {"reason": "Why this is safe enough", "approver": "Approved by", "who": "Your name",
              "target": "Which change or service"}  # fmt: skip
    for name, value in said.items():
        fields = app.text_area if name == "reason" else app.text_input
        [field for field in fields if field.label == labels[name]][form].input(value)


def press(app: Any, label: str, which: int = 0) -> None:
    [button for button in app.button if button.label == label][which].click().run()
    assert not app.exception


def test_a_waiver_is_written_on_the_page_and_taken_back(open_page, own_sample):
    app = open_page("gates", own_sample, change="CHG-3303")
    fill(app, reason="Behind a flag", approver="Prof. Approver", who="Ana Writer")
    press(app, "Write it down")
    given = waivers(Journal(own_sample), load_settings(own_sample))
    assert [(w.gate, w.scope, w.target, w.reason, w.approver, w.written_by, w.until) for w in given] == [
        ("slo_impact_statement", "change", "CHG-3303", "Behind a flag", "Prof. Approver", "Ana Writer", date(2025, 12, 1))
    ]  # fmt: skip
    shown = read(app)
    assert "CHG-3303 may ship" in shown
    assert "7 of 12\N{NO-BREAK SPACE}planned changes may ship" in shown
    assert "1\N{NO-BREAK SPACE}waiver in force" in shown
    assert "active, until 1 Dec 2025" in shown
    assert "Prof. Approver" not in shown
    assert "Ana Writer" not in shown
    fill(app, -1, who="Ben")
    press(app, "Take it back")
    assert waivers(Journal(own_sample), load_settings(own_sample)) == ()
    assert "CHG-3303 is held" in read(app)


def test_the_day_that_is_offered_lasts_until_the_change_goes_out(open_page):
    # Planned for 3 December, more than the usual two weeks ahead.
    app = open_page("gates", change="CHG-3311")
    assert app.date_input[0].value == date(2025, 12, 3)
    assert open_page("gates", change="CHG-3302").date_input[0].value == date(2025, 12, 1)


def test_a_waiver_that_lacks_something_is_not_written_and_says_what(open_page, own_sample):
    app = open_page("gates", own_sample, change="CHG-3303")
    fill(app, reason="Behind a flag", approver="CTO")
    press(app, "Write it down")
    assert "Still empty: “Your name”." in read(app)
    fill(app, reason=" ", approver="", who="Dana")
    press(app, "Write it down")
    assert "Still empty: “Why this is safe enough” and “Approved by”." in read(app)
    assert Journal(own_sample).entries() == []


def test_a_day_that_cannot_be_is_refused_and_nothing_is_written_in_its_place(open_page, own_sample):
    app = open_page("gates", own_sample, change="CHG-3303")
    fill(app, reason="Behind a flag", approver="CTO", who="Dana")
    # 202 is what a browser sends while somebody types 2026: it has to arrive, or the day before it is written.
    for impossible in (date(2024, 1, 1), date(2027, 1, 1), date(202, 1, 1)):
        field = app.date_input[0].set_value(impossible)
        assert date.fromisoformat(field.proto.min.replace("/", "-")) <= impossible
        press(app, "Write it down")
        assert "“Last day it holds” is a day from 17 Nov 2025 to 15 Feb 2026." in read(app)
        assert Journal(own_sample).entries() == []


def test_after_a_waiver_its_form_is_empty_so_that_a_second_press_waives_nothing(open_page, own_sample):
    app = open_page("gates", own_sample)
    fill(app, -1, target="CHG-3302", reason="r", approver="a", who="w")
    press(app, "Write it down", -1)
    assert len(Journal(own_sample).entries()) == 1
    assert [field.value for field in app.text_area if field.label == "Why this is safe enough"][-1] == ""
    press(app, "Write it down", -1)
    assert len(Journal(own_sample).entries()) == 1


def test_the_general_form_waives_for_a_named_change_that_exists(open_page, own_sample):
    app = open_page("gates", own_sample)
    fill(app, -1, target="CHG-33O2", reason="r", approver="a", who="w")
    press(app, "Write it down", -1)
    assert "there is no change 'CHG-33O2'. Did you mean" in read(app)
    fill(app, -1, target="chg-3302")
    press(app, "Write it down", -1)
    assert [w.target for w in waivers(Journal(own_sample), load_settings(own_sample))] == ["CHG-3302"]


def give_waiver(data: Path) -> Any:
    """A waiver that lets CHG-3303 ship, as the command line gives it."""
    from reliability.cli.main import main

    said = ["--reason", "r", "--approver", "a", "--until", "2025-12-01", "--who", "w", "--data", str(data)]
    assert main(["waive", "--gate", "slo_impact_statement", "--change", "CHG-3303", *said]) == 0
    return waivers(Journal(data), load_settings(data))[0]


def test_a_restore_that_brings_an_entry_number_back_does_not_bring_back_the_answer_of_then(
    open_page, own_sample, tmp_path
):
    journal = Journal(own_sample)
    journal.append("note", "before", {}, "ana")
    saved = journal.backup(tmp_path / "saved.sqlite")
    waiver = give_waiver(own_sample)
    assert "CHG-3303 may ship" in read(open_page("gates", own_sample, change="CHG-3303"))
    journal.restore(saved)
    assert journal.append("note", "after", {}, "ana").id == waiver.id
    shown = read(open_page("gates", own_sample, change="CHG-3303"))
    assert "CHG-3303 is held" in shown
    assert "6 of 12\N{NO-BREAK SPACE}planned changes may ship" in shown


def test_an_old_page_does_not_take_another_waiver_back(open_page, own_sample, tmp_path):
    journal = Journal(own_sample)
    journal.append("note", "before", {}, "ana")
    saved = journal.backup(tmp_path / "saved.sqlite")
    give_waiver(own_sample)
    old = open_page("gates", own_sample)
    fill(old, -1, who="Ben")
    journal.restore(saved)
    other = give_waiver(own_sample)
    press(old, "Take it back")
    assert waivers(Journal(own_sample), load_settings(own_sample)) == (other,)


# ---------------------------------------------------------------------------------------- without data


def test_without_changes_the_page_says_which_export_would_fill_it(open_page, tmp_path):
    from reliability.warehouse import build

    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "incidents.csv").write_text(
        "incident_id,opened_at,severity\nI1,2025-11-01T08:00:00Z,P1\n"
    )
    build(tmp_path, load_settings(tmp_path))
    app = open_page("gates", tmp_path)
    shown = read(app)
    assert "Nothing can be said about any change" in shown
    assert "Release gates needs an export with one row for each pull request, release or launch." in shown
    assert not charts(app)


def test_a_change_without_anything_is_held_because_nobody_can_tell(open_page, tmp_path: Path):
    from reliability.warehouse import build

    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "changes.csv").write_text(
        "change_id,title,requested_at,planned_for\nC-1,<b>bold</b> | $x$,2025-11-17T08:00:00Z,2025-11-20T08:00:00Z\n"
        "c-1,,2025-11-10T08:00:00Z,\n"
    )
    build(tmp_path, load_settings(tmp_path))
    app = open_page("gates", tmp_path)
    shown = read(app)
    assert "Hold: cannot tell" in shown
    assert "<b>bold</b>" not in "".join(str(e.proto.body) for e in app.get("html"))
    assert "No day planned" in shown
