"""Suggestions of a workspace: what is offered to a person, and what is not."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.cli.main import main
from reliability.queries import Store
from reliability.repeats import Key, Suggestion, prepared, suggested, suggestions
from reliability.repeats.candidates import DAY, blocks, candidates, joined
from reliability.repeats.model import CLOSE, SAME_TITLE, SIMILAR_TEXT, TOP
from reliability.repeats.texts import texts_of
from reliability.settings import Settings
from reliability.warehouse.workspace import Workspace, open_workspace
from tests.warehouse_by_hand import by_hand, figures, params

ROOT = Path(__file__).resolve().parent.parent
AS_OF = datetime(2025, 12, 1, tzinfo=UTC)
POOL = "Connection pool exhausted in checkout"

Opened = Callable[..., Workspace]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Opened]:
    """Open a workspace on incidents given by hand: `workspace(incidents, tickets=[...])`."""
    opened: list[Any] = []

    def made(incidents: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> Workspace:
        (tmp_path / "warehouse").mkdir(exist_ok=True)
        opened.append(by_hand(tmp_path, incidents=incidents, **tables))
        return Workspace(tmp_path, Settings(), opened[-1].__enter__(), AS_OF)

    yield made
    for context in opened:
        context.__exit__(None, None, None)


def incident(name: str, opened_at: str, title: str = POOL, **more: Any) -> dict[str, Any]:
    return {"incident_id": name, "opened_at": opened_at, "title": title, "service": "api", **more}


def pairs(found: tuple[Suggestion, ...]) -> list[tuple[str, str]]:
    return [(s.incident_id, s.partner_id) for s in found]


def key(name: str) -> Key:
    return ("hand", name)


def test_a_suggestion_says_its_rule_its_score_the_words_in_common_and_the_days_between(
    workspace: Opened,
) -> None:
    found = suggested(
        workspace(
            [
                incident("A", "2025-05-01 00:00", "Connection pool exhausted in checkout PAY-17"),
                incident("other", "2025-05-02 00:00", "Certificate of the relay expired"),
                incident("B", "2025-05-03 12:00", "Connection pool exhausted in checkout PAY-99"),
                incident("C", "2025-05-04 12:00", "Connections refused, pool of the ledger exhausted"),
            ]
        )
    )
    assert found[-1] == Suggestion(
        "hand", "B", "hand", "A", "same title", 1.0, ("checkout", "connection", "exhausted", "pool"), 2.5
    )
    newest = found[0]
    assert (newest.incident_id, newest.partner_id, newest.rule) == ("C", "B", "similar text")
    # "connections" meets "connection" by its stem; it is the rarest and comes first.
    assert newest.words == ("connections", "exhausted", "pool")
    assert 0 < newest.score < 1 and newest.days_apart == 1
    assert {s.rule for s in found} == {SAME_TITLE, SIMILAR_TEXT}
    with pytest.raises(FrozenInstanceError):
        newest.score = 1.0  # type: ignore[misc]


def test_a_suggestion_changes_no_figure(workspace: Opened) -> None:
    opened = workspace([incident("A", "2025-08-01", problem_id="P1"), incident("B", "2025-08-03")])
    assert pairs(suggested(opened)) == [("B", "A")]
    assert figures(opened.store, "repeat_incidents", params("2025-07-01", "2025-10-01"))["value"] == 0


def test_the_subjects_of_tickets_and_the_recorded_cause_count_as_text(workspace: Opened) -> None:
    opened = workspace(
        [
            incident(
                "cause", "2025-05-01", "Orders stay pending", root_cause="Replica lagging behind primary"
            ),
            incident("ticket", "2025-05-02", "Stock not released"),
            incident("new", "2025-05-03", "Nightly batch late", root_cause="Lagging replica of the primary"),
            incident("newer", "2025-05-04", "Something odd here"),
        ],
        tickets=[
            {
                "ticket_id": "1",
                "incident_id": "ticket",
                "created_at": "2025-05-02",
                "subject": "Invoice shown twice",
            },
            {
                "ticket_id": "2",
                "incident_id": "newer",
                "created_at": "2025-05-04",
                "subject": "My invoice comes twice",
            },
        ],
    )
    assert pairs(suggested(opened)) == [("newer", "ticket"), ("new", "cause")]


def test_the_look_back_crosses_the_edge_of_a_quarter_and_every_filter(workspace: Opened) -> None:
    opened = workspace(
        [
            incident("A", "2025-06-20", team="blue"),
            incident("B", "2025-07-02", team="red"),
            incident("C", "2025-11-01"),
        ]
    )
    quarter = {"start": datetime(2025, 7, 1, tzinfo=UTC), "end": datetime(2025, 10, 1, tzinfo=UTC)}
    assert pairs(suggested(opened, **quarter)) == [("B", "A")]
    assert pairs(suggested(opened, start=datetime(2025, 7, 2, 0, 0, 1, tzinfo=UTC))) == []
    assert pairs(suggested(opened, end=datetime(2025, 7, 2, tzinfo=UTC))) == []


def test_an_incident_after_the_instant_looked_from_is_not_seen(workspace: Opened) -> None:
    opened = workspace(
        [incident("A", "2025-06-20"), incident("B", "2025-07-02"), incident("C", "2025-07-03")]
    )
    assert pairs(suggested(replace(opened, as_of=datetime(2025, 7, 2, tzinfo=UTC)))) == [("B", "A")]


def test_what_is_decided_by_a_link_or_a_problem_is_not_suggested(workspace: Opened) -> None:
    opened = workspace(
        [
            incident("A", "2025-05-01"),
            incident("B", "2025-05-02", repeat_of="A"),
            incident("C", "2025-05-03", repeat_of="B"),
            incident("P", "2025-05-04", problem_id="P1"),
            incident("Q", "2025-07-20", problem_id="P1"),
        ]
    )
    # C and A are one issue through B; P and Q share a problem, although too far apart to count as a repeat.
    assert pairs(suggested(opened)) == [
        ("Q", "C"),
        ("Q", "B"),
        ("Q", "A"),
        ("P", "C"),
        ("P", "B"),
        ("P", "A"),
    ]


def test_an_incident_has_five_partners_at_most_and_the_newest_incident_comes_first(workspace: Opened) -> None:
    opened = workspace([incident(f"I{n}", f"2025-05-{n + 1:02}") for n in range(8)])
    found = pairs(suggested(opened))
    assert found[:6] == [("I7", "I6"), ("I7", "I5"), ("I7", "I4"), ("I7", "I3"), ("I7", "I2"), ("I6", "I5")]
    assert pairs(suggested(opened, per_incident=2))[:3] == [("I7", "I6"), ("I7", "I5"), ("I6", "I5")]
    assert pairs(suggested(opened, limit=3)) == found[:3]
    assert TOP == 5


@pytest.mark.parametrize("turned", [False, True])
def test_a_pair_left_out_is_not_suggested_and_the_sixth_moves_up(workspace: Opened, turned: bool) -> None:
    opened = workspace([incident(f"I{n}", f"2025-05-{n + 1:02}") for n in range(8)])
    pair = (key("I4"), key("I7")) if turned else (key("I7"), key("I4"))
    unknown = (key("nobody"), key("I7"))
    found = pairs(suggested(opened, left_out=frozenset({pair, unknown})))
    assert found[:5] == [("I7", "I6"), ("I7", "I5"), ("I7", "I3"), ("I7", "I2"), ("I7", "I1")]


def test_however_many_are_left_out_the_next_ones_move_up(workspace: Opened) -> None:
    # More than are kept for an incident; the title must not become generic, so each has a word of its own.
    letters = "abcdefghijklmnopqrstuvwxyzäöüß"
    opened = workspace(
        [
            incident(f"I{n:02}", f"2025-05-{n + 1:02}", f"{POOL} {3 * letter}")
            for n, letter in enumerate(letters)
        ]
    )
    rejected = frozenset((key("I29"), key(f"I{n:02}")) for n in range(4, 29))
    found = [s for s in suggested(opened, left_out=rejected) if s.incident_id == "I29"]
    assert [s.partner_id for s in found] == ["I03", "I02", "I01", "I00"]
    few = frozenset((key("I29"), key(f"I{n:02}")) for n in range(8, 29))
    found = [s for s in suggested(opened, left_out=few) if s.incident_id == "I29"]
    assert [s.partner_id for s in found] == ["I07", "I06", "I05", "I04", "I03"]


def test_only_close_leaves_out_what_nobody_asked_for(workspace: Opened) -> None:
    opened = workspace(
        [
            incident("A", "2025-05-01"),
            incident("B", "2025-05-02"),
            incident("C", "2025-05-03", "Connection to the ledger refused by primary replica"),
        ]
    )
    every, close = suggested(opened), suggested(opened, only_close=True)
    assert pairs(close) == [("B", "A")]
    assert close == tuple(s for s in every if s.is_close)
    assert all(s.score < CLOSE for s in every if s not in close) and len(every) > len(close)


def test_one_id_in_two_tools_is_two_incidents(workspace: Opened) -> None:
    opened = workspace(
        [incident("1", "2025-05-01", source="jira"), incident("1", "2025-05-02", source="pagerduty")]
    )
    (found,) = suggested(opened)
    assert found.key == ("pagerduty", "1") and found.partner_key == ("jira", "1")
    assert found.pair == (found.key, found.partner_key)


def test_without_incidents_or_titles_there_are_no_suggestions(workspace: Opened) -> None:
    assert suggested(workspace([])) == ()
    bare = [{"incident_id": name, "opened_at": "2025-05-01"} for name in "AB"]
    assert suggested(workspace(bare)) == ()


def test_a_published_warehouse_is_read_once(workspace: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = workspace([incident("A", "2025-05-01"), incident("B", "2025-05-02")])
    found = suggested(opened)
    assert (opened.data_dir / "warehouse" / "repeats.npz").is_file()
    monkeypatch.setattr(prepared, "texts_of", None)
    assert suggested(opened) == found


def test_scikit_learn_is_not_imported_at_start() -> None:
    script = (
        "import sys; import reliability.repeats, reliability.cli.main, reliability.serve.server, app;"
        "assert 'sklearn' not in sys.modules, 'sklearn'"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


# The sample


@pytest.fixture
def sample(own_sample: Path) -> Iterator[Workspace]:
    opened = open_workspace(own_sample)
    yield opened
    opened.store.close()


def test_in_the_sample_nine_of_ten_repeats_of_a_problem_would_be_found_without_its_id(store: Store) -> None:
    rows = store.run("repeats/texts", {"opened_from": None, "opened_before": None}).rows
    known = texts_of({**r, "issue_id": None, "repeat_partner": None} for r in rows)
    found = suggestions.first(known, joined(list(candidates(known, blocks(known.opened)))))
    offered: dict[int, set[int]] = {}
    for a, b in zip(found.incident.tolist(), found.partner.tolist(), strict=True):
        offered.setdefault(a, set()).add(b)
    repeats = hits = 0
    for n, r in enumerate(rows):
        limit = known.opened[n] - 90 * DAY
        before = {
            m
            for m in range(n)
            if r["issue_id"] and rows[m]["issue_id"] == r["issue_id"] and known.opened[m] >= limit
        }
        repeats += bool(before)
        hits += bool(before & offered.get(n, set()))
    assert repeats > 300 and hits / repeats >= 0.85


def test_in_the_sample_every_suggestion_is_of_one_service_within_ninety_days_and_undecided(
    sample: Workspace,
) -> None:
    rows = {
        (r["source"], r["incident_id"]): r
        for r in sample.store.run("repeats/texts", {"opened_from": None, "opened_before": None})
    }
    found = suggested(sample)
    assert found
    for s in found:
        mine, other = rows[s.key], rows[s.partner_key]
        assert mine["service"] == other["service"] and 0 <= s.days_apart <= 90
        assert other["opened_at"] <= mine["opened_at"] <= sample.as_of
        assert mine["issue_id"] is None or mine["issue_id"] != other["issue_id"]
        assert s.words and s.rule in (SAME_TITLE, SIMILAR_TEXT) and 0 < s.score <= 1


# The command


def test_the_command_lists_incident_partner_rule_score_and_words(
    own_sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["repeats", "--data", str(own_sample), "--quarter", "2025-Q3", "--limit", "4", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["as_of"] == "2025-11-17T08:00:00Z" and len(document["suggestions"]) == 4
    for s in document["suggestions"]:
        assert "2025-06-30" <= s["opened_at"] < "2025-10-01" and s["partner_opened_at"] <= s["opened_at"]
        assert (
            s["close"]
            and s["rule"] in (SAME_TITLE, SIMILAR_TEXT)
            and s["words"]
            and s["title"]
            and s["partner_title"]
        )
    assert main(["repeats", "--data", str(own_sample), "--quarter", "2025-Q3", "--limit", "1"]) == 0
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == "incident opened title may repeat opened rule score words".split()  # noqa: SIM905
    told = document["suggestions"][0]
    for part in (
        told["incident_id"],
        told["partner_id"],
        told["rule"],
        f"{told['score']:.2f}",
        *told["words"],
    ):
        assert part in line


def test_the_command_says_when_there_is_nothing(own_sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["repeats", "--data", str(own_sample), "--as-of", "2020-01-01"]) == 0
    assert capsys.readouterr().out == "no suggestions\n"


def test_the_command_shows_what_is_only_a_little_alike_when_asked(
    own_sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = []
    for more in ([], ["--every"]):
        main(["repeats", "--data", str(own_sample), "--quarter", "2025-Q3", "--json", *more])
        counts.append(len(json.loads(capsys.readouterr().out)["suggestions"]))
    assert counts[0] < counts[1]
