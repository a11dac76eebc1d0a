"""The field for a day: what it offers reaches the browser, and what was changed in it is never overwritten."""

from datetime import date
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

OFFERED, CHOSEN = date(2025, 11, 25), date(2025, 12, 1)


def _page() -> None:
    from datetime import date

    from reliability.ui.days import ask_day

    ask_day("Due", date(2025, 11, 25), "due")


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> SimpleNamespace:
    """A clock that stands still until a test moves it: a slow machine changes nothing."""
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr("reliability.ui.days.time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def page(clock) -> AppTest:
    return AppTest.from_function(_page).run()


def test_a_run_that_replaces_the_first_one_at_once_sends_the_offered_day_again(page):
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (OFFERED, True)
    page.run()
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (OFFERED, True)


@pytest.mark.parametrize("given", [CHOSEN, None])
def test_what_a_visitor_put_into_the_field_is_never_overwritten(page, given):
    page.date_input[0].set_value(given).run()
    assert page.date_input[0].value == given
    page.run()
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (given, False)


def test_later_runs_leave_the_field_to_the_visitor(page, clock):
    clock.now += 2.5
    page.run()
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (OFFERED, False)
