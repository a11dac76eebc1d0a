"""The field for a day: what it offers reaches the browser, and what was changed in it is never overwritten."""

from datetime import date
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

OFFERED, CHOSEN = date(2025, 11, 25), date(2025, 12, 1)


def _page() -> None:
    from datetime import date

    import streamlit as st

    from reliability.ui.days import ask_day

    ask_day("Due", date(2025, 11, 25), "due", shown=st.session_state.get("open", True))


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
    clock.now += 6
    page.run()
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (OFFERED, False)


def test_a_field_that_nobody_has_opened_yet_is_filled_by_every_run(clock):
    """The browser draws what lies in a closed popover when it is opened, from what the last run sent."""
    page = AppTest.from_function(_page)
    page.session_state["open"] = False
    page.run()
    clock.now += 60
    page.run()
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (OFFERED, True)
    page.session_state["open"] = True
    page.run()
    assert page.date_input[0].proto.set_value is True, "the browser may draw it from this run"
    page.session_state["open"] = False
    clock.now += 6
    page.run()
    assert (page.date_input[0].value, page.date_input[0].proto.set_value) == (OFFERED, False)


@pytest.fixture
def opened(clock) -> AppTest:
    """A page whose form was opened a moment ago."""
    page = AppTest.from_function(_page)
    page.session_state["open"] = False
    page.run()
    page.session_state["open"] = True
    return page.run()


def test_what_was_typed_into_a_form_that_is_closed_at_once_is_not_overwritten(opened, clock):
    """The server knows nothing of it before the form is sent."""
    for seconds, is_open in ((2, False), (1, True), (1, False)):
        clock.now += seconds
        opened.session_state["open"] = is_open
        opened.run()
        assert (opened.date_input[0].value, opened.date_input[0].proto.set_value) == (OFFERED, False)


def test_a_form_that_was_closed_before_anything_was_drawn_is_filled_when_it_is_opened_again(opened, clock):
    for seconds, is_open in ((0.5, False), (60, True)):
        clock.now += seconds
        opened.session_state["open"] = is_open
        opened.run()
        assert (opened.date_input[0].value, opened.date_input[0].proto.set_value) == (OFFERED, True)
