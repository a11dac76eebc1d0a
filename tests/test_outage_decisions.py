"""Incidents of two tools that a person says are one outage, or are not: suggested, decided, counted once, taken back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.rulings import outages, rows_of
from reliability.settings import load_settings
from reliability.warehouse import build, restate
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import Built, build_folder, table
from tests.test_gates_page import read
from tests.test_same_outage import JIRA, paged, pagerduty
from tests.test_warehouse_accounting import hold_the_books

JULY = {"start": datetime(2025, 7, 1, tzinfo=UTC), "end": datetime(2025, 8, 1, tzinfo=UTC), "limit": 50}
PAGED, TICKET = ("pagerduty", "PX1"), ("jira", "OPS-26")


def ticket(number: int, created: str, service: str = "checkout ") -> str:
    return f"Cannot pay,OPS-{number},Incident,Done,Highest,Done,{created},{created[:9]} 11:30 PM,{service}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of five tickets the first opened four minutes after a page of its service; the others do not look alike."""
    rows = [
        ticket(26, "04/Jul/25 10:04 AM"),
        ticket(27, "11/Jul/25 10:16 AM"),
        ticket(28, "18/Jul/25 10:03 AM", "Search"),
        ticket(29, "21/Jul/25 10:00 AM"),
        ticket(30, "25/Jul/25 09:00 AM"),
    ]
    files = {
        "pd.json": pagerduty(paged(1, "04T10:00"), paged(2, "11T10:00"), paged(3, "18T10:00")),
        "jira.csv": table(JIRA, *rows),
    }
    build_folder(tmp_path, files)
    return tmp_path


def rebuilt(folder: Path) -> Built:
    return Built(folder, build(folder, load_settings(folder), decisions=lambda: rows_of(folder)))


def suggested(folder: Path) -> list[tuple[Any, ...]]:
    store = open_workspace(folder).store
    try:
        return [
            (
                (row["source"], row["incident_id"]),
                (row["partner_source"], row["partner_id"]),
                row["minutes_apart"],
            )
            for row in store.run("suggestions/outages", JULY)
        ]
    finally:
        store.close()


def incidents(folder: Path) -> list[str]:
    store = open_workspace(folder).store
    try:
        with store.aside() as aside:
            found = aside.connection.execute("select incident_id from fact_incidents order by all").fetchall()
        return [name for (name,) in found]
    finally:
        store.close()


ALL = ["OPS-26", "OPS-27", "OPS-28", "OPS-29", "OPS-30", "PX1", "PX2", "PX3"]


def test_only_what_opened_within_minutes_for_one_service_is_suggested(folder: Path) -> None:
    assert suggested(folder) == [(TICKET, PAGED, 4.0)]


def test_what_is_said_to_be_one_outage_counts_once_until_it_is_taken_back(folder: Path) -> None:
    assert incidents(folder) == ALL
    entry = outages.same(Journal(folder), TICKET, PAGED, "Ana")
    built = rebuilt(folder)
    hold_the_books(built)
    assert incidents(folder) == [name for name in ALL if name != "OPS-26"]
    assert built.rows("select row_key, disposition, reason from left_out") == [
        ("OPS-26", "superseded", "the same outage in another tool")
    ]
    assert suggested(folder) == []
    # The graver level of the two is that of the outage: "Highest" against P2.
    assert built.rows("select severity from fact_incidents where incident_id = 'PX1'") == [(1,)]
    Journal(folder).undo(entry.id, "Ben")
    rebuilt(folder)
    assert incidents(folder) == ALL
    assert suggested(folder) == [(TICKET, PAGED, 4.0)]


def test_what_is_said_to_be_two_outages_is_not_suggested_again_and_stays_two(folder: Path) -> None:
    outages.not_the_same(Journal(folder), PAGED, TICKET, "Ana")
    rebuilt(folder)
    assert (suggested(folder), incidents(folder)) == ([], ALL)


def test_a_person_is_believed_over_a_reference_between_the_tools(tmp_path: Path) -> None:
    files = {
        "pd.json": pagerduty(paged(1, "04T10:00", "OPS-26")),
        "jira.csv": table(JIRA, ticket(26, "04/Jul/25 10:04 AM")),
    }
    build_folder(tmp_path, files)
    assert incidents(tmp_path) == ["PX1"]
    outages.not_the_same(Journal(tmp_path), TICKET, PAGED, "Ana")
    rebuilt(tmp_path)
    assert incidents(tmp_path) == ["OPS-26", "PX1"]


def test_of_one_pair_the_last_word_counts() -> None:
    at = datetime(2025, 8, 1, tzinfo=UTC)
    said = (
        outages.Outage(1, at, "Ana", "same outage", TICKET, PAGED),
        outages.Outage(2, at, "Ben", "not the same", PAGED, TICKET),
    )
    (row,) = outages.rows(said)
    assert (row.decision, row.entry_id) == ("not the same", 2)


def test_a_restatement_leaves_what_only_a_build_can_join_to_the_next_build(folder: Path) -> None:
    outages.same(Journal(folder), TICKET, PAGED, "Ana")
    restate(folder, load_settings(folder), lambda: rows_of(folder))
    assert incidents(folder) == ALL
    rebuilt(folder)
    assert "OPS-26" not in incidents(folder)
    # And what a build has joined, a restatement keeps.
    restate(folder, load_settings(folder), lambda: rows_of(folder))
    assert "OPS-26" not in incidents(folder)


def test_nobody_without_a_name_joins_and_no_two_of_one_tool_are_joined(folder: Path) -> None:
    with pytest.raises(ReliabilityError, match="your name is missing"):
        outages.same(Journal(folder), TICKET, PAGED, "")
    with pytest.raises(ReliabilityError, match="both are of one tool"):
        outages.same(Journal(folder), TICKET, ("jira", "OPS-27"), "Ana")


def test_the_page_joins_two_for_a_visitor(tmp_path: Path, open_page: Any) -> None:
    tickets = [
        ticket(26, "04/Jul/25 10:04 AM"),
        ticket(27, "11/Jul/25 10:05 AM"),
        ticket(28, "18/Jul/25 10:03 AM"),
    ]
    pages = pagerduty(paged(1, "04T10:00"), paged(2, "11T10:00"), paged(3, "18T10:00"))
    build_folder(tmp_path, {"pd.json": pages, "jira.csv": table(JIRA, *tickets)})
    app = open_page("chronic_issues", tmp_path, quarter="2025-Q3")
    assert next(button for button in app.button if button.key == "outage-same").disabled
    next(box for box in app.text_input if box.key == "outage-who").set_value("Ana").run()
    next(button for button in app.button if button.key == "outage-same").click().run()
    assert not app.exception
    # The newest pair comes first.
    (entry,) = Journal(tmp_path).entries(outages.KIND)
    assert (entry.who, entry.body["incident"], entry.body["partner"]) == (
        "Ana",
        ["jira", "OPS-28"],
        ["pagerduty", "PX3"],
    )
    next(button for button in app.button if button.key == "outage-bring").click().run()
    assert not app.exception
    assert incidents(tmp_path) == ["OPS-26", "OPS-27", "PX1", "PX2", "PX3"]
    assert not [button for button in app.button if button.key == "outage-bring"]


def test_an_undo_on_an_old_page_does_not_hit_the_outage_that_has_its_number_since_a_restore(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, open_page: Any
) -> None:
    journal = Journal(folder)
    journal.append("note", "x", {}, "ana")
    saved = journal.backup(tmp_path_factory.mktemp("saved") / "saved.sqlite")
    made = outages.same(journal, TICKET, PAGED, "Ana")
    app = open_page("chronic_issues", folder, quarter="2025-Q3")
    next(box for box in app.text_input if box.key == "outage-who").set_value("Ana").run()
    old = next(button for button in app.button if button.key == f"outage-undo-{made.id}")
    journal.restore(saved)
    other = outages.not_the_same(journal, ("jira", "OPS-28"), ("pagerduty", "PX3"), "Ben")
    assert other.id == made.id
    old.click().run()
    assert not app.exception
    assert [one.digest for one in outages.standing_in(journal)] == [other.digest]
    assert "is not the one that was shown" in read(app)
    next(button for button in app.button if button.key == f"outage-undo-{other.id}").click().run()
    assert outages.standing_in(journal) == ()
