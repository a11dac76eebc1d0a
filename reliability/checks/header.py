"""The header says everything a reader needs, and names only what there is."""

from collections.abc import Iterator

from reliability.checks.problem import problem
from reliability.errors import QueryError, nearest
from reliability.queries import Query, catalogue
from reliability.queries.figures import read_figure
from reliability.queries.gates import read_gate
from reliability.queries.page_charts import read_page_chart
from reliability.schema import TABLES

BETTER = ("lower", "higher", "neither")
ADDS_UP = ("sum", "count", "mean", "median", "share", "held", "ratio", "nps", "-")
PROVENANCE = ("source", "source_file", "source_line")

_SAYS = ("title", "definition", "grain", "columns")
_OF_FOLDER = {
    "kpis": ("unit", "better", "tables", "leaves out", "rows", "adds up", "example"),
    "charts": ("unit", "better", "tables"),
    "samples": ("example",),
}


def check_header(query: Query) -> Iterator[QueryError]:
    """Yield what is wrong with a header. Figures, gates and charts are read as the program reads them."""
    folder = query.name.split("/")[0]
    missing = [key for key in (*_SAYS, *_OF_FOLDER.get(folder, ())) if not query.header.get(key)]
    for key in missing:
        yield problem(query, key, f"the header does not say '{key}'", f"Add '-- {key}: ...'.")
    if missing:
        return
    read = {"kpis": read_figure, "gates": read_gate, "charts": read_page_chart}.get(folder)
    try:
        if read is not None:
            read(query)
    except QueryError as error:
        yield error
        return
    if query.better and query.better not in BETTER:
        yield problem(query, "better", f"better is '{query.better}'", nearest(query.better, BETTER))
    for table in query.tables:
        if table not in TABLES:
            yield problem(query, "tables", f"there is no table '{table}'", nearest(table, TABLES, "Tables"))
    if folder == "kpis":
        yield from _check_records(query)
    if folder == "rows":
        yield from _check_provenance(query)


def _check_records(query: Query) -> Iterator[QueryError]:
    adds_up = query.header.get("adds up")
    if adds_up and adds_up not in ADDS_UP:
        yield problem(query, "adds up", f"adds up is '{adds_up}'", nearest(adds_up, ADDS_UP))
    if not query.rows:
        return
    records = catalogue().get(query.rows)
    if records is None:
        known = [name for name in catalogue() if name.startswith("rows/")]
        yield problem(query, "rows", f"there is no query '{query.rows}'", nearest(query.rows, known))
    elif records.columns.get("contributes") != "double":
        remedy = "Let it return how much each record contributes."
        yield problem(query, "rows", f"'{query.rows}' has no column 'contributes double'", remedy)


def _check_provenance(query: Query) -> Iterator[QueryError]:
    if tuple(query.columns)[-len(PROVENANCE) :] != PROVENANCE:
        remedy = "End with source, source_file, source_line: `unnest(source_of(...))` returns them."
        yield problem(query, "columns", "does not say where each record comes from", remedy)
    if query.columns.get("left_out") != "varchar":
        remedy = "Return why a record does not count; NULL where it does."
        yield problem(query, "columns", "has no column 'left_out varchar'", remedy)
