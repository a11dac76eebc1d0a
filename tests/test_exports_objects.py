"""Cells that hold an object give its name, whichever tool wrote them; queries that take one apart still can."""

import json
from pathlib import Path

import duckdb
import pytest

from reliability.exports.object_cells import name_objects
from reliability.warehouse import staging
from reliability.warehouse.stacking import Stack
from tests.build_folder import build_folder, table

QUERY = """-- title: Own
-- definition: Takes a service apart itself.
-- source: own
-- table: incidents
-- requires: nr ; at_ ; svc ; grp
-- verified: unverified
select
    nr as incident_id, at_ as opened_at, coalesce(try(svc->>'$.deep.er'), 'none') as service, grp as team, source_line
from export
"""


def named(text: str, kept: bool = False) -> str | None:
    with duckdb.connect() as con:
        con.execute("create table raw as select $text as cell, 'x' as other", {"text": text})
        name_objects(con, "raw", ["cell", "other"], ["cell"] if kept else [])
        ((found, other),) = con.execute("from raw").fetchall()
    assert other == "x"
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"link": "https://x/grp1", "value": "grp1"}', "grp1"),
        ('{"display_value": "1 - Critical", "value": "1"}', "1 - Critical"),
        ('{"display_value": "", "value": "7"}', "7"),
        ('{"display_value": null, "value": ""}', None),
        ("""{'id': 'P', 'summary': "Bo's", 'self': None}""", "Bo's"),
        ("[{'id': 'P', 'summary': 'Payments'}]", "Payments"),
        ('[{"name": "a"}, {"name": "b"}]', "a, b"),
        ('{ "name": 3 }', "3"),
        ('{"name": true}', "true"),
        ('{"name": {"first": "a"}, "value": "v"}', "v"),
        ("{'name': b'Mail'}", "Mail"),
        ("{'name': 2j}", '"2j"'),
        ('{"name": "half \\ud83d"}', "half ?"),
        ("{'name': {'a'}, 'value': 'v'}", "v"),
        ("{'name': ('a', 'b')}", "{'name': ('a', 'b')}"),
        # No name, no object, or a text that only looks like one: as it stands.
        ('{"id": "P1"}', '{"id": "P1"}'),
        ('{"name": {"first": "a"}}', '{"name": {"first": "a"}}'),
        ('[{"name": "a"}, {"id": "b"}]', '[{"name": "a"}, {"id": "b"}]'),
        ('["a", "b"]', '["a", "b"]'),
        ("{'name': open('x')}", "{'name': open('x')}"),
        ("{name} is down", "{name} is down"),
        ("{'name': nan}", "{'name': nan}"),
    ],
)
def test_an_object_gives_its_name(text: str, name: str | None) -> None:
    assert named(text) == name


def test_a_column_that_is_read_as_json_is_json() -> None:
    assert json.loads(named("{'a': [1, None, True], 'b': \"it's\"}", kept=True) or "") == {
        "a": [1, None, True],
        "b": "it's",
    }
    assert named('{"name":  1.10}', kept=True) == '{"name":  1.10}'


def test_python_that_json_cannot_spell_stays_as_it_is() -> None:
    assert named("{'a': {1}, 'b': b'x'}", kept=True) == '{"a": "{1}", "b": "b\'x\'"}'
    assert named("{b'key': 1}", kept=True) == "{b'key': 1}"
    assert named("{(1, 2): 1}", kept=True) == "{(1, 2): 1}"
    assert named("{'a': '\\ud83d'}", kept=True) == '{"a": "?"}'


def test_cells_that_no_reader_knows_leave_the_other_files_alone(tmp_path: Path) -> None:
    odd = "\"{'name': b'\\xff'}\",\"{'name': {'a', 'b'}}\""
    files = {
        "odd.csv": table("incident_id,opened_at,service,title", f"A,2025-07-01T08:00:00Z,{odd}"),
        "good.csv": table("incident_id,opened_at,status", "B,2025-07-01T08:00:00Z,open"),
    }
    built = build_folder(tmp_path, files)
    assert built.rows("select incident_id, service, title from incidents order by 1") == [
        ("A", "\ufffd", "{'name': {'a', 'b'}}"),
        ("B", None, None),
    ]


def test_a_file_that_fails_in_an_unknown_way_is_its_own_problem_and_leaves_no_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header, row = "incident_id,opened_at,status", "{},2025-07-01T08:00:00Z,open"
    account = staging._account

    def fail_for_all(*_):
        raise KeyError("something new")

    def fail_for_one(con, staged, mapped, params):
        account(con, staged, mapped, params)
        if staged.source.name == "bad.csv":
            raise KeyError("something new")

    # The two are tried together first.
    monkeypatch.setattr(Stack, "_has_all", fail_for_all)
    monkeypatch.setattr(staging, "_account", fail_for_one)
    files = {f"{name}.csv": table(header, row.format(name)) for name in ("bad", "good")}
    built = build_folder(tmp_path, files)
    bad = built.file("bad.csv")
    assert "KeyError" in bad.problem and "report it with the file" in bad.problem
    assert (bad.rows_read, bad.kept, bad.set_aside) == (1, 0, 1)
    assert built.rows("select incident_id from incidents") == [("good",)]


def test_a_query_that_takes_an_object_apart_gets_all_of_it(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "own.sql").write_text(QUERY)
    cell = "\"{'name': 'n', 'deep': {'er': 'found'}}\",\"{'name': 'team'}\""
    built = build_folder(tmp_path, {"a.csv": table("nr,at_,svc,grp", f"A,2025-07-01T08:00:00Z,{cell}")})
    assert built.rows("select service, team from incidents") == [("found", "team")]


def test_the_first_filled_one_of_repeated_columns_counts(tmp_path: Path) -> None:
    header = "Summary,Issue key,Status,Created,Custom field (Severity),Custom field (Severity),Custom field (Severity)"
    rows = ["a,O-1,Open,2025-07-01 10:00:00,,,Sev 1", "b,O-2,Open,2025-07-01 10:00:00, ,Sev 2,Sev 3"]
    rows += ["c,O-3,Open,2025-07-01 10:00:00,Sev 3,Sev 1,", "d,O-4,Open,2025-07-01 10:00:00,,,"]
    built = build_folder(tmp_path, {"jira.csv": table(header, *rows)})
    assert built.rows("select incident_id, severity from incidents order by 1") == [
        ("O-1", 1),
        ("O-2", 2),
        ("O-3", 3),
        ("O-4", None),
    ]
