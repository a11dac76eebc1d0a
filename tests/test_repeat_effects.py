"""Effects: what is said before a decision is what the figures are after it."""

import time
from pathlib import Path

import pytest

from reliability.journal import Journal
from reliability.queries import Store
from reliability.repeats import decisions as repeats
from reliability.repeats import effects, suggested
from reliability.repeats.decisions import rows, standing_decisions
from reliability.repeats.effects import Figures, applied
from reliability.repeats.effects import figures as supposing
from reliability.settings import Settings
from reliability.warehouse import open_store, restate
from reliability.warehouse.workspace import open_workspace
from tests.test_repeat_decisions import confirm, entry, reject
from tests.test_repeat_facts import TOLD, key
from tests.warehouse_by_hand import by_hand, figures, params

Q1 = params("2025-01-01", "2025-04-01")
TICKETS = [
    {
        "ticket_id": "1",
        "incident_id": "L",
        "created_at": "2025-03-01",
        "escalated_to_executive_at": "2025-03-01",
    }
]


@pytest.fixture(params=["few incidents", "many incidents"], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Few are recomputed, all of them; of many only those that decisions reach, where that tells."""
    if request.param == "many incidents":
        monkeypatch.setattr(effects, "FEW", 0)
    return request.param


def supposed(store: Store, *bodies: dict[str, object], **window: object) -> tuple[Figures, Figures]:
    come_to = rows(standing_decisions([entry(n, **body) for n, body in enumerate(bodies, 1)]))
    asked = {**Q1, **window}
    return supposing(store, Settings(), [], asked), supposing(store, Settings(), come_to, asked)


def test_the_effect_is_told_in_repeats_and_repeat_escalations_of_the_window(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=TOLD, tickets=TICKETS) as store:
        # B and C share a problem, L is linked and was escalated
        assert supposed(store, reject(key("L"), key("A"))) == (Figures(3, 1), Figures(2, 0))
        assert supposed(store, confirm(key("F"), key("A"))) == (Figures(3, 1), Figures(3, 1)), "F is of April"
        april = params("2025-04-01", "2025-07-01")
        before, after = supposed(store, confirm(key("F"), key("A")), start=april["start"], end=april["end"])
        assert (before.incidents, after.incidents) == (0, 1)
        before, after = supposed(store, reject(key("L"), key("A")), services=["none such"])
        assert before == after == Figures(0, 0)


def test_supposing_leaves_no_trace(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=TOLD, tickets=TICKETS) as store:
        supposed(store, reject(key("L"), key("A")))
        assert figures(store, "repeat_incidents", Q1)["value"] == 3
        assert applied(store) == []


def test_decisions_that_wait_are_in_the_figure_before(tmp_path: Path) -> None:
    waiting = rows(standing_decisions([entry(1, **reject(key("L"), key("A")))]))
    with by_hand(tmp_path, incidents=TOLD) as store:
        assert supposing(store, Settings(), waiting, Q1).incidents == 2


# One tool names what its incidents repeat, the other never does. Each has two services.
TWO_TOOLS = [
    {"source": "tells", "incident_id": "A", "opened_at": "2025-01-10", "service": "one", "severity": 1},
    {"source": "tells", "incident_id": "B", "opened_at": "2025-01-20", "service": "one", "repeat_of": "A"},
    {"source": "tells", "incident_id": "C", "opened_at": "2025-01-11", "service": "two"},
    {"source": "tells", "incident_id": "D", "opened_at": "2025-01-21", "service": "two", "severity": 1},
    {"source": "mute", "incident_id": "E", "opened_at": "2025-01-12", "service": "three"},
    {"source": "mute", "incident_id": "F", "opened_at": "2025-01-22", "service": "three", "severity": 1},
]


@pytest.mark.parametrize(
    ("under", "before", "after"),
    [
        ({}, 1, 3),
        ({"services": ["one"]}, 1, 1),
        # Its own incidents name none, but their tool would: nothing known becomes a repeat.
        ({"services": ["two"]}, 0, 1),
        # Nothing records what this tool's incidents repeat, until a person looks at one.
        ({"services": ["three"]}, None, 1),
        ({"services": ["two", "three"]}, 0, 2),
        ({"severities": [1]}, 0, 2),
        ({"services": ["three"], "severities": [1]}, None, 1),
        ({"services": ["three"], "severities": [2]}, 0, 0),
        ({"services": ["none such"]}, 0, 0),
    ],
)
def test_under_a_filter_a_figure_comes_to_be_known_only_where_somebody_tells(
    tmp_path: Path, under: dict[str, object], before: float | None, after: float
) -> None:
    confirmed = [confirm(("tells", "D"), ("tells", "C")), confirm(("mute", "F"), ("mute", "E"))]
    with by_hand(tmp_path, incidents=TWO_TOOLS) as store:
        told = supposed(store, *confirmed, **under)
        assert tuple(found.incidents for found in told) == (before, after)
        if before is None:  # what is decided about the other tool makes nothing known of this one
            assert [f.incidents for f in supposed(store, confirmed[0], **under)] == [None, None]
        # Another filter first, then the same again: what was made for one serves the other.
        supposed(store, *confirmed, services=["one"])
        assert supposed(store, *confirmed, **under) == told


@pytest.mark.slow
@pytest.mark.parametrize("action", ["confirm", "reject", "split", "merge", "same as"])
def test_in_the_sample_the_figure_told_is_the_figure_after_in_half_a_second(
    own_sample: Path, action: str
) -> None:
    workspace = open_workspace(own_sample)
    asked = params("2025-07-01", "2025-10-01", as_of="2025-11-17 08:00")
    store = workspace.store
    journal = Journal(own_sample)
    cursor = store._connection.cursor()  # type: ignore[union-attr]
    one, other = cursor.execute(
        "select issue_id from fact_incidents where is_repeat and opened_at between '2025-07-01' and '2025-10-01' "
        "group by all order by count(*) desc, 1 limit 2"
    ).fetchall()
    members = cursor.execute(
        "select source, incident_id from fact_incidents where issue_id = $issue order by opened_at",
        {"issue": one[0]},
    ).fetchall()
    # A flag on a ticket says repeat whatever the issue: it would outlast a split.
    alone = cursor.execute(
        "select source, incident_id from fact_incidents where issue_id = $issue and is_repeat "
        "and opened_at between '2025-07-01' and '2025-10-01' "
        "and incident_id not in (select incident_id from tickets where repeat_flag and incident_id is not null) "
        "order by opened_at desc limit 1",
        {"issue": one[0]},
    ).fetchall()
    pair = next(
        s
        for s in suggested(workspace)
        if store.run("lists/incident_detail", {"incident_ids": [s.incident_id]}).one()["opened_at"]
        < asked["end"]
    )
    body = {
        "confirm": {"incident": pair.key, "partner": pair.partner_key},
        "reject": {"incident": members[-1], "partner": None},
        "split": {"issue": one[0], "incidents": alone},
        "merge": {"issue": one[0], "into": other[0]},
        "same as": {"incident": pair.key, "into": one[0]},
    }[action]
    come_to = rows(repeats.supposed(journal.entries(), action, **body))
    seconds = []
    for _ in range(3):
        begun = time.process_time()  # of this process alone: others may run beside it
        told = supposing(store, workspace.settings, come_to, asked)
        seconds.append(time.process_time() - begun)
    journal.append(repeats.KIND, "x", {"action": action, **body}, "Ana")
    restate(own_sample, workspace.settings, lambda: repeats.rows_of(own_sample))
    after = open_store(own_sample)
    found = Figures(
        figures(after, "repeat_incidents", asked)["value"],
        figures(after, "repeat_escalations", asked)["value"],
    )
    after.close()
    assert told == found
    if action in ("confirm", "reject", "split"):
        assert told != supposing(store, workspace.settings, [], asked)
    assert min(seconds) < 0.5
