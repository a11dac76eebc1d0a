"""What the Customers page reads, worked out by hand: windows, hits, segments, accounts, comments, alerts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from reliability.kpis.intervals import interval_of
from reliability.settings.periods import Window
from reliability.statistics.nps import score_of
from tests.warehouse_by_hand import by_hand, instant, params, scope, steps

Q3 = params("2025-07-01", "2025-10-01")
WINDOWS = {
    "window_starts": [instant("2025-04-01"), instant("2025-07-01")],
    "window_ends": [instant("2025-07-01"), instant("2025-10-01")],
}
HITS = {**Q3, **WINDOWS, "hit_start": Q3["start"], "hit_end": Q3["end"], "severities": [1]}


def answers(scores: Sequence[int | None], at: str = "2025-08-01", **others: Any) -> list[dict[str, Any]]:
    """Answers with these scores, given at one time."""
    name = others.pop("name", "N")
    return [
        {"response_id": f"{name}{n}", "responded_at": at, "score": score, **others}
        for n, score in enumerate(scores)
    ]


def p1(name: str, at: str = "2025-07-10", severity: int = 1, **others: Any) -> dict[str, Any]:
    return {"incident_id": name, "opened_at": at, "severity": severity, "service": "api", **others}


def hits(**accounts: str) -> list[dict[str, str]]:
    """Account -> the incidents that hit it, as one text."""
    return [
        {"incident_id": incident, "account_id": account}
        for account, listed in accounts.items()
        for incident in listed.split()
    ]


# Scores of windows


def test_the_margin_of_a_month_counts_answers_of_one_account_as_one_voice_like_the_kpi(
    tmp_path: Path,
) -> None:
    # Ten accounts, four like answers each: half of them promoters, half detractors.
    rows = [
        row
        for n in range(10)
        for row in answers([10 if n < 5 else 0] * 4, name=f"a{n}", account_id=f"C{n}", at="2025-08-05")
    ]
    with by_hand(tmp_path, nps_responses=rows) as store:
        month = scope(store, "2025-08-01", "2025-09-01")
        (august,) = steps(month, "nps")
        kpi = interval_of(month.readings, month.kpi("nps"), month.asked(month.period), month.filters)
    # Every account is 4 from the mean 0: spread 10 * 16, variance 10/9 * 160 / 40^2 = 1/9.
    assert august["accounts"] == 10 and august["account_spread"] == pytest.approx(160)
    assert (august["low"], august["high"]) == pytest.approx((-164.48536 / 3, 164.48536 / 3), abs=1e-3)
    assert (august["low"], august["high"]) == pytest.approx(kpi, abs=1e-3)
    assert (august["low"], august["high"]) == pytest.approx(score_of(august).interval, abs=1e-3)


def test_the_spread_over_accounts_of_unequal_size_is_that_of_a_regression_with_clusters(
    tmp_path: Path,
) -> None:
    given = {"A": [10, 9, 10, 3], "B": [7, 2], "C": [9], "D": [0, 1, 8, 10, 9, 10, 10]}
    rows = [row for name, scores in given.items() for row in answers(scores, name=name, account_id=name)]
    with by_hand(tmp_path, nps_responses=rows) as store:
        row = store.run("kpis/nps", params("2025-07-01", "2025-10-01")).one()
    points = np.array([1 if s >= 9 else 0 if s >= 7 else -1 for scores in given.values() for s in scores])
    groups = np.repeat(range(4), [len(scores) for scores in given.values()])
    fit = sm.OLS(points, np.ones(14)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    assert row["accounts"] == 4
    assert row["account_spread"] / 14**2 == pytest.approx(float(fit.cov_params()[0, 0]))


def test_windows_without_answers_have_none_and_one_that_runs_is_partial(tmp_path: Path) -> None:
    rows = [*answers([10, 0, 10], at="2025-05-01"), *answers([9], name="s", at="2025-08-01")]
    starts, ends = (
        ("2025-01-01", "2025-04-15", "2025-06-01", "2025-07-01"),
        ("2025-04-01", "2025-05-15", "2025-07-01", "2025-10-01"),
    )
    windows = [Window(instant(start), instant(end)) for start, end in zip(starts, ends, strict=True)]
    with by_hand(tmp_path, nps_responses=rows) as store:
        found = scope(store, "2025-07-01", "2025-10-01", "2025-08-15").rows("nps", windows)
    assert [(row["value"], row["n"]) for row in found] == [
        (None, 0),
        (pytest.approx(100 / 3), 3),
        (None, 0),
        (100, 1),
    ]
    assert found[0]["low"] is None
    assert found[3]["partial"] and found[0]["partial"] and not found[2]["partial"]


def test_answers_without_a_date_are_counted_apart(tmp_path: Path) -> None:
    rows = [*answers([10, 9, 8, 0, None, 11], responded_at=None), *answers([0], name="dated")]
    for row in rows[:6]:
        row["responded_at"] = None
    with by_hand(tmp_path, nps_responses=rows) as store:
        found = store.run("lists/nps_undated").one()
    assert (found["value"], found["n"], found["accounts"]) == (25, 4, 4)


# Hits


def exposure(store: Any, **others: Any) -> dict[tuple[str, str], tuple[float, int, int]]:
    rows = store.run("lists/customers/nps_by_exposure", {**HITS, **others}).rows
    return {(f"{r['at']:%b}", r["exposure"]): (round(r["value"], 6), r["n"], r["accounts"]) for r in rows}


@pytest.fixture
def customers(tmp_path: Path):
    tables = {
        "incidents": [
            p1("A"), p1("B", "2025-07-20"), p1("C", "2025-08-20"), p1("D", "2025-09-01"), p1("mail", service="mail"),
            p1("P2", severity=2), p1("old", "2025-03-10"),
        ],
        "incident_accounts": hits(once="A", twice="A B", often="A B C D", second="P2", early="old", post="mail"),
        "tickets": [
            {"ticket_id": "1", "incident_id": "A", "account_id": "writer", "created_at": "2025-07-11"},
            # A second ticket of a recorded account makes no second hit.
            {"ticket_id": "2", "incident_id": "A", "account_id": "once", "created_at": "2025-07-11"},
            {"ticket_id": "3", "incident_id": "B", "account_id": "late", "created_at": "2025-10-02"},
        ],
        "nps_responses": [
            *answers([10], "2025-05-01", name="b1", account_id="often"),
            *answers([0, 0], name="1", account_id="often"),
            *answers([7], name="2", account_id="twice"),
            *answers([9], name="3", account_id="once"),
            *answers([9], name="4", account_id="writer"),
            *answers([10], name="5", account_id="second"),
            *answers([10], name="6", account_id="early"),
            *answers([0], name="7", account_id="late"),
            *answers([8], name="8", account_id="post"),
            *answers([6, 6], name="9"),
            *answers([None, 11], name="x", account_id="often"),
        ],
    }  # fmt: skip
    with by_hand(tmp_path, **tables) as store:
        yield store


def test_accounts_are_told_apart_by_how_many_p1s_hit_them(customers: Any) -> None:
    assert exposure(customers) == {
        ("Apr", "3 or more"): (100, 1, 1),
        ("Apr", "exposed"): (100, 1, 1),
        ("Jul", "3 or more"): (-100, 2, 1),
        ("Jul", "2"): (0, 1, 1),
        ("Jul", "1"): (round(200 / 3, 6), 3, 3),  # once 9, writer 9 by a ticket, post 8
        ("Jul", "exposed"): (0, 6, 5),
        ("Jul", "not exposed"): (round(100 / 3, 6), 3, 3),  # a P2, an earlier P1, a ticket after as_of
        ("Jul", "no account"): (-100, 2, 2),
    }


def test_an_account_that_nothing_hit_is_never_among_the_most_hit(customers: Any) -> None:
    # least(NULL, 3) is 3: nobody may land there.
    groups = exposure(customers, hit_start=instant("2024-01-01"), hit_end=instant("2024-02-01"))
    assert {group for _, group in groups} == {"not exposed", "no account"}


def test_filters_choose_the_incidents_that_count_as_a_hit(customers: Any) -> None:
    assert exposure(customers, services=["mail"])[("Jul", "exposed")] == (0, 1, 1)
    assert exposure(customers, severities=[2])[("Jul", "exposed")] == (100, 1, 1)
    assert exposure(customers, teams=["nobody"]).keys() == {("Apr", "not exposed"), ("Jul", "not exposed"),
                                                           ("Jul", "no account")}  # fmt: skip


def test_what_is_at_stake_is_the_value_that_is_recorded_and_none_is_not_zero(tmp_path: Path) -> None:
    tables = {
        "incidents": [p1("A"), p1("B", severity=2), p1("C", severity=2), p1("silent")],
        "incident_accounts": hits(big="A B", nobody="A", small="B"),
        "tickets": [{"ticket_id": "1", "incident_id": "C", "account_id": "big", "created_at": "2025-07-11"}],
        "accounts": [
            {"account_id": "big", "annual_value": 1000.0},
            {"account_id": "small", "annual_value": 50.0},
        ],
    }
    with by_hand(tmp_path, **tables) as store:
        found = store.run("lists/accounts_at_stake", Q3).one()
        second = store.run("lists/accounts_at_stake", {**Q3, "severities": [3]}).one()
    assert (found["incidents"], found["tells"], found["by_ticket"]) == (4, 3, 1)
    assert (found["accounts"], found["valued"], found["annual_value"]) == (3, 2, 1050)
    assert (found["p1_accounts"], found["p1_valued"], found["p1_annual_value"]) == (2, 1, 1000)
    assert (second["accounts"], second["annual_value"]) == (0, None)


def test_accounts_hit_most_stand_first_by_p1s_then_by_length(tmp_path: Path) -> None:
    tables = {
        "incidents": [
            p1("A", "2025-07-10 08:00", resolved_at="2025-07-10 09:00"),
            p1("B", "2025-07-11 08:00", resolved_at="2025-07-11 08:30"),
            p1("C", "2025-07-12 08:00", severity=2, resolved_at="2025-07-12 18:00"),
        ],
        "incident_accounts": hits(short="B", long="A", both="A B", mild="C"),
        "tickets": [
            {"ticket_id": str(n), "incident_id": "A", "account_id": "long", "created_at": "2025-07-11"}
            for n in range(2)
        ],
        "accounts": [{"account_id": "long", "name": "Long Ltd", "segment": "Large", "annual_value": 9.0}],
        "nps_responses": [
            *answers([9], "2025-06-01", name="a", account_id="long"),
            *answers([4], "2025-08-01", name="b", account_id="long"),
            *answers([10], "2025-06-01", name="c", account_id="short"),
            *answers([2], "2025-10-02", name="d", account_id="short"),
            *answers([3], "2025-08-02", name="e", account_id="both"),
        ],
    }
    with by_hand(tmp_path, **tables) as store:
        rows = store.run("lists/accounts_hit", Q3).rows
    assert [(r["account_id"], r["p1"], r["impact_minutes"], r["tickets"]) for r in rows] == [
        ("both", 2, 90, 0),
        ("long", 1, 60, 2),
        ("short", 1, 30, 0),
        ("mild", 0, 600, 0),
    ]
    last = {r["account_id"]: (r["last_score"], r["score_before"], r["change"]) for r in rows}
    assert last["long"] == (4, 9, -5)
    assert last["both"] == (3, None, None), "no score before: no change, not zero"
    assert last["short"] == (10, 10, None), "no answer since: no change, not zero"
    assert last["mild"] == (None, None, None)
    assert [r["annual_value"] for r in rows] == [None, 9.0, None, None]


# One account, one incident, one alert


def test_an_account_tells_everything_that_is_known_of_it(customers: Any) -> None:
    asked = {**Q3, "account_id": "often", "severities": None}
    found = customers.run("lists/account_detail", asked).one()
    assert (found["incidents"], found["p1"], found["answers"], found["last_score"]) == (4, 4, 3, 0)
    assert (found["name"], found["annual_value"]) == (None, None)
    assert not customers.run("lists/account_detail", {**Q3, "account_id": "stranger"}).rows
    incidents = customers.run("lists/account_incidents", asked).rows
    assert [(r["incident_id"], r["known_by"]) for r in incidents] == [(n, "recorded") for n in "DCBA"]
    assert [r["score"] for r in customers.run("lists/customers/account_answers", asked)] == [0, 0]
    by_ticket = customers.run("lists/account_incidents", {**asked, "account_id": "writer"}).rows
    assert [(r["incident_id"], r["known_by"]) for r in by_ticket] == [("A", "ticket")]
    tickets = customers.run("lists/customers/account_tickets", {**asked, "account_id": "writer"}).rows
    assert [(r["ticket_id"], r["incident_id"]) for r in tickets] == [("1", "A")]
    assert not customers.run("lists/customers/account_tickets", {**asked, "account_id": "late"}).rows, (
        "written after as_of"
    )


def test_an_incident_names_the_accounts_it_hit(tmp_path: Path) -> None:
    tables = {
        "incidents": [p1("A"), p1("silent")],
        "incident_accounts": hits(small="A", unknown="A"),
        "tickets": [
            {"ticket_id": str(n), "incident_id": "A", "account_id": "big", "created_at": "2025-07-11"}
            for n in range(2)
        ],
        "accounts": [
            {"account_id": "big", "name": "Big", "annual_value": 900.0},
            {"account_id": "small", "name": "Small", "annual_value": 5.0},
        ],
        "nps_responses": answers([3], account_id="small"),
    }
    with by_hand(tmp_path, **tables) as store:
        rows = store.run("lists/customers/incident_accounts", {**Q3, "incident_id": "A"}).rows
        assert not store.run("lists/customers/incident_accounts", {**Q3, "incident_id": "silent"}).rows
    assert [
        (r["account_id"], r["known_by"], r["tickets"], r["annual_value"], r["last_score"]) for r in rows
    ] == [
        ("big", "ticket", 2, 900, None),
        ("small", "recorded", 0, 5, 3),
        ("unknown", "recorded", 0, None, None),
    ]


def test_an_alert_leads_to_its_incidents_and_their_accounts(tmp_path: Path) -> None:
    def alert(
        name: str, incident: str | None, at: str = "2025-07-10", title: str | None = "CPU [hot]"
    ) -> dict:
        return {"alert_id": name, "title": title, "fired_at": at, "incident_id": incident}

    tables = {
        "incidents": [p1("A"), p1("B", "2025-07-20"), p1("C")],
        "incident_accounts": hits(x="A B", y="B", z="C"),
        "accounts": [{"account_id": "y", "annual_value": 7.0}],
        "alerts": [
            alert("1", "A"), alert("2", "A"), alert("3", "B"), alert("4", None), alert("5", "C", "2025-06-30"),
            alert("6", "C", title="other"), alert("7", "C", title=None),
        ],
    }  # fmt: skip
    with by_hand(tmp_path, **tables) as store:
        asked = {**Q3, "alert": "CPU [hot]"}
        incidents = store.run("lists/customers/alert_incidents", asked).rows
        accounts = store.run("lists/customers/alert_accounts", asked).rows
        by_id = store.run("lists/customers/alert_accounts", {**Q3, "alert": "7"}).rows
        its = store.run("lists/customers/incident_alerts", {**Q3, "incident_id": "A"}).rows
    assert [(r["incident_id"], r["alerts"], r["accounts"], r["annual_value"]) for r in incidents] == [
        ("B", 1, 2, 7),
        ("A", 2, 1, None),
    ]
    assert [(r["account_id"], r["incidents"]) for r in accounts] == [("x", 2), ("y", 1)]
    assert [r["account_id"] for r in by_id] == ["z"]
    assert [r["alert_id"] for r in its] == ["1", "2"]


# Segments


def test_a_segment_is_what_the_answer_says_else_the_account(tmp_path: Path) -> None:
    rows = [
        *answers([10], name="a", account_id="C1", segment="Small"),
        *answers([0], name="b", account_id="C1"),
        *answers([7], name="c", account_id="C2", segment=" "),
        *answers([9], "2025-05-01", name="d", segment="Small"),
    ]
    accounts = [{"account_id": "C1", "segment": "Large"}, {"account_id": "C2"}]
    with by_hand(tmp_path, nps_responses=rows, accounts=accounts) as store:
        found = store.run("lists/customers/nps_by_segment", {**Q3, **WINDOWS}).rows
    assert [(f"{r['at']:%b}", r["segment"], r["value"], r["n"]) for r in found] == [
        ("Apr", "Small", 100, 1),
        ("Jul", "Large", -100, 1),
        ("Jul", "Small", 100, 1),
        ("Jul", None, 0, 1),
    ]


# Comments


@pytest.fixture
def commented(tmp_path: Path):
    tables = {
        "incidents": [
            p1("old", "2025-06-01", title="Timeouts"),
            p1("first", "2025-07-03", title="Slow"),
            p1("last", "2025-07-20 10:00", title="Login fails", severity=2),
            p1("after", "2025-08-02"),
        ],
        "incident_accounts": hits(C1="old first last after", C2="old"),
        "accounts": [{"account_id": "C1", "name": "One", "segment": "Large"}],
        "nps_responses": [
            *answers([2], "2025-08-01 12:00", name="1", account_id="C1", comment="Again? 100% _down_ O'Neil"),
            *answers([8], "2025-08-01 11:00", name="2", account_id="C2", comment="Slow"),
            *answers([9], "2025-08-01 10:00", name="3", comment="Fine. ÄRGER"),
            *answers([0], name="4", comment=" "),
            *answers([None], name="5", comment="no score"),
        ],
    }
    with by_hand(tmp_path, **tables) as store:
        yield store


def found(store: Any, **asked: Any) -> list[str]:
    rows = store.run("lists/customers/nps_comments", {**Q3, "search": None, "kind": None, **asked}).rows
    return [row["comment"][:5] for row in rows]


def test_comments_stand_beside_every_incident_of_the_thirty_days_before(commented: Any) -> None:
    rows = commented.run("lists/customers/nps_comments", {**Q3, "search": None, "kind": None}).rows
    assert [(r["comment"][:5], r["kind"], r["incident_ids"]) for r in rows] == [
        ("Again", "detractor", ["last", "first"]),
        ("Slow", "passive", []),
        ("Fine.", "promoter", []),
    ]
    first = rows[0]
    assert (first["incident_titles"], first["incident_severities"]) == (["Login fails", "Slow"], [2, 1])
    assert first["days_before"] == [12, 29]
    assert (first["account"], first["segment"]) == ("One", "Large")


@pytest.mark.parametrize(
    ("search", "comments"),
    [
        ("", ["Again", "Slow", "Fine."]),
        ("again", ["Again"]),
        ("ärger", ["Fine."]),
        ("%", ["Again"]),
        ("100%", ["Again"]),
        ("0_", []),
        ("_down_", ["Again"]),
        ("S%w", []),
        ("o'neil", ["Again"]),
        ("' or 1=1 --", []),
        ("; drop table nps_responses", []),
        (".*", []),
    ],
)
def test_a_search_means_the_characters_it_is_written_with(
    commented: Any, search: str, comments: list[str]
) -> None:
    assert found(commented, search=search) == comments


def test_comments_are_chosen_by_kind_and_by_the_incidents_beside_them(commented: Any) -> None:
    assert found(commented, kind="passive") == ["Slow"]
    assert found(commented, kind="promoter", search="fine") == ["Fine."]
    assert found(commented, severities=[2]) == ["Again"]
    assert found(commented, services=["mail"]) == []
    assert found(commented, services=[], teams=[], severities=[]) == ["Again", "Slow", "Fine."]


def test_accounts_are_found_by_name_or_id_as_written(tmp_path: Path) -> None:
    rows = [{"account_id": "C_1", "name": "Ødegård 100%"}, {"account_id": "CX1", "name": None}]
    with by_hand(tmp_path, accounts=rows) as store:

        def names(search: str) -> list[str]:
            return [
                r["account_id"] for r in store.run("lists/account_names", {"search": search, "limit": None})
            ]

        assert names("ødeg") == ["C_1"]
        assert names("c_1") == ["C_1"]
        assert names("%") == ["C_1"]
        assert names("1") == ["C_1", "CX1"]


def test_an_account_in_several_rows_has_one_name_wherever_it_stands(tmp_path: Path) -> None:
    rows = [
        {"account_id": "C1", "name": name, "segment": segment, "annual_value": value}
        for name, segment, value in (("Acme", "SMB", 10.0), ("Zeta", "Enterprise", 20.0), ("Mid", None, None))
    ]
    answers = [{"response_id": "N1", "account_id": "C1", "score": 9, "responded_at": "2025-07-02"}]
    with by_hand(tmp_path, accounts=rows, nps_responses=answers) as store:
        (listed,) = store.run("lists/account_names", {"search": "", "limit": None})
        found = store.run("lists/account_detail", {**Q3, "account_id": "C1"}).one()
    assert (listed["name"], listed["segment"]) == (found["name"], found["segment"]) == ("Zeta", "SMB")
    assert found["annual_value"] == 20
