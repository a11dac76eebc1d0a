"""A history that lies in a file: its parts are those of one that is held whole, and little of it is held at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reliability.queries import Store
from reliability.repeats import history
from reliability.repeats.candidates import Block, candidates, joined
from reliability.repeats.history import History
from reliability.repeats.prepared import prepared
from reliability.repeats.texts import Texts, texts_of
from reliability.warehouse.workspace import open_workspace
from tests.repeats_by_hand import same


@pytest.fixture
def both(own_sample: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[History, Texts]]:
    """The sample's history, in its file and held whole."""
    monkeypatch.setattr(history, "BATCH", 100)
    workspace = open_workspace(own_sample)
    whole = texts_of(workspace.store.run("repeats/texts", {"opened_from": None, "opened_before": None}))
    lying = History(prepared(workspace), whole.opened, whole.digests, np.array(whole.is_generic))
    yield lying, whole
    workspace.store.close()


def said(texts: Texts) -> tuple[Any, ...]:
    return (
        texts.keys, texts.service, texts.opened.tolist(), texts.title, texts.body, texts.issue, texts.partner,
        [bool(generic) for generic in texts.is_generic], texts.telling,
    )  # fmt: skip


@pytest.mark.parametrize(
    "windows",
    [
        [(0, 50), (10, 250), (240, 700), (700, 701), (900, 1300)],
        [(500, 900), (100, 300), (100, 300), (250, 280)],
        [(0, 0), (40, 40), (40, 41)],
    ],
)
def test_a_part_is_the_same_read_from_the_file_and_cut_from_the_whole(both, windows):
    lying, whole = both
    for from_, to in windows:
        assert said(lying.part(from_, to)) == said(whole.part(from_, to)), (from_, to)


def test_words_are_counted_while_parts_are_read_and_the_rest_is_read_for_them(both, monkeypatch):
    lying, whole = both
    batched, read = Store.batches, []

    def watched(store: Store, *asked: Any) -> Iterator[list[dict[str, Any]]]:
        for rows in batched(store, *asked):
            read.extend(row["place"] for row in rows)
            yield rows

    monkeypatch.setattr(Store, "batches", watched)
    months = [Block(0, 0, 300), Block(200, 300, 450), Block(300, 450, 900), Block(1200, 1250, 1300)]
    assert same(joined(list(candidates(lying, months))), joined(list(candidates(whole, months))))
    # What months share is read once.
    assert read == [*range(900), *range(1200, 1300)]
    assert lying.frequency == whole.frequency and len(lying.frequency) > 100
    assert sorted(read) == list(range(len(whole)))
    # What was counted already is read without being counted again.
    lying.part(0, 100)
    assert lying.frequency == whole.frequency
