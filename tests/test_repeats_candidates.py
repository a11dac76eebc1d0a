"""Candidates: the earlier incidents that one resembles most, within its service and the look-back."""

from datetime import UTC, datetime
from math import log, sqrt

import pytest

from reliability.repeats import candidates as module
from reliability.repeats.candidates import Block, blocks
from tests.repeats_by_hand import found, named, partners, row, same, texts


def test_the_likelier_partner_comes_first_whichever_is_newer() -> None:
    rows = [
        row("close", 0, "Connection pool exhausted in checkout"),
        row("far", 5, "Connection refused by mail relay"),
        row("new", 9, "Connection pool exhausted again"),
    ]
    assert partners(*rows)["new"] == ["close", "far"]


def test_a_score_is_the_cosine_of_weighted_words() -> None:
    rows = [row("A", 0, "red green"), row("B", 1, "red blue"), row("C", 2, "gold pink")]
    known = texts(*rows)
    chosen = found(known)
    # Worked out by hand. Every word stands twice in its title: tf = 1 + ln 2, a common factor that falls out. No word
    # has more than four letters but "green", whose stem counts too. Smoothed idf = ln((1 + n) / (1 + df)) + 1.
    common, rare = log(4 / 3) + 1, log(4 / 2) + 1
    cosine = common**2 / (sqrt(common**2 + 2 * rare**2) * sqrt(common**2 + rare**2))
    assert named(known, chosen) == [("B", "A")]
    assert chosen.score.tolist() == [pytest.approx(cosine, abs=0.0005)]


def test_text_beside_the_title_counts() -> None:
    rows = [
        row("A", 0, "Orders stay pending", text="Event lost between orders and the bus"),
        row("B", 1, "Confirmation mails late", text="Certificate of the relay expired"),
        row("C", 2, "Stock never released", text="Event lost between orders and the bus"),
    ]
    assert partners(*rows)["C"][0] == "A"


def test_words_of_one_stem_meet() -> None:
    rows = [row("A", 0, "Timeout of ledger"), row("B", 1, "Timeouts everywhere")]
    assert partners(*rows) == {"B": ["A"]}


def test_only_incidents_of_one_service_are_compared() -> None:
    rows = [
        row("A", 0, "Connection pool exhausted", "mail"),
        row("B", 1, "Connection pool exhausted", "api"),
        row("C", 2, "Connection pool exhausted", "API "),
        row("D", 3, "Connection pool exhausted", None),
        row("E", 4, "Connection pool exhausted", None),
    ]
    assert partners(*rows) == {"C": ["B"], "E": ["D"]}


def test_a_partner_lies_at_most_the_look_back_before() -> None:
    title = "Connection pool exhausted"
    rows = [row("A", 0, title), row("B", 90, title), row("C", 90.001, title), row("later", 200, title)]
    assert partners(*rows) == {"B": ["A"], "C": ["B"]}
    assert partners(*rows, look_back_days=30) == {"C": ["B"]}


def test_a_partner_is_never_the_later_one() -> None:
    rows = [row("A", 0, "Connection pool exhausted"), row("B", 0, "Connection pool exhausted")]
    assert partners(*rows) == {"B": ["A"]}


def test_among_equals_the_newer_partner_comes_first() -> None:
    rows = [row(f"A{n}", n, "Connection pool exhausted") for n in range(4)]
    assert partners(*rows)["A3"] == ["A2", "A1", "A0"]


def test_the_same_title_is_a_candidate_even_where_the_texts_differ() -> None:
    first_text = " ".join(f"alpha{'x' * n}" for n in range(60))
    second_text = " ".join(f"omega{'y' * n}" for n in range(60))
    rows = [
        row("A", 0, "Disk quota reached", text=first_text),
        row("B", 1, "Disk quota reached PAY-77", text=second_text),
        row("C", 2, "Disk latency", text=" ".join(f"sigma{'z' * n}" for n in range(60))),
    ]
    known = texts(*rows)
    chosen = found(known, floor=0.9)
    assert named(known, chosen) == [("B", "A")]
    assert chosen.same_title.tolist() == [True]
    assert chosen.score[0] < 0.9


def test_what_a_fact_already_says_is_no_candidate() -> None:
    title = "Connection pool exhausted"
    rows = [
        row("A", 0, title, issue_id="P1"),
        row("B", 1, title, issue_id="P1", repeat_partner="A"),
        row("C", 2, title, issue_id="P2"),
        row("D", 3, title, repeat_partner="C"),
        row("E", 4, title),
    ]
    found_ = partners(*rows)
    assert "B" not in found_
    assert found_["C"] == ["B", "A"]
    assert found_["D"] == ["B", "A"]
    assert found_["E"] == ["D", "C", "B", "A"]


def test_a_month_rests_on_nothing_outside_it_and_its_look_back() -> None:
    inside = [row("A", 31, "Connection pool exhausted"), row("B", 32, "Connection pool drained")]
    outside = [row("old", -70, "Connection lost"), row("next", 62, "Connection pool exhausted")]
    alone, among = texts(*inside), texts(*inside, *outside)
    april = next(b for b in blocks(among.opened) if b.first == 1)
    assert (april.start, april.end) == (1, 3)
    mine = next(module.candidates(among, [april])).moved(-1)
    assert same(mine, found(alone))


def test_months_are_calendar_months_and_every_incident_is_in_one() -> None:
    known = texts(*(row(f"A{n}", day, "x") for n, day in enumerate((0, 30.9, 31, 100, 125))))
    assert datetime.fromtimestamp(known.opened[2] / 1e6, UTC) == datetime(2025, 4, 1, tzinfo=UTC)
    assert blocks(known.opened) == [Block(0, 0, 2), Block(0, 2, 3), Block(1, 3, 4), Block(3, 4, 5)]
    assert blocks(known.opened[:0]) == []


def test_memory_is_bounded_by_looking_at_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["pool", "disk", "relay", "quota", "cache"]
    rows = [row(f"A{n:02}", n, f"{words[n % 5]} {words[n % 3]} exhausted") for n in range(40)]
    whole = found(texts(*rows))
    sizes = []
    bare = module._first
    monkeypatch.setattr(module, "_CELLS", 1)
    monkeypatch.setattr(module, "_first", lambda pairs, keep: sizes.append(len(pairs)) or bare(pairs, keep))
    assert same(found(texts(*rows)), whole)
    assert max(sizes) < 40


def test_there_may_be_nothing_to_compare() -> None:
    assert len(found(texts())) == 0
    assert partners(row("A", 0, None), row("B", 1, None)) == {}
