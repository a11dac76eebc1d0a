"""Only so many pages are written at the same time; whoever has waited longest is next."""

import threading
import time
from collections.abc import Callable

import pytest

from reliability.ui import turns
from reliability.ui.turns import Turns

_ENOUGH = 60.0


class Page(threading.Thread):
    """A page that takes a place, says so, and keeps it until it is told to end."""

    def __init__(self, places: Turns, begun: list[str], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.places, self.begun = places, begun
        self.entered, self.may_end = threading.Event(), threading.Event()
        self.aside, self.may_return = threading.Event(), threading.Event()
        self.steps_aside = False

    def run(self) -> None:
        with self.places.one():
            self.begun.append(self.name)
            self.entered.set()
            if self.steps_aside:
                with self.places.stepped_aside():
                    self.aside.set()
                    self.may_return.wait(_ENOUGH)
            self.may_end.wait(_ENOUGH)

    def end(self) -> None:
        self.may_end.set()
        self.join(_ENOUGH)
        assert not self.is_alive()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _ENOUGH
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_two_are_written_and_the_others_follow_in_the_order_they_came() -> None:
    places, begun = Turns(2, _ENOUGH), []
    pages = [Page(places, begun, str(number)) for number in range(5)]
    for number, page in enumerate(pages):
        page.start()
        until(lambda n=number: len(begun) + places.waiting == n + 1)
    assert (begun, places.waiting) == (["0", "1"], 3)
    for count, number in enumerate((1, 0, 2), start=3):
        pages[number].end()
        until(lambda n=count: len(begun) == n)
    assert begun == ["0", "1", "2", "3", "4"]
    for page in pages[3:]:
        page.end()
    assert places.waiting == 0


def test_what_takes_long_lets_another_page_go_first_and_waits_for_a_place_again() -> None:
    places, begun = Turns(1, _ENOUGH), []
    build, page = Page(places, begun, "build"), Page(places, begun, "page")
    build.steps_aside = True
    build.start()
    assert build.aside.wait(_ENOUGH)
    page.start()
    assert page.entered.wait(_ENOUGH)
    build.may_return.set()
    until(lambda: places.waiting == 1)
    page.end()
    build.end()
    # The only place is free again: it was neither lost nor given back twice.
    third, fourth = Page(places, begun, "third"), Page(places, begun, "fourth")
    third.start()
    assert third.entered.wait(_ENOUGH)
    fourth.start()
    until(lambda: places.waiting == 1)
    third.end()
    fourth.end()


def test_a_place_is_given_back_by_a_page_that_fails() -> None:
    places = Turns(1, _ENOUGH)
    with pytest.raises(ValueError, match="a fault"), places.one():
        raise ValueError("a fault")
    page = Page(places, [], "next")
    page.start()
    assert page.entered.wait(_ENOUGH)
    page.end()


def test_nobody_waits_for_ever_and_who_gave_up_is_not_called() -> None:
    places, begun = Turns(1, 0.01), []
    slow, other = Page(places, begun, "slow"), Page(places, begun, "other")
    slow.start()
    assert slow.entered.wait(_ENOUGH)
    other.start()
    assert other.entered.wait(_ENOUGH)
    assert places.waiting == 0
    other.end()  # had no place: gives none back
    slow.end()
    third = Page(places, begun, "third")
    third.start()
    assert third.entered.wait(_ENOUGH)
    assert not places._free
    third.end()
    assert places._free == 1


def test_pages_are_written_inside_a_turn(open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []

    class Counted(Turns):
        def _take(self) -> bool:
            taken.append(super()._take())
            return taken[-1]

    counted = Counted(1, _ENOUGH)
    monkeypatch.setattr(turns, "pages", counted)
    app = open_page()
    assert not app.exception
    assert taken and all(taken)
    assert counted._free == 1
    assert turns.AT_ONCE >= 2


def test_whoever_has_the_only_place_that_is_taken_is_told_so() -> None:
    places = Turns(2, _ENOUGH)
    with places.one():
        assert places.are_free
        other = Page(places, [], "other")
        other.start()
        assert other.entered.wait(_ENOUGH)
        assert not places.are_free
        other.end()
        assert places.are_free
