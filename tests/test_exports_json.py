"""JSON: lists, lists inside objects, an object a line; a broken object costs only itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.errors import ExportError
from reliability.exports import json_table
from reliability.exports.json_objects import BrokenObject, read_members, read_object
from tests.exported import read


def test_a_list_of_objects_has_a_column_per_key_of_any_object(tmp_path: Path) -> None:
    found = read(tmp_path, '[\n{"id": 1, "a": "x"},\n{"id": 2, "b": null},\n{"id": 3, "b": ""}\n]', "a.json")
    assert found.table.kind == "json"
    assert found.table.columns == ["id", "a", "b"]
    assert found.values == [["1", "x", None], ["2", None, None], ["3", None, ""]]
    assert found.lines == [2, 3, 4]


def test_values_keep_their_spelling(tmp_path: Path) -> None:
    text = '[{"n": 1.10, "big": 12345678901234567890, "e": 1e3, "t": true, "s": "a\\u00e9\\n", "o": {"x": [1, 2.0]}}]'
    found = read(tmp_path, text, "a.json")
    assert found.values == [["1.10", "12345678901234567890", "1e3", "true", "aé\n", '{"x": [1, 2.0]}']]


def test_objects_that_share_a_line_are_numbered_by_their_place(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a":1},{"a":2},{"a":3}]', "a.json").lines == [1, 2, 3]


def test_two_objects_that_share_the_last_line_number_all_by_their_place(tmp_path: Path) -> None:
    objects = [f'{{"a": {n}}}' for n in range(25_000)]  # more than are written at a time
    found = read(tmp_path, "[\n\n" + ",\n".join(objects) + ', {"b": 1}]', "a.json")
    assert found.lines == list(range(1, 25_002))
    assert found.values[0] == ["0", None]
    assert found.values[-1] == [None, "1"]


def test_objects_are_sorted_in_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of a million objects is never held as a million of them."""
    read_so_far = taken = 0
    elements, take = json_table._elements, json_table._Rows.take

    def counted(*args: Any) -> Iterator[Any]:
        nonlocal read_so_far
        for found in elements(*args):
            read_so_far += 1
            yield found

    def asked(*args: Any) -> None:
        nonlocal taken
        taken += 1
        assert read_so_far == taken
        take(*args)

    monkeypatch.setattr(json_table, "_elements", counted)
    monkeypatch.setattr(json_table._Rows, "take", asked)
    read(tmp_path, '[\n{"a": 1},\n{"a": 2},\n{"a": 3}\n]', "a.json")
    assert taken == 3


_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.text(max_size=4), _VALUE, max_size=4),
    st.booleans(),
    st.sampled_from([None, 0, 2]),
    st.lists(
        st.tuples(st.integers(1, 200), st.sampled_from(['"', "\\", "{", "}", "]", ",", ":", " ", "0", ""]))
    ),
)
def test_what_is_read_at_once_is_what_its_members_say(cells, ascii_only, indent, damages) -> None:
    """Most objects are read by one pattern; Python's own decoder, member by member, says what it must find."""
    text = json.dumps(cells, ensure_ascii=ascii_only, indent=indent)
    for at, sign in damages:
        text = text[:at] + sign + text[at + 1 :]
    try:
        members, end = read_members(text, 0)
    except BrokenObject as broken:
        with pytest.raises(BrokenObject) as found:
            read_object(text, 0)
        assert (found.value.reason, found.value.at) == (broken.reason, broken.at)
        return
    said = {
        m.key: m.value if m.value is None or isinstance(m.value, str) else text[m.start : m.end]
        for m in members
    }
    assert read_object(text, 0) == (said, end)


@pytest.mark.parametrize(
    "text",
    [
        '{"incidents": [{"id": 1}, {"id": 2}], "limit": 25, "more": false}',
        '{"page": {"id": "p"}, "result": {"items": [{"id": 1}, {"id": 2}]}}',
        '{"meta": [{"k": "v"}], "incidents": [{"id": 1}, {"id": 2}]}',
        '{"archive": [{"id": 1}], "current": [{"id": 2}]}',
        '[{"id": 1}][{"id": 2}]',
        '{"id": 1}\n{"id": 2}\n',
        '{"id": 1},\n{"id": 2},\n',
        '{\n "id": 1\n}\n{\n "id": 2\n}\n',
        '\ufeff[{"id": 1}, {"id": 2}]',
    ],
)
def test_the_list_of_objects_is_found(tmp_path: Path, text: str) -> None:
    assert [cells["id"] for _, cells in read(tmp_path, text, "a.json").rows] == ["1", "2"]


def test_an_object_with_an_id_is_a_record_and_not_a_wrapper(tmp_path: Path) -> None:
    found = read(tmp_path, '{"id": "INC1", "updates": [{"at": 1}, {"at": 2}]}', "a.json")
    assert found.values == [["INC1", '[{"at": 1}, {"at": 2}]']]


def test_one_line_of_json_lines_is_one_record(tmp_path: Path) -> None:
    found = read(tmp_path, '{"key": "INC1", "updates": [{"at": 1}, {"at": 2}]}\n', "a.jsonl")
    assert found.table.kind == "json lines"
    assert found.table.records == 1


def test_json_is_recognised_without_its_suffix(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a": "1"}]', "export.txt").values == [["1"]]


def test_utf_16_json_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a": "é"}]'.encode("utf-16"), "a.json").values == [["é"]]


def test_a_broken_line_is_set_aside_alone(tmp_path: Path) -> None:
    lines = [f'{{"id": {i}, "updates": [{{"at": {i}, "body": "x"}}]}}' for i in range(6)]
    lines[2] = lines[2][:30]
    lines[4] = lines[4][10:]  # begins with a key, as a line that lost its start does
    found = read(tmp_path, "\n".join(lines) + '\n\n42\n{"id": 9}{"id": 10}\n', "a.jsonl")
    assert found.reasons == [
        (3, "the file ends in the middle of this object"),
        (5, "it is not an object"),
        (8, "it is not an object"),
    ]
    assert [cells["id"] for _, cells in found.rows] == ["0", "1", "3", "5", "9", "10"]
    assert found.lines == [1, 2, 4, 6, 9, 9]


def test_a_broken_first_line_is_set_aside_alone(tmp_path: Path) -> None:
    text = '{"id": 1, "updates": [{"at": 1}, {"at"\n{"id": 2, "updates": []}\n{"id": 3, "updates": []}\n'
    found = read(tmp_path, text, "a.jsonl")
    assert [u.line for u in found.table.unreadable] == [1]
    assert found.lines == [2, 3]


def test_a_truncated_list_keeps_its_whole_objects(tmp_path: Path) -> None:
    text = '{"incidents": [\n{"id": 1, "u": [{"at": 1}]},\n{"id": 2, "u": [{"at": 2}]},\n{"id": 3, "u": [{"at": 3'
    found = read(tmp_path, text, "a.json")
    assert [cells["id"] for _, cells in found.rows] == ["1", "2"]
    assert found.reasons == [(4, "the file ends in the middle of this object")]


def test_a_list_cut_between_two_objects_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, '[\n{"id": 1},\n{"id": 2},\n', "a.json")
    assert found.lines == [2, 3]
    assert found.table.unreadable[0].reason == "the file ends before the list is closed: it was cut here"


def test_an_object_nested_in_a_broken_one_is_not_taken_for_a_record(tmp_path: Path) -> None:
    text = '[{"id": 1, "name": "a", "at": 1},\n{"id": 2, "name" "b", "parts": [{"id": 7, "x": 1}]},\n'
    found = read(tmp_path, text + '{"id": 3, "name": "c", "at": 3}]', "a.json")
    assert [cells["id"] for _, cells in found.rows] == ["1", "3"]
    assert found.table.unreadable[0].reason == "it is not valid JSON: ':' is missing"


def test_keys_that_differ_only_in_case_are_two_columns(tmp_path: Path) -> None:
    found = read(tmp_path, '[{"Id": 1, "id": 2, "source_line": 3, "": 4}]', "a.json")
    assert found.table.columns == ["Id", "id_2", "source_line_2", "column_4"]
    assert found.values == [["1", "2", "3", "4"]]


def test_half_a_surrogate_pair_does_not_stop_the_file(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a": "x\\ud83d"}, {"a": "y"}]', "a.json").values == [["x?"], ["y"]]


def test_deep_nesting_is_a_reason_and_not_a_crash(tmp_path: Path) -> None:
    deep = "[" * 100_000
    found = read(tmp_path, f'{{"id": 1}}\n{{"id": 2, "x": {deep}\n{{"id": 3}}\n', "a.jsonl")
    assert [cells["id"] for _, cells in found.rows] == ["1", "3"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.json: it is empty. Export it again, or remove the file."),
        (
            "[]",
            "a.json: it contains no list of objects with anything in them. An export in JSON is a list of",
        ),
        ('{"incidents": []}', "a.json: it contains no list of objects with anything in them."),
        ("[1, 2]", "a.json: it contains no list of objects with anything in them."),
    ],
)
def test_json_without_objects_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ExportError) as raised:
        read(tmp_path, text, "a.json")
    assert str(raised.value).startswith(message)


def test_half_a_surrogate_pair_in_a_key_costs_only_its_sign(tmp_path: Path) -> None:
    found = read(tmp_path, '[{"id":"1","\\ud83d":"x"},{"id":"2"}]', "a.json")
    assert found.values == [["1", "x"], ["2", None]]
    assert found.table.columns == ["id", "?"]


def test_an_object_nested_too_deeply_costs_only_itself(tmp_path: Path) -> None:
    deep = '{"a":' * 20_000 + '"}"' + "}" * 20_000
    found = read(tmp_path, f'[{{"id":1}},{{"id":9,"x":{deep}}},{{"id":2}}]', "a.json")
    assert found.values == [["1"], ["2"]]
    assert [u.reason for u in found.table.unreadable] == ["it is nested too deeply"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a":' * 20_000 + "1" + "}" * 20_000, "it is nested too deeply"),
        (
            json.dumps([{f"k{i}": 1 for i in range(5_001)}]),
            "with it the file would have more than 5,000 different keys",
        ),
    ],
)
def test_a_file_without_any_object_in_bounds_says_which_bound(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ExportError) as raised:
        read(tmp_path, text, "a.json")
    assert str(raised.value) == (
        f"a.json, object 1: it contains no readable object: {said}. Export it again, or remove the file."
    )
