"""The tool of the mutation tests itself: which changes it finds, draws and leaves out. The runs are `make mutants`."""

import ast

import pytest
from sqlglot import parse_one

from tests.mutants import targets
from tests.mutants.changes import changes


def becomes(file: str, text: str) -> list[str]:
    return [change.applied(text) for change in changes(file, text)]


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("a < b", ["a <= b"]),
        ("a == b != c", ["a != b != c", "a == b == c"]),
        ("a is not b", ["a is b"]),
        ("(a) + b", ["(a) - b"]),
        ("a and b and c", ["a or b and c", "a and b or c"]),
        ("not (\n a)", [" (\n a)"]),
        ("x = True", ["x = False"]),
        ("x = 12", ["x = 13"]),
        ("x = 0.0", ["x = 1.0"]),
        ("é < 2", ["é <= 2", "é < 3"]),
        ("def f():\n    return a", ["def f():\n    return None"]),
        ("if a:\n    b", ["if not (a):\n    b"]),
        # A declaration, a word, and nothing returned are left alone.
        ("@dataclass(frozen=True)\nclass A:\n    'a < b'", []),
        ("zip(a, b, strict=True)", []),
        ("def f():\n    return None", []),
    ],
)
def test_python_is_changed_in_one_place_at_a_time(text, changed):
    assert becomes("a.py", text) == changed
    for one in changed:
        ast.parse(one.strip())


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("-- a < b\nselect a <= b", ["-- a < b\nselect a < b"]),
        ("select a = 'b = 1'", ["select a <> 'b = 1'"]),
        ("select a between b and c and d", ["select a between b and c or d"]),
        ("select count(*), a * b", ["select count(*), a / b"]),
        ("select f(x := a)", []),
        ("select a::decimal(18, 3)", []),
        ("select min(a) as min", ["select max(a) as min"]),
        ("select a is null", ["select a is not null"]),
        ("select a where not b", ["select a where  b"]),
        ("select 60.0", ["select 66.0"]),
    ],
)
def test_sql_is_changed_in_one_place_and_its_comments_never(text, changed):
    assert becomes("a.sql", text) == changed
    for one in changed:
        parse_one(one, dialect="duckdb")


def test_a_change_is_named_by_its_statement_so_that_lines_above_do_not_rename_it():
    text = "a < b\nc = 1 + 1\nc = 1 + 1\n"
    names = [change.key for change in changes("a.py", text)]
    assert len(set(names)) == len(names) == 7
    assert [change.key for change in changes("a.py", f"# more\n\n{text}")] == names


def test_the_same_seed_draws_the_same_and_another_draws_others():
    pool = targets.every_change(below=["reliability/statistics/pace"])
    first = targets.drawn(pool, 10, seed=1)
    assert first == targets.drawn(pool, 10, seed=1) != targets.drawn(pool, 10, seed=2)
    assert len(set(first)) == 10
    assert targets.drawn(pool[1:], 10, seed=1)[:9] == [one for one in first if one != pool[0]][:9]


def test_every_file_that_is_changed_has_tests_and_every_changed_python_can_be_read():
    found = targets.targets()
    assert {target.file.split("/")[1] for target in found} >= {
        "statistics",
        "commitments",
        "gates",
        "facts",
        "kpis",
    }
    assert [target.file for target in found if not target.tests] == []
    for target, change in targets.drawn(targets.every_change(), 100, seed=1):
        if target.file.endswith(".py"):
            ast.parse(change.applied((targets.ROOT / target.file).read_text(encoding="utf-8")))


def test_a_change_named_as_equivalent_is_one_that_can_be_made(monkeypatch):
    named = targets.equivalent()
    monkeypatch.setattr(targets, "equivalent", dict)
    possible = {change.key for _, change in targets.every_change()}
    assert [key for key in named if key not in possible] == []
    assert all(named.values())
