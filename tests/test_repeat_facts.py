"""What people decide about repeats, as the facts count it: a person's word wins, and the rule shown says so."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from reliability.queries import query
from tests.profiles import steps
from tests.test_repeat_decisions import come_to, confirm, merge, reject, same, split
from tests.warehouse_by_hand import by_hand, figures, params

BY_PERSON = "confirmed by a person"


def incident(name: str, day: str, **others: Any) -> dict[str, Any]:
    return {"incident_id": name, "opened_at": day, **others}


def key(name: str, source: str = "hand") -> tuple[str, str]:
    return (source, name)


def decided(
    tmp_path: Path, incidents: Sequence[dict[str, Any]], *bodies: Any, **tables: Any
) -> dict[str, Any]:
    """Incident id -> (rule, partner, issue) as the facts have it after these decisions."""
    table = [row._asdict() for row in come_to(*bodies)]
    with by_hand(tmp_path, incidents=incidents, repeat_decisions=table, **tables) as store:
        cursor = store._connection.cursor()  # type: ignore[union-attr]
        found = cursor.execute(
            "select incident_id, repeat_rule, repeat_partner, issue_id from fact_incidents"
        ).fetchall()
    assert len(found) == len(incidents)
    return {name: tuple(rest) for name, *rest in found}


FAR = [incident("A", "2024-01-01"), incident("B", "2025-07-01"), incident("other", "2025-07-02")]


def test_a_suggestion_counts_only_once_a_person_confirmed_it_and_then_at_any_age(tmp_path: Path) -> None:
    assert decided(tmp_path, FAR)["B"] == (None, None, None)
    found = decided(tmp_path, FAR, confirm(key("B"), key("A")))
    assert found == {"A": (None, None, "A"), "B": (BY_PERSON, "A", "A"), "other": (None, None, None)}


def test_of_a_confirmed_pair_the_later_one_is_the_repeat(tmp_path: Path) -> None:
    found = decided(tmp_path, FAR, confirm(key("A"), key("B")))
    assert (found["A"][0], found["B"][:2]) == (None, (BY_PERSON, "A"))


def test_a_pair_may_be_of_two_tools_that_use_the_same_ids(tmp_path: Path) -> None:
    incidents = [
        incident("7", "2025-01-01", source="pd"),
        incident("7", "2025-05-01", source="snow"),
        incident("8", "2025-06-01", source="pd"),
    ]
    table = [row._asdict() for row in come_to(confirm(("snow", "7"), ("pd", "7")))]
    with by_hand(tmp_path, incidents=incidents, repeat_decisions=table) as store:
        cursor = store._connection.cursor()  # type: ignore[union-attr]
        found = cursor.execute(
            "select source, is_repeat, issue_id from fact_incidents order by 1, 2"
        ).fetchall()
    assert found == [("pd", False, "7"), ("pd", False, None), ("snow", True, "7")]


TOLD = [
    incident("A", "2025-01-01", problem_id="P"),
    incident("B", "2025-01-11", problem_id="P"),
    incident("C", "2025-01-21", problem_id="P"),
    incident("L", "2025-03-01", repeat_of="A"),
    incident("F", "2025-04-01"),
]
FLAG = [{"ticket_id": "1", "incident_id": "F", "created_at": "2025-04-01", "repeat_flag": True}]


def test_a_rejection_overrules_the_tool(tmp_path: Path) -> None:
    before = decided(tmp_path, TOLD, tickets=FLAG)
    assert {name: rule for name, (rule, *_) in before.items()} == {
        "A": None, "B": "shared problem", "C": "shared problem", "L": "explicit link", "F": "ticket flag",
    }  # fmt: skip
    found = decided(tmp_path, TOLD, reject(key("B"), key("A")), reject(key("L"), key("A")), tickets=FLAG)
    assert (found["B"], found["L"]) == ((None, None, "P"), (None, None, None))
    assert found["C"] == ("shared problem", "B", "P"), "of the others nothing was said"


def test_behind_a_rejected_pair_the_one_before_it_is_looked_at(tmp_path: Path) -> None:
    found = decided(tmp_path, TOLD, reject(key("B"), key("C")))
    assert (found["B"][:2], found["C"][:2]) == (("shared problem", "A"), ("shared problem", "A"))
    found = decided(tmp_path, TOLD, reject(key("C"), key("B")), reject(key("C"), key("A")))
    assert found["C"][0] is None


def test_of_an_incident_said_to_repeat_nothing_no_rule_counts(tmp_path: Path) -> None:
    said = [reject(key(name)) for name in ("B", "L", "F")]
    found = decided(tmp_path, TOLD, *said, tickets=FLAG)
    assert [found[name][0] for name in ("B", "L", "F")] == [None, None, None]
    assert decided(tmp_path, TOLD, *said, confirm(key("F"), key("A")), tickets=FLAG)["F"] == (
        BY_PERSON,
        "A",
        "P",
    )


def test_the_same_as_an_issue_is_a_repeat_of_it_at_any_age(tmp_path: Path) -> None:
    found = decided(tmp_path, TOLD, same(key("F"), "P"), tickets=FLAG)
    assert found["F"] == (BY_PERSON, "L", "P")
    moved = decided(tmp_path, [*TOLD, incident("N", "2025-04-20", problem_id="P")], same(key("F"), "P"))
    assert moved["N"] == ("joined by a person", "F", "P"), "19 days after what a person moved there"


def test_the_same_as_an_issue_takes_an_incident_away_from_its_own(tmp_path: Path) -> None:
    elsewhere = [*TOLD, incident("Q1", "2025-01-05", problem_id="Q")]
    found = decided(tmp_path, elsewhere, same(key("B"), "Q"))
    assert found["B"] == (BY_PERSON, "Q1", "Q")
    assert found["C"] == ("shared problem", "A", "P"), "20 days after A; B is no longer of P"
    linked = decided(tmp_path, elsewhere, same(key("L"), "Q"))
    assert linked["L"] == (BY_PERSON, "Q1", "Q")


def test_merged_issues_are_one_and_the_rule_says_who_joined_them(tmp_path: Path) -> None:
    two = [
        *TOLD[:3],
        incident("Q1", "2025-02-15", problem_id="Q"),
        incident("Q2", "2025-02-20", problem_id="Q"),
    ]
    found = decided(tmp_path, two, merge("Q", "P"))
    assert found["Q1"] == ("joined by a person", "C", "P")
    assert found["Q2"] == ("shared problem", "Q1", "P"), "the tool says so already"
    assert decided(tmp_path, two)["Q1"] == (None, None, "Q")


def test_a_split_ends_repeats_that_came_only_from_the_issue(tmp_path: Path) -> None:
    found = decided(tmp_path, TOLD, split("P", key("B"), key("C")))
    assert found["A"] == (None, None, "P")
    assert found["B"] == (None, None, "P (2)")
    assert found["C"] == ("shared problem", "B", "P (2)"), "both were moved: they still share it"
    assert found["L"] == ("explicit link", "A", "P")


CHAIN = [
    incident("A", "2025-01-01"),
    incident("B", "2025-03-01", repeat_of="A"),
    incident("C", "2025-05-01", repeat_of="B"),
]


def test_a_split_ends_links_and_what_stays_goes_back_to_what_stays(tmp_path: Path) -> None:
    assert decided(tmp_path, CHAIN)["C"] == ("explicit link", "B", "A")
    middle = decided(tmp_path, CHAIN, split("A", key("B")))
    assert middle == {"A": (None, None, "A"), "B": (None, None, "A (2)"), "C": ("explicit link", "A", "A")}
    two = decided(tmp_path, CHAIN, split("A", key("B"), key("C")))
    assert two == {"A": (None, None, None), "B": (None, None, "A (2)"), "C": ("explicit link", "B", "A (2)")}


def test_a_split_ends_what_was_confirmed_before_it_but_not_after(tmp_path: Path) -> None:
    pair = confirm(key("F"), key("C"))
    assert decided(tmp_path, TOLD, pair)["F"] == (BY_PERSON, "C", "P")
    assert decided(tmp_path, TOLD, pair, split("P", key("F")))["F"] == (None, None, "P (2)")
    assert decided(tmp_path, TOLD, split("P", key("C")), confirm(key("C"), key("A")))["C"] == (
        BY_PERSON, "A", "P (2)",
    )  # fmt: skip


def test_a_part_that_is_merged_back_is_as_if_nothing_had_been_split(tmp_path: Path) -> None:
    for incidents, issue, moved in ((TOLD, "P", "B"), (CHAIN, "A", "B")):
        back = decided(tmp_path, incidents, split(issue, key(moved)), merge(f"{issue} (2)", issue))
        assert back == decided(tmp_path, incidents)


def test_an_issue_keeps_the_name_that_decisions_use_when_new_links_lead_further_back(tmp_path: Path) -> None:
    older = [incident("Z", "2024-06-01"), *CHAIN, incident("P1", "2025-02-01", problem_id="P")]
    found = decided(tmp_path, older, merge("A", "P"), confirm(key("A"), key("Z")))
    assert {name: issue for name, (_, _, issue) in found.items()} == dict.fromkeys(
        ("Z", "A", "B", "C", "P1"), "P"
    )
    named = decided(tmp_path, older, same(key("P1"), "A"), confirm(key("A"), key("Z")))
    assert {name: issue for name, (_, _, issue) in named.items()} == dict.fromkeys(
        ("Z", "A", "B", "C", "P1"), "A"
    )


def test_an_incident_confirmed_twice_holds_both_issues_together(tmp_path: Path) -> None:
    incidents = [
        incident("A", "2025-01-01"),
        incident("Z", "2024-01-01"),
        incident("B", "2025-03-01", repeat_of="A"),
        incident("C", "2025-04-01", repeat_of="A"),
    ]
    found = decided(tmp_path, incidents, confirm(key("B"), key("Z")))
    assert {name: issue for name, (_, _, issue) in found.items()} == dict.fromkeys("ABCZ", "Z")
    assert (found["B"][:2], found["C"][:2]) == ((BY_PERSON, "Z"), ("explicit link", "A"))


def test_what_was_confirmed_of_an_earlier_one_without_a_problem_joins_the_problem(tmp_path: Path) -> None:
    incidents = [incident("old", "2024-01-01"), *TOLD[:3]]
    found = decided(tmp_path, incidents, confirm(key("A"), key("old")))
    assert found["old"] == (None, None, "P")
    assert found["A"] == (BY_PERSON, "old", "P")


def test_a_confirmed_incident_that_was_merged_into_another_is_followed(tmp_path: Path) -> None:
    merged = {
        "table_name": "incidents",
        "disposition": "excluded",
        "reason": "merged into another",
        "row_key": "M",
        "detail": "A",
    }
    found = decided(tmp_path, FAR, confirm(key("B"), key("M")), left_out=[merged])
    assert found["B"] == (BY_PERSON, "A", "A")


def test_a_decision_about_an_incident_no_export_holds_waits_and_counts_when_it_returns(
    tmp_path: Path,
) -> None:
    said = [row._asdict() for row in come_to(confirm(key("B"), key("A")), merge("Q", "P"), reject(key("A")))]
    with by_hand(tmp_path, incidents=FAR[:1], repeat_decisions=said) as store:
        held = {row["decision"]: row["is_held"] for row in store.run("lists/repeat_decisions")}
    assert held == {"confirmed": False, "merged": False, "not a repeat": True}
    with by_hand(tmp_path, incidents=FAR, repeat_decisions=said) as store:
        held = {row["decision"]: row["is_held"] for row in store.run("lists/repeat_decisions")}
        assert (
            held["confirmed"]
            and figures(store, "repeat_incidents", params("2025-07-01", "2025-10-01"))["value"] == 1
        )


def test_decisions_count_at_any_instant_the_data_is_seen_from(tmp_path: Path) -> None:
    said = [row._asdict() for row in come_to(confirm(key("B"), key("A")))]
    with by_hand(tmp_path, incidents=FAR, repeat_decisions=said) as store:
        early = figures(store, "repeat_incidents", params("2025-07-01", "2025-10-01", "2025-07-01 12:00"))
    assert early["value"] == 1


def test_a_person_who_decided_makes_a_figure_where_the_tools_say_nothing(tmp_path: Path) -> None:
    quarter = params("2025-07-01", "2025-10-01")
    with by_hand(tmp_path, incidents=FAR) as store:
        assert figures(store, "repeat_incidents", quarter)["value"] is None
    said = [row._asdict() for row in come_to(confirm(key("B"), key("A")))]
    with by_hand(tmp_path, incidents=FAR, repeat_decisions=said) as store:
        assert figures(store, "repeat_incidents", quarter)["value"] == 1
    said = [row._asdict() for row in come_to(reject(key("B"), key("A")))]
    with by_hand(tmp_path, incidents=FAR, repeat_decisions=said) as store:
        assert figures(store, "repeat_incidents", quarter)["value"] == 0


def test_the_problem_of_its_tickets_is_that_of_an_incident_once_they_are_there_and_agree(
    tmp_path: Path,
) -> None:
    incidents = [
        incident("A", "2025-07-01", problem_id="P"),
        incident("B", "2025-07-10"),
        incident("torn", "2025-07-11"),
    ]
    tickets = [
        {"ticket_id": "1", "incident_id": "B", "created_at": "2025-07-12", "problem_id": "P"},
        {"ticket_id": "2", "incident_id": "B", "created_at": "2025-07-13"},
        {"ticket_id": "3", "incident_id": "torn", "created_at": "2025-07-12", "problem_id": "P"},
        {"ticket_id": "4", "incident_id": "torn", "created_at": "2025-07-12", "problem_id": "Q"},
    ]
    found = decided(tmp_path, incidents, tickets=tickets)
    assert found["B"] == ("shared problem", "A", "P")
    assert found["torn"] == (None, None, None)
    with by_hand(tmp_path, incidents=incidents, tickets=tickets) as store:
        seen = [
            figures(store, "repeat_incidents", params("2025-07-01", "2025-10-01", as_of))["value"]
            for as_of in ("2025-07-11 23:59", "2025-07-12")
        ]
    assert seen == [0, 1]


def test_a_shared_root_cause_id_makes_a_repeat_within_the_look_back_and_prose_never_does(
    tmp_path: Path,
) -> None:
    incidents = [
        incident("A", "2025-01-01", root_cause_id="CHG1", root_cause="Bad deploy"),
        incident("B", "2025-01-31", root_cause_id="CHG1", problem_id="P"),
        incident("late", "2025-03-03", root_cause_id="CHG1"),
        incident("prose", "2025-01-02", root_cause="Bad deploy"),
    ]
    found = decided(tmp_path, incidents)
    assert found == {
        "A": (None, None, "CHG1"),
        "B": ("shared root cause", "A", "P"),
        "late": (None, None, "CHG1"),
        "prose": (None, None, None),
    }
    assert decided(tmp_path, incidents, reject(key("B"), key("A")))["B"][0] is None
    assert decided(tmp_path, incidents, same(key("A"), "other"))["B"][0] is None


def test_an_issue_of_thousands_is_not_held_against_itself(tmp_path: Path) -> None:
    """A service desk files half a year under one problem, and a person judged one of its incidents."""
    number = 3_000
    incidents = [
        incident(f"I{n}", str(date(2025, 1, 1) + timedelta(days=n // 20)), problem_id="P")
        for n in range(number)
    ]
    table = [row._asdict() for row in come_to(reject(key("I2000"), key("I1999")))]
    with by_hand(tmp_path, incidents=incidents, repeat_decisions=table) as store:
        made = query("facts/11_repeats")
        told = steps(store, made, {"repeat_look_back_days": 30})
    rows = [step["intermediate_rows"] for step in told]
    assert max(rows) >= number, "nothing was explained"
    assert max(rows) <= 3 * number, max(rows)
