"""A store: the same version can be opened more than once in a process, always in UTC and locked."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reliability.errors import QueryError, WarehouseError
from reliability.queries import Aside, Memory, Query, Result, Store
from reliability.warehouse.workspace import open_current
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


def test_a_small_warehouse_gives_each_question_half_of_the_cores_and_a_large_one_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def threads(store: Store) -> int:
        return int(store.run_query(asked("select current_setting('threads') as n"), {}).one()["n"])

    cores = os.cpu_count() or 1
    with by_hand(tmp_path) as small:
        assert threads(small) == max(1, cores // 2)
    monkeypatch.setattr("reliability.queries.store._LARGE_BYTES", 1)
    with by_hand(tmp_path) as large:
        assert threads(large) == cores


def test_passes_of_the_optimiser_that_cost_more_than_they_give_are_left_out(tmp_path: Path) -> None:
    with by_hand(tmp_path) as first:
        second = Store(first.path, first.data_version)
        for store in (first, second):
            told = store.run_query(asked("select current_setting('disabled_optimizers') as passes"), {}).one()
            assert set(told["passes"].split(",")) == {
                "common_subplan",
                "projection_pullup",
                "projection_placement",
            }
        second.close()


def test_a_long_answer_is_handed_out_in_batches(tmp_path: Path) -> None:
    numbers = asked("select n, n * 2 as twice from range(10) as t (n) order by n")
    with by_hand(tmp_path) as store:
        found = list(store.batches(numbers, {}, 4))
        assert [len(rows) for rows in found] == [4, 4, 2]
        assert [row for rows in found for row in rows] == [{"n": n, "twice": 2 * n} for n in range(10)]
        assert store.statements == 1
        with pytest.raises(QueryError, match="nowhere"):
            list(store.batches(asked("select * from nowhere"), {}, 4))


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


class Slow(Store):
    """A store that takes its time and counts its answers; nothing is opened."""

    def __init__(self, error: QueryError | None = None) -> None:
        self.path, self.data_version, self.memory = Path("none"), "0", Memory(10_000)
        self.asked, self.error = 0, error

    def _answer(self, asked: Query, values: dict[str, Any]) -> Result:
        self.asked += 1
        time.sleep(0.05)
        if self.error:
            raise self.error
        return Result(asked.name, [dict(values)], list(values), asked.sql, values, 0.0, "0")


def test_threads_that_ask_the_same_get_one_answer_and_others_their_own() -> None:
    slow, question = Slow(), Query("lists/x", "select $a", {}, {"a": "bigint"}, {})
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: slow.run_query(question, {"a": n % 2}).one()["a"], range(8)))
    assert answers == [0, 1, 0, 1, 0, 1, 0, 1]
    assert slow.asked == 2


def test_who_changes_an_answer_changes_only_their_own() -> None:
    slow, question = Slow(), Query("lists/x", "select $a", {}, {"a": "bigint"}, {})
    slow.run_query(question, {"a": 1}).one()["a"] = 2
    assert slow.run_query(question, {"a": 1}).one()["a"] == 1
    assert slow.asked == 1


def test_a_question_that_fails_is_asked_again() -> None:
    slow, question = Slow(QueryError("no such column", "queries/lists/x.sql")), asked("select nothing")
    for _ in range(2):
        with pytest.raises(QueryError, match="no such column"):
            slow.run_query(question, {})
    assert slow.asked == 2


def test_the_least_recently_used_answer_is_forgotten_first_and_a_large_one_is_not_kept() -> None:
    memory = Memory(80)
    for name in "abcdefgh":
        memory.keep((name,), name, 10)
    assert memory.get(("a",)) == "a"
    memory.keep(("i",), "i", 10)
    assert memory.get(("b",)) is None and memory.get(("a",)) == "a" and memory.get(("i",)) == "i"
    memory.keep(("large",), "x", 11)
    assert memory.get(("large",)) is None


def test_what_is_supposed_aside_is_not_remembered(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=[{"incident_id": "A", "opened_at": "2025-07-01"}]) as store:
        before = store.run("lists/data_range").rows
        with store.aside() as supposed:
            supposed.connection.execute(
                "create temp table fact_coverage as select * replace (7::bigint as records) from fact_coverage"
            )
            assert {row["records"] for row in supposed.run("lists/data_range")} == {7}
        assert store.run("lists/data_range").rows == before


def _supposing(made: list[str], name: str) -> Callable[[Aside], None]:
    def fill(aside: Aside) -> None:
        made.append(name)
        aside.connection.execute("create temp table supposed as select $name as name", {"name": name})

    return fill


def _supposed(aside: Aside) -> list[Any]:
    return aside.connection.execute("select name from supposed").fetchall()


def test_what_is_supposed_again_is_not_made_again(tmp_path: Path) -> None:
    made: list[str] = []
    with by_hand(tmp_path) as store:
        for _ in range(3):
            with store.kept_aside(("a",), _supposing(made, "a")) as aside:
                assert _supposed(aside) == [("a",)]
        with store.kept_aside(("b",), _supposing(made, "b")) as aside:
            assert _supposed(aside) == [("b",)]
        assert made == ["a", "b"]


def test_who_finds_a_supposition_in_use_makes_another_and_one_is_kept(tmp_path: Path) -> None:
    made: list[str] = []
    with by_hand(tmp_path) as store:
        fill = _supposing(made, "a")
        with store.kept_aside(("a",), fill) as one, store.kept_aside(("a",), fill) as two:
            assert one is not two and made == ["a", "a"]
        with store.kept_aside(("a",), fill) as again:
            assert made == ["a", "a"]
        # The other one is closed, not left behind.
        other = one if again is two else two
        with pytest.raises(duckdb.ConnectionException):
            _supposed(other)


@pytest.mark.parametrize("why", ["an error", "four others since", "the store is closed"])
def test_a_supposition_that_is_not_kept_lets_go_of_its_tables(tmp_path: Path, why: str) -> None:
    made: list[str] = []
    with by_hand(tmp_path) as store:
        with suppress(ValueError), store.kept_aside(("a",), _supposing(made, "a")) as aside:
            if why == "an error":
                raise ValueError
        if why == "four others since":
            for n in range(4):
                with store.kept_aside((n,), _supposing(made, str(n))):
                    pass
        if why == "the store is closed":
            store.close()
        with pytest.raises(duckdb.ConnectionException):
            _supposed(aside)


def test_a_supposition_given_back_after_the_store_closed_is_not_kept(tmp_path: Path) -> None:
    made: list[str] = []
    with by_hand(tmp_path) as store:
        with store.kept_aside(("a",), _supposing(made, "a")) as aside:
            store.close()
        with pytest.raises(duckdb.ConnectionException):
            _supposed(aside)
        with pytest.raises(WarehouseError, match="closed"), store.kept_aside(("a",), _supposing(made, "a")):
            pass
        assert made == ["a"]
