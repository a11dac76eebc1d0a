"""Charts that a file puts on a page: what its header must say, and the order they are shown in."""

from pathlib import Path

import pytest

from reliability.errors import QueryError
from reliability.queries.page_charts import page_charts

HEADER = {
    "title": "By status",
    "page": "incidents 20",
    "noun": "incident",
    "columns": "label varchar, value double",
}


def write(folder: Path, name: str, **changes: str | None) -> Path:
    header = {**HEADER, **changes}
    lines = [f"-- {key}: {value}" for key, value in header.items() if value is not None]
    (folder / "charts").mkdir(exist_ok=True)
    (folder / "charts" / f"{name}.sql").write_text("\n".join([*lines, "select 'a' as label, 1.0 as value"]))
    return folder


def test_a_page_shows_its_own_charts_by_place_and_name(tmp_path: Path) -> None:
    for name, page in {"b": "incidents 20", "c": "incidents 3", "a": "incidents 20", "d": "work 1"}.items():
        write(tmp_path, name, page=page)
    write(tmp_path, "e", page=None, noun=None)
    assert [chart.query.id for chart in page_charts("incidents", tmp_path)] == ["c", "a", "b"]
    assert [chart.query.id for chart in page_charts("work", tmp_path)] == ["d"]
    assert page_charts("customers", tmp_path) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"page": "incidents"}, "page is 'incidents'. Write the page's file below pages/ and a place: 'incidents 20'."),
        ({"page": "incident 20"}, "there is no page 'incident'. Did you mean 'incidents'?"),
        ({"noun": None}, "the header does not say 'noun'. Add '-- noun: ...', one of what it counts."),
        ({"columns": "name varchar, value double"}, "does not return 'label'. A chart on a page returns label and "
         "value; list them in '-- columns:' with their types."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_header_is_said_with_what_to_do(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    with pytest.raises(QueryError) as error:
        page_charts("incidents", write(tmp_path, "x", **changes))
    ((key, value),) = changes.items()
    line = 1 if value is None else 1 + [*HEADER].index(key)
    assert str(error.value) == f"queries/charts/x.sql, line {line}: {said}"
