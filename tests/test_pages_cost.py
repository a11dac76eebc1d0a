"""What pages cost, as far as it can be counted: statements asked and rows fetched, on the sample."""

from typing import Any

import pytest

from benchmarks.pages import forget, statements

MOST_ROWS = {"chronic_issues": 400}
"""A page fetches what it shows, however long the history is: 13 thousand issues were fetched for twenty lines once."""


@pytest.mark.parametrize("page", sorted(MOST_ROWS))
def test_a_page_fetches_no_more_rows_than_it_shows(open_page: Any, page: str) -> None:
    open_page(page)  # prepares the suggestions
    forget()
    open_page()  # the page that a visitor sees first
    with statements() as asked:
        open_page(page)
    fetched = [(name, rows) for name, _, rows in asked if name.startswith(("lists/", "suggestions/"))]
    assert sum(rows for _, rows in fetched) <= MOST_ROWS[page], fetched
    assert "repeats/texts" not in [name for name, _, _ in asked]


def test_another_order_asks_for_the_list_alone(open_page: Any) -> None:
    app = open_page("chronic_issues")
    with statements() as asked:
        next(box for box in app.selectbox if box.key == "order").select("returns").run()
    assert [name for name, _, _ in asked if name.startswith("lists/chronic")] == ["lists/chronic_issues"]
    assert len(asked) <= 5, asked
