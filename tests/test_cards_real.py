"""No card contradicts its verdict on real exports either; skipped where the exports are not there."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reliability.model import UNKNOWN
from reliability.settings import Organisation, Settings
from reliability.settings.periods import quarters_between
from reliability.warehouse import build, open_store
from tests.test_claims_real import promises
from tests.test_review_cards import contradiction, of_every_page

pytestmark = pytest.mark.slow

# An export, and the day on which promises made in it begin.
BEGINNINGS = {
    "github-status/incidents.jsonl": date(2024, 3, 1),
    "gcp-status-2022/gcp_incidents.json": date(2022, 3, 1),
    "uci-servicenow/incidents_last_state.csv.gz": date(2016, 4, 15),
    "gitbugs-jira/hadoop_bugs.csv.gz": date(2021, 4, 1),
}


@pytest.mark.parametrize("export", BEGINNINGS)
def test_no_card_of_any_quarter_contradicts_its_verdict(
    real_exports: Path, tmp_path: Path, export: str
) -> None:
    (tmp_path / "exports").mkdir()
    shutil.copy(real_exports / export, tmp_path / "exports")
    start = BEGINNINGS[export]
    # Of the promises on one figure a card shows the one that ends last: every kind gets its turn.
    made = [one for one in promises(start) if one.kpi != "incidents"]
    build(tmp_path, Settings(Organisation(time_zone="UTC")))
    store = open_store(tmp_path)
    judged = []
    try:
        for kind in range(3):
            of_kind = {one.kpi: one for one in (made if kind % 2 else reversed(made))}
            if kind == 2:
                of_kind["p1_incidents"] = made[1]
            own = Settings(Organisation(time_zone="UTC"), commitments=tuple(of_kind.values()))
            begun = datetime.combine(start, datetime.min.time(), UTC)
            for days in (45, 120):
                at = begun + timedelta(days=days)
                for quarter in quarters_between(begun, at, own, at):
                    shown = of_every_page(store, own, quarter.id, at)
                    judged += [card for card in shown if card.verdict is not None]
    finally:
        store.close()
    assert judged
    untold = [card for card in judged if "—" in card.judged]
    assert {card.verdict.tone for card in untold} <= {UNKNOWN}
    assert [said for card in judged if card not in untold and (said := contradiction(card))] == []
