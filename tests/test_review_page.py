"""The Quarterly review page: what stands on it, in which order, and what it leaves to other pages."""

import re
from typing import Any

import pytest

from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.review.buckets import Bucket
from reliability.review.compose import compose
from reliability.settings import load_settings
from tests.shown import pieces as all_pieces
from tests.shown import press_card


def pieces(app: Any) -> list[str]:
    """Every piece of HTML on the page, in order, with plain spaces."""
    return [plain(part) for part in all_pieces(app)]


def test_the_review_leaves_files_and_reasons_to_the_data_page(open_page, store, sample_dir) -> None:
    app = open_page()
    shown = pieces(app)
    assert not any("What was left out" in part or "Where the figures come from" in part for part in shown)
    (line,) = [part for part in shown if "each with its reason" in part]
    review = compose(store, load_settings(sample_dir), "2025-Q4")
    files = store.run("lists/file_accounting").rows
    kept, read = sum(f["kept"] or 0 for f in files), sum(f["rows_read"] or 0 for f in files)
    assert f"From {len(review.sources)} exports: {kept} of {read} rows counted, {read - kept} not" in line
    links = [link.proto.label for link in app.get("page_link")]
    assert "Every file and every reason" in links


def test_ranges_power_and_many_verdicts_stand_behind_how_sure_not_on_the_first_screen(open_page) -> None:
    shown = pieces(open_page())
    (behind,) = [part for part in shown if "of 100 such reviews" in part]
    assert behind.startswith('<ul class="rl rl-small rl-notes">')
    assert "40 % fewer P1 incidents: 19 of 19 allowed, -40 % (90 % range" in behind
    assert "will be confirmed" in behind
    assert not any("range -" in part for part in shown if part != behind)


@pytest.mark.parametrize(
    ("page", "card", "promise", "cause"),
    [
        ("", "availability", "availability", "used 159 % of its error budget"),
        ("work", "root_cause_capacity_share", "capacity", "at least 60 %"),
        ("chronic_issues", "repeat_escalations", "repeat-escalations", "goal: at most 18 in 90 days"),
    ],
)
def test_a_judged_card_opens_its_promise_and_the_address_names_it(
    open_page, page, card, promise, cause
) -> None:
    app = open_page(page)
    before = pieces(app)
    app = press_card(app, card)
    assert not app.exception
    assert app.query_params["promise"] == promise
    assert any("What was said at the end of each week" in (box.label or "") for box in app.expander)
    opened = [part for part in pieces(app) if part not in before]
    assert cause in opened[0] + opened[1]


@pytest.mark.parametrize("page", ["", "work", "chronic_issues"])
def test_a_promise_in_a_link_that_nobody_knows_is_said(open_page, page) -> None:
    assert "No promise nope is known in 2025 Q4" in " ".join(pieces(open_page(page, promise="nope")))


def test_what_changed_gives_no_verdict_on_a_quarters_change(open_page) -> None:
    (changed,) = [part for part in pieces(open_page()) if "<th" in part and ">Change<" in part]
    assert changed.count("<tr") == 1 + 8
    words = [*Verdict, *Bucket]
    assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", changed, re.IGNORECASE)] == []


def test_what_must_be_decided_names_its_owner_and_opens_its_records(open_page, sample_dir) -> None:
    (asked,) = [part for part in pieces(open_page()) if 'class="rl rl-asked"' in part]
    (first,) = [part for part in asked.split("<li>") if "Availability: missed" in part]
    assert 'href="./incidents?incident=IR-00521"' in first
    owners = {one.id: one.owner for one in load_settings(sample_dir).commitments}
    for promise, owner in owners.items():
        for question in asked.split("<li>"):
            if f'promise={promise}"' in question:
                assert f"<b>{owner}</b>" in question
    assert f"<b>{owners['availability']}</b>" in first


def test_the_first_quarter_is_compared_with_nothing_and_says_so(open_page) -> None:
    shown = pieces(open_page(quarter="2023-Q4"))
    (reason,) = [part for part in shown if 'class="rl-reason"' in part]
    assert "no figure of 2023 Q3 is on record to compare with." in reason
    assert "figures stand" not in reason
    (changed,) = [part for part in shown if ">What changed<" in part]
    assert "No figure of 2023 Q3 is on record to compare with" in changed
    assert not any("<th" in part and ">Change<" in part for part in shown)
    later = " ".join(pieces(open_page(quarter="2024-Q1")))
    assert "figures stand against 2023 Q4" in later and ">Change<" in later
