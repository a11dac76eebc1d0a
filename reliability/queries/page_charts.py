"""Charts that a page shows because a file says so: those below queries/charts/ whose header names a page.

    -- page: incidents 20
    -- noun: incident

A page shows its charts below everything else, by their place. Each is a ranking: the query returns `label` and `value`,
the largest first, and `value` counts what `noun` names.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import QueryError, nearest
from reliability.queries.header import FOLDER, Query, catalogue

PAGES = FOLDER.parent / "pages"
COLUMNS = ("label", "value")

_PLACE = re.compile(r"(\w+) (\d+)")
_REMEDY = "Write the page's file below pages/ and a place: 'incidents 20'."


@dataclass(frozen=True)
class PageChart:
    """One chart: the page it is on (a file in pages/, without `.py`), its place there, and one of what it counts."""

    query: Query
    page: str
    place: int
    noun: str


def page_charts(page: str, folder: Path = FOLDER) -> tuple[PageChart, ...]:
    """Return the charts that a page shows, by place and name. Raises QueryError for a header that is wrong."""
    found = [read_page_chart(q) for q in catalogue(folder).values() if q.name.startswith("charts/")]
    mine = [chart for chart in found if chart is not None and chart.page == page]
    return tuple(sorted(mine, key=lambda chart: (chart.place, chart.query.name)))


def read_page_chart(query: Query) -> PageChart | None:
    """Read what a chart's header says of its page; None when it names none. Raises QueryError with what is wrong."""
    if "page" not in query.header:
        return None
    said = query.header["page"]
    place = _PLACE.fullmatch(said)
    if place is None:
        raise QueryError(f"page is '{said}'", query.at("page"), _REMEDY)
    pages = sorted(path.stem for path in PAGES.glob("*.py"))
    if place[1] not in pages:
        raise QueryError(
            f"there is no page '{place[1]}'", query.at("page"), nearest(place[1], pages, "Pages")
        )
    if not query.header.get("noun"):
        raise QueryError(
            "the header does not say 'noun'", query.at("noun"), "Add '-- noun: ...', one of what it counts."
        )
    if missing := [name for name in COLUMNS if name not in query.columns]:
        remedy = (
            f"A chart on a page returns {' and '.join(COLUMNS)}; list them in '-- columns:' with their types."
        )
        raise QueryError(f"does not return '{missing[0]}'", query.at("columns"), remedy)
    return PageChart(query, place[1], int(place[2]), query.header["noun"])
