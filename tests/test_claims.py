"""Every sentence the sample's promises can produce, read over: none claims more than its figure carries."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.kpis import Readings
from reliability.model import CONCERN, GOOD, Review
from reliability.publish.deck import deck
from reliability.publish.powerpoint_reading import shown as slides_of
from reliability.queries.figures import Family, figure
from reliability.review import headline
from reliability.review.compose import compose_whole
from reliability.review.letter import letter
from reliability.settings import load_settings
from reliability.warehouse.workspace import open_workspace
from tests.claims import CLAIM, NEVER, luck_in_a_census, overclaimed, sentences, tone_of
from tests.test_ui import said as said_on

# While the earlier ones of single teams run and after they ended; while most promises run, on the day after some have ended, after the last late record, and long after.
LOOKS = [
    datetime(2024, 12, 1, tzinfo=UTC),
    datetime(2025, 4, 1, tzinfo=UTC),
    datetime(2025, 9, 29, tzinfo=UTC),
    datetime(2025, 11, 17, 8, tzinfo=UTC),
    datetime(2025, 12, 1, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def judged(store, sample_dir) -> list[CommitmentStatus]:
    settings = load_settings(sample_dir)
    readings = Readings(store, settings)
    return [status for at in LOOKS for status in commitment_statuses(store, settings, at, readings)]


@pytest.mark.parametrize("pattern", NEVER.values(), ids=NEVER.keys())
def test_no_sentence_says_what_no_figure_carries(judged, pattern):
    wrong = [(s.id, text) for s in judged for text in sentences(s) if re.search(pattern, text)]
    assert not wrong


def test_chance_is_never_ruled_out_before_the_final_word(judged):
    early = [s for s in judged if not s.is_final]
    assert len(early) > 10
    assert not [(s.id, text) for s in early for text in sentences(s) if CLAIM.search(text)]
    # The same promises do say it later, so that the pattern is no blank.
    assert any(CLAIM.search(text) for s in judged if s.is_final for text in sentences(s))


def test_what_was_counted_in_full_knows_no_luck(judged):
    census = [s for s in judged if figure(s.kpi).family in (Family.CENSUS, Family.AVAILABILITY)]
    # Finished and running, reached and not.
    assert {s.verdict for s in census} >= {Verdict.MET, Verdict.MISSED, Verdict.NOT_MET}
    assert not [(s.id, text) for s in census for text in luck_in_a_census(s)]


def test_every_sentence_of_a_lowered_word_is_read(judged):
    lowered = {s.id for s in judged if s.verdict is Verdict.MET_NOT_SHOWN}
    assert lowered == {"storefront-p1s", "catalog-small-incidents", "orders-holidays"}


def test_nothing_claims_more_than_the_word_beside_it(judged):
    assert not [(s.id, text) for s in judged for text in overclaimed(s)]


@pytest.mark.parametrize("word", Verdict)
def test_every_word_has_the_tone_of_what_it_says(word):
    assert word.tone == tone_of(word.shown)


def test_the_tone_is_that_of_the_word(judged):
    wrong = [(s.id, s.tone, s.verdict_text) for s in judged if s.tone != tone_of(s.verdict_text)]
    assert not wrong
    assert len({s.tone for s in judged}) == 4
    assert all(s.verdict_text.startswith(s.verdict.shown) for s in judged)


def test_the_line_of_why_claims_nothing_before_the_final_word(judged):
    running = [s for s in judged if not s.is_final]
    assert not CLAIM.search(headline.reason(running, []))


@pytest.fixture(scope="module")
def reviews(sample_dir) -> list[Review]:
    """The reviews of a year, with their promises and lists."""
    return [compose_whole(open_workspace(sample_dir), f"2025-Q{n}") for n in (1, 2, 3, 4)]


def of_review(review: Review) -> list[str]:
    """All that a review says in words of this program."""
    cards = [
        text
        for c in review.cards
        for text in (
            c.goal,
            c.beside,
            c.clause,
            *c.asides,
            c.evidence,
            c.in_period,
            c.verdict.word if c.verdict else "",
        )
    ]
    charts = [text for chart in review.charts for text in (chart.title, chart.subtitle)]
    promises = [
        text
        for p in review.promises
        for text in (p.verdict, p.goal, p.evidence, p.sentence, p.before, p.cause)
    ]
    questions = [text for q in review.questions for text in (q.title, q.why)]
    listings = [
        text for listing in review.listings for text in (listing.title, listing.subtitle, *listing.notes)
    ]
    every = [review.headline, review.reason, *cards, *charts, *promises, *questions, *listings]
    return [plain(text) for text in every if text]


# How a word looks that is not the last one: pace, and what is only so far.
NOT_FINAL = re.compile(r"so far|pace|behind|too close|too early|not begun", re.IGNORECASE)


def not_final(review: Review) -> list[str]:
    """All that a review says of promises whose word is not final: on their rows, their cards and their charts."""
    promises = [p for p in review.promises if NOT_FINAL.search(p.verdict)]
    cards = [c for c in review.cards if c.verdict and NOT_FINAL.search(c.verdict.word)]
    drawn = tuple(f"{c.id}_" for c in cards)  # p1_incidents is drawn as p1_incidents_weekly
    charts = [
        *(p.chart for p in promises if p.chart),
        *(chart for chart in review.charts if chart.id.startswith(drawn)),
    ]
    said = [text for p in promises for text in (p.verdict, p.goal, p.evidence, p.sentence, p.before, p.cause)]
    for c in cards:
        assert c.verdict
        said += [c.goal, c.beside, c.clause, *c.asides, c.evidence, c.in_period, c.verdict.word]
        said.append(c.verdict.evidence)
    said += [text for chart in charts for text in (chart.title, chart.subtitle, chart.takeaway)]
    return [plain(text) for text in said if text]


def test_a_whole_review_claims_nothing_of_a_promise_before_its_final_word(reviews):
    said = {text for review in reviews for text in not_final(review)}
    assert len(said) > 40
    assert not [text for text in said if CLAIM.search(text)]
    # A claim in any of the three would be read.
    claim, running = "more than chance explains", reviews[-1]
    for part, field in (("promises", "sentence"), ("cards", "clause"), ("charts", "title")):
        claimed = tuple(replace(one, **{field: claim}) for one in getattr(running, part))
        assert claim in not_final(replace(running, **{part: claimed})), part


def refused(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, text) for text in texts for name, pattern in NEVER.items() if re.search(pattern, text)]


def test_nothing_of_a_years_reviews_says_what_no_figure_carries(reviews):
    said = {text for review in reviews for text in of_review(review)}
    assert len(said) > 200
    assert not refused(said)


def test_a_review_shows_a_word_as_good_or_as_a_concern_only_where_it_is(reviews):
    shown = [(c.verdict.tone, c.verdict.word) for review in reviews for c in review.cards if c.verdict]
    shown += [(p.tone, p.verdict) for review in reviews for p in review.promises if p.verdict]
    assert len(shown) > 40
    assert not [(tone, word) for tone, word in shown if tone == GOOD and tone_of(word) != GOOD]
    assert not [(tone, word) for tone, word in shown if tone_of(word) == CONCERN != tone]


def test_nothing_of_a_deck_says_what_no_figure_carries(frozen, tmp_path):
    file = tmp_path / "deck.pptx"
    file.write_bytes(deck(frozen))
    slides = list(slides_of(file))
    said = {plain(text) for s in slides for text in (s.title, s.notes, *(t for _, t in s.texts))}
    assert len(said) > 50
    assert not refused(said)


def test_nothing_of_a_letter_says_what_no_figure_carries(sample_dir, store):
    workspace = open_workspace(sample_dir)
    with duckdb.connect(str(store.path), read_only=True) as con:
        accounts = [
            account
            for (account,) in con.execute("select account_id from accounts order by 1 limit 12").fetchall()
        ]
    said = set()
    for account in accounts:
        found = letter(workspace, account, "2025-Q3")
        said |= {found.headline, found.availability_note, *found.promised}
        said |= {text for hit in found.hits for text in (hit.ended,) if text}
    assert len(said) > 10
    assert not refused(map(plain, filter(None, said)))


def test_nothing_of_nps_says_what_no_figure_carries_or_more_than_its_margin(open_page):
    said = [
        plain(text) for quarter in ("2025-Q2", "2025-Q3", "2025-Q4") for text in nps_said(open_page, quarter)
    ]
    assert len(said) > 10
    assert not refused(said)
    inside = [text for text in said if "within the margin" in text]
    assert inside and not [text for text in inside if CLAIM.search(text)]


def nps_said(open_page, quarter: str) -> list[str]:
    """The lines of the Customers page that speak of NPS."""
    text = said_on(open_page("customers", quarter=quarter))
    return [line for line in re.split(r"\n|(?<=[.;])\s", text) if "NPS" in line or "accounts hit" in line]
