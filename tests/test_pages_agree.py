"""The pages of the sample read together: a number seen on two pages is the same, or the page names the difference."""

import re
from typing import Any

import pytest

from tests.shown import charts, pieces


@pytest.fixture
def read(open_page):
    """Text of a page with ordinary spaces, and the words that stand in its charts."""

    def opened(page: str) -> tuple[str, str]:
        app = open_page(page)
        shown = "\n".join(_plain(part) for part in pieces(app))
        drawn = "\n".join(_words(chart.figure) for chart in charts(app))
        return shown, _plain(drawn)

    return opened


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def _words(spec: dict[str, Any]) -> str:
    marks = [note.get("text", "") for note in spec["layout"].get("annotations", [])]
    names = [str(text) for trace in spec["data"] for text in trace.get("text") or []]
    return "\n".join([*marks, *names])


def test_pages_agree_on_days_and_figures_or_say_why_not(read) -> None:
    review, _ = read("")
    commitments, paths = read("commitments")
    customers, _ = read("customers")
    incidents, _ = read("incidents")

    # The last day that counts is the deadline wherever it is written: on cards, in charts, in the line of why.
    on_cards = {f"{day} {month}" for day, month in re.findall(r"(?:· to|by) (\d+) ([A-Z][a-z]{2})\b", review)}
    in_charts = {f"{day} {month}" for day, month in re.findall(r"deadline (\d+) ([A-Z][a-z]{2})", paths)}
    assert {"15 Nov", "16 Oct", "14 Sep", "13 Feb"} <= on_cards
    assert in_charts == {"15 Nov", "16 Oct", "14 Sep", "13 Feb"}
    assert "the next deadline is 13 Feb 2026 (NPS)" in commitments

    # One large figure for each promise, on the card and on the Commitments page.
    for figure in ("19", "1 h 50 min", "22", "12 min", "4 of 5 endpoints", "+31", "17 of 19", "61 %"):
        assert re.search(rf"(?:^|\s){re.escape(figure)}(?:\s|$)", review), figure
        assert re.search(rf"(?:^|\s){re.escape(figure)}(?:\s|$)", commitments), figure

    # Once above its path, and not a second time beside the same figure.
    assert commitments.count("4 of 5 endpoints at 99.95 % or better") == 1

    # 899 answers under the promise, 895 after the window: each names its days, and the page why they differ.
    (promised,) = set(re.findall(r"(\d+) answers\)", commitments)) & {"899"}
    assert f"{promised} answers" in review
    assert "18 Aug to 15 Nov 2025" in customers and re.search(r"\b895\b", customers)
    assert "The promise on NPS counts the answers from 18 Aug 2025 to 17 Nov 2025" in customers
    assert "its answers and its range differ from those above" in customers

    # The control chart judges weeks, the promise their sum: "stands out" beside "down" is no contradiction.
    assert "No week since 18 Aug stands out" in incidents
    assert "each week is judged alone, a promise adds its weeks up" in incidents
    assert "P1s are down 40 % so far" in review


def test_the_card_of_repeats_names_the_suggestions_that_wait_in_the_queue(read) -> None:
    review, _ = read("")
    issues, _ = read("chronic_issues")
    (waiting,) = re.findall(r"(\d+) incidents of 2025 Q4 look like the return of an earlier one", issues)
    named = re.findall(r"2025 Q4 so far: [^·]*· (\d+) suggestions wait for a decision", review)
    assert named == [waiting]
    assert f"{waiting} suggestions wait for a decision" in issues
