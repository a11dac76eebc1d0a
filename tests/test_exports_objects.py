"""Cells that hold an object give its name, whichever tool wrote them; queries that take one apart still can."""

import json
from pathlib import Path

import duckdb
import pytest

from reliability.exports.object_cells import name_objects
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
