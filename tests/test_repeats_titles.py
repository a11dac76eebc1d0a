"""Titles: what two of the same kind have in common, and which ones say nothing."""

import json
from pathlib import Path

import pytest

from reliability.repeats import titles
from tests.repeats_by_hand import partners, row


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("Checkout TIMES out", "checkout times out"),
        ("Disk full, see https://wiki.example.com/disk?id=7", "disk full see"),
        ("PAY-1042: retries of INC0012345 fail (#77)", "retries of fail"),
        ("Crash at 0xDEADBEEF in worker 3f2a91bc", "crash at in worker"),
        ("Trace 123e4567-e89b-12d3-a456-426614174000 lost", "trace lost"),
        ("504 from checkout-api, p99 above 30 s", "from checkout api p above s"),
        ("Zahlung schlägt fehl – ÜBERLAST!", "zahlung schlägt fehl überlast"),
        ("Ｃｈｅｃｋｏｕｔ　ｄｏｗｎ", "checkout down"),
        ("facade decade added", "facade decade added"),
        ("snake_case_name", "snake case name"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_title_loses_what_differs_from_one_time_to_the_next(title: str | None, folded: str) -> None:
    assert titles.normalised(title) == folded


def test_writing_without_spaces_is_read_in_pairs_of_characters() -> None:
    assert titles.words("決済障害 api") == ["決済", "済障", "障害", "api"]
    assert titles.tells_something(titles.words("決済障害"))


def test_a_title_on_more_than_a_fiftieth_of_all_incidents_is_generic() -> None:
    folded = (
        ["retry queue growing"] * 21
        + ["slow query plan"] * 20
        + [f"words {'x' * n} apart" for n in range(959)]
    )
    assert len(folded) == 1000
    found = titles.generic(folded, ["api"] * 1000)
    assert all(found[:21]) and not any(found[21:41])


def test_in_little_data_a_title_is_not_generic_before_it_stands_on_more_than_ten() -> None:
    assert titles.generic(["retry queue growing"] * 10, [""] * 10) == [False] * 10
    assert titles.generic(["retry queue growing"] * 11, [""] * 11) == [True] * 11


@pytest.mark.parametrize(
    ("title", "service", "is_generic"),
    [
        ("incident with actions", "", True),
        ("investigating an issue", "", True),
        ("checkout timeouts", "checkout", True),
        ("checkout timeouts", "payments", False),
        ("slow query on checkout", "checkout", False),
        ("", "checkout", True),
    ],
)
def test_a_title_without_two_words_of_what_happened_is_generic(
    title: str, service: str, is_generic: bool
) -> None:
    assert titles.generic([title], [service]) == [is_generic]


def test_a_generic_title_suggests_nothing() -> None:
    rows = [row(f"A{n}", n, "Incident with Actions") for n in range(5)]
    assert partners(*rows) == {}


def test_a_generic_title_counts_for_nothing_beside_a_telling_text() -> None:
    told = "Certificate expired on the load balancer"
    rows = [
        row("A", 0, "Incident with Actions", text=told),
        row("B", 1, "Incident with Actions", text="Full disk of the message broker"),
        row("C", 2, "Incident with Actions", text=told),
    ]
    assert partners(*rows)["C"] == ["A"]


def test_the_usual_titles_of_a_real_status_page_suggest_nothing(real_exports: Path) -> None:
    with (real_exports / "github-status" / "incidents.jsonl").open(encoding="utf-8") as file:
        status = [json.loads(line) for line in file]
    folded = [titles.normalised(s["title"]) for s in status]
    generic = dict(zip(folded, titles.generic(folded, [""] * len(folded)), strict=True))
    assert generic["incident with actions"] and generic["disruption with some github services"]
    assert not generic["disruption with copilot coding agent sessions"]
