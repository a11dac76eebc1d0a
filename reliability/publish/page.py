"""A frozen review as one HTML file: no network and no script, for screen and paper, in light and dark."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from reliability import formatting
from reliability.charts import figure
from reliability.charts.svg import svg
from reliability.model import CONCERN, GOOD, NOISE, Card, Chart, Listing, Promise, Question, Review
from reliability.publish.carried import PROMISES, QUESTIONS, carried, cell_id, point_id
from reliability.publish.columns import columns
from reliability.publish.defined import definition_of, queries_of, text_of
from reliability.publish.headings import HEADINGS
from reliability.publish.left_out import in_words
from reliability.publish.page_style import style
from reliability.publish.plain_definitions import in_words as plain
from reliability.publish.plain_definitions import values_of
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen

REVIEW = "data-review"
FIGURE = "data-figure"
_ICONS = {GOOD: "✓", NOISE: "≈", CONCERN: "▲"}

# In pixels: where labels of 11 px can be read, two beside each other on a screen, one across a sheet.
_WIDTH = 460
_WIDTH_ON_PAPER = 660


def page(frozen: Frozen) -> str:
    """Return the whole document. Every number stands in an element that names its figure."""
    return _document(frozen, paper=False)


def page_for_paper(frozen: Frozen) -> str:
    """Return the document that a PDF is made of: the points of the charts at its end, no SQL."""
    return _document(frozen, paper=True)


def _document(frozen: Frozen, paper: bool) -> str:
    review = frozen.review
    shown = _Shown(carried(review))
    title = escape(f"{review.organisation}: {review.period.label}")
    charts = [chart for chart in review.charts if any(line.points for line in chart.lines)]
    parts = [
        f"<h1>{title}</h1>",
        _stamp(frozen, paper),
        f'<p class="headline">{shown.of("headline")}</p><p>{shown.of("reason")}</p>',
        _buckets(review, shown),
        *[
            f'<p class="quiet">{shown.of(f"note/{n}")}</p>'
            for n in range(len(review.notes) + len(review.warnings))
        ],
        _section(
            "To decide",
            _counted(
                shown.of(QUESTIONS), "".join(_question(question, shown) for question in review.questions)
            )
            or _items(shown.of(f"decision/{n}") for n in range(len(review.decisions))),
        ),
        _section("Figures", _cards([_card(card, shown) for card in review.cards], paper)),
        _section("Promises", _counted(shown.of(PROMISES), _promises(review.promises, shown))),
        _section("Courses", _grid("charts", (_chart(chart, shown, frozen.zone, paper) for chart in charts))),
        *[
            _section(HEADINGS.get(listing.id, listing.title), _listing(listing, shown))
            for listing in review.listings
        ],
        _section(
            "Left out",
            _table(
                ("records", "number"),
                [(escape(in_words(reason)), shown.of(f"left out/{reason}")) for reason, _ in review.left_out],
            ),
        ),
        _section("How sure", _items(shown.of(f"how sure/{n}") for n in range(len(review.how_sure)))),
        _section("Definitions", _definitions(frozen, paper)),
    ]
    if paper:
        numbers = "".join(
            f"<h3>{escape(chart.title)}</h3>{_numbers(chart, shown, frozen.zone)}" for chart in charts
        )
        parts.append(_section("The courses in numbers", f'<div class="numbers">{numbers}</div>'))
    return (
        f'<!doctype html>\n<html lang="en" {REVIEW}="{escape(frozen.id)}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{style(paper)}</style></head>\n<body>\n"
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


def _stamp(frozen: Frozen, paper: bool) -> str:
    # The first page of a print has it at its top, every other one at its foot.
    roles = ("stamp",) if paper else ("stamp", "stamp foot")
    return "".join(f'<p class="{role}">{escape(stamp(frozen))}</p>' for role in roles)


def _buckets(review: Review, shown: _Shown) -> str:
    items = [
        f"<li><b>{shown.of(f'bucket/{bucket.name}')}</b> {escape(bucket.name)}</li>"
        for bucket in review.buckets
        if bucket.number
    ]
    return f'<ul class="buckets">{"".join(items)}</ul>' if items else ""


def _card(card: Card, shown: _Shown) -> str:
    start = f"card/{card.id}"
    large = "judged" if card.judged else "value"
    tone = card.verdict.tone if card.verdict else ""
    verdict = shown.of(f"{start}/verdict")
    rows = [
        ("promised", shown.of(f"{start}/goal")),
        ("this period", shown.of(f"{start}/value") if card.judged else ""),
        ("records", shown.of(f"{start}/n")),
        *[(escape(change.label), shown.of(f"{start}/change/{change.label}")) for change in card.changes],
    ]
    return (
        f'<div class="card"><h3>{escape(card.title)}</h3><p class="figure">{shown.of(f"{start}/{large}")}</p>'
        + (f'<p class="{escape(tone)}"><b>{_ICONS.get(tone, "?")} {verdict}</b></p>' if verdict else "")
        + f'<p class="quiet">{shown.of(f"{start}/evidence")}</p>'
        + _table((), [row for row in rows if row[1]])
        + "</div>"
    )


def _question(question: Question, shown: _Shown) -> str:
    """Return one question: what and why, its options with what each did before, whose it is and by when."""
    start = f"question/{question.id}"
    options = [
        (f"<b>{shown.of(f'{start}/{option.id}')}</b>", shown.of(f"{start}/{option.id}/before"))
        for option in question.options
    ]
    return (
        f'<div class="question"><h3>{shown.of(f"{start}/title")}</h3><p>{shown.of(f"{start}/why")}</p>'
        f'{_table((), options)}<p class="quiet">{shown.of(f"{start}/by")}</p></div>'
    )


def _counted(number: str, body: str) -> str:
    """Put how many there are above a list of them."""
    return f'<p class="quiet">{number}</p>{body}' if number and body else body


def _promises(promises: Sequence[Promise], shown: _Shown) -> str:
    rows = []
    for promise in promises:
        start = f"promise/{promise.id}"
        verdict = shown.of(f"{start}/verdict")
        rows.append(
            (
                shown.of(f"{start}/title"),
                f'<b class="{escape(promise.tone)}">{_ICONS.get(promise.tone, "?")} {verdict}</b>',
                *(shown.of(f"{start}/{part}") for part in ("figure", "goal", "before", "cause")),
            )
        )
    heads = ("promise", "how it stands", "now", "promised", "before", "what is behind it")
    return _table(heads, rows, wide=True)


def _listing(listing: Listing, shown: _Shown) -> str:
    start = f"list/{listing.id}"
    rows = [
        (
            escape(row[0]),
            *(shown.of(cell_id(start, row[0], head)) for head in listing.heads[1:]),
        )
        for row in listing.rows
    ]
    notes = "".join(
        f'<p class="quiet">{shown.of(name)}</p>'
        for name in (f"{start}/rest", *(f"{start}/note/{place}" for place in range(len(listing.notes))))
        if shown.of(name)
    )
    table = _table([escape(head) for head in listing.heads], rows, wide=True)
    return f'<h3>{shown.of(f"{start}/title")}</h3><p class="quiet">{shown.of(f"{start}/subtitle")}</p>{table}{notes}'


def _chart(chart: Chart, shown: _Shown, zone: str, paper: bool) -> str:
    theme, width = ("light", _WIDTH_ON_PAPER) if paper else ("document", _WIDTH)
    drawn = svg(figure(chart, theme, zone), width, f"{chart.title}. {chart.subtitle}")
    numbers = f"<details><summary>In numbers</summary>{_numbers(chart, shown, zone)}</details>"
    return (
        f'<div class="chart"><h3>{shown.of(f"chart/{chart.id}/title")}</h3>'
        f'<p class="quiet">{shown.of(f"chart/{chart.id}/subtitle")}</p>{drawn}{"" if paper else numbers}</div>'
    )


def _numbers(chart: Chart, shown: _Shown, zone: str) -> str:
    parts = []
    for number, line in enumerate(chart.lines):
        rows = [
            (
                escape(formatting.day(point.at, zone) + (" (to date)" if point.partial else "")),
                shown.of(point_id(chart, number, point.at.isoformat())),
            )
            for point in line.points
        ]
        of_several = line.label.replace("\n", " ") if len(chart.lines) > 1 else ""
        parts.append(_table(("from", escape(of_several or chart.unit)), rows))
    return "".join(parts)


def _cards(found: Sequence[str], paper: bool) -> str:
    """Lay out cards. On paper each row is a grid of its own: WeasyPrint loses rows of one that begins a third sheet."""
    if not paper:
        return _grid("cards", found)
    return "".join(_grid("cards", found[row : row + 2]) for row in range(0, len(found), 2))


def _grid(name: str, parts: Iterable[str]) -> str:
    found = "".join(parts)
    return f'<div class="{name}">{found}</div>' if found else ""


def _definitions(frozen: Frozen, paper: bool) -> str:
    values = values_of(frozen)
    return "".join(_definition(name, frozen, values, paper) for name in queries_of(frozen))


def _definition(name: str, frozen: Frozen, values: Mapping[str, Any], paper: bool) -> str:
    found = definition_of(name, frozen)
    if found is None:
        return ""
    title, said = found
    place = f"queries/{escape(name)}.sql"
    if paper:
        source = f'<p class="quiet">{place}</p>'
    else:
        text = escape(text_of(name, frozen))
        source = f"<details><summary>{place}</summary><pre>{text}</pre></details>"
    return f"<h3>{escape(title)}</h3><p>{escape(plain(said, values))}</p>{source}"


def _section(title: str, body: str) -> str:
    return f"<h2>{title}</h2>{body}" if body else ""


def _items(texts: Iterable[str]) -> str:
    found = "".join(f"<li>{text}</li>" for text in texts)
    return f"<ul>{found}</ul>" if found else ""


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], wide: bool = False) -> str:
    """Return a table, "" without rows. wide: scrolls inside itself where the window is narrow."""
    if not rows:
        return ""
    head = "<tr>" + "".join(f"<th>{cell}</th>" for cell in header) + "</tr>" if header else ""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    table = f"<table>{columns(header, rows) if wide else ''}{head}{body}</table>"
    return f'<div class="wide">{table}</div>' if wide else table
