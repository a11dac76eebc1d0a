"""Decisions about repeats: what they come to when later ones win, and how they stand in the journal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import JournalError, ReliabilityError
from reliability.journal import Entry, Journal
from reliability.repeats import decisions as repeats
from reliability.repeats.decisions import rows, standing_decisions
from reliability.warehouse import RepeatDecision

A, B, C = ("pd", "A"), ("pd", "B"), ("snow", "C")


def entry(number: int, undo_of: int | None = None, **body: Any) -> Entry:
    return Entry(number, datetime(2025, 1, number, tzinfo=UTC), "Ana", repeats.KIND, "x", body, undo_of)


def come_to(*bodies: dict[str, Any], undone: Sequence[int] = ()) -> list[RepeatDecision]:
    """Return what bodies come to, written in this order as entries 1, 2 ..."""
    entries = [entry(number, **body) for number, body in enumerate(bodies, start=1)]
    entries += [
        entry(len(bodies) + more, undo_of=number, **bodies[number - 1])
        for more, number in enumerate(undone, 1)
    ]
    return rows(standing_decisions(entries))


def confirm(incident: Any, partner: Any) -> dict[str, Any]:
    return {"action": "confirm", "incident": list(incident), "partner": list(partner)}


def reject(incident: Any, partner: Any = None) -> dict[str, Any]:
    return {"action": "reject", "incident": list(incident), "partner": partner and list(partner)}


def same(incident: Any, into: str) -> dict[str, Any]:
    return {"action": "same as", "incident": list(incident), "into": into}


def split(issue: str, *incidents: Any) -> dict[str, Any]:
    return {"action": "split", "issue": issue, "incidents": [list(i) for i in incidents]}


def merge(issue: str, into: str) -> dict[str, Any]:
    return {"action": "merge", "issue": issue, "into": into}


def test_a_pair_keeps_both_keys_and_the_entry_that_says_so() -> None:
    assert come_to(confirm(A, C)) == [RepeatDecision("confirmed", "pd", "A", "snow", "C", entry_id=1)]


def test_of_one_pair_the_later_word_wins_whichever_way_round_it_is_said() -> None:
    assert come_to(confirm(A, B), reject(B, A)) == [
        RepeatDecision("rejected", "pd", "B", "pd", "A", entry_id=2)
    ]
    assert come_to(reject(A, B), confirm(A, B)) == [
        RepeatDecision("confirmed", "pd", "A", "pd", "B", entry_id=2)
    ]


def test_what_was_undone_does_not_win() -> None:
    assert [row.decision for row in come_to(confirm(A, B), reject(A, B), undone=[2])] == ["confirmed"]


def test_repeating_nothing_ends_what_was_confirmed_before_and_ends_with_what_is_confirmed_after() -> None:
    assert [row.decision for row in come_to(confirm(A, B), confirm(C, A), reject(A))] == [
        "confirmed",
        "not a repeat",
    ]
    assert [(r.decision, r.entry_id) for r in come_to(reject(A), confirm(A, B))] == [("confirmed", 2)]
    assert [(r.decision, r.entry_id) for r in come_to(reject(A), same(A, "P"))] == [("same as", 2)]


def test_an_incident_is_of_the_issue_it_was_assigned_to_last() -> None:
    assert come_to(same(A, "P"), same(A, "Q")) == [
        RepeatDecision("same as", "pd", "A", effective_issue_id="Q", entry_id=2)
    ]


def test_a_split_makes_one_issue_of_its_own_with_a_number_that_is_never_given_twice() -> None:
    first, second = come_to(split("P", A, B))
    assert (first.decision, first.incident_id, first.issue_id, first.effective_issue_id) == (
        "split", "A", "P", "P (2)",
    )  # fmt: skip
    assert second.effective_issue_id == "P (2)"
    taken_back = come_to(split("P", A), split("P", B), undone=[1])
    assert [(r.incident_id, r.effective_issue_id) for r in taken_back] == [("B", "P (3)")]


def test_merged_issues_are_followed_to_the_last_one() -> None:
    found = come_to(same(A, "P"), merge("P", "Q"), merge("Q", "R"))
    assert [(r.decision, r.issue_id, r.effective_issue_id) for r in found] == [
        ("same as", None, "R"),
        ("merged", "P", "R"),
        ("merged", "Q", "R"),
    ]


def test_merging_round_in_a_circle_ends_at_the_issue_named_last() -> None:
    found = come_to(merge("P", "Q"), merge("Q", "R"), merge("R", "P"))
    assert {(r.issue_id, r.effective_issue_id) for r in found} == {("Q", "P"), ("R", "P")}
    assert {(r.issue_id, r.effective_issue_id) for r in come_to(merge("P", "Q"), merge("Q", "P"))} == {
        ("Q", "P")
    }


def test_a_part_merged_back_was_never_split() -> None:
    found = come_to(same(A, "P"), split("P", A), merge("P (2)", "P"))
    assert [(r.decision, r.effective_issue_id) for r in found if r.incident_id] == [("same as", "P")]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "confirm", "incident": ["pd", "A"]},
        {"action": "confirm", "incident": "A", "partner": ["pd", "B"]},
        {"action": "confirm", "incident": ["pd", ""], "partner": ["pd", "B"]},
        {"action": ["confirm"], "incident": ["pd", "A"], "partner": ["pd", "B"]},
        {"action": "split", "issue": "P", "incidents": []},
        {"action": "split", "issue": "P", "incidents": "A"},
        {"action": "merge", "issue": "P"},
        {"action": "same as", "incident": ["pd", "A"]},
    ],
)
def test_an_entry_that_does_not_say_enough_decides_nothing(body: dict[str, Any]) -> None:
    assert come_to(body) == []


def test_everything_that_can_be_decided_is_written_with_who_and_when_and_can_be_undone(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path)
    begun = datetime.now(UTC)
    repeats.confirm(journal, A, B, "Ana")
    repeats.reject(journal, A, C, "Ben")
    repeats.reject(journal, C, None, " Cid ")
    repeats.same_as(journal, B, "P", "Ana")
    repeats.split(journal, "P", [B], "Ana")
    repeats.merge(journal, "Q", "P", "Ana")
    found = repeats.decisions(journal)
    assert [(d.action, d.who, d.subject) for d in found] == [
        ("confirm", "Ana", "A"),
        ("reject", "Ben", "A"),
        ("reject", "Cid", "C"),
        ("same as", "Ana", "B"),
        ("split", "Ana", "P"),
        ("merge", "Ana", "Q"),
    ]
    assert all(begun <= d.at <= datetime.now(UTC) for d in found)
    assert (found[0].incidents, found[0].partner) == ((A,), B)
    back = repeats.undo(journal, found[0].id, "Dan")
    assert next(d.action for d in repeats.decisions(journal)) == "reject"
    repeats.undo(journal, back.id, "Dan")
    assert repeats.decisions(journal) == found
    with pytest.raises(JournalError, match="no entry 99"):
        repeats.undo(journal, 99, "Dan")


def test_nothing_is_written_without_a_name_or_with_a_part_missing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for wrong in (
        lambda: repeats.confirm(journal, A, B, " "),
        lambda: repeats.confirm(journal, A, A, "Ana"),
        lambda: repeats.same_as(journal, A, "", "Ana"),
        lambda: repeats.split(journal, "P", [], "Ana"),
        lambda: repeats.merge(journal, "P", "P", "Ana"),
        lambda: repeats.undo(journal, 1, ""),
    ):
        with pytest.raises(ReliabilityError):
            wrong()
    assert journal.entries() == []


def test_what_is_only_supposed_is_not_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    repeats.confirm(journal, A, B, "Ana")
    with_one_more = repeats.supposed(journal.entries(), "reject", incident=A, partner=B)
    assert [row.decision for row in rows(with_one_more)] == ["rejected"]
    assert [row.decision for row in repeats.rows_of(tmp_path)] == ["confirmed"]
