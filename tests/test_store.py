"""A store: the same version can be opened more than once in a process, always in UTC and locked."""

from pathlib import Path

import pytest

from reliability.errors import QueryError
from reliability.queries import Query, Store
from reliability.workspace import open_current
from tests.warehouse_by_hand import by_hand


def asked(sql: str) -> Query:
    return Query("lists/x", sql, {}, {}, {})


def zone(store: Store) -> str:
    return store.run_query(asked("select current_setting('TimeZone') as zone"), {}).one()["zone"]


def test_a_version_can_be_opened_while_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    with by_hand(tmp_path) as first:
        second = Store(first.path, first.data_version)
        assert (zone(first), zone(second)) == ("UTC", "UTC")
        first.close()
        assert zone(second) == "UTC"
        second.close()
        third = Store(first.path, first.data_version)
        assert zone(third) == "UTC"
        third.close()


def test_no_query_reads_files_or_changes_the_configuration(tmp_path: Path) -> None:
    with by_hand(tmp_path) as first:
        second = Store(first.path, first.data_version)
        for store in (first, second):
            with pytest.raises(QueryError, match="external access|disabled"):
                store.run_query(asked(f"select * from read_csv('{tmp_path}/x.csv')"), {})
            with pytest.raises(QueryError, match="locked"):
                store.run_query(asked("set enable_external_access = true"), {})
        second.close()


def test_edited_settings_are_picked_up_while_the_app_runs(own_sample: Path) -> None:
    before = open_current(own_sample)
    settings = own_sample / "review.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('name = "Northwind Cloud"', 'name = "Southwind"'), encoding="utf-8")
    after = open_current(own_sample)
    assert (before.settings.organisation.name, after.settings.organisation.name) == (
        "Northwind Cloud",
        "Southwind",
    )
    assert before.store.run("lists/meta").one() == after.store.run("lists/meta").one()
