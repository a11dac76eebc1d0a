"""A frozen review as one HTML file: no network and no script, for screen and paper, in light and dark."""

from collections.abc import Iterable, Sequence
from html import escape

from reliability import formatting
from reliability.errors import QueryError
from reliability.model import Card, Chart, Review
from reliability.publish.carried import carried, point_id
from reliability.publish.stamp import stamp
from reliability.queries.header import parse_query
from reliability.review.frozen import Frozen

REVIEW = "data-review"
FIGURE = "data-figure"

_STYLE = """
:root { color-scheme: light dark; --text: #102A43; --muted: #52606D; --page: #FFFFFF; --border: #E1E7EC; }
@media (prefers-color-scheme: dark) {
  :root { --text: #E6EDF3; --muted: #A9B4C0; --page: #0F1720; --border: #2A3642; }
}
body { color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif;
  max-width: 72rem; margin: 0 auto; padding: 1rem; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0;
  border-bottom: 1px solid var(--border); overflow-wrap: anywhere; }
.stamp, .quiet { color: var(--muted); font-size: .85rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem; }
.foot { display: none; }
@media print {
  :root { --text: #000; --muted: #444; --page: #FFF; --border: #CCC; }
  @page { margin: 15mm 15mm 25mm; }
  .foot { display: block; position: fixed; bottom: -15mm; left: 0; right: 0; }
  tr, h2, h3 { break-inside: avoid; break-after: auto; }
}
"""


def page(frozen: Frozen) -> str:
    """Return the whole document. Every number stands in an element that names its figure."""
    review = frozen.review
    shown = _Shown(carried(review))
    title = escape(f"{review.organisation}: {review.period.label}")
    parts = [
        f"<h1>{title}</h1>",
        _stamp(frozen),
        f"<p><strong>{shown.of('headline')}</strong></p><p>{shown.of('reason')}</p>",
        *[f"<p>{shown.of(f'note/{n}')}</p>" for n in range(len(review.notes) + len(review.warnings))],
        _section(
            "Promises",
            _table(
                ("standing", "promises"),
                [(escape(bucket.name), shown.of(f"bucket/{bucket.name}")) for bucket in review.buckets],
            ),
        ),
        _section("To decide", _items(shown.of(f"decision/{n}") for n in range(len(review.decisions)))),
        _section("Figures", "".join(_card(card, shown) for card in review.cards)),
        _section("Courses", "".join(_chart(chart, shown, frozen.zone) for chart in review.charts)),
        _section(
            "Left out",
            _table(
                ("records", "number"),
                [(escape(reason), shown.of(f"left out/{reason}")) for reason, _ in review.left_out],
            ),
        ),
        _section("How sure", _items(shown.of(f"how sure/{n}") for n in range(len(review.how_sure)))),
        _section("Definitions", "".join(_definition(name, frozen) for name in _queries(review))),
    ]
    return (
        f'<!doctype html>\n<html lang="en" {REVIEW}="{escape(frozen.id)}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


class _Shown:
    """Carried figures as elements."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts

    def of(self, name: str) -> str:
        """Return one figure's element, "" where the review has no such figure."""
        text = self._texts.get(name, "")
        return f'<span {FIGURE}="{escape(name)}">{escape(text)}</span>' if text else ""


def _stamp(frozen: Frozen) -> str:
    # The first page of a print has it at its top, every other one at its foot.
    return "".join(f'<p class="{role}">{escape(stamp(frozen))}</p>' for role in ("stamp", "stamp foot"))


def _card(card: Card, shown: _Shown) -> str:
    start = f"card/{card.id}"
    rows = [
        ("promise", shown.of(f"{start}/judged")),
        ("verdict", shown.of(f"{start}/verdict")),
        ("evidence", shown.of(f"{start}/evidence")),
        ("goal", shown.of(f"{start}/goal")),
        ("this period", shown.of(f"{start}/value")),
        ("records", shown.of(f"{start}/n")),
        *[(escape(change.label), shown.of(f"{start}/change/{change.label}")) for change in card.changes],
    ]
    return f"<h3>{escape(card.title)}</h3>" + _table((), [row for row in rows if row[1]])


def _chart(chart: Chart, shown: _Shown, zone: str) -> str:
    parts = [
        f"<h3>{shown.of(f'chart/{chart.id}/title')}</h3>",
        f'<p class="quiet">{shown.of(f"chart/{chart.id}/subtitle")}</p>',
    ]
    for number, line in enumerate(chart.lines):
        rows = [
            (
                escape(formatting.day(point.at, zone) + (" (to date)" if point.partial else "")),
                shown.of(point_id(chart, number, point.at.isoformat())),
            )
            for point in line.points
        ]
        parts.append(_table(("from", escape(line.label or chart.unit)), rows))
    return "".join(parts)


def _queries(review: Review) -> list[str]:
    names = [card.query for card in review.cards] + [chart.query for chart in review.charts]
    return [name for name in dict.fromkeys(names) if name]


def definition_of(name: str, frozen: Frozen) -> tuple[str, str] | None:
    """Return title and definition of a query as it was when the review was frozen; None for one that was not there."""
    text = frozen.texts.get(f"queries/{name}.sql")
    if text is None:
        return None
    try:
        query = parse_query(name, text)
    except QueryError:
        # Frozen by a version whose headers had other keys: its text still says what was counted.
        return name, ""
    return query.title, query.definition


def _definition(name: str, frozen: Frozen) -> str:
    found = definition_of(name, frozen)
    if found is None:
        return ""
    title, said = found
    text = frozen.texts[f"queries/{name}.sql"]
    return (
        f"<h3>{escape(title)}</h3><p>{escape(said)}</p>"
        f"<details><summary>queries/{escape(name)}.sql</summary><pre>{escape(text)}</pre></details>"
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}" if body else ""


def _items(texts: Iterable[str]) -> str:
    found = "".join(f"<li>{text}</li>" for text in texts)
    return f"<ul>{found}</ul>" if found else ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "<tr>" + "".join(f"<th>{cell}</th>" for cell in header) + "</tr>" if header else ""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table>{head}{body}</table>"
