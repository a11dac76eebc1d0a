"""Facts exactly at their limits: silences, spans, periods, links; each worked out by hand beside its rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.queries import Store
from tests.test_repeat_decisions import come_to, confirm, same
from tests.warehouse_by_hand import by_hand, params

ZERO = datetime(2025, 1, 1, tzinfo=UTC)


def at(day: float) -> datetime:
    """An instant so many days after the first of January."""
    return ZERO + timedelta(days=day)


def p2(day: float, **others: Any) -> dict[str, Any]:
    """A P2 that opened so many days after the first of January."""
    return {"incident_id": f"I{day}", "severity": 2, "opened_at": at(day), "source_file": "all.csv", **others}


def asked(store: Store, sql: str) -> list[tuple[Any, ...]]:
    """What a statement on the facts returns."""
    with store.aside() as aside:
        return aside.connection.execute(sql).fetchall()


def silences(store: Store) -> list[tuple[Any, ...]]:
    return asked(store, "select starts_at, ends_at, is_quiet from fact_silences order by starts_at")


# What a tool covers


@pytest.mark.parametrize(
    ("days", "most"),
    [
        (range(101), 14),  # 9.21 days at one a day, but never less than two weeks
        (range(0, 101, 10), 9.21 * 10),  # one in ten days
    ],
)
def test_a_tool_may_be_silent_for_two_weeks_or_longer_by_its_pace(
    tmp_path: Path, days: Sequence[int], most: float
) -> None:
    with by_hand(tmp_path, incidents=[p2(day) for day in days]) as store:
        ((found,),) = asked(store, "select silence_days from fact_source_spans")
    assert found == pytest.approx(most)


def two_files(first: Sequence[float], second: Sequence[float]) -> list[dict[str, Any]]:
    return [
        *(p2(day, source_file="a.csv") for day in first),
        *(p2(day, source_file="b.csv") for day in second),
    ]


def test_a_silence_runs_from_the_last_record_of_a_day_to_the_first_of_another(tmp_path: Path) -> None:
    twice = [day + part for day in range(15) for part in (0.25, 0.75)]
    with by_hand(tmp_path, incidents=two_files(twice, [day + 60 for day in twice])) as store:
        assert silences(store) == [(at(14.75), at(60.25), False)]


def test_where_no_whole_week_lies_outside_a_silence_records_count_as_even(tmp_path: Path) -> None:
    # Days 0-5 and 17-26: 16 records in 15 days may be 9.21 * 15 / 16 = 8.6 days apart; 12 days are too long, and would not
    # be at twice that spread.
    with by_hand(tmp_path, incidents=two_files(range(6), range(17, 27))) as store:
        assert silences(store) == [(at(5), at(17), False)]


def test_weeks_after_a_silence_say_how_uneven_the_records_are(tmp_path: Path) -> None:
    # 63 days of one record, 20 of none, 63 of one. Two hundred more on one day make weeks so uneven (a variance of 122
    # times the mean) that a silence of 20 days is no wonder.
    even = two_files(range(63), range(83, 146))
    burst = [p2(100 + n / 1000, source_file="b.csv") for n in range(1, 201)]
    (tmp_path / "even").mkdir()
    with by_hand(tmp_path / "even", incidents=even) as store:
        assert silences(store) == [(at(62), at(83), False)]
    (tmp_path / "burst").mkdir()
    with by_hand(tmp_path / "burst", incidents=[*even, *burst]) as store:
        assert silences(store) == []


@pytest.mark.parametrize(
    ("source", "table_name", "starts", "ends", "is_quiet"),
    [
        ("hand", "incidents", 14, 60, True),
        ("hand", "incidents", 15, 59, True),  # give or take a day
        ("hand", "incidents", 15.1, 60, False),
        ("hand", "incidents", 14, 58.9, False),
        ("hand", "incidents", 70, 75, False),  # another time
        ("hand", "tickets", 0, 100, False),
        ("another", "incidents", 0, 100, False),
    ],
)
def test_quiet_is_said_of_one_tool_and_of_a_silence_that_lies_inside(
    tmp_path: Path, source: str, table_name: str, starts: float, ends: float, is_quiet: bool
) -> None:
    said = {
        "table_name": table_name,
        "source": source,
        "starts_at": at(starts),
        "ends_at": at(ends),
        "entry_id": 1,
    }
    rows = two_files(range(15), range(60, 75))
    with by_hand(tmp_path, incidents=rows, quiet_spans=[said]) as store:
        assert silences(store) == [(at(14), at(60), is_quiet)]


# Windows


def test_months_are_covered_by_the_records_of_their_own_table(tmp_path: Path) -> None:
    # Incidents from 20 January to 10 March; tickets in June alone.
    tickets = [{"ticket_id": "T", "created_at": at(160), "source_file": "t.csv"}]
    with by_hand(tmp_path, incidents=[p2(19), p2(40), p2(68)], tickets=tickets) as store:
        found = asked(
            store,
            "select begins_at, covered from periods_in('month', 'incidents', timestamptz '2024-12-01 00:00+00', "
            "timestamptz '2025-05-01 00:00+00', timestamptz '2025-05-01 00:00+00', 'UTC') order by begins_at",
        )
    assert [(month.strftime("%Y-%m"), covered) for month, covered in found] == [
        ("2024-12", False), ("2025-01", True), ("2025-02", True), ("2025-03", True), ("2025-04", False),
    ]  # fmt: skip


def test_an_interval_that_starts_as_a_window_ends_is_of_the_next(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    rows = [
        {
            "endpoint": "/a",
            "service": "a",
            "interval_start": start,
            "interval_end": start + hour,
            "good": 9,
            "total": 10,
        }
        for start in (at(1) - hour, at(1))
    ]
    with by_hand(tmp_path, availability=rows) as store:
        found = asked(
            store,
            "select interval_start from measured_in(timestamptz '2025-01-01 00:00+00', "
            "timestamptz '2025-01-02 00:00+00', timestamptz '2025-02-01 00:00+00', null, null)",
        )
    assert found == [(at(1) - hour,)]


@pytest.mark.parametrize(
    ("seen", "state", "minutes"),
    [("2025-01-02 00:59:59", "open", 59 + 59 / 60), ("2025-01-02 01:00", "recovered", 60)],
)
def test_what_is_resolved_at_the_very_moment_is_recovered(
    tmp_path: Path, seen: str, state: str, minutes: float
) -> None:
    p1 = p2(1, severity=1, resolved_at=at(1) + timedelta(hours=1), status="resolved")
    with by_hand(tmp_path, incidents=[p1]) as store:
        (found,) = store.run("samples/time_to_recover", params("2025-01-01", "2025-02-01", seen)).rows
    assert (found["state"], found["minutes"]) == (state, pytest.approx(minutes))


def test_a_sign_off_counts_in_its_window_of_the_chosen_services_and_after_its_request(tmp_path: Path) -> None:
    def change(number: int, asked_for: float, signed: float, service: str = "a") -> dict[str, Any]:
        return {
            "change_id": f"C{number}", "service": service, "requested_at": at(asked_for), "planned_for": at(50),
            "reliability_signoff_at": at(signed),
        }  # fmt: skip

    changes = [
        change(1, 2, 3),  # a day: 1,440 minutes
        change(2, 5, 4),  # signed before it was asked for
        change(3, 2, 3.5, service="b"),
        change(4, 2, 31),  # in February
    ]
    with by_hand(tmp_path, changes=changes) as store:
        rows = store.run(
            "charts/signoff_monthly", params("2025-01-01", "2025-02-01", "2025-03-01", services=["a"])
        ).rows
    assert [(row["n"], row["value"]) for row in rows] == [(1, 1440.0)]


def stamp(day: float) -> str:
    """An instant as SQL writes it."""
    return f"timestamptz '{at(day).isoformat()}'"


@pytest.mark.parametrize(("end", "covers"), [(199, False), (200, True), (250, True)])
def test_a_gap_of_a_fifth_of_a_window_leaves_it_covered(tmp_path: Path, end: float, covers: bool) -> None:
    # One a day, and none between day 100 and day 140.
    rows = [p2(day) for day in (*range(101), *range(140, 300))]
    with by_hand(tmp_path, incidents=rows) as store:
        assert asked(store, f"select covers('incidents', {stamp(0)}, {stamp(end)}, {stamp(299)})") == [
            (covers,)
        ]


@pytest.mark.parametrize(
    ("known", "day_only", "decided", "ships"),
    [
        ({"merged_at": at(5), "planned_for": at(10)}, "merged_at", True, False),
        ({"merged_at": at(5), "released_at": at(6)}, "released_at", False, True),
        ({"released_at": at(6)}, "released_at", True, True),
        # A day that is planned is not over until midnight.
        ({"planned_for": at(9)}, "planned_for", False, True),
        ({"planned_for": at(8.5)}, "planned_for", False, False),
    ],
)
def test_a_decision_and_a_release_are_known_to_the_day_each_by_its_own_stamp(
    tmp_path: Path, known: dict[str, Any], day_only: str, decided: bool, ships: bool
) -> None:
    change = {"change_id": "C", "requested_at": at(1), "day_only": [day_only], **known}
    with by_hand(tmp_path, changes=[change]) as store:
        found = asked(store, f"select decided_on_a_day, ships_on_a_day from changes_at({stamp(9.5)}, ['C'])")
    assert found == [(decided, ships)]


def test_the_time_before_a_release_is_as_long_as_the_one_after_it(tmp_path: Path) -> None:
    rows = [
        {"item_id": name, "released_at": at(day)} for name, day in (("new", 40), ("old", 0), ("later", 101))
    ]
    with by_hand(tmp_path, roadmap=rows) as store:
        found = asked(
            store, f"select item_id, before_start, after_end from releases_at({stamp(100)}) order by 1"
        )
    assert found == [("later", None, None), ("new", at(-20), at(100)), ("old", at(-90), at(90))]


# Links


def confirmed(incident: str, partner: str, entry: int) -> dict[str, Any]:
    return {
        "decision": "confirmed", "source": "hand", "incident_id": incident, "partner_source": "hand",
        "partner_id": partner, "entry_id": entry,
    }  # fmt: skip


def issues(store: Store) -> dict[str, str]:
    return dict(asked(store, "select incident_id, issue_id from fact_issues"))


def test_an_incident_that_goes_back_to_two_issues_is_of_the_one_that_was_told_last(tmp_path: Path) -> None:
    rows = [
        p2(1, incident_id="A", problem_id="PZ"),
        p2(2, incident_id="B", problem_id="PA"),
        p2(3, incident_id="C"),
    ]
    told = [confirmed("C", "B", 1), confirmed("C", "A", 2)]
    with by_hand(tmp_path, incidents=rows, repeat_decisions=told) as store:
        found = issues(store)
    # The later word leads C to A; that B is of another issue does not rename the end that C comes to.
    assert found == {"A": "PZ", "B": "PA", "C": "PZ"}


def test_an_end_without_a_name_takes_the_first_of_the_names_that_it_is_held_together_with(
    tmp_path: Path,
) -> None:
    rows = [
        p2(1, incident_id="X"),
        p2(2, incident_id="A", problem_id="PZ"),
        p2(3, incident_id="B", problem_id="PA"),
        p2(4, incident_id="C"),
    ]
    told = [confirmed("C", "A", 1), confirmed("C", "B", 2), confirmed("C", "X", 3)]
    with by_hand(tmp_path, incidents=rows, repeat_decisions=told) as store:
        found = issues(store)
    assert (found["X"], found["C"]) == ("PA", "PA")


def test_a_persons_word_comes_before_a_tools_link(tmp_path: Path) -> None:
    rows = [
        p2(1, incident_id="A", problem_id="PZ"),
        p2(2, incident_id="B", problem_id="PA"),
        p2(3, incident_id="C", repeat_of="B"),
    ]
    with by_hand(tmp_path, incidents=rows, repeat_decisions=[confirmed("C", "A", 1)]) as store:
        assert issues(store)["C"] == "PZ"


def test_a_link_that_an_assignment_leaves_alone_stands_once(tmp_path: Path) -> None:
    rows = [p2(1, incident_id="A"), p2(2, incident_id="B"), p2(3, incident_id="C", problem_id="P")]
    # B is said to be of the issue P, and after that the return of A.
    told = come_to(same(("hand", "B"), "P"), confirm(("hand", "B"), ("hand", "A")))
    with by_hand(tmp_path, incidents=rows, repeat_decisions=[row._asdict() for row in told]) as store:
        links = asked(store, "select incident_id, partner_id, repeat_rule from fact_links")
    assert links == [("B", "A", "confirmed by a person")]


# What a tool records


@pytest.mark.parametrize("column", ["repeat_of", "problem_id", "root_cause_id"])
def test_any_of_three_columns_tells_repeats_also_one_that_makes_none(tmp_path: Path, column: str) -> None:
    with by_hand(tmp_path, incidents=[p2(1, **{column: "X"}), p2(2)]) as store:
        assert asked(store, "select tells_repeats from fact_sources") == [(True,)]


def test_an_engagement_whose_start_is_known_to_the_day_has_no_minutes(tmp_path: Path) -> None:
    stamps = {
        "started_at": at(1),
        "detected_at": at(1) + timedelta(hours=1),
        "engaged_at": at(1) + timedelta(hours=3),
    }
    known = p2(1, incident_id="A", **stamps)
    # A length that ends on a day is known no better than one that begins on it.
    of_day = p2(1, incident_id="B", **stamps, day_only=["detected_at"])
    none_of_these = p2(1, incident_id="C", **stamps, day_only=["closed_at"])
    with by_hand(tmp_path, incidents=[known, of_day, none_of_these]) as store:
        found = asked(
            store,
            "select incident_id, detect_minutes, engage_minutes, engage_state from fact_incidents order by incident_id",
        )
    assert found == [("A", 60, 120, "engaged"), ("B", None, None, "day only"), ("C", 60, 120, "engaged")]


def test_the_last_answer_is_one_that_was_given_by_then_and_is_a_score(tmp_path: Path) -> None:
    rows = [
        {"response_id": f"R{day}", "account_id": "A", "responded_at": at(day), "score": score}
        for day, score in ((3, 10), (5, 11), (30, 0))
    ]
    with by_hand(tmp_path, nps_responses=rows) as store:
        found = asked(store, f"select account_id, last_score, last_answered_at from accounts_at({stamp(20)})")
    assert found == [("A", 10, at(3))]


def test_quantiles_at_exactly_their_shares(tmp_path: Path) -> None:
    # Twenty that took 1, 2 ... 20 minutes: a quarter is over after 5, half after 10, nine tenths after 18.
    with by_hand(tmp_path) as store:
        found = asked(
            store,
            "with took as (select 1 as window_id, range::double as minutes, true as is_over from range(1, 21)) "
            "select quarter, middle, three_quarters, nine_tenths from medians_of('took')",
        )
    assert found == [(5, 10.5, 15, 18)]


def test_of_incidents_that_took_equally_long_the_first_is_named(tmp_path: Path) -> None:
    with by_hand(tmp_path) as store:
        found = asked(
            store,
            "with one(window_id, incident_id, state, minutes, is_over) as (values "
            "(1, 'B', 'recovered', 5, true), (1, 'A', 'recovered', 5, true), (1, 'C', 'recovered', 6, true)) "
            "select incident_id, n from tally_of('one') order by minutes",
        )
    assert found == [("A", 2), ("C", 1)]
