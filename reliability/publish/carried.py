"""The figures that a published file carries: each has an id, by which it is found again in the file."""

from reliability import formatting
from reliability.model import Card, Chart, Listing, Promise, Question, Review

NO_VALUE = "no value"
PROMISES, QUESTIONS = "promises/number", "questions/number"


def carried(review: Review) -> dict[str, str]:
    """Return every figure and sentence of a review that is published: id -> text as shown, in reading order."""
    found = {"headline": review.headline, "reason": review.reason}
    found |= {f"note/{place}": text for place, text in enumerate((*review.notes, *review.warnings))}
    found |= {f"bucket/{bucket.name}": str(bucket.number) for bucket in review.buckets}
    found |= {PROMISES: _promises_counted(review), QUESTIONS: _questions_counted(review)}
    found |= {f"decision/{place}": text for place, text in enumerate(review.decisions)}
    for question in review.questions:
        found |= _of_question(question)
    for card in review.cards:
        found |= _of_card(card)
    for chart in review.charts:
        found |= _of_chart(chart)
    for promise in review.promises:
        found |= _of_promise(promise)
    for listing in review.listings:
        found |= _of_listing(listing)
    found |= {f"left out/{reason}": formatting.count(number) for reason, number in review.left_out}
    found |= {f"how sure/{place}": text for place, text in enumerate(review.how_sure)}
    return {name: text for name, text in found.items() if text}


def _promises_counted(review: Review) -> str:
    number = sum(bucket.number for bucket in review.buckets)
    return f"How {formatting.plural(number, 'promise')} stand" if number else ""


def _questions_counted(review: Review) -> str:
    number = len(review.questions)
    return f"{formatting.plural(number, 'decision')} to take" if number else ""


def _of_question(question: Question) -> dict[str, str]:
    start = f"question/{question.id}"
    by = f"{question.owner}, due {formatting.day(question.due)}".removeprefix(", ")
    found = {f"{start}/title": question.title, f"{start}/why": question.why, f"{start}/by": by}
    for option in question.options:
        found |= {f"{start}/{option.id}": option.title, f"{start}/{option.id}/before": option.before}
    return found


def _of_card(card: Card) -> dict[str, str]:
    start = f"card/{card.id}"
    verdict = card.verdict
    found = {
        f"{start}/value": card.text,
        f"{start}/judged": card.judged,
        f"{start}/goal": card.goal,
        f"{start}/verdict": verdict.word if verdict else "",
        f"{start}/evidence": card.evidence,
        f"{start}/n": "" if card.n is None else formatting.count(card.n),
    }
    return found | {f"{start}/change/{change.label}": change.text for change in card.changes}


def _of_chart(chart: Chart) -> dict[str, str]:
    found = {f"chart/{chart.id}/title": chart.title, f"chart/{chart.id}/subtitle": chart.subtitle}
    for number, line in enumerate(chart.lines):
        for point in line.points:
            shown = NO_VALUE if point.value is None else formatting.figure(point.value, chart.unit)
            name = point_id(chart, number, point.at.isoformat())
            found[name] = shown
            for end, value in (("low", point.low), ("high", point.high)):
                if value is not None:
                    found[f"{name}/{end}"] = formatting.figure(value, chart.unit)
    for number, level in enumerate(chart.levels):
        found[f"chart/{chart.id}/level {number}"] = formatting.figure(level.value, chart.unit)
    return found


def _of_promise(promise: Promise) -> dict[str, str]:
    said = {
        "title": promise.title,
        "verdict": promise.verdict,
        "figure": promise.figure,
        "goal": promise.goal,
        "evidence": promise.evidence,
        "sentence": promise.sentence,
        "before": promise.before,
        "cause": promise.cause,
        "window": promise.window,
        "n": "" if promise.n is None else formatting.count(promise.n),
        "interval": promise.interval,
    }
    found = {f"promise/{promise.id}/{name}": text for name, text in said.items()}
    return found | (_of_chart(promise.chart) if promise.chart else {})


def _of_listing(listing: Listing) -> dict[str, str]:
    start = f"list/{listing.id}"
    found = {
        f"{start}/title": listing.title,
        f"{start}/subtitle": listing.subtitle,
        f"{start}/rest": f"and {formatting.count(listing.rest)} more" if listing.rest else "",
    }
    found |= {f"{start}/note/{place}": text for place, text in enumerate(listing.notes)}
    for row in listing.rows:
        for head, cell in zip(listing.heads[1:], row[1:], strict=True):
            found[cell_id(start, row[0], head)] = cell
    return found


def cell_id(table: str, row: str, head: str) -> str:
    """Return the id of a cell: that of its table, the first cell of its row, the head of its column."""
    return f"{table}/{' '.join(row.split())}/{' '.join(head.split())}"


def point_id(chart: Chart, line: int, at: str) -> str:
    """Return the id of one point. at: its instant as ISO 8601."""
    return f"chart/{chart.id}/{line}/{at}"
